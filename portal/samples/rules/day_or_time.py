"""Days that may carry their hour: a file says « 24/11/2026 » or « 24/11/2026 14:30 », and an hour given is used."""

from datetime import date, datetime, timedelta

DayOrTime = date
"""A date, or a datetime (which is one) without a time zone: the hour of the consumer's place."""


def day_of(moment: DayOrTime) -> date:
    """Its day.

    >>> day_of(datetime(2026, 11, 24, 14, 30)), day_of(date(2026, 11, 24))
    (datetime.date(2026, 11, 24), datetime.date(2026, 11, 24))
    """
    return moment.date() if isinstance(moment, datetime) else moment


def is_after(moment: DayOrTime, other: DayOrTime) -> bool:
    """Whether a moment comes after another; on one day, only hours tell, and without them nothing does.

    >>> is_after(datetime(2026, 11, 24, 15), datetime(2026, 11, 24, 14))
    True
    >>> is_after(date(2026, 11, 24), datetime(2026, 11, 24, 14))
    False
    """
    if isinstance(moment, datetime) and isinstance(other, datetime):
        return moment > other
    return day_of(moment) > day_of(other)


def is_late(since: DayOrTime, done: DayOrTime, days: int) -> bool:
    """Whether something was done later than so many days: twenty-four hours each when both hours are known.

    >>> is_late(datetime(2026, 11, 23, 9), datetime(2026, 11, 24, 10), 1)
    True
    >>> is_late(date(2026, 11, 23), date(2026, 11, 24), 1)
    False
    """
    if isinstance(since, datetime) and isinstance(done, datetime):
        return done - since > timedelta(days=days)
    return (day_of(done) - day_of(since)).days > days


def hours_between(since: DayOrTime, done: DayOrTime) -> int:
    """Whole hours begun between two moments; days of twenty-four hours when an hour is missing.

    >>> hours_between(datetime(2026, 11, 23, 9), datetime(2026, 11, 23, 9, 1))
    1
    >>> hours_between(date(2026, 11, 23), date(2026, 11, 25))
    48
    """
    if isinstance(since, datetime) and isinstance(done, datetime):
        return max(0, -((since - done) // timedelta(hours=1)))
    return max(0, (day_of(done) - day_of(since)).days) * 24
