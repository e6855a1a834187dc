"""By when a line is confirmed again: a month that is chosen brings a review forward, and never puts it off."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from portal.processing.rules.review import EVERY, ReviewRhythm, review_day

DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))
RHYTHMS = st.builds(ReviewRhythm, st.sampled_from(EVERY), st.none() | st.integers(1, 12))


@given(DAYS, RHYTHMS)
@example(date(2024, 2, 29), ReviewRhythm(12))
@example(date(2027, 2, 10), ReviewRhythm(12, 2))
def test_a_review_is_after_the_confirmation_and_no_later_than_the_month_in_which_the_rhythm_ends(day, rhythm):
    found = review_day(day, rhythm)
    months = (found.year - day.year) * 12 + found.month - day.month
    assert 0 < months <= rhythm.months
    assert found > day
    if rhythm.month is None:
        assert months == rhythm.months
    elif rhythm.months % 12 == 0:
        assert found.month == rhythm.month
        assert (found + timedelta(days=1)).day == 1
    else:
        assert found == review_day(day, ReviewRhythm(rhythm.months))
