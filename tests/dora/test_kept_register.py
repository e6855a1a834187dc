"""What a process keeps of the register is what the database says: whatever changes it, by whatever way.

Each time, what is kept is compared with what is built from every row.
"""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, event, select, text, update

from portal.authz.context import Context
from portal.authz.policy import Actor, Role
from portal.chain.watches import CHAIN, CHAIN_MARKS
from portal.contracts.models import Contract
from portal.core import migrating, process
from portal.core.db import Base, Database
from portal.core.errors import Forbidden, NotFound
from portal.core.language import Language
from portal.dora import queries, register_page
from portal.dora.models import DoraContract, DoraService, DoraSubcontractor
from portal.dora.register_page import register_report
from portal.dora.watches import DORA_MARKS
from portal.vendors.models import LegalEntity, Service, Vendor
from tests.conftest import NOW, settings_for
from tests.factories.dora import complete_world, function_of, random_world
from tests.factories.world import audit_of

DPO = Actor(Role.DPO, 1, "Claire", "claire@exemple.test", Language.FR)


class Portal:
    """A portal whose commits last, and its register as a reader sees it."""

    def __init__(self, url, folder):
        self.database = Database.at(url)
        process.prepare(settings_for(folder, url))
        self.at = NOW

    def write(self, act):
        with self.database.transaction() as session:
            return act(session)

    def seen(self, on=None, actor=DPO):
        with self.database.reading() as session:
            return register_report(Context(session, actor, self.at), on)

    def agrees(self):
        """The register, once it is seen to be what it should be, built and then kept."""
        shown = self.seen()
        with self.database.reading() as session:
            assert shown == register_page._built(Context(session, DPO, self.at), None)
        assert self.seen() is shown, "kept"
        return shown


@pytest.fixture
def portal(lasting_url, tmp_path):
    register_page._REPORTS.clear()
    found = Portal(lasting_url, tmp_path)
    yield found
    found.database.engine.dispose()


def begin(session):
    """A row in every table that is read, and companies of the chain."""
    complete_world(session)
    random_world(session, 3)
    audit_of(session, session.scalars(select(Vendor)).first())


def of_nobody(session):
    session.execute(update(Service).values(legal_entity_id=None))


def vendor_renamed(session):
    session.execute(update(Vendor).values(legal_name="Autre raison", lei=""))


def entity_renamed(session):
    session.scalars(select(LegalEntity)).first().name = "Banque renommée"


def contract_ends(session):
    session.execute(update(Contract).values(terminates_on=(NOW + timedelta(days=90)).date()))


def reference_typed(session):
    session.execute(update(DoraContract).values(reference="REF-7"))


def function_added(session):
    function_of(session, session.scalars(select(LegalEntity)).first(), name="Virements")


def not_ict(session):
    session.execute(update(DoraService).values(is_ict=False))


def chain_moves(session):
    session.connection().exec_driver_sql("UPDATE chain_company SET name = name || ' et Cie'")


CHANGES = (entity_renamed, vendor_renamed, contract_ends, reference_typed, function_added, chain_moves, of_nobody,
           not_ict)  # fmt: skip


def test_each_way_of_changing_the_register_shows_at_once(portal):
    portal.write(begin)
    before = portal.agrees()
    for change in CHANGES:
        portal.write(change)
        after = portal.agrees()
        assert after != before, f"{change.__name__} changes the register"
        before = after


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_entered_is_read_at_once(portal, seed):
    for number in range(3):
        portal.write(lambda session, number=number: random_world(session, 10 * seed + number))
        portal.agrees()
    portal.write(lambda session: session.execute(delete(DoraSubcontractor)))
    portal.agrees()


def test_each_column_that_is_watched_draws_another_mark(portal):
    portal.write(begin)
    drawn = {mark_of(portal)}
    for name, watched in DORA_MARKS.watched.items():
        columns = Base.metadata.tables[name].columns
        for column in [columns[one] for one in watched.columns] or [*columns]:
            portal.write(lambda session, own=column: session.execute(update(own.table).values({own: own})))
            before, now = len(drawn), mark_of(portal)
            drawn.add(now)
            assert len(drawn) == before + 1, column


def test_a_row_added_or_taken_away_draws_another_mark(portal):
    drawn = {mark_of(portal)}
    portal.write(begin)
    drawn.add(mark_of(portal))
    portal.write(lambda session: session.execute(delete(DoraSubcontractor)))
    drawn.add(mark_of(portal))
    assert len(drawn) == 3


def mark_of(portal):
    with portal.database.reading() as session:
        return DORA_MARKS.read(session)["dora"]


def test_a_day_that_comes_is_built_anew_and_a_past_one_each_time(portal):
    portal.write(begin)
    before = portal.agrees()
    assert portal.seen(NOW.date()) is before
    yesterday = (NOW - timedelta(days=1)).date()
    assert portal.seen(yesterday) is not portal.seen(yesterday)
    assert portal.seen() is before
    portal.at = NOW + timedelta(days=1)
    assert portal.agrees() != before, "its reference date is the day it is read"


def test_what_is_kept_is_shown_to_who_may_see_it_alone(portal):
    portal.write(begin)
    kept = portal.agrees()
    with pytest.raises(Forbidden):
        portal.seen(actor=Actor(Role.VENDOR_ADMIN, 2, "X"))
    assert portal.seen() is kept
    portal.write(lambda session: session.execute(update(LegalEntity).values(keeps_dora_register=False)))
    with pytest.raises(NotFound):
        portal.seen()


def test_who_writes_sees_what_it_wrote_and_nobody_else_before_it_ends(portal):
    portal.write(begin)
    before = portal.agrees()
    with portal.database.session(write=True) as session:
        for change in (entity_renamed, reference_typed):
            change(session)
            session.flush()
            own = register_report(Context(session, DPO, NOW))
            assert own == register_page._built(Context(session, DPO, NOW), None)
            assert own != before
        assert portal.seen() is before
        session.rollback()
    assert portal.seen() is before


def test_what_is_not_watched_is_not_kept(portal):
    """A migration that copies a table takes its triggers away; a person may disable one: then all is read each time."""
    portal.write(begin)
    portal.agrees()
    with portal.database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER dora_watch_service_update")
        else:
            connection.exec_driver_sql("ALTER TABLE service DISABLE TRIGGER dora_watch_service")
    with portal.database.reading() as session:
        assert queries.register_key(Context(session, DPO, NOW)) is None
    assert portal.seen() is not portal.seen()
    portal.write(of_nobody)
    with portal.database.reading() as session:
        assert portal.seen() == register_page._built(Context(session, DPO, NOW), None)


def test_the_way_back_and_forward_again_marks_anew(portal):
    portal.write(begin)
    before = portal.agrees()
    migrating.downgrade(portal.database, "0099")
    portal.write(entity_renamed)
    migrating.upgrade(portal.database)
    assert portal.agrees() != before


def test_every_trigger_stands_once_the_database_is_up_to_date(portal):
    with portal.database.reading() as session:
        dialect = session.get_bind().dialect.name
        told = "SELECT tgname FROM pg_trigger" if dialect == "postgresql" else "SELECT name FROM sqlite_master"
        held = {name for name in session.scalars(text(told)) if name.startswith("dora_watch_")}
        assert held == DORA_MARKS.trigger_names(dialect)
        assert DORA_MARKS.read(session) is not None


def test_the_triggers_of_a_drill_s_copy_are_those_of_the_migration(tmp_path):
    """Each stands in two places, for a migration never changes: whoever edits one is told of the other."""
    made, copied = (Database.at(f"sqlite:///{tmp_path / name}.db") for name in ("made", "copied"))
    migrating.upgrade(made)
    Base.metadata.create_all(copied.engine)
    told = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'dora_watch_%'")
    texts = []
    for database in (made, copied):
        with database.reading() as session:
            texts.append({name: " ".join(sql.split()) for name, sql in session.execute(told)})
        database.engine.dispose()
    assert set(texts[0]) == DORA_MARKS.trigger_names("sqlite")
    assert texts[0] == texts[1]


def test_every_column_that_is_read_to_build_it_is_watched(portal):
    portal.write(begin)
    told = []
    listen = (portal.database.engine, "before_cursor_execute", lambda *found: told.append(found[2]))
    event.listen(*listen)
    portal.seen()
    event.remove(*listen)
    watched = DORA_MARKS.watched
    read = {pair for statement in told for pair in re.findall(r"\b(\w+)\.(\w+)\b", statement) if pair[0] in watched}
    assert {table for table, _ in read} == set(watched), "every table is read"
    missed = {(table, column) for table, column in read if (of := watched[table].columns) and column not in of}
    assert {column for _, column in missed} <= {"id"}, "a number does not change"
    tables = {name for statement in told for name in re.findall(r"(?:FROM|JOIN) (\w+)", statement)}
    marked_elsewhere = {name for name, one in CHAIN_MARKS.watched.items() if one.kind == CHAIN}
    assert tables & set(Base.metadata.tables) <= {*watched, *marked_elsewhere}
