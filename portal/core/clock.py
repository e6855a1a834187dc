"""The only reader of the clock; legal dates are dates in Paris."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Europe/Paris")

_source: Callable[[], datetime] = partial(datetime.now, UTC)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _source()


def legal_date(instant: datetime) -> date:
    """The calendar day of an instant where our law counts days: Europe/Paris.

    >>> legal_date(datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    datetime.date(2026, 7, 1)
    """
    return instant.astimezone(LEGAL_ZONE).date()
