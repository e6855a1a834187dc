"""By when a line of the register is confirmed again: so many months after it was, in the month that was chosen."""

from calendar import monthrange
from datetime import date, timedelta

from portal.core.dataclass import dataclass

FIRST_DAYS = timedelta(days=30)
"""To read a line that was entered or changed. No text gives a delay: this one is ours."""
NOTICE = timedelta(days=30)
"""How long before its day a line begins to wait for whoever confirms it; ours too."""
YEAR = timedelta(days=365)
"""What was confirmed longer ago is not counted as confirmed, however rarely it is reviewed."""
EVERY = (3, 6, 12, 24)
"""Months between two reviews that may be chosen."""
YEARLY = 12


@dataclass(frozen=True)
class ReviewRhythm:
    """How often a line is reviewed, and in which month when one was chosen; only a rhythm of years has one."""

    months: int = YEARLY
    month: int | None = None


def review_day(confirmed_on: date, rhythm: ReviewRhythm) -> date:
    """The last day on which a line confirmed on a day is to be confirmed again.

    With a month, it is the end of that month, and never later than the end of the month in which the rhythm ends: a
    chosen month brings a review forward, and does not put it off.

    >>> review_day(date(2026, 11, 28), ReviewRhythm()), review_day(date(2027, 1, 31), ReviewRhythm(3))
    (datetime.date(2027, 11, 28), datetime.date(2027, 4, 30))
    >>> review_day(date(2026, 11, 28), ReviewRhythm(12, 3)), review_day(date(2027, 3, 12), ReviewRhythm(12, 3))
    (datetime.date(2027, 3, 31), datetime.date(2028, 3, 31))
    """
    end = _months_after(confirmed_on, rhythm.months)
    if rhythm.month is None or rhythm.months % YEARLY:
        return end
    year = end.year if rhythm.month <= end.month else end.year - 1
    return _end_of(year, rhythm.month)


def _end_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
