"""Minutes are counted from the start, never invented; an unfinished drill is never a success."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.drills.rules import STEPS, DrillKind, DrillStepKind, step_times, verdict_of

START = datetime(2026, 11, 27, 17, tzinfo=UTC)
S = DrillStepKind


def times(reached, before=None, kind=DrillKind.BREACH):
    held = {step: (START + timedelta(seconds=seconds), "Ana") for step, seconds in reached.items()}
    return step_times(kind, START, held, before or {})


def test_a_step_that_was_not_reached_has_no_minutes_never_zero():
    found = {one.step: one.minutes for one in times({S.AWARE: 59, S.CONTENT: 3599})}
    assert (found[S.AWARE], found[S.CONTENT], found[S.DECIDED]) == (0, 59, None)


def test_what_was_gained_is_unknown_when_one_of_the_two_is():
    found = {one.step: one.gained for one in times({S.AWARE: 600, S.MAP: 600}, {S.AWARE: 25, S.CONTENT: 5})}
    assert (found[S.AWARE], found[S.MAP], found[S.CONTENT]) == (15, None, None)


@given(st.sets(st.sampled_from(STEPS[DrillKind.BREACH])), st.integers(1, 500), st.sampled_from([None, 1, 10**5]))
def test_only_a_drill_whose_steps_are_all_reached_is_good(steps, minutes, aim):
    sentence, tone = verdict_of(times(dict.fromkeys(steps, minutes * 60)), aim)
    is_whole = steps == set(STEPS[DrillKind.BREACH])
    assert (tone == "ok") == (is_whole and (aim is None or minutes <= aim))
    assert str(sentence)


def test_nothing_at_all_is_no_success():
    assert verdict_of((), None)[1] != "ok"


@pytest.mark.parametrize("kind", DrillKind)
def test_every_step_says_what_stops_its_clock_and_belongs_to_one_kind(kind):
    assert all(step.rule for step in STEPS[kind])
    others = {step for other, steps in STEPS.items() if other is not kind for step in steps}
    assert not others & set(STEPS[kind])
    assert set(S) == {step for steps in STEPS.values() for step in steps}
