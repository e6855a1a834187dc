"""A row written by a kept statement is what the unit of work would have written, its version and its place included."""

import pytest
from sqlalchemy import inspect, select

from portal.core import history
from portal.core.history import RowVersion
from portal.core.rows import insert_row, insert_row_unless_taken
from portal.vendors.models import Vendor
from portal.vendors.rules.status import VendorStatus
from tests.conftest import NOW

pytestmark = pytest.mark.both_databases
SAID = {"name": "Acme", "folded_name": "acme", "created_at": NOW}
OF_A_ROW = {"id", "key", "row_id", "content", "sha256", "mac", "batch", "parent_id"}


def as_stored(session, row):
    """Its columns as the database has them, but for those that make it itself."""
    table = Vendor.__table__
    found = session.execute(select(table).where(table.c.id == row.id)).mappings().one()
    return {name: value for name, value in found.items() if name not in OF_A_ROW}


def versions_of(session, row):
    wanted = select(RowVersion).where(RowVersion.kind == "vendor", RowVersion.row_id == row.id)
    return session.scalars(wanted.order_by(RowVersion.id)).all()


def test_it_is_the_row_that_the_unit_of_work_writes(session):
    plain = Vendor(key="one", **SAID)
    session.add(plain)
    session.flush()
    row = insert_row(session, Vendor, {"key": "two", **SAID})
    assert as_stored(session, row) == as_stored(session, plain)
    (theirs,), (ours,) = versions_of(session, plain), versions_of(session, row)
    assert {**ours.content, "key": "one"} == theirs.content
    assert (ours.at, ours.batch, ours.parent_id) == (theirs.at, theirs.batch, row.id)
    assert history.differences(session) == []


def test_the_session_holds_it_and_asks_nothing_more_of_what_was_said(session, statements):
    statements.clear()
    row = insert_row(session, Vendor, {"key": "two", **SAID})
    assert (row.key, row.status, row.notes, row.owner_id, row.grade) == ("two", VendorStatus.PROSPECT, {}, None, "")
    assert len(statements) == 2
    assert session.get(Vendor, row.id) is row
    assert inspect(row).persistent
    assert not session.is_modified(row)
    assert row.risk_points == -1, "what the database works out is read"
    row.name = "Acme SAS"
    session.flush()
    assert [version.content["name"] for version in versions_of(session, row)] == ["Acme", "Acme SAS"]


def test_one_that_its_savepoint_took_back_leaves_its_number_to_another(session):
    with session.begin_nested() as savepoint:
        taken_back = insert_row(session, Vendor, {"key": "one", **SAID})
        savepoint.rollback()
    row = insert_row(session, Vendor, {"key": "two", **SAID})
    assert row is not taken_back
    assert session.scalars(select(Vendor.key)).all() == ["two"]
    assert [version.content["key"] for version in versions_of(session, row)] == ["two"]


def test_what_another_row_has_already_is_not_written(session, statements):
    row = insert_row_unless_taken(session, Vendor, {"key": "one", **SAID}, "key")
    assert (row.key, row.status, row.notes, row.grade) == ("one", VendorStatus.PROSPECT, {}, "")
    assert [version.content["key"] for version in versions_of(session, row)] == ["one"]
    statements.clear()
    assert insert_row_unless_taken(session, Vendor, {"key": "one", **SAID}, "key") is None
    assert len(statements) == 1, "and leaves no version"
    assert history.differences(session) == []
