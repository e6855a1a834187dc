"""The worth of a proof on a given day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evidence import rules
from portal.evidence.rules import (
    Decay,
    EvidenceFacts,
    EvidenceVerdict,
    StandingKind,
    freshness,
    standing,
    standing_kind,
)

TODAY = date(2026, 11, 24)

days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
facts = st.builds(
    EvidenceFacts,
    issued_on=st.none() | days,
    expires_on=st.none() | days,
    verdict=st.sampled_from(EvidenceVerdict),
    max_age_months=st.none() | st.integers(1, 60),
    validity_months=st.none() | st.integers(1, 60),
)


def test_a_reviewed_proof_is_verified_and_an_unreviewed_one_is_only_supplied():
    fresh = EvidenceFacts(issued_on=date(2026, 11, 1), max_age_months=12)
    assert standing(fresh, TODAY).kind is StandingKind.SUPPLIED
    assert (
        standing(EvidenceFacts(fresh.issued_on, None, EvidenceVerdict.VERIFIED, 12), TODAY).kind
        is StandingKind.VERIFIED
    )


def test_a_rejected_proof_stays_rejected_even_after_it_expires():
    rejected = EvidenceFacts(issued_on=date(2020, 1, 1), verdict=EvidenceVerdict.REJECTED, max_age_months=12)
    assert standing(rejected, TODAY).kind is StandingKind.REJECTED


def test_the_shorter_of_its_own_expiry_and_the_accepted_age_decides():
    # A three-year certificate, for a question that wants nothing older than a year: one year.
    certificate = EvidenceFacts(issued_on=date(2026, 1, 31), expires_on=date(2029, 1, 30), max_age_months=12)
    assert rules.good_until(certificate) == date(2027, 1, 31)
    # An insurance that ends before that year: its own end.
    insurance = EvidenceFacts(issued_on=date(2026, 1, 31), expires_on=date(2026, 6, 30), max_age_months=12)
    assert rules.good_until(insurance) == date(2026, 6, 30)


def test_the_validity_of_its_kind_counts_only_without_an_end_date_and_never_beyond_the_age_accepted():
    undated_end = EvidenceFacts(issued_on=date(2026, 1, 31), validity_months=36)
    assert rules.good_until(undated_end) == date(2029, 1, 31)
    assert rules.good_until(EvidenceFacts(date(2026, 1, 31), date(2031, 1, 1), validity_months=36)) == date(2031, 1, 1)
    assert rules.good_until(EvidenceFacts(date(2026, 1, 31), None, validity_months=36, max_age_months=12)) == date(
        2027, 1, 31
    )


def test_a_proof_is_good_through_its_last_day():
    proof = EvidenceFacts(issued_on=date(2025, 11, 24), max_age_months=12)
    assert standing(proof, date(2026, 11, 24)).kind is StandingKind.SUPPLIED
    assert standing(proof, date(2026, 11, 25)).kind is StandingKind.EXPIRED


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        # Issued 1 January 2025 for a year; grace to 1 July 2026: half is lost over 546 days.
        (date(2025, 1, 1), "1"),
        (date(2024, 12, 1), "1"),  # not issued yet: no age, no loss
        (date(2025, 1, 2), "0.99"),  # 0.5 × 1/546 lost, and hundredths are rounded down
        (date(2025, 10, 1), "0.75"),  # 273 days of 546: a quarter lost exactly
        (date(2026, 1, 1), "0.66"),  # 365 days: 1 − 0.5 × 365/546 = 0.6657…
        (date(2026, 7, 1), "0.5"),
        (date(2030, 1, 1), "0.5"),
    ],
)
def test_freshness_falls_in_a_straight_line_to_one_half_six_months_after_the_end(today, expected):
    assert freshness(date(2025, 1, 1), date(2026, 1, 1), today) == Decimal(expected)


def test_an_unknown_date_of_issue_leaves_the_lowest_freshness_and_says_so():
    undated = standing(EvidenceFacts(max_age_months=12, verdict=EvidenceVerdict.VERIFIED), TODAY)
    assert (undated.kind, undated.freshness, undated.until) == (StandingKind.VERIFIED, Decimal("0.5"), None)
    assert "Date d’émission inconnue" in str(undated.reason)
    assert standing(EvidenceFacts(expires_on=date(2027, 1, 1)), TODAY).freshness == Decimal("0.5")


def test_a_proof_that_nothing_limits_keeps_its_freshness():
    deletion = standing(EvidenceFacts(issued_on=date(2015, 1, 1), verdict=EvidenceVerdict.VERIFIED), TODAY)
    assert (deletion.kind, deletion.freshness, deletion.until) == (StandingKind.VERIFIED, 1, None)


@given(facts, days, st.integers(0, 2000))
def test_time_never_makes_a_proof_better(proof, day, later):
    before, after = standing(proof, day), standing(proof, day + timedelta(days=later))
    assert after.freshness <= before.freshness
    if before.kind is StandingKind.EXPIRED:
        assert after.kind is StandingKind.EXPIRED


@given(facts, days, st.decimals(0, 1, places=2), st.integers(0, 24))
def test_freshness_stays_between_the_floor_and_one(proof, day, floor, grace):
    assert floor <= standing(proof, day, Decay(floor, grace)).freshness <= 1


@given(facts, days)
def test_a_proof_is_expired_exactly_when_its_last_day_is_past_unless_rejected(proof, day):
    seen = standing(proof, day)
    past = seen.until is not None and seen.until < day
    assert (seen.kind is StandingKind.EXPIRED) == (past and proof.verdict is not EvidenceVerdict.REJECTED)


def test_dates_that_cannot_be_are_refused_together():
    problems = list(rules.date_problems(date(2027, 1, 1), date(2026, 1, 1), TODAY))
    assert [str(problem) for problem in problems] == [
        "La date d’émission est dans l’avenir.",
        "La preuve expire avant d’avoir été émise.",
    ]
    assert not list(rules.date_problems(TODAY, TODAY, TODAY))
    assert not list(rules.date_problems(None, date(2020, 1, 1), TODAY))


def test_a_proof_weighs_everything_on_its_day_of_issue_even_one_good_for_a_day():
    day = date(2026, 1, 1)
    assert freshness(day, date(2027, 1, 1), day) == 1
    assert freshness(day, date(2026, 1, 2), day, Decay(grace_months=0)) == 1


@given(facts, days)
def test_who_asks_only_what_a_proof_is_worth_is_told_the_same(proof, day):
    assert standing_kind(proof, day) is standing(proof, day).kind
