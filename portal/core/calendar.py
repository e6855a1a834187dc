"""Counting on the civil calendar; pure, so that rules may use it."""

from calendar import monthrange
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=512)
def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year (the method of Meeus, Jones and Butcher).

    >>> easter(2026), easter(2038)
    (datetime.date(2026, 4, 5), datetime.date(2038, 4, 25))
    """
    century, rest = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def months_later(day: date, months: int) -> date:
    """The same day of the month, some civil months later (or before), or the last day of a shorter month.

    >>> months_later(date(2028, 2, 29), 12), months_later(date(2026, 8, 31), 6), months_later(date(2026, 3, 31), -1)
    (datetime.date(2029, 2, 28), datetime.date(2027, 2, 28), datetime.date(2026, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
