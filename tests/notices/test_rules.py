"""Due dates are spoken of once a step, whatever mornings were without post."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.notices.rules import LOOKED_BACK_DAYS, due_window, step_reached
from tests.effort import at_most

STEPS = (-7, -1, 1, 7)
DUE = date(2027, 3, 31)


def test_each_step_is_reached_on_its_day_and_for_a_week_after_unless_the_next_one_is():
    found = [step_reached(DUE, DUE + timedelta(days=n), STEPS) for n in range(-9, 15)]
    assert found == [None] * 2 + [-7] * 6 + [-1] * 2 + [1] * 6 + [7] * 7 + [None]


@at_most(60)
@given(st.integers(-60, 60), st.sets(st.integers(-40, 40), min_size=1))
def test_what_has_reached_a_step_is_in_the_window_that_is_searched(distance, steps):
    today = DUE + timedelta(days=distance)
    first, last = due_window(today, steps)
    if step_reached(DUE, today, steps) is not None:
        assert first <= DUE <= last
    assert (last - first).days < max(steps) - min(steps) + LOOKED_BACK_DAYS
