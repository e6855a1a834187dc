"""Mystery withdrawals over time."""

from calendar import monthrange
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consumer_law.rules.periods import ContractKind
from portal.core.clock import LEGAL_ZONE
from portal.mystery import script_files
from portal.mystery.rules.judgement import (
    JudgedStep,
    Observation,
    ObservationAnswer,
    OutcomeReason,
    StepOutcome,
    judge_test,
)
from portal.mystery.rules.script import MysteryOrder, Way
from portal.mystery.rules.series import (
    LONGEST_RHYTHM,
    SeriesPoint,
    StepChange,
    compare,
    message,
    next_due,
    series_point,
)

ORDER = MysteryOrder(ContractKind.SERVICE, date(2026, 9, 1))
STEPS = script_files.steps(Way.PHONE, ORDER)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
results = st.lists(st.sampled_from(StepOutcome), min_size=len(STEPS), max_size=len(STEPS)).map(
    lambda outcomes: [JudgedStep(step, one, OutcomeReason.SEEN) for step, one in zip(STEPS, outcomes, strict=True)]
)


@given(days, st.integers(1, LONGEST_RHYTHM), st.integers(-400, 4000))
def test_the_next_day_comes_after_and_keeps_to_the_day_of_the_first(first, every, wait):
    after = first + timedelta(days=wait)
    found = next_due(first, every, after)
    assert found > after
    assert found >= first
    months = (found.year - first.year) * 12 + found.month - first.month
    assert months % every == 0
    assert found.day == min(first.day, monthrange(found.year, found.month)[1])
    # None of the rhythm's days lies between.
    if months:
        year, month = divmod(first.year * 12 + first.month - 1 + months - every, 12)
        assert date(year, month + 1, min(first.day, monthrange(year, month + 1)[1])) <= after


def test_a_single_test_has_no_next():
    assert next_due(date(2026, 1, 1), None, date(2026, 1, 1)) is None


@given(results)
def test_a_test_compared_with_itself_has_not_moved(lines):
    assert set(compare(lines, lines).values()) <= {StepChange.STILL_KEPT, StepChange.STILL_BROKEN, StepChange.UNKNOWN}


@given(results, results)
def test_what_is_fixed_one_way_is_broken_the_other(before, after):
    mirror = {StepChange.FIXED: StepChange.BROKEN, StepChange.BROKEN: StepChange.FIXED}
    forth, back = compare(before, after), compare(after, before)
    assert {key: mirror.get(change, change) for key, change in forth.items()} == back


def test_a_step_that_the_earlier_test_did_not_have_cannot_be_compared():
    kept = [JudgedStep(step, StepOutcome.OK, OutcomeReason.SEEN) for step in STEPS]
    assert compare(kept[1:], kept)[STEPS[0].key] is StepChange.UNKNOWN


def test_a_point_says_its_two_delays_beside_its_counts():
    def at(day, hour):
        return Observation(ObservationAnswer.AS_EXPECTED, datetime(2026, 9, day, hour, tzinfo=LEGAL_ZONE), True)

    said = {"called": at(10, 10), "acknowledged": at(10, 13), "refunded": at(29, 10)}
    found = series_point(
        7, date(2026, 10, 1), judge_test(STEPS, said, ORDER, script_files.law(), date(2026, 10, 1)).lines
    )
    assert (found.kept, found.breached, found.unobserved) == (2, 1, len(STEPS) - 3)
    assert (found.acknowledged_hours, found.refunded_days) == (3, 19)
    assert found.share == 67
    assert series_point(7, date(2026, 10, 1), ()).share is None


@pytest.mark.parametrize(
    ("kept", "said"),
    [((6, 9), "Du mieux"), ((9, 6), "Du moins bien"), ((5, 5), "Rien ne bouge"), ((8,), "80")],
)
def test_the_title_of_a_picture_is_its_message(kept, said):
    points = [SeriesPoint(n, date(2026, 1 + n, 1), one, 10 - one, 2) for n, one in enumerate(kept)]
    assert said in str(message(points))
