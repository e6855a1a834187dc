"""What rows said on a day is what a replay of everything that was done to them says."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, inspect, select, update
from sqlalchemy.orm import Session, load_only

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.chain.models import ChainTransfer
from portal.core import history, migrating
from portal.core.db import Database
from portal.core.history import AlteredHistory, HistoryStart, RowVersion, kept_models, rows_as_of
from portal.vendors.models import Contact, ContactRole, LegalEntity, Service, Vendor
from portal.vendors.rules.facts import Access, Volume
from tests.architecture.test_migrations import StandingTables, _row
from tests.conftest import NOW
from tests.factories.world import vendor_of

KINDS = (Service, Contact)
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "same", "move", "remove", "undone"]), st.sampled_from(KINDS),
        st.integers(0, 3), st.sampled_from(["a", "b", "é « »"]), st.booleans(),
    ),
    max_size=24,
)  # fmt: skip


def at(session, day):
    """A context so many days later."""
    return Context(session, SYSTEM, NOW + timedelta(days=day))


def added(session, kind, vendor, word, number):
    if kind is Service:
        row = Service(vendor_id=vendor.id, name=word, volume=Volume.UNKNOWN, access=Access.UNKNOWN, locations=[word])
    else:
        row = Contact(vendor_id=vendor.id, name=word, email=f"{number}@x.test", role=ContactRole.PRIVACY)
    session.add(row)
    session.flush()
    return row


def told(row):
    """What the replay and the history both say of a row."""
    return type(row).__name__, row.id, row.vendor_id, row.name


def done(session, what, rows, pair, word, number, kind, place):
    """Do one edit; `rows` holds those that are there."""
    held = [row for row in rows if isinstance(row, kind)]
    if what == "add" or not held:
        rows.append(added(session, kind, pair[place % 2], word, number))
        return
    row = held[place % len(held)]
    if what == "remove":
        session.delete(row)
        rows.remove(row)
    elif what == "move":
        row.vendor_id = pair[1].id if row.vendor_id == pair[0].id else pair[0].id
    elif what == "undone":
        with session.begin_nested() as savepoint:
            row.name = "never"
            session.flush()
            savepoint.rollback()
        session.refresh(row)
    else:
        row.name = word if what == "change" else row.name
    session.flush()


@pytest.mark.both_databases
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(edits=EDITS)
def test_the_state_as_of_any_instant_is_that_of_a_replay(session, backend, edits):
    with session.begin_nested() as example:
        at(session, 0)
        pair = vendor_of(session), vendor_of(session)
        rows, replayed = [], []
        for day, (what, kind, place, word, _both) in enumerate(edits, 1):
            at(session, day)
            done(session, what, rows, pair, word, day, kind, place)
            replayed.append(sorted(map(told, rows)))
        for day, expected in enumerate(replayed, 1):
            just_after = NOW + timedelta(days=day, seconds=1)
            for vendor in pair:
                found = [
                    one for kind in KINDS for one in rows_as_of(session, kind, just_after, parents=[vendor.id]).rows
                ]
                assert sorted(map(told, found)) == [one for one in expected if one[2] == vendor.id]
        assert not rows_as_of(session, Vendor, NOW, parents=[pair[0].id]).rows, "an instant that is not over"
        example.rollback()
    session.expunge_all()


def test_nothing_is_known_of_what_was_before_history_began(session):
    vendor = vendor_of(session)
    session.execute(update(HistoryStart).where(HistoryStart.kind == "vendor").values(at=NOW))
    session.execute(update(RowVersion).values(at=NOW - timedelta(days=3)))
    before = rows_as_of(session, Vendor, NOW - timedelta(days=1), parents=[vendor.id])
    assert (before.rows, before.is_known, before.unknown_before) == ((), False, NOW)
    after = rows_as_of(session, Vendor, NOW + timedelta(seconds=1), parents=[vendor.id])
    assert after.is_known
    assert [one.name for one in after.rows] == [vendor.name]
    session.execute(delete(HistoryStart).where(HistoryStart.kind == "vendor"))
    assert not rows_as_of(session, Vendor, NOW + timedelta(days=9), parents=[vendor.id]).is_known


def test_a_version_that_was_changed_is_not_believed(session):
    vendor = vendor_of(session)
    session.execute(update(RowVersion).where(RowVersion.kind == "vendor").values(content={"name": "Autre"}))
    with pytest.raises(AlteredHistory):
        rows_as_of(session, Vendor, NOW + timedelta(days=1), parents=[vendor.id])


def test_a_write_costs_one_statement_and_what_changes_nothing_costs_none(session, statements):
    vendor = vendor_of(session)
    row = added(session, Service, vendor, "a", 1)
    statements.clear()
    row.name = "b"
    session.flush()
    assert len(statements) == 2, "the row, its version"
    statements.clear()
    row.name, row.notes = "b", {"any": "thing"}
    session.flush()
    assert len(statements) == 1, "what is not kept leaves no version"
    statements.clear()
    session.add_all(
        Service(vendor_id=vendor.id, name=f"n° {n}", volume=Volume.UNKNOWN, access=Access.UNKNOWN) for n in range(60)
    )
    session.flush()
    versions = [one for one in statements if "row_version" in one]
    assert len(versions) == 1, "one statement whatever the number of rows"


@pytest.mark.both_databases
def test_what_a_savepoint_took_back_is_not_named_with_the_versions_of_a_transaction(session, statements):
    def named():
        batch = session.scalar(select(RowVersion.batch).order_by(RowVersion.id.desc()))
        seals = session.scalars(select(RowVersion.mac).where(RowVersion.batch == batch).order_by(RowVersion.id)).all()
        return history.named(batch, seals)

    vendor_of(session)
    vendor_of(session)
    statements.clear()
    told = history.written(session)
    assert statements == [], "each is known as it is written"
    assert told == named()
    with session.begin_nested() as savepoint:
        vendor_of(session)
        savepoint.rollback()
    assert history.written(session) == told == named()
    with session.begin_nested():
        vendor_of(session)
    assert history.written(session) == named() != told


def test_a_row_of_which_little_was_loaded_is_kept_whole(session):
    vendor = vendor_of(session, name="Nuage", country="FR")
    number = vendor.id
    session.expunge_all()
    lean = session.scalars(
        select(Vendor).options(load_only(Vendor.name, raiseload=True)).where(Vendor.id == number)
    ).one()
    lean.name = "Nuage Clair"
    session.flush()
    *_earlier, last = session.scalars(select(RowVersion).where(RowVersion.row_id == number).order_by(RowVersion.id))
    assert (last.content["name"], last.content["country"]) == ("Nuage Clair", "FR")
    assert history.differences(session) == []


def test_a_row_that_a_statement_wrote_is_noted_once_told(session):
    vendor = vendor_of(session)
    assert history.differences(session) == []
    session.execute(update(Vendor.__table__).where(Vendor.id == vendor.id).values(legal_name="Autre SAS"))
    assert history.differences(session) == [("vendor", vendor.id)]
    history.keep_written(session, Vendor, [vendor.id])
    assert history.differences(session) == []
    (past,) = rows_as_of(session, Vendor, NOW + timedelta(seconds=1), row_ids=[vendor.id]).rows
    assert past.legal_name == "Autre SAS"
    assert past.status is vendor.status


def test_what_belongs_to_nobody_is_kept_too(session):
    entity = LegalEntity(key="maison", name="Maison", created_at=NOW)
    session.add(entity)
    session.flush()
    (past,) = rows_as_of(session, LegalEntity, NOW + timedelta(seconds=1), row_ids=[entity.id]).rows
    assert (past.name, past.is_financial) == ("Maison", None)


@pytest.mark.parametrize("kind", sorted(kept_models()))
def test_every_kept_column_exists_and_every_kept_table_says_from_when(session, kind):
    model = kept_models()[kind]
    assert set(model.kept_columns) <= {column.name for column in model.__table__.columns}
    assert session.scalar(select(func.count()).select_from(HistoryStart).where(HistoryStart.kind == kind)) == 1
    if model.kept_parent:
        assert model.kept_parent in model.__table__.columns


@pytest.fixture
def before(empty_url):
    """A database as it was before history was kept."""
    database = Database.at(empty_url)
    migrating.upgrade(database, "0055")
    yield database
    database.engine.dispose()


def test_rows_of_before_are_the_first_versions_and_what_was_earlier_is_unknown(before):
    with before.engine.begin() as connection:
        tables = StandingTables(connection)
        vendor = _row(connection, tables, "vendor", status="actif", owner_id=None, name="Hébergeur « Sud »")
        unknown = {"volume": "inconnu", "access": "inconnu", "categories": [], "ended_on": None}
        service = _row(connection, tables, "service", vendor_id=vendor, locations=["FR", "US"], **unknown)
        company = _row(connection, tables, "chain_company", name="Tiers", vendor_id=None)
        said = {"assessed_on": date(2026, 3, 1), "tool": "clauses", "module": "m2", "fallback": "inconnu"}
        _row(connection, tables, "chain_transfer", company_id=company, **said)
    migrating.upgrade(before)
    with Session(before.engine) as session:
        start = session.scalars(select(HistoryStart).where(HistoryStart.kind == "vendor")).one().at
        assert start is not None
        later = start.replace(year=start.year + 1)
        (found,) = rows_as_of(session, Vendor, later, parents=[vendor]).rows
        assert found.name == "Hébergeur « Sud »"
        (held,) = rows_as_of(session, Service, later, parents=[vendor]).rows
        assert (held.id, held.locations, held.ended_on) == (service, ["FR", "US"], None)
        (transfer,) = rows_as_of(session, ChainTransfer, later, parents=[company]).rows
        assert transfer.assessed_on == date(2026, 3, 1)
        assert not rows_as_of(session, Vendor, start, parents=[vendor]).is_known
        assert history.differences(session) == [], "the migration writes what the models keep"
    migrating.downgrade(before, "0055")
    left = set(inspect(before.engine).get_table_names())
    assert not left & {"row_version", "history_start"}
    assert "vendor" in left
