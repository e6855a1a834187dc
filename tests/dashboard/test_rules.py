from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import Language, say
from portal.core.translation import translate
from portal.dashboard.portfolio_page import trend_title
from portal.dashboard.rules import (
    MOST_DECISIONS,
    DecisionChoice,
    PendingDecision,
    TakenDecision,
    Urgency,
    decisions,
    headline,
    heat_map,
)
from portal.scorecards.overview import MonthLevel
from portal.vendors.rules.tier import Tier

GRADES = ("A", "B", "C", "D", "E")
waiting = st.builds(
    PendingDecision,
    urgency=st.sampled_from(Urgency),
    vendor_id=st.integers(1, 30),
    vendor=st.text(max_size=5),
    tier=st.none() | st.sampled_from(Tier),
    why=st.just(say("…")),
    on=st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
)
counts = st.dictionaries(
    st.tuples(st.none() | st.integers(1, 5), st.sampled_from([*GRADES, ""])), st.integers(0, 500), max_size=36
)


@given(st.lists(waiting, max_size=40))
def test_decisions_are_few_sorted_by_gravity_and_said_once_per_vendor(found):
    kept = decisions(found)
    assert len(kept) <= MOST_DECISIONS
    assert [m.urgency for m in kept] == sorted(m.urgency for m in kept)
    assert len({m.vendor_id for m in kept}) == len(kept)


@given(st.lists(waiting, max_size=12))
def test_every_reason_about_a_vendor_is_said_or_counted(found):
    kept = decisions(found, most=len(found))
    said = [reason for m in kept for reason in (m, *m.also)]
    assert sum(1 + reason.others for reason in said) == len(found)
    assert {(m.vendor_id, m.urgency) for m in said} == {(m.vendor_id, m.urgency) for m in found}
    assert all(
        [m.urgency, *(a.urgency for a in m.also)] == sorted({m.urgency, *(a.urgency for a in m.also)}) for m in kept
    )


def test_a_vendor_with_three_reasons_takes_one_line_of_ten():
    """Four lines of the demonstration's ten spoke of one vendor."""
    reasons = [
        PendingDecision(urgency, 1, "A", Tier.CRITICAL, say("…"))
        for urgency in (Urgency.LATE_AUDIT, Urgency.NO_CONTRACT, Urgency.EXPIRED_PROOF)
    ]
    (kept,) = decisions(reasons)
    assert (kept.urgency, [a.urgency for a in kept.also]) == (
        Urgency.NO_CONTRACT,
        [Urgency.LATE_AUDIT, Urgency.EXPIRED_PROOF],
    )


def test_what_is_not_shown_of_a_vendor_is_counted():
    one = PendingDecision(Urgency.OVERDUE_FINDING, 1, "A", Tier.LOW, say("Constat ancien"), date(2026, 1, 1))
    (kept,) = decisions([replace(one, on=date(2026, 2, 1)), one])
    assert (kept.on, translate(kept.words, Language.FR)) == (
        date(2026, 1, 1),
        "Constat ancien\u202f; et un autre de même nature",
    )
    (kept,) = decisions([one, one, one])
    assert translate(kept.words, Language.EN).endswith("; and 2 more of the same kind")


@given(st.lists(waiting, max_size=40))
def test_nothing_left_out_is_graver_than_what_is_kept(found):
    kept = decisions(found)
    if len(kept) == MOST_DECISIONS:
        left = [m for m in found if m.vendor_id not in {k.vendor_id for k in kept}]
        assert all(m.urgency >= kept[-1].urgency for m in left)


def test_at_equal_gravity_the_riskier_vendor_comes_first():
    low = PendingDecision(Urgency.LATE_AUDIT, 1, "A", Tier.LOW, say("…"), date(2026, 1, 1))
    high = PendingDecision(Urgency.LATE_AUDIT, 2, "B", Tier.CRITICAL, say("…"), date(2026, 6, 1))
    assert decisions([low, high]) == [high, low]


@given(counts)
def test_the_heat_map_loses_nobody(found):
    heat = heat_map(found, GRADES)
    assert heat.total == sum(found.values())
    assert [level for level, _ in heat.rows] == [5, 4, 3, 2, 1]


def test_the_message_names_the_weak_before_the_unknown():
    assert "n’apporte pas" in str(headline(heat_map({(4, "E"): 1, (5, ""): 3}, GRADES)))
    assert "3 sous-traitant" in str(headline(heat_map({(5, ""): 3}, GRADES)))
    assert "Aucun" in str(headline(heat_map({(5, "A"): 3, (1, "E"): 4}, GRADES)))


def test_what_nobody_described_is_not_said_to_be_without_risk():
    """The cheapest lie: to leave the services of a vendor graded E undescribed."""
    assert str(headline(heat_map({(None, "E"): 1, (1, "A"): 4}, GRADES))).startswith("Personne n’a dit le risque d’un")
    assert "le risque de 3 sous-traitants" in str(headline(heat_map({(None, "E"): 2, (None, ""): 1}, GRADES)))
    assert "n’apporte pas" in str(headline(heat_map({(4, "E"): 1, (None, "E"): 3}, GRADES)))


MONTH_LEVELS = st.builds(
    lambda month, vendors, mean: MonthLevel(month, vendors, vendors * mean),
    st.dates(date(2024, 1, 1), date(2026, 1, 1)), st.integers(1, 4), st.integers(0, 10_000),
)  # fmt: skip


@given(st.lists(MONTH_LEVELS, min_size=2, max_size=12))
def test_the_trend_says_the_difference_of_the_levels_printed_and_of_how_many(points):
    """From 63 to 74 it said « 10 points »; a vendor that joins well graded was a mean that gains, without a word."""
    first, last = points[0], points[-1]
    said, change = str(trend_title(points)), abs(round(last.mean) - round(first.mean))
    assert (f" {change} points " in said) if change > 1 else ("un point" in said or "le même" in said)
    assert (f", {last.vendors} à la fin" in said) is (first.vendors != last.vendors)


taken = st.builds(
    TakenDecision,
    id=st.integers(1, 9),
    vendor_id=st.integers(1, 30),
    vendor=st.just("A"),
    choice=st.sampled_from(DecisionChoice),
    reasons=st.frozensets(st.sampled_from(Urgency)),
    due_on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    owner=st.just("Anne"),
    decided_on=st.just(date(2026, 1, 1)),
    decided_by=st.just("Zoé"),
)


@given(st.lists(waiting, max_size=20), st.lists(taken, max_size=20), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_a_decision_hides_a_vendor_only_while_it_stands_and_only_for_its_reasons(found, decided, today):
    by_vendor = {one.vendor_id: one for one in decided}
    shown = {one.vendor_id for one in decisions(found, by_vendor, today=today, most=len(found))}
    for vendor_id in {one.vendor_id for one in found}:
        reasons = {one.urgency for one in found if one.vendor_id == vendor_id}
        last = by_vendor.get(vendor_id)
        hidden = last is not None and today <= last.due_on and reasons <= last.reasons
        assert (vendor_id in shown) is not hidden


def test_no_contract_and_never_measured_come_before_what_is_known_and_framed():
    waiting = [PendingDecision(urgency, number, "V", Tier.HIGH, say("…")) for number, urgency in enumerate(Urgency)]
    first = [one.urgency for one in decisions(reversed(waiting))]
    assert first[:3] == [Urgency.NO_CONTRACT, Urgency.UNCOVERED_SERVICE, Urgency.NEVER_AUDITED]
    assert first.index(Urgency.WEAK_CRITICAL) < first.index(Urgency.UNCOVERED_CONTRACT)
