"""The worth of a proof on a given day."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evidence import rules
from portal.evidence.rules import Decay, Facts, StandingKind, Verdict, expiring, freshness, standing

SHIPPED = Path(__file__).parents[2] / "questionnaires" / "preuves.toml"
TODAY = date(2026, 11, 24)

days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
facts = st.builds(
    Facts,
    issued_on=st.none() | days,
    expires_on=st.none() | days,
    verdict=st.sampled_from(Verdict),
    max_age_months=st.none() | st.integers(1, 60),
)


def test_a_reviewed_proof_is_verified_and_an_unreviewed_one_is_only_supplied():
    fresh = Facts(issued_on=date(2026, 11, 1), max_age_months=12)
    assert standing(fresh, TODAY).kind is StandingKind.SUPPLIED
    assert standing(Facts(fresh.issued_on, None, Verdict.VERIFIED, 12), TODAY).kind is StandingKind.VERIFIED


def test_a_rejected_proof_stays_rejected_even_after_it_expires():
    rejected = Facts(issued_on=date(2020, 1, 1), verdict=Verdict.REJECTED, max_age_months=12)
    assert standing(rejected, TODAY).kind is StandingKind.REJECTED


def test_the_shorter_of_its_own_expiry_and_the_accepted_age_decides():
    # A three-year certificate, for a question that wants nothing older than a year: one year.
    certificate = Facts(issued_on=date(2026, 1, 31), expires_on=date(2029, 1, 30), max_age_months=12)
    assert rules.good_until(certificate) == date(2027, 1, 31)
    # An insurance that ends before that year: its own end.
    insurance = Facts(issued_on=date(2026, 1, 31), expires_on=date(2026, 6, 30), max_age_months=12)
    assert rules.good_until(insurance) == date(2026, 6, 30)


def test_a_proof_is_good_through_its_last_day():
    proof = Facts(issued_on=date(2025, 11, 24), max_age_months=12)
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
    undated = standing(Facts(max_age_months=12, verdict=Verdict.VERIFIED), TODAY)
    assert (undated.kind, undated.freshness, undated.until) == (StandingKind.VERIFIED, Decimal("0.5"), None)
    assert "Date d’émission inconnue" in str(undated.reason)
    assert standing(Facts(expires_on=date(2027, 1, 1)), TODAY).freshness == Decimal("0.5")


def test_a_proof_that_nothing_limits_keeps_its_freshness():
    deletion = standing(Facts(issued_on=date(2015, 1, 1), verdict=Verdict.VERIFIED), TODAY)
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
    assert (seen.kind is StandingKind.EXPIRED) == (past and proof.verdict is not Verdict.REJECTED)


def test_dates_that_cannot_be_are_refused_together():
    problems = list(rules.date_problems(date(2027, 1, 1), date(2026, 1, 1), TODAY))
    assert [str(problem) for problem in problems] == [
        "La date d’émission est dans l’avenir.",
        "La preuve expire avant d’avoir été émise.",
    ]
    assert not list(rules.date_problems(TODAY, TODAY, TODAY))
    assert not list(rules.date_problems(None, date(2020, 1, 1), TODAY))


def test_expiring_lists_only_living_proofs_up_to_the_horizon_soonest_first():
    def ends(day, verdict=Verdict.UNREVIEWED):
        return standing(Facts(expires_on=day, verdict=verdict), TODAY)

    proofs = {
        "yesterday": ends(TODAY - timedelta(days=1)),
        "horizon": ends(TODAY + timedelta(days=30)),
        "beyond": ends(TODAY + timedelta(days=31)),
        "today": ends(TODAY, Verdict.VERIFIED),
        "rejected": ends(TODAY, Verdict.REJECTED),
        "endless": standing(Facts(), TODAY),
    }
    assert expiring(proofs, TODAY, within_days=30) == ["today", "horizon"]


def test_the_shipped_validities_are_sound():
    raw = tomllib.loads(SHIPPED.read_text())
    assert rules.validity_problems(raw) == []
    kinds = rules.parse_validities(raw)
    assert kinds["certification-art42"].months == 36  # RGPD art. 42(7): three years at most
    assert kinds["certification-art42"].basis == "law"
    assert kinds["attestation-suppression"].until(date(2020, 1, 1)) is None
    assert kinds["aitd"].until(date(2026, 2, 28)) == date(2028, 2, 28)


def test_a_certificate_to_a_withdrawn_edition_ends_with_it():
    kinds = rules.parse_validities(tomllib.loads(SHIPPED.read_text()))
    assert kinds["iso-27001"].until(date(2024, 6, 1), "2013") == date(2025, 10, 31)
    assert kinds["iso-27001"].until(date(2024, 6, 1), "2022") == date(2027, 6, 1)
    # Already older than its edition's end: the certificate's own three years come first.
    assert kinds["hds"].until(date(2022, 1, 10), "1") == date(2025, 1, 10)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"months": 0}, "iso : « months » doit être un nombre de mois, 1 ou plus."),
        ({"months": "12"}, "iso : « months » doit être un nombre de mois, 1 ou plus."),
        ({"months": True}, "iso : « months » doit être un nombre de mois, 1 ou plus."),
        ({"basis": "loi"}, "iso : « basis » doit être l'un de law, scheme, practice."),
        ({"source": ""}, "iso : « source » manque."),
        ({"mois": 12}, "iso : « mois » est inconnu."),
        ({"ended_editions": {"1": "hier"}}, "iso : « ended_editions » associe une édition à une date."),
    ],
)
def test_each_defect_of_a_validity_is_said_with_its_key(change, said):
    sound = {"key": "iso", "fr": "ISO", "en": "ISO", "months": 36, "basis": "scheme", "source": "…"}
    assert rules.validity_problems({"kind": [sound]}) == []
    [problem] = rules.validity_problems({"kind": [sound | change]})
    assert problem.text % problem.values == said
    with pytest.raises(ValueError, match="iso"):
        rules.parse_validities({"kind": [sound | change]})


def test_a_table_without_rows_or_with_a_repeated_key_is_refused():
    assert rules.validity_problems({})
    sound = {"key": "iso", "fr": "ISO", "en": "ISO", "basis": "scheme", "source": "…"}
    [problem] = rules.validity_problems({"kind": [sound, sound]})
    assert "deux fois" in problem.text
    [stray] = rules.validity_problems({"kind": [sound, "iso"]})
    assert "n° 2" in str(stray)
