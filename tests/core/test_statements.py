"""A statement is kept, never what it found: whoever differs in what they reach, ask or live through gets their own."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import reach
from portal.authz.policy import Permission, Role, Scope
from portal.core.pages import page_of
from portal.core.statements import KEPT, written_once
from portal.dashboard.queries import newest_decisions
from portal.vendors import queries
from portal.vendors.models import Vendor
from portal.vendors.queries import VendorFilter
from portal.vendors.rules.standing import ContractStanding
from portal.vendors.rules.status import VendorStatus
from tests.factories.world import vendor_of

pytestmark = pytest.mark.both_databases
READ = Permission.VENDOR_VIEW


def listed(ctx, **wanted):
    return [row.name for row in queries.vendors(ctx, VendorFilter(**wanted)).rows]


def test_a_statement_is_put_together_once_for_the_same_arguments():
    made = []
    write = written_once(lambda *asked: made.append(asked) or asked)
    assert [write("a", 1), write("b", 1), write("a", 1)] == [("a", 1), ("b", 1), ("a", 1)]
    assert made == [("a", 1), ("b", 1)]
    assert [write(number) for number in range(KEPT + 1)] == [(number,) for number in range(KEPT + 1)]
    assert write("a", 1) == ("a", 1)
    assert made[-1] == ("a", 1), "what is kept is bounded"


def test_what_somebody_reaches_is_the_same_for_all_who_reach_the_same(acting):
    one, other = acting(Role.DPO), acting(Role.DPO)
    assert reach(one, READ) == reach(other, READ)
    assert reach(one, READ).scope is Scope.ALL
    buyers = {reach(acting(Role.BUYER), Permission.VENDOR_EDIT) for _ in range(2)}
    experts = {reach(acting(Role.EXPERT, vendor_ids=frozenset({number})), READ) for number in (1, 2)}
    assert len({reach(one, READ), *buyers, *experts}) == 5


def test_nobody_is_shown_what_another_reaches(acting, session):
    dpo, owner = acting(Role.DPO), acting(Role.BUYER)
    acme = vendor_of(session, name="Acme", country="FR")
    beta = vendor_of(session, name="Beta", country="DE", owner_id=owner.actor.id)
    first, second = (acting(Role.EXPERT, vendor_ids=frozenset({vendor.id})) for vendor in (acme, beta))
    for _twice in range(2):
        assert [listed(ctx) for ctx in (dpo, first, second)] == [["Acme", "Beta"], ["Acme"], ["Beta"]]
        assert [queries.countries(ctx) for ctx in (dpo, first, second)] == [["DE", "FR"], ["FR"], ["DE"]]
        assert [len(queries.owners_within_reach(ctx)) for ctx in (dpo, first, second)] == [1, 0, 1]
        assert [row.name for row in queries.first_vendors(second, VendorFilter())] == ["Beta"]
        assert queries.count_by_standing(first).by_standing.total() == 1
    other = replace(first, actor=replace(first.actor, vendor_ids=second.actor.vendor_ids))
    assert listed(other) == ["Beta"], "given another vendor since"
    over = replace(first, actor=replace(first.actor, until=first.today - timedelta(days=1)))
    assert listed(over) == [], "whose access is over"


def test_a_page_counts_and_shows_what_was_written_since_and_nothing_that_was_taken_back(acting, session):
    dpo = acting(Role.DPO)
    vendor_of(session, name="Acme")
    assert (listed(dpo), listed(dpo, status=VendorStatus.PROSPECT)) == (["Acme"], [])
    with session.begin_nested() as savepoint:
        vendor_of(session, name="Beta", status=VendorStatus.PROSPECT)
        assert (listed(dpo), queries.vendors(dpo, VendorFilter()).total) == (["Acme", "Beta"], 2)
        assert listed(dpo, status=VendorStatus.PROSPECT) == ["Beta"]
        savepoint.rollback()
    assert (listed(dpo), queries.vendors(dpo, VendorFilter()).total) == (["Acme"], 1)


def test_words_of_as_many_find_each_their_own_and_parts_of_words_too(acting, session):
    acme, beta = (
        vendor_of(session, name="Nuage Acme", country="FR"),
        vendor_of(session, name="Nuage Beta", country="DE"),
    )
    dpo = acting(Role.DPO)
    expert = acting(Role.EXPERT, vendor_ids=frozenset({beta.id}))
    for _twice in range(2):
        assert (listed(dpo, words="cme"), listed(dpo, words="eta")) == (["Nuage Acme"], ["Nuage Beta"])
        assert listed(dpo, words="uag") == ["Nuage Acme", "Nuage Beta"]
        assert (listed(dpo, words="nuage et"), listed(dpo, words="nuage cm")) == (["Nuage Beta"], ["Nuage Acme"])
        assert (listed(expert, words="cme"), listed(expert, words="eta")) == ([], ["Nuage Beta"])
        assert listed(dpo, words="nuage", country="FR") == ["Nuage Acme"]
        assert listed(dpo, words="% _") == ["Nuage Acme", "Nuage Beta"], "nothing is left of what was typed"
        assert queries.vendors(dpo, VendorFilter(words="zz")).total == 0
    pages = [queries.vendors(dpo, VendorFilter(words="nuage"), page=number, size=1) for number in (1, 2)]
    assert [(page.rows[0].id, page.total) for page in pages] == [(acme.id, 2), (beta.id, 2)]
    assert queries.count_vendors(dpo, VendorFilter(words="cme")) == 1


def test_another_day_is_another_statement(acting, session):
    dpo = acting(Role.DPO)
    vendor_of(
        session, name="Acme", standing=ContractStanding.IN_FORCE, covered_until=dpo.today + timedelta(days=61),
        status=VendorStatus.ACTIVE,
    )  # fmt: skip
    tomorrow = replace(dpo, now=dpo.now + timedelta(days=1))
    for _twice in range(2):
        assert (listed(dpo, contract="expire"), listed(tomorrow, contract="expire")) == ([], ["Acme"])
        assert (queries.count_by_standing(dpo).expiring, queries.count_by_standing(tomorrow).expiring) == (0, 1)
    assert newest_decisions(dpo) == newest_decisions(tomorrow) == {}


def test_a_select_that_is_paged_again_gives_its_own_page(session):
    for name in ("Acme", "Beta", "Ceres"):
        vendor_of(session, name=name)
    every, one = select(Vendor.name).order_by(Vendor.name), select(Vendor.name).where(Vendor.name == "Beta")
    for _twice in range(2):
        assert [list(page_of(session, every, number, size=2).rows) for number in (1, 2)] == [
            ["Acme", "Beta"],
            ["Ceres"],
        ]
        assert (list(page_of(session, one).rows), page_of(session, one).total) == (["Beta"], 1)
        assert list(page_of(session, every, 1, size=3).rows) == ["Acme", "Beta", "Ceres"]


@pytest.mark.parametrize("role", [Role.EXPERT, Role.VENDOR_ADMIN, Role.BUYER, Role.DPO, Role.ANONYMOUS])
def test_a_statement_told_which_vendors_reaches_what_one_written_for_them_does(acting, session, role):
    numbers = [vendor_of(session, name=name).id for name in ("Acme", "Beta", "Gamma")]
    for bound in ([], numbers[:1], numbers[1:]):
        reached = reach(acting(role, vendor_ids=frozenset(bound)), Permission.SPACE_VIEW if role.is_vendor else READ)
        written = session.scalars(select(Vendor.id).where(reached.over(Vendor)).order_by(Vendor.id)).all()
        told = select(Vendor.id).where(reached.shape.over(Vendor)).order_by(Vendor.id)
        assert session.scalars(told, reached.parameters).all() == written
        if role in {Role.EXPERT, Role.VENDOR_ADMIN}:
            assert written == bound


def test_a_statement_that_is_told_vendors_is_one_for_all_of_them(acting):
    first, second = (reach(acting(Role.EXPERT, vendor_ids=frozenset({n})), READ) for n in (1, 2))
    assert first.shape == second.shape
    assert first.parameters != second.parameters
    assert first.shape != reach(acting(Role.DPO), READ).shape
