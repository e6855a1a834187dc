"""The only reader of the clock; legal dates are dates in Paris."""

from collections.abc import Container
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from portal.core.easter import easter

LEGAL_ZONE = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def legal_date(instant: datetime) -> date:
    """The calendar day of an instant where our law counts days: Europe/Paris.

    >>> legal_date(datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    datetime.date(2026, 7, 1)
    """
    return instant.astimezone(LEGAL_ZONE).date()


class _FrenchHolidays:
    """Days of code du travail L3133-1; a library of every country's calendars would cost each start 0.2 s."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day.month, day.day) in _of_year(day.year)


@lru_cache(maxsize=64)
def _of_year(year: int) -> frozenset[tuple[int, int]]:
    """Eight fixed days, and the three that follow Easter Sunday: Monday, Ascension, Whit Monday."""
    moving = (easter(year) + timedelta(days) for days in (1, 39, 50))
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    return frozenset(fixed | {(day.month, day.day) for day in moving})


def french_holidays() -> Container[date]:
    """Public holidays of metropolitan France (code du travail L3133-1), any year."""
    return _FrenchHolidays()
