"""Counting on the civil calendar; pure, so that rules may use it."""

from calendar import monthrange
from datetime import date, datetime
from functools import lru_cache

from portal.core.errors import Refused
from portal.core.language import N_

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""What a date that a person gives may be: before and after, it is a slip, and no rule of law is known."""
DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
"""As browsers send a day, and as people write it."""


class BeyondCalendar(Refused):
    """A date that exists, in a year that no one can have meant."""

    def __init__(self) -> None:
        super().__init__(N_("L'année doit être comprise entre 1900 et 2200."))


def given_day(text: str) -> date:
    """A day as a person gives it; raises ValueError when it is none, BeyondCalendar outside 1900-2200.

    >>> given_day("31/12/2026") == given_day(" 2026-12-31 ") == date(2026, 12, 31)
    True
    """
    for form in DAY_FORMATS:
        try:
            found = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no hour
        except ValueError:
            continue
        return within_calendar(found)
    raise ValueError(text[:40])


def within_calendar(day: date) -> date:
    """The same day; raises BeyondCalendar outside 1900-2200."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BeyondCalendar
    return day


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
