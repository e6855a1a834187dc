"""What a search counts and what it shows agree, whether there are few or more than are counted."""

import pytest
from sqlalchemy import select

from portal.core import found
from portal.core.found import first_of, found_of, totals_of
from portal.vendors.models import Vendor
from tests.factories.world import vendor_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def starting(session):
    """`starting("Nuage")` gives what is found of the vendors whose name begins so, by name."""

    def of(beginning):
        begins = Vendor.name.startswith(beginning)
        shown = select(Vendor.id, Vendor.name).order_by(Vendor.folded_name, Vendor.id)
        return found_of(shown, Vendor.id, select(Vendor.id).where(begins), every=[begins])

    return of


def names(session, kind, total, size=20):
    page = first_of(session, kind, {}, total=total, size=size)
    return [row.name for row in page.rows], page.total, page.size


def test_kinds_are_counted_in_one_statement(session, starting, statements):
    for name in ("Nuage Beta", "Nuage Acme", "Brume"):
        vendor_of(session, name=name)
    session.flush()
    statements.clear()
    assert totals_of(session, [starting("Nuage"), starting("Brume"), starting("Pluie")], {}) == [2, 1, 0]
    assert len(statements) == 1
    statements.clear()
    assert totals_of(session, [], {}) == []
    assert statements == [], "nothing is asked for when nothing is looked for"


def test_what_is_not_there_is_not_read(session, starting, statements):
    assert names(session, starting("Pluie"), 0) == ([], 0, 20)
    assert statements == []


@pytest.mark.parametrize("total", [3, found.MOST_COUNTED + 1])
def test_few_and_many_are_shown_alike_and_in_order(session, starting, total):
    for name in ("Nuage Ceres", "Nuage Acme", "Nuage Beta", "Brume"):
        vendor_of(session, name=name)
    assert names(session, starting("Nuage"), total, size=2) == (["Nuage Acme", "Nuage Beta"], total, 2)


@pytest.mark.parametrize(("there", "counted"), [(2, 2), (3, 3), (4, 3)])
def test_of_more_than_are_counted_one_more_is_said(session, starting, monkeypatch, there, counted):
    monkeypatch.setattr(found, "MOST_COUNTED", 2)
    found._counting.cache_clear()
    try:
        for number in range(there):
            vendor_of(session, name=f"Nuage {number}")
        assert totals_of(session, [starting("Nuage")], {}) == [counted]
    finally:
        found._counting.cache_clear()
