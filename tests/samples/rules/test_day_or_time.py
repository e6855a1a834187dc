from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.samples.rules.day_or_time import day_of, hours_between, is_after, is_late

hours = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1))
moments = hours | st.dates(date(2025, 1, 1), date(2027, 1, 1))


@given(moments, moments)
def test_of_two_moments_at_most_one_is_after_the_other(one, other):
    assert not (is_after(one, other) and is_after(other, one))
    if day_of(one) != day_of(other):
        assert is_after(one, other) == (day_of(one) > day_of(other))


@given(hours, st.integers(0, 3), st.integers(-120, 120))
def test_with_hours_a_day_is_twenty_four_of_them(since, days, seconds):
    done = since + timedelta(days=days, seconds=seconds)
    assert is_late(since, done, days) == (seconds > 0)
    assert hours_between(since, done) == max(0, -(-(days * 86_400 + seconds) // 3600))


@given(moments, moments, st.integers(0, 3))
def test_what_is_late_by_some_days_is_late_by_fewer(since, done, days):
    assert is_late(since, done, days) or not is_late(since, done, days + 1)
    assert hours_between(since, done) >= 0
