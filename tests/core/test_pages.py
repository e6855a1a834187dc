import pytest
from sqlalchemy import bindparam, select

from portal.core.pages import page_of, page_sought
from portal.vendors.models import Vendor
from tests.factories.world import vendor_of


@pytest.fixture
def names(session):
    for name in ("Acme", "Beta", "Ceres", "Delos", "Eos"):
        vendor_of(session, name=name)
    return select(Vendor.name).order_by(Vendor.name)


def test_pages_follow_each_other_without_a_gap(session, names):
    pages = [page_of(session, names, number, size=2) for number in (1, 2, 3, 4)]
    assert [list(page.rows) for page in pages] == [["Acme", "Beta"], ["Ceres", "Delos"], ["Eos"], []]
    assert [(page.previous, page.following) for page in pages] == [(None, 2), (1, 3), (2, None), (3, None)]
    assert {(page.pages, page.total) for page in pages} == {(3, 5)}


def test_a_total_that_is_known_is_not_counted_again(session, names, statements):
    session.flush()
    statements.clear()
    assert page_of(session, names, size=2, total=5).pages == 3
    assert len(statements) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("letter", ["s", "e", "x"])
def test_a_page_that_is_sought_is_the_same_and_asks_once(session, names, letter, statements):
    wanted = select(Vendor.id).where(Vendor.name.contains(letter)).order_by(Vendor.name.desc())
    asked = wanted.where(Vendor.name != bindparam("but"))
    session.flush()
    for number in (1, 2, 3, 9):
        page = page_of(session, asked, number, size=1, asked={"but": "Eos"})
        statements.clear()
        sought = page_sought(session, asked, number, size=1, asked={"but": "Eos"})
        assert (list(sought.rows), sought.number, sought.total) == (list(page.rows), number, page.total)
        assert len(statements) == (1 if page.rows or number == 1 else 2), "it is counted apart past the last page alone"


def test_the_rows_read_for_identifiers_take_their_place(session, names):
    page = page_of(session, names, 2, size=2)
    shown = page.showing([name.upper() for name in page.rows])
    assert (shown.rows, shown.number, shown.total) == (["CERES", "DELOS"], 2, 5)
