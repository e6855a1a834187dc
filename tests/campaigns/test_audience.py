"""Whom a campaign addresses."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.campaigns import rules
from portal.campaigns.rules import UNCLASSIFIED, Audience, VendorFacts, audience_problems, matches, parse_audience

TODAY = date(2026, 11, 24)
ACME = VendorFacts(7, "critique", "actif", "FR", date(2026, 1, 31))
VOCABULARY = {"tiers": ("faible", "critique"), "statuses": ("actif", "sorti")}
RAW = {"tiers": ["critique"], "statuses": ["actif"], "countries": ["FR"], "vendor_ids": [7], "not_audited_months": 9}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"tier": "faible"}, False),
        ({"tier": None}, False),
        ({"status": "sorti"}, False),
        ({"country": "US"}, False),
        ({"vendor_id": 8}, False),
        ({"last_audited_on": None}, True),
        ({"last_audited_on": date(2026, 2, 24)}, True),  # nine months to the day
        ({"last_audited_on": date(2026, 2, 25)}, False),
    ],
)
def test_a_vendor_must_meet_every_criterion_given(change, expected):
    assert matches(parse_audience(RAW, **VOCABULARY), replace(ACME, **change), TODAY) is expected


def test_a_vendor_without_a_tier_is_reached_only_by_asking_for_it():
    unknown = replace(ACME, tier=None)
    assert matches(Audience(tiers=frozenset({UNCLASSIFIED})), unknown, TODAY)
    assert matches(Audience(), unknown, TODAY)
    assert not matches(Audience(tiers=frozenset({UNCLASSIFIED})), ACME, TODAY)


codes = st.sampled_from(["a", "b", "c"])
audiences = st.builds(
    Audience,
    st.frozensets(codes),
    st.frozensets(codes),
    st.frozensets(codes),
    st.frozensets(st.integers(1, 3)),
    st.none() | st.integers(1, 36),
)
vendors = st.builds(
    VendorFacts, st.integers(1, 3), st.none() | codes, codes, codes, st.none() | st.dates(date(2020, 1, 1), TODAY)
)


@given(audiences, vendors)
def test_dropping_a_criterion_never_loses_a_vendor(audience, vendor):
    if matches(audience, vendor, TODAY):
        for name in ("tiers", "statuses", "countries", "vendor_ids"):
            assert matches(replace(audience, **{name: frozenset()}), vendor, TODAY)
        assert matches(replace(audience, not_audited_months=None), vendor, TODAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tiers": ["critical"]}, "tiers"),
        ({"tiers": "critique"}, "tiers"),
        ({"tiers": [["critique"]]}, "tiers"),
        ({"statuses": ["archivé"]}, "statuses"),
        ({"countries": ["fr"]}, "countries"),
        ({"countries": ["FRA"]}, "countries"),
        ({"vendor_ids": ["7"]}, "vendor_ids"),
        ({"vendor_ids": [True]}, "vendor_ids"),
        ({"not_audited_months": 0}, "not_audited_months"),
        ({"where": "1=1"}, "where"),
    ],
)
def test_each_defect_of_a_filter_is_said_beside_its_field(change, field):
    assert audience_problems(RAW, **VOCABULARY) == []
    [problem] = audience_problems(RAW | change, **VOCABULARY)
    assert (problem.field, bool(str(problem.message))) == (field, True)
    with pytest.raises(ValueError, match=field):
        parse_audience(RAW | change, **VOCABULARY)


def test_the_longest_delay_is_one_of_those_allowed():
    longest = RAW | {"not_audited_months": 120}
    assert audience_problems(longest, **VOCABULARY) == []
    assert "120" in str(audience_problems(RAW | {"not_audited_months": 121}, **VOCABULARY)[0].message)


def test_a_filter_that_would_write_to_everybody_who_ever_was_is_refused():
    [problem] = audience_problems({"tiers": [UNCLASSIFIED]}, **VOCABULARY)
    assert problem.field == "statuses"
    assert audience_problems({"vendor_ids": [1, 2]}, **VOCABULARY) == []


def test_a_filter_reads_as_a_sentence():
    audience = Audience(
        frozenset({"critique", "eleve", "moyen"}), frozenset({"actif"}), frozenset({"US"}), frozenset({4, 9}), 12
    )
    said = str(rules.describe_audience(audience, {"eleve": "élevée", "US": "États-Unis"})).replace("\u202f", " ")
    assert said == (
        "Sous-traitants : criticité critique, élevée ou moyen ; statut actif ; pays États-Unis ; "
        "choisis un par un (2) ; sans audit depuis 12 mois"
    )
    assert str(rules.describe_audience(Audience())) == "Tous les sous-traitants"
