import copy
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vendors.rules.facts import (
    Access,
    Chain,
    Criticality,
    CustomerRelation,
    DataCategory,
    DataSubject,
    Exposure,
    ServiceFacts,
    SpecialCategory,
    Volume,
)
from portal.vendors.rules.tier import FULL, RiskFactor, Tier, heaviest_risk, inherent_risk, read_scale, vendor_risk

SETS = {"special": SpecialCategory, "data": DataCategory, "subjects": DataSubject}
LEVELS = {
    "volume": Volume,
    "access": Access,
    "exposure": Exposure,
    "criticality": Criticality,
    "customer_relation": CustomerRelation,
    "chain": Chain,
}
NOT_SAID = (Volume.UNKNOWN, Access.UNKNOWN)


def level(kind):
    return st.sampled_from([member for member in kind if member not in NOT_SAID])


facts = st.builds(
    ServiceFacts,
    **{name: st.none() | st.frozensets(st.sampled_from(list(kind))) for name, kind in SETS.items()},
    **{name: st.none() | level(kind) for name, kind in LEVELS.items()},
)
NOTHING = ServiceFacts(
    special=frozenset(),
    data=frozenset(),
    subjects=frozenset(),
    volume=Volume.UNDER_1K,
    access=Access.NONE,
    exposure=Exposure.EEA,
    criticality=Criticality.ACCESSORY,
    customer_relation=CustomerRelation.NONE,
    chain=Chain.NONE,
)
HEALTH_HOST = replace(
    NOTHING,
    special=frozenset({SpecialCategory.HEALTH}),
    data=frozenset({DataCategory.IDENTITY}),
    subjects=frozenset({DataSubject.PATIENTS}),
    volume=Volume.UNDER_10K,
    access=Access.HOSTING,
    criticality=Criticality.ESSENTIAL,
)


def test_there_is_a_factor_for_every_fact():
    assert {factor.value for factor in RiskFactor} == {field.name for field in fields(ServiceFacts)}


@given(facts)
def test_the_terms_add_up_and_the_value_is_between_one_and_five(scale, known):
    risk = inherent_risk(known, scale)
    assert risk.points == sum(term.points for term in risk.terms)
    assert [term.factor for term in risk.terms] == list(RiskFactor)
    assert 1 <= risk.value <= 5
    assert 0 <= risk.points <= FULL
    assert all(str(term.sentence) for term in risk.terms)


@given(facts, st.data())
def test_a_riskier_fact_never_lowers_the_tier(scale, known, data):
    name = data.draw(st.sampled_from([*SETS, *LEVELS]))
    fact = getattr(known, name)
    if fact is None:
        return
    if name in SETS:
        riskier = fact | data.draw(st.frozensets(st.sampled_from(list(SETS[name]))))
    else:
        order = [member for member in LEVELS[name] if member not in NOT_SAID]
        riskier = data.draw(st.sampled_from(order[order.index(fact) :]))
    before, after = inherent_risk(known, scale), inherent_risk(replace(known, **{name: riskier}), scale)
    assert after.points >= before.points
    assert after.value >= before.value
    assert after.tier.rank >= before.tier.rank


@given(facts, st.sampled_from([*SETS, *LEVELS]))
def test_saying_nothing_never_looks_safer_than_the_best_answer_and_is_never_silent(scale, known, name):
    silent = inherent_risk(replace(known, **{name: None}), scale)
    best = inherent_risk(replace(known, **{name: getattr(NOTHING, name)}), scale)
    said = inherent_risk(known, scale)
    assert silent.points > best.points
    assert RiskFactor(name) in silent.unknown
    assert silent.ceiling.rank >= said.tier.rank, "what was said can always still come true"


@given(facts)
def test_a_fully_known_service_has_no_higher_ceiling(scale, known):
    risk = inherent_risk(known, scale)
    assert risk.ceiling.rank >= risk.tier.rank
    if not risk.unknown:
        assert risk.ceiling is risk.tier


@given(facts, st.sets(st.sampled_from([*SETS, *LEVELS])), facts)
def test_a_tier_is_known_when_and_only_when_no_answer_could_change_it(scale, known, silent, answers):
    """The cheapest lie: a tier counted by prudence shown as if it were known."""
    partly = replace(known, **dict.fromkeys(silent))
    found = vendor_risk([inherent_risk(partly, scale)])
    later = vendor_risk([inherent_risk(replace(partly, **{name: getattr(answers, name) for name in silent}), scale)])
    assert found.floor.rank <= later.floor.rank <= later.ceiling.rank <= found.ceiling.rank
    assert (found.tier is None) == (found.floor is not found.ceiling)
    if found.tier is not None and later.tier is not None:
        assert later.tier is found.tier
    if found.tier is None:
        assert found.inherent is None or found.inherent >= 4, "never counted as medium"


def test_two_services_of_which_one_is_not_known_leave_the_vendor_unknown(scale):
    vendor = vendor_risk([inherent_risk(HEALTH_HOST, scale), inherent_risk(ServiceFacts(), scale)])
    assert vendor.tier is Tier.CRITICAL, "nothing is worse"
    light = vendor_risk([inherent_risk(NOTHING, scale), inherent_risk(ServiceFacts(), scale)])
    assert (light.tier, light.floor, light.ceiling) == (None, Tier.LOW, Tier.CRITICAL)
    assert vendor_risk([]) is None


def test_an_unknown_level_counts_as_nothing_said(scale):
    assert inherent_risk(replace(NOTHING, volume=Volume.UNKNOWN, access=Access.UNKNOWN), scale) == inherent_risk(
        replace(NOTHING, volume=None, access=None), scale
    )


def test_nothing_known_is_medium_and_may_be_critical(scale):
    risk = inherent_risk(ServiceFacts(), scale)
    assert (risk.value, risk.tier, risk.ceiling) == (3, Tier.MEDIUM, Tier.CRITICAL)
    assert risk.unknown == tuple(RiskFactor)


def test_a_gardener_is_low_and_a_health_data_host_is_critical(scale):
    assert (inherent_risk(NOTHING, scale).points, inherent_risk(NOTHING, scale).tier) == (0, Tier.LOW)
    assert inherent_risk(HEALTH_HOST, scale).tier is Tier.CRITICAL


def test_the_heaviest_conceivable_service_marks_all_the_points(scale):
    worst = ServiceFacts(
        **{name: frozenset(kind) for name, kind in SETS.items()},
        **{name: list(kind)[-1] for name, kind in LEVELS.items()},
    )
    assert (inherent_risk(worst, scale).points, inherent_risk(worst, scale).value) == (FULL, 5)


def test_the_explanation_names_the_heaviest_fact(scale):
    mixed = replace(NOTHING, special=frozenset({SpecialCategory.UNION, SpecialCategory.HEALTH}))
    assert str(inherent_risk(mixed, scale).terms[0].sentence) == "Données de santé"


def test_a_vendor_is_as_risky_as_its_heaviest_service(scale):
    light, heavy = inherent_risk(NOTHING, scale), inherent_risk(HEALTH_HOST, scale)
    assert heaviest_risk([light, heavy, light]) is heavy
    assert heaviest_risk([]) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.pop("valid_from"), "valid_from"),
        (lambda d: d["factors"].pop("volume"), "factors.volume.moins_1000 : manque"),
        (lambda d: d["factors"]["volume"].pop("unknown"), "factors.volume.unknown : manque"),
        (lambda d: d["factors"]["volume"].update(enorme=3), "factors.volume.enorme : inconnu"),
        (lambda d: d["factors"].update(meteo={}), "factors.meteo : facteur inconnu"),
        (lambda d: d["factors"]["chain"].update(aucune=-1), "nombres entiers"),
        (lambda d: d["factors"]["chain"].update(aucune="0"), "nombres entiers"),
        (lambda d: d["factors"]["special"].update(unknown=0), "factors.special.unknown"),
        (lambda d: d["factors"]["chain"].update(unknown=0), "factors.chain.unknown"),
        (lambda d: d["factors"]["access"].update(unknown=15), "factors.access.unknown"),
        (lambda d: d["factors"]["volume"].update(moins_10000=13), "croître dans l'ordre"),
        (lambda d: d["factors"]["special"].update(sante=30), "s'additionnent à 106"),
        (lambda d: d["bands"].pop(), "cinq paliers"),
        (lambda d: d["bands"][1].update({"from": 40}), "croissent strictement"),
        (lambda d: d["bands"][1].update(tier="critique"), "ne redescendent pas"),
        (lambda d: d["bands"][1].update(tier="rouge"), "faible, moyen, eleve, critique"),
    ],
)
def test_a_faulty_scale_is_refused_with_the_place(scale_document, change, said):
    faulty = copy.deepcopy(scale_document)
    change(faulty)
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        read_scale(faulty)


def test_all_the_faults_of_a_scale_are_told_at_once(scale_document):
    faulty = copy.deepcopy(scale_document)
    del faulty["source"], faulty["factors"]["chain"]["aucune"], faulty["bands"][0]
    with pytest.raises(ValueError, match=r"(?s)source.*chain\.aucune.*cinq paliers"):
        read_scale(faulty)
