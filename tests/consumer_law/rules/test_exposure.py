"""Legal ceilings: what moves them, and what never may."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consumer_law import legislation
from portal.consumer_law.rules.exposure import (
    Breach,
    LateRefunds,
    Party,
    ceiling,
    ceiling_sums,
    every_fine,
    fines_touched,
    has_ceiling,
    is_of_controller_alone,
    late_refund_cost,
    tiers,
)
from portal.samples.rules.faults import CallFault, CaseFault

DAY = date(2026, 11, 24)
RULES = legislation.ceilings()
turnovers = st.none() | st.decimals(min_value=0, max_value=10**13, places=2)
breaches = st.builds(Breach, st.integers(1, 99).map(str), st.booleans())
groups = st.lists(st.lists(breaches, max_size=4), max_size=5)
parties = st.sampled_from(Party)


@given(turnovers, turnovers, groups, parties)
def test_a_higher_turnover_never_lowers_a_ceiling(one, other, chosen, party):
    low, high = sorted((one or Decimal(0), other or Decimal(0)))
    assert ceiling(chosen, party, low, RULES, DAY).amount <= ceiling(chosen, party, high, RULES, DAY).amount
    assert tiers(low, RULES, DAY).lower <= tiers(high, RULES, DAY).lower


@given(turnovers, groups, parties)
def test_linked_breaches_never_cost_more_than_the_same_ones_unlinked(turnover, chosen, party):
    flat = [one for group in chosen for one in group]
    linked = ceiling([flat], party, turnover, RULES, DAY).amount
    assert linked <= ceiling(chosen, party, turnover, RULES, DAY).amount
    assert linked <= ceiling([[one] for one in flat], party, turnover, RULES, DAY).amount


@given(turnovers)
def test_the_upper_tier_is_never_below_the_lower_one(turnover):
    both = tiers(turnover, RULES, DAY)
    assert both.upper >= both.lower >= Decimal(10_000_000)


@given(turnovers, groups, breaches, st.integers(0, 5), parties)
def test_one_more_breach_never_lowers_a_ceiling(turnover, chosen, added, place, party):
    more = [*map(list, chosen), []]
    more[min(place, len(more) - 1)].append(added)
    assert ceiling(chosen, party, turnover, RULES, DAY).amount <= ceiling(more, party, turnover, RULES, DAY).amount


@given(turnovers, groups)
def test_a_vendor_that_decided_of_the_purposes_never_risks_less(turnover, chosen):
    processor = ceiling(chosen, Party.PROCESSOR, turnover, RULES, DAY).amount
    assert processor <= ceiling(chosen, Party.OWN_PURPOSES, turnover, RULES, DAY).amount


@given(turnovers)
def test_each_sum_says_what_it_adds_up_to(turnover):
    for one, tier in zip(ceiling_sums(turnover, RULES, DAY), ("lower", "upper"), strict=True):
        assert one.amount == max(one.fixed, one.part or 0) == getattr(tiers(turnover, RULES, DAY), tier)
        assert (one.part is None) is (turnover is None)


@pytest.mark.parametrize(("turnover", "lower", "upper"), [(30, 10, 20), (500, 10, 20), (1_200, 24, 48)])
def test_the_three_turnovers_of_the_fact_base(turnover, lower, upper):
    both = tiers(Decimal(turnover) * 10**6, RULES, DAY)
    assert (both.lower, both.upper) == (lower * 10**6, upper * 10**6)


def test_article_83_sets_no_ceiling_for_every_article():
    assert not has_ceiling(Breach("10"), RULES, DAY)
    assert not has_ceiling(Breach("24"), RULES, DAY)
    assert has_ceiling(Breach("28(3)(h)"), RULES, DAY)
    assert ceiling([[Breach("10")]], Party.CONTROLLER, None, RULES, DAY).amount == 0


def test_some_articles_are_addressed_to_the_controller_alone():
    found = {str(n) for n in range(1, 100) if is_of_controller_alone(Breach(str(n)), RULES, DAY)}
    assert {"5", "13", "35"} <= found
    assert not {"28", "32", "33", "44"} & found
    assert not is_of_controller_alone(Breach("5", is_order=True), RULES, DAY)


def test_a_consumer_fine_is_touched_by_the_articles_it_punishes_by_its_own_and_by_what_was_measured():
    for cited, measured, expected in (
        (["conso L221-25"], "", ("consumer.withdrawal",)),
        (["conso L221-5"], "", ("consumer.information",)),
        (["conso L223-1"], "", ("consumer.calls",)),
        (["conso L221-16"], "", ("consumer.signed",)),
        (["conso L242-13"], "", ("consumer.withdrawal",)),
        (["conso L221-13"], "", ("consumer.information",)),
        (["conso L221-7"], "", ()),
        (["conso D223-9"], "", ("consumer.calls",)),
        (["conso L221-10"], "", ("consumer.doorstep",)),
        (["conso L242-6"], "", ("consumer.doorstep",)),
        ([], "banned-training", ("consumer.training",)),
        ([], "called-too-often", ("consumer.calls",)),
        (["conso L221-22", "conso L215-1-1", "28(3)"], "a.question", ()),
        ([], "late-refund", ("consumer.withdrawal",)),
    ):
        assert fines_touched(cited, measured, RULES, DAY) == expected, cited


def test_what_was_measured_is_named_as_samples_name_it():
    named = {key for fine in every_fine(RULES, DAY).values() for key in fine.rule.figures.get("measured", ())}
    assert named <= {*CaseFault, *CallFault}
    # A delay that only our contract sets breaches no article.
    assert not named & {
        CaseFault.LATE_LOGGING,
        CaseFault.LATE_FORWARDING,
        CaseFault.LATE_ACKNOWLEDGEMENT,
        CallFault.LATE_SUPPRESSION,
    }


def test_a_company_never_risks_less_than_a_person():
    fines = every_fine(RULES, DAY)
    assert {fine.rule.article for fine in fines.values()} == {
        "C. conso. L242-10", "C. conso. L242-12", "C. conso. L242-13", "C. conso. L242-16", "C. conso. L242-5 à L242-7",
        "C. trav. L6323-8-1",
    }  # fmt: skip
    assert all(fine.company == 5 * fine.person for fine in fines.values())


@pytest.mark.parametrize(
    ("name", "day", "amounts"),
    [
        ("consumer.signed", date(2020, 7, 25), (3_000, 15_000)),
        ("consumer.signed", date(2020, 7, 26), (75_000, 375_000)),
        ("consumer.calls", date(2020, 7, 25), (15_000, 75_000)),
        ("consumer.calls", date(2020, 7, 26), (75_000, 375_000)),
    ],
)
def test_a_fine_is_that_of_its_day(name, day, amounts):
    fine = every_fine(RULES, day)[name]
    assert (fine.person, fine.company) == amounts


def test_the_whole_list_of_l242_10_holds_since_the_28th_of_may_2022():
    listed = [f"conso L221-{number}" for number in (5, 6, 8, 11, 12, 13, 14)]
    assert all(fines_touched([one], "", RULES, DAY) == ("consumer.information",) for one in listed)
    assert fines_touched(["conso L221-14"], "", RULES, date(2022, 5, 27)) == ()


late = st.builds(LateRefunds, st.decimals(0, 5000, places=2), st.integers(-30, 400), st.integers(1, 50))


@given(st.lists(late, max_size=8), late, st.none() | st.decimals(0, 10**6, places=2))
def test_one_more_late_refund_never_lowers_the_surcharge_and_a_sample_adds_its_own(refunds, added, sample):
    clocks = legislation.clocks()
    alone, more = late_refund_cost(refunds, clocks, DAY), late_refund_cost([*refunds, added], clocks, DAY)
    assert alone.surcharge <= more.surcharge
    assert alone.surcharge <= sum(one.owed * one.times for one in refunds if one.days_late > 0)
    with_sample = late_refund_cost(refunds, clocks, DAY, from_samples=sample)
    assert with_sample.surcharge == alone.surcharge + (sample or 0)
    assert with_sample.refunds == alone.refunds == sum(one.times for one in refunds if one.days_late > 0)


def test_refunds_that_are_alike_are_counted_each_once():
    clocks = legislation.clocks()
    found = late_refund_cost(
        [LateRefunds(Decimal("129.90"), 25, 340), LateRefunds(Decimal(59), 8), LateRefunds(Decimal(420), 65)],
        clocks,
        DAY,
    )
    assert (found.refunds, found.interest_only) == (342, 1)
    assert found.surcharge == 340 * Decimal("12.99") + Decimal("210.00")
