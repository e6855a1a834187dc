"""What somebody does to a copy of the database and of the files behind the portal, and how verifying names it."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, update

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import process
from portal.core.history import RowVersion, content_digest
from portal.core.seal import make_seal_key, read_seal_key, sign_statement
from portal.journal import anchor_starts, signed_heads
from portal.journal.anchoring import anchor_file
from portal.journal.chain_key import chain_key
from portal.journal.guards import unguard
from portal.journal.models import JournalEntry, JournalHead, JournalTreeNode
from portal.journal.queries import chain
from portal.journal.rules import head_statement, seal
from portal.vendors.models import Vendor
from tests.conftest import NOW

FIFTH = update(JournalEntry).where(JournalEntry.id == 5)


def cut_tail(copy):
    copy.does(delete(JournalEntry).where(JournalEntry.id > 8))


def cut_tail_and_go_on(copy):
    cut_tail(copy)
    copy.write(3)


def empty(copy):
    copy.does(delete(JournalEntry), delete(JournalTreeNode), delete(JournalHead))


def remove_from_the_middle(copy):
    copy.does(delete(JournalEntry).where(JournalEntry.id == 4))


def change(copy):
    copy.does(FIFTH.values(actor_name="Autre"))


def swap(copy):
    moved = update(JournalEntry)
    copy.does(
        moved.where(JournalEntry.id == 4).values(id=99), moved.where(JournalEntry.id == 5).values(id=4),
        moved.where(JournalEntry.id == 99).values(id=5),
    )  # fmt: skip


def insert_at_the_end(copy):
    with copy.database.reading() as session:
        last = list(chain(session))[-1]
        row = dict(session.execute(select(JournalEntry.__table__).where(JournalEntry.id == last.id)).mappings().one())
    content = {**last.content, "object_label": "Forgée"}
    row |= {"id": last.id + 1, "object_label": "Forgée", "previous_hash": last.hash, "hash": seal(last.hash, content)}
    copy.does(insert(JournalEntry.__table__).values(**row))


def insert_in_the_middle(copy):
    moved = [update(JournalEntry).where(JournalEntry.id == n).values(id=n + 1) for n in range(10, 3, -1)]
    with copy.database.reading() as session:
        row = dict(session.execute(select(JournalEntry.__table__).where(JournalEntry.id == 4)).mappings().one())
    copy.does(*moved, insert(JournalEntry.__table__).values(**{**row, "object_label": "Forgée", "hash": "f" * 64}))


def chain_again_without_the_key(copy):
    copy.chained_again(3, None, object_label="Récrite")


def chain_all_again_as_before_the_key(copy):
    copy.chained_again(1, None, object_label="Récrite")


def chain_again_with_the_key(copy):
    copy.chained_again(7, chain_key(), object_label="Récrite")


def cut_anchor(copy):
    lines = copy.anchor.read_text().splitlines(keepends=True)
    copy.anchor.write_text("".join(lines[:-4]))


def cut_anchor_and_go_on(copy):
    cut_anchor(copy)
    copy.write(2)


def edit_anchor(copy):
    copy.anchor.write_text(copy.anchor.read_text().replace('"count":4', '"count":3', 1))


def remove_a_line_of_the_anchor(copy):
    lines = copy.anchor.read_text().splitlines(keepends=True)
    copy.anchor.write_text("".join(lines[:3] + lines[5:]))


def remove_anchor(copy):
    copy.anchor.unlink()


def remove_anchor_and_go_on(copy):
    remove_anchor(copy)
    copy.write(1)


def change_head(copy):
    copy.does(update(JournalHead).values(root="ab" * 32))


def remove_head(copy):
    copy.does(delete(JournalHead))


def sign_again_with_another_key(copy):
    key = make_seal_key(copy.folder / "other.json", "Autre", at=NOW)
    with copy.database.reading() as session:
        row = session.scalars(select(JournalHead)).one()
        said = replace(signed_heads.signed_head(row), certificate=key.fingerprints[0])
    signature = sign_statement(key, head_statement(said)).hex()
    copy.does(update(JournalHead).values(certificate=key.fingerprints[0], signature=signature))


def change_row(copy):
    copy.does(update(Vendor).where(Vendor.name == "Bravo").values(name="Bravo & fils"))


def last_version(copy, name):
    """The last version of a vendor: its number, that of the vendor, and what it says."""
    with copy.database.reading() as session:
        row_id = session.scalars(select(Vendor.id).where(Vendor.name == name)).one()
        table = RowVersion.__table__
        wanted = select(table.c.id, table.c.content).where(table.c.kind == "vendor", table.c.row_id == row_id)
        version_id, content = session.execute(wanted.order_by(table.c.id.desc())).first()
    return version_id, row_id, content


def change_row_and_its_version(copy):
    version_id, row_id, content = last_version(copy, "Bravo")
    content = {**content, "name": "Autre"}
    copy.does(
        update(Vendor).where(Vendor.id == row_id).values(name="Autre"),
        update(RowVersion).where(RowVersion.id == version_id).values(content=content, sha256=content_digest(content)),
    )


def turn_row_back(copy):
    """The last version of a row goes, and the row says again what the one before says."""
    version_id, row_id, _ = last_version(copy, "Acme SAS")
    copy.does(
        update(Vendor).where(Vendor.id == row_id).values(name="Acme"),
        delete(RowVersion).where(RowVersion.id == version_id),
    )


def add_version_of_before(copy):
    with copy.database.reading() as session:
        table = RowVersion.__table__
        row = dict(session.execute(select(table).where(table.c.kind == "vendor").limit(1)).mappings().one())
    copy.does(insert(table).values(**{**row, "id": 999, "row_id": 999, "mac": None, "batch": None, "is_gone": True}))


def drop_guards(copy):
    with copy.database.transaction() as session:
        unguard(session.connection())


WAYS = {
    cut_tail: ("journal shortened", "finit à l’écriture n° 8, alors que l’ancre a noté la n° 10"),
    cut_tail_and_go_on: ("journal turned back", "a repris après l’écriture n° 8"),
    empty: ("journal emptied", "vidée"),
    remove_from_the_middle: ("missing", "n° 4 manque"),
    change: ("changed", "n° 5 a été modifiée"),
    swap: ("moved", "n° 4"),
    insert_at_the_end: ("unkeyed", "n° 11"),
    insert_in_the_middle: ("changed", "n° 4"),
    chain_again_without_the_key: ("unkeyed", "n° 3"),
    chain_all_again_as_before_the_key: ("unkeyed", "n° 1"),
    chain_again_with_the_key: ("journal rewritten", "n° 7"),
    cut_anchor: ("anchor cut", "le journal va jusqu’à la n° 10"),
    cut_anchor_and_go_on: ("anchor cut", "le journal va jusqu’à la n° 10"),
    edit_anchor: ("anchor edited", "La ligne"),
    remove_a_line_of_the_anchor: ("anchor edited", "La ligne 4"),
    remove_anchor: ("anchor missing", "manque"),
    remove_anchor_and_go_on: ("anchor lost", "retiré"),
    change_head: ("changed head", "Les premières écritures (5) ne sont plus"),
    remove_head: ("signed head gone", "signatures"),
    sign_again_with_another_key: ("forged head", "La signature des premières écritures (5)"),
    change_row: ("row changed", "« vendor »"),
    change_row_and_its_version: ("version altered", "« vendor »"),
    turn_row_back: ("versions gone", "n° 8"),
    add_version_of_before: ("versions unsealed", "sans sceau : 1 ;"),
    drop_guards: ("guards missing", "déclencheurs"),
}


def test_what_nobody_touched_is_sound(copy):
    verification = copy.verified()
    assert verification.findings == ()
    assert (verification.chain.count, verification.chain.keyed_from, verification.anchored.count) == (10, 1, 10)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_each_way_of_tampering_is_found_and_named(copy, way):
    way(copy)
    kind, words = WAYS[way]
    found = copy.found()
    assert kind in found, found
    assert words in found[kind].replace("\u202f", " ").replace("\xa0", " ")


def test_the_triggers_refuse_to_change_or_remove_anything(copy):
    for model in (JournalEntry, JournalHead, JournalTreeNode):
        table = model.__table__
        column = next(iter(table.primary_key))
        for statement in (delete(table), update(table).values({column.name: column})):
            with pytest.raises(Exception, match="only added to"), copy.database.transaction() as session:
                session.execute(statement)
    if copy.database.engine.dialect.name == "postgresql":
        with pytest.raises(Exception, match="only added to"), copy.database.transaction() as session:
            session.connection().exec_driver_sql("TRUNCATE journal_entry")
    assert copy.verified().is_sound


def test_an_operator_accepts_a_database_that_came_back_from_a_backup_and_the_journal_says_so(copy):
    cut_tail(copy)
    with copy.database.reading() as session:
        anchor_starts.accept(copy.database, Context(session, SYSTEM, NOW), "restauration de la nuit")
    assert copy.verified().is_sound
    with copy.database.reading() as session:
        told = select(JournalEntry.action, JournalEntry.after).order_by(JournalEntry.id.desc())
        action, after = session.execute(told).first()
    assert (action, after["reason"]) == ("journal.anchor_accepted", "restauration de la nuit")
    assert after["found"] == ["journal shortened"]
    assert len(list(copy.folder.glob("anchor.jsonl*"))) == 2, "the former file is kept"
    assert anchor_file().since() == 1, "the entry from which the key is due does not move"
    copy.write(1)
    assert copy.verified().is_sound


def test_nothing_is_accepted_of_a_chain_that_is_broken(copy):
    change(copy)
    with copy.database.reading() as session, pytest.raises(Exception, match="rien à accepter"):
        anchor_starts.accept(copy.database, Context(session, SYSTEM, NOW), "tout va bien")
    assert read_seal_key(process.settings().seal_file)
