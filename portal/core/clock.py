"""The only reader of the clock; legal dates are dates in Paris."""

from collections.abc import Container
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

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


@lru_cache(maxsize=1)
def french_holidays() -> Container[date]:
    """Public holidays of metropolitan France (code du travail L3133-1), any year."""
    return holidays.country_holidays("FR")
