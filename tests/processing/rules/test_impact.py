from datetime import date
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from portal.processing import reference
from portal.processing.rules.impact import ImpactNeed, impact_of
from portal.processing.rules.sheets import HeldCategory, ImpactCriterion
from portal.vendors.rules.facts import DataSubject, SpecialCategory, Volume
from tests.factories.register import controller_sheet

LIST = reference.listed_kinds()


def need(**changes):
    return impact_of(controller_sheet(**changes), LIST).need


def test_any_two_of_the_nine_criteria_call_for_an_assessment_and_one_does_not():
    assert {need(criteria=pair) for pair in combinations(ImpactCriterion, 2)} == {ImpactNeed.REQUIRED}
    assert {need(criteria=(one,)) for one in ImpactCriterion} == {ImpactNeed.NOT_REQUIRED}


def test_any_kind_of_the_list_calls_for_an_assessment_alone():
    assert len(LIST) == 14
    assert {need(listed=key) for key in LIST} == {ImpactNeed.REQUIRED}
    assert need(listed="inventé") is ImpactNeed.NOT_REQUIRED


def test_criteria_that_nobody_looked_at_are_unknown_and_not_no():
    assert need(criteria_seen=False) is ImpactNeed.UNKNOWN
    assert need(criteria_seen=False, criteria=(ImpactCriterion.SCORING,)) is ImpactNeed.UNKNOWN


def test_what_the_line_shows_counts_though_nobody_ticked_it():
    health = (HeldCategory(SpecialCategory.HEALTH, "Arrêts de travail", "5 ans"),)
    staff = {"subjects": (DataSubject.EMPLOYEES,)}
    assert need(data=health, **staff, criteria_seen=False) is ImpactNeed.REQUIRED
    assert need(volume=Volume.OVER_1M, **staff) is ImpactNeed.REQUIRED
    shown = impact_of(controller_sheet(data=health, **staff, criteria=(ImpactCriterion.SENSITIVE,)), LIST)
    assert [str(one.because) for one in shown.reasons] == [
        "montré par les catégories de données", "montré par les personnes concernées",
    ]  # fmt: skip


def test_only_a_day_makes_an_assessment_done():
    pair = (ImpactCriterion.SCORING, ImpactCriterion.DECISION)
    assert need(criteria=pair, assessment="Faite, voir Paul") is ImpactNeed.REQUIRED
    assert need(criteria=pair, assessed_on=date(2026, 3, 1)) is ImpactNeed.DONE


@given(st.sets(st.sampled_from(ImpactCriterion)), st.sampled_from(ImpactCriterion), st.booleans())
def test_one_more_criterion_never_makes_an_assessment_less_needed(ticked, more, seen):
    order = [ImpactNeed.NOT_REQUIRED, ImpactNeed.UNKNOWN, ImpactNeed.REQUIRED]
    before, after = (need(criteria=tuple(one), criteria_seen=seen) for one in (ticked, ticked | {more}))
    assert order.index(after) >= order.index(before)
