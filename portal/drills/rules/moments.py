"""When a drill is set by default: the evening and the morning that people remember."""

from datetime import datetime, timedelta

DAY = timedelta(days=1)


def next_friday_evening(now: datetime) -> datetime:
    """The next Friday at 18:00, on the clock of `now`.

    >>> next_friday_evening(datetime(2026, 11, 24, 9)), next_friday_evening(datetime(2026, 11, 27, 19))
    (datetime.datetime(2026, 11, 27, 18, 0), datetime.datetime(2026, 12, 4, 18, 0))
    """
    found = now.replace(hour=18, minute=0, second=0, microsecond=0) + ((4 - now.weekday()) % 7) * DAY
    return found if found > now else found + 7 * DAY


def next_working_morning(now: datetime) -> datetime:
    """The next weekday at 9:00, tomorrow at the soonest.

    >>> next_working_morning(datetime(2026, 11, 27, 19))
    datetime.datetime(2026, 11, 30, 9, 0)
    """
    found = now.replace(hour=9, minute=0, second=0, microsecond=0) + DAY
    while found.weekday() > 4:
        found += DAY
    return found
