import json
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select, text, update

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Role
from portal.core import migrating, process
from portal.journal import person_keys, queries, services
from portal.journal.models import JournalEntry
from portal.journal.person_keys import PersonKey, destroy, keys_of
from portal.journal.rules import GENESIS, at_address, seal, under_name
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.tampering import tamper
from tests.factories.things import Thing

pytestmark = pytest.mark.both_databases

CLAIRE = Actor(Role.DPO, 7, "Claire Dumas", "claire@verdelet.example")


class Somebody(Thing):
    """A row that is a person."""

    def __init__(self, name, email):
        super().__init__(4, name)
        self.email = email


def entries(session):
    session.expire_all()
    return session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()


def raw(session):
    """The whole table as text, as whoever stole the database reads it."""
    rows = session.execute(text("SELECT actor_name, object_label, before, after FROM journal_entry ORDER BY id")).all()
    return json.dumps([[str(one) for one in row] for row in rows], ensure_ascii=False)


def write(session, *, actor=CLAIRE, row=None, **values):
    services.record(Context(session, actor, NOW), "chose.faite", row or Thing(), after=values)
    session.commit()


def statements_of(session, done):
    seen = []
    engine = session.get_bind()

    def noted(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", noted)
    try:
        done()
    finally:
        event.remove(engine, "before_cursor_execute", noted)
    return seen


def test_nobody_is_named_in_the_table_and_everybody_is_in_what_is_read(session):
    write(session, row=Somebody("Léo Martin", "leo@acme.example"), phone="06 12 34 56 78", closed_by="Zoé Roy",
          email="leo@acme.example", why="Dit par courriel à zoe@acme.example", n=3)  # fmt: skip
    [entry] = entries(session)
    assert (entry.actor_name, entry.object_label) == ("Claire Dumas", "Léo Martin")
    assert entry.after == {
        "phone": "06 12 34 56 78", "closed_by": "Zoé Roy", "email": "leo@acme.example",
        "why": "Dit par courriel à zoe@acme.example", "n": 3,
    }  # fmt: skip
    stored = raw(session)
    for told in ("Claire", "Dumas", "Léo", "Martin", "leo@", "06 12", "Zoé", "zoe@"):
        assert told not in stored


def test_a_destroyed_key_hides_that_person_everywhere_and_no_other_and_the_chain_holds(session, ctx):
    write(session, recipient="leo@acme.example")
    write(session, row=Somebody("Léo Martin", "leo@acme.example"))
    write(session, row=Thing(9, "Acme"), why="Vu avec leo@acme.example et zoe@acme.example")
    [key] = keys_of(session, [at_address("LEO@acme.example ")])
    assert destroy(session, [key.id], NOW) == 1
    assert destroy(session, [key.id], NOW) == 0, "safe to repeat"
    session.commit()
    gone = f"personne effacée n° {key.id}"
    first, second, third = entries(session)
    assert (first.after, first.actor_name) == ({"recipient": gone}, "Claire Dumas")
    assert (second.object_label, third.after["why"], third.object_label) == (gone, gone, "Acme")
    report = queries.verify(ctx)
    assert (report.broken, report.count) == (None, 3)
    held = session.execute(select(PersonKey.digest, PersonKey.sealed).where(PersonKey.id == key.id)).one()
    assert tuple(held) == (None, None), "nothing is left of the key, nor of what it was found by"


def test_somebody_erased_who_comes_back_has_another_key(session):
    write(session, recipient="leo@acme.example")
    destroy(session, [keys_of(session, [at_address("leo@acme.example")])[0].id], NOW)
    write(session, recipient="leo@acme.example")
    before, after = entries(session)
    assert before.after["recipient"].startswith("personne effacée n° ")
    assert after.after["recipient"] == "leo@acme.example"


def test_a_name_alone_is_of_one_vendor(session):
    for vendor in (1, 2, None):
        services.record(Context(session, SYSTEM, NOW), "chose.faite", Thing(), after={"tester": "Marie Martin"},
                        vendor_id=vendor)  # fmt: skip
    session.commit()
    numbers = {one: [key.id for key in keys_of(session, [under_name("marie  MARTIN", one)])] for one in (1, 2, None)}
    assert sorted(map(len, numbers.values())) == [1, 1, 1]
    destroy(session, numbers[2], NOW)
    session.commit()
    assert [entry.after["tester"] for entry in entries(session)][::2] == ["Marie Martin", "Marie Martin"]
    assert entries(session)[1].after["tester"] == f"personne effacée n° {numbers[2][0]}"


def test_the_portal_itself_is_nobody_and_costs_nothing(session):
    seen = statements_of(session, lambda: write(session, actor=SYSTEM, n=1))
    assert not [one for one in seen if "person_key" in one]
    assert entries(session)[0].stored_actor_name == "Vigie"
    assert session.scalar(select(func.count()).select_from(PersonKey)) == 0


def test_a_write_costs_a_statement_more_for_who_is_new_only_and_a_page_of_entries_one(session, ctx):
    write(session, recipient="leo@acme.example")
    alone = len(statements_of(session, lambda: write(session, actor=SYSTEM)))
    assert len(statements_of(session, lambda: write(session, recipient="leo@acme.example", tester="Zoé"))) == alone + 1
    assert len(statements_of(session, lambda: write(session, recipient="leo@acme.example", tester="Zoé"))) == alone
    for n in range(30):
        write(session, recipient=f"p{n}@acme.example")
    session.expunge_all()
    session.info.clear()

    def read():
        rows = queries.entries(ctx, queries.JournalFilter()).rows
        return [(row.actor_name, row.after) for row in rows]

    seen = statements_of(session, read)
    assert len([one for one in seen if "person_key" in one]) == 1


def test_an_account_and_a_contact_have_their_key_from_the_start(session):
    account = user_of(session, Role.DPO)
    session.commit()
    seen = statements_of(session, lambda: write(session, actor=Actor(account.role, account.id, "Léo", account.email)))
    assert len([one for one in seen if "person_key" in one]) == 1, "read with the end of the chain"
    assert len(seen) == len(statements_of(session, lambda: write(session, actor=SYSTEM)))


def test_a_text_that_reads_as_sealed_is_only_a_text(session):
    write(session, recipient="leo@acme.example")
    token = entries(session)[0].stored_after["recipient"]
    write(session, actor=SYSTEM, reason=token)
    assert entries(session)[1].after["reason"] == f" {token}", "the cheapest way to read a value that is another's"


def test_an_altered_value_is_unreadable_and_seen_by_the_chain(session, ctx):
    write(session, recipient="leo@acme.example")
    entry = entries(session)[0]
    token = entry.stored_after["recipient"]
    altered = {"recipient": token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB")}
    tamper(session, update(JournalEntry).where(JournalEntry.id == entry.id).values(stored_after=altered))
    assert entries(session)[0].after["recipient"].startswith("illisible")
    assert queries.verify(ctx).broken is not None


def test_a_key_that_no_key_of_the_files_opens_is_unreadable_not_erased_and_nobody_stops_working(session):
    write(session, recipient="leo@acme.example")
    lost = keys_of(session, [at_address("leo@acme.example")])[0]
    lost.sealed = "gAAAAAB" + "A" * 90
    session.commit()
    session.info.clear()
    write(session, recipient="leo@acme.example")
    first, second = entries(session)
    assert first.after["recipient"] == f"illisible (clé n° {lost.id})"
    assert second.after["recipient"] == "leo@acme.example"


def test_who_acted_is_found_by_part_of_a_name_or_by_the_whole_address_never_by_the_seal(session, ctx):
    account = user_of(session, Role.DPO, name="Claire Dumas")
    actor = Actor(Role.DPO, account.id, account.name, account.email)
    write(session, actor=actor, row=Thing(1, "Alpha"))
    write(session, actor=replace(actor, id=None, name="Autre", email="autre@verdelet.example"), row=Thing(2, "Beta"))

    def found(words):
        return [row.object_label for row in queries.entries(ctx, queries.JournalFilter(words=words)).rows]

    assert found("dumas") == found(account.email.upper()) == ["Alpha"]
    assert found("beta") == ["Beta"]
    assert found("sealed") == found("=") == []


def test_the_keys_themselves_are_sealed_and_can_be_sealed_again(session, ctx):
    write(session, recipient="leo@acme.example")
    assert person_keys.reseal(ctx) == (0, [])
    session.scalars(select(PersonKey)).first().sealed = "illisible"
    done, unreadable = person_keys.reseal(ctx)
    assert done == 0
    assert [one.partition(" n° ")[0] for one in unreadable] == ["clé de personne"]
    assert process.settings().secrets.files[0] not in raw(session)


def test_entries_written_before_stand_as_they_were_and_the_chain_goes_on(standing_at):
    store = standing_at("0061")
    content = {
        "at": NOW.isoformat(), "actor_id": 3, "actor_name": "Claire Dumas", "actor_role": "dpo",
        "action": "chose.faite", "object_type": "Thing", "object_id": 1, "object_label": "Chose", "vendor_id": None,
        "before": {}, "after": {"email": "leo@acme.example"},
    }  # fmt: skip
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO journal_entry (id, at, actor_id, actor_name, actor_role, action, object_type, object_id,"
                " object_label, vendor_id, before, after, previous_hash, hash)"
                " VALUES (1, :at, 3, 'Claire Dumas', 'dpo', 'chose.faite', 'Thing', 1, 'Chose',"
                " NULL, '{}', :after, :previous, :hash)"
            ),
            {
                "at": NOW if store.engine.dialect.name == "postgresql" else NOW.strftime("%Y-%m-%d %H:%M:%S.%f"),
                "after": json.dumps(content["after"]), "previous": GENESIS, "hash": seal(GENESIS, content),
            },
        )  # fmt: skip
    migrating.upgrade(store)
    with store.transaction() as session:
        services.record(Context(session, CLAIRE, NOW), "chose.faite", Thing(), after={"email": "leo@acme.example"})
    with store.reading() as session:
        ctx = Context(session, SYSTEM, NOW)
        old, new = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
        assert (old.actor_name, old.after) == (new.actor_name, new.after)
        assert old.stored_actor_name == "Claire Dumas" != new.stored_actor_name
        assert queries.verify(ctx).broken is None
    migrating.downgrade(store, "0061")
    migrating.upgrade(store)
    with store.reading() as session:
        assert queries.verify(Context(session, SYSTEM, NOW)).broken is None
        assert session.get_one(JournalEntry, 2).actor_name.startswith("illisible"), "its key went with the table"
