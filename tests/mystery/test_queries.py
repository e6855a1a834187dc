"""Lists, reach, the test before, and the series of a channel."""

from datetime import timedelta

import pytest

from portal.authz.context import Context
from portal.authz.policy import Permission, Role
from portal.core.errors import NotFound, Refused
from portal.mystery import queries, services
from portal.mystery.models import MysteryState
from portal.mystery.queries import MysteryFilter
from portal.mystery.rules.script import Way
from portal.mystery.services import PlanInput
from tests.factories.mystery import observed, planned, running
from tests.factories.world import vendor_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def legal(acting, app):
    return acting(Role.LEGAL)


def concluded(ctx, vendor, **different):
    test = running(ctx, vendor)
    observed(ctx, test, **different)
    services.conclude_test(ctx, test)
    return test


def test_what_is_to_be_done_comes_by_its_day_and_what_is_far_does_not_come(session, legal):
    vendor = vendor_of(session)
    soon = services.plan_tests(
        legal, vendor, PlanInput(Way.WEB, "https://x.test", None, legal.today + timedelta(days=9))
    )
    services.plan_tests(legal, vendor, PlanInput(Way.WEB, "https://y.test", None, legal.today + timedelta(days=31)))
    begun = running(legal, vendor)
    found = queries.to_do(legal)
    assert [row.id for row in found] == [begun.id, queries.planned_of(legal, soon).id]
    late = Context(session, legal.actor, legal.now + timedelta(days=60))
    assert len(queries.to_do(late)) == 3


def test_lists_are_bounded_by_reach_filtered_and_counted(session, legal, acting):
    buyer = acting(Role.BUYER)
    mine, other = vendor_of(session, name="Mien", owner_id=buyer.actor.id), vendor_of(session, name="Autre")
    planned(legal, mine)
    concluded(legal, other)
    assert queries.list_tests(legal, MysteryFilter()).total == 3
    assert [row.vendor_name for row in queries.list_tests(buyer, MysteryFilter()).rows] == ["Mien"]
    assert queries.list_tests(legal, MysteryFilter(vendor_id=other.id, state=MysteryState.CONCLUDED)).total == 1
    assert queries.vendors_tested(buyer) == [(mine.id, "Mien")]
    assert [row.vendor_name for row in queries.to_do(buyer)] == ["Mien"]
    found = queries.plans(buyer)
    assert (len(found.rows), found.total) == (1, 1)
    assert found.rows[0].next_on == legal.today


def test_plans_come_by_their_next_test_and_those_that_are_over_last_page_after_page(session, legal):
    """The page that ends the plans under way begins those that are over; no plan is lost, or there twice."""
    plans = []
    for number in range(30):
        day = legal.today + timedelta(days=number % 4)
        plans.append(services.plan_tests(legal, vendor_of(session), PlanInput(Way.WEB, "https://x.test", None, day)))
    over = plans[::6]
    for plan in over:
        queries.planned_of(legal, plan).state = MysteryState.SKIPPED
    doubled = queries.planned_of(legal, plans[1])
    session.add(type(doubled)(plan_id=doubled.plan_id, vendor_id=doubled.vendor_id, way=doubled.way, interface="x",
                              due_on=legal.today + timedelta(days=90)))  # fmt: skip
    session.flush()
    pages = [queries.plans(legal, page=number) for number in (1, 2, 3)]
    live = sorted((plan for plan in plans if plan not in over), key=lambda plan: (plan.first_on, plan.id))
    found = [(row.id, row.next_on) for page in pages for row in page.rows]
    assert found == [*((plan.id, plan.first_on) for plan in live), *((plan.id, None) for plan in over)]
    assert [(len(page.rows), page.total) for page in pages] == [(25, 30), (5, 30), (0, 30)]


def test_what_is_out_of_reach_does_not_exist(session, legal, acting):
    test = planned(legal, vendor_of(session))
    expert = acting(Role.EXPERT, vendor_ids=frozenset({test.vendor_id + 1}))
    with pytest.raises(NotFound):
        queries.get_test(expert, test.id, to=Permission.WITHDRAWAL_VIEW)
    with pytest.raises(NotFound):
        queries.get_plan(expert, test.plan_id, to=Permission.WITHDRAWAL_VIEW)
    invited = acting(Role.EXPERT, vendor_ids=frozenset({test.vendor_id}))
    assert queries.get_test(invited, test.id, to=Permission.WITHDRAWAL_VIEW).id == test.id


def test_a_proof_is_reached_through_its_own_test(session, legal):
    test, other = running(legal, vendor_of(session)), running(legal, vendor_of(session))
    observed(legal, test)
    words = queries.observations_of(legal, test.id)
    shown, bare = words["refunded"][0], words["reason"][0]
    assert queries.get_proof(legal, test, shown.id).stored_file.filename == "ecran.png"
    for wrong_test, wrong in ((other, shown.id), (test, bare.id), (test, 10**6)):
        with pytest.raises(NotFound):
            queries.get_proof(legal, wrong_test, wrong)


def test_the_test_before_is_the_last_one_of_the_same_channel(session, legal):
    vendor = vendor_of(session)
    first = concluded(legal, vendor, reason="Demandé.")
    later = Context(session, legal.actor, legal.now + timedelta(days=1))
    second = concluded(later, vendor)
    concluded(later, vendor_of(session))
    assert queries.previous_test(later, second).id == first.id
    assert queries.previous_test(later, first) is None
    assert queries.previous_test(later, running(later, vendor)).id == second.id
    assert queries.previous_test(later, running(later, vendor, Way.EMAIL)) is None


def test_a_series_runs_from_the_oldest_to_the_newest(session, legal):
    vendor = vendor_of(session)
    made = [concluded(Context(session, legal.actor, legal.now + timedelta(days=day)), vendor).id for day in range(14)]
    found = queries.series(legal, vendor.id, Way.PHONE)
    assert [one.test_id for one in found] == made[-queries.MOST_POINTS :]
    assert found[0].acknowledged_hours == 2


def test_a_vendor_is_found_by_its_name_or_refused_in_words(session, legal):
    exact = vendor_of(session, name="Acme Conseil")
    vendor_of(session, name="Acme Transport")
    assert queries.vendor_named(legal, "acme conseil").id == exact.id
    assert queries.vendor_named(legal, "Conseil").id == exact.id
    with pytest.raises(Refused, match="Plusieurs"):
        queries.vendor_named(legal, "Acme")
    for text in ("Inconnu", ""):
        with pytest.raises(Refused, match="Aucun"):
            queries.vendor_named(legal, text)
    assert queries.get_vendor(legal, exact.id).id == exact.id
    assert queries.get_vendor(legal, 10**6) is None
