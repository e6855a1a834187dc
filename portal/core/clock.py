"""The only reader of the clock; legal dates are dates in Paris."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from portal.core.expressions import expression

LEGAL_ZONE = ZoneInfo("Europe/Paris")
NIGHT_FROM, NIGHT_UNTIL = 1, 6
"""Hours in Paris between which the work of a night is promised."""

_machine: Callable[[], datetime] = partial(datetime.now, UTC)
_ahead = [timedelta()]
"""How far ahead of its machine this process lives; nothing, outside demonstrations and tests."""


def _moved() -> datetime:
    return _machine() + _ahead[0]


_source: Callable[[], datetime] = _moved
_OFFSET = expression(r"([+-]?)([0-9]{1,6})([dhms])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_CENTURY = timedelta(days=36525)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _source()


def move(ahead: timedelta) -> None:
    """Have the whole process live so far ahead of its machine (or behind): for demonstrations and tests."""
    _ahead[0] = ahead


def machine_instant(instant: datetime) -> datetime:
    """What the clock of the machine, which other programs read, says at an instant of this process."""
    return instant - _ahead[0]


def read_movement(text: str) -> timedelta:
    """How far ahead a setting puts the clock: an offset (`+400d`, `-2h`), or the instant that it starts from.

    Time then goes on from there. An instant without a zone is one in Paris, a date is its midnight. Raises ValueError,
    also when it leads more than a century away.

    >>> read_movement("+400d"), read_movement("-90m")
    (datetime.timedelta(days=400), datetime.timedelta(days=-1, seconds=81000))
    """
    found = _OFFSET.fullmatch(text.strip())
    if found:
        sign = -1 if found[1] == "-" else 1
        ahead = sign * timedelta(**{_UNITS[found[3]]: int(found[2])})
    else:
        instant = datetime.fromisoformat(text.strip())
        ahead = (instant if instant.tzinfo else instant.replace(tzinfo=LEGAL_ZONE)) - _machine()
    if abs(ahead) > _CENTURY:
        raise ValueError(text)
    return ahead


def legal_date(instant: datetime) -> date:
    """The calendar day of an instant where our law counts days: Europe/Paris.

    >>> legal_date(datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    datetime.date(2026, 7, 1)
    """
    return instant.astimezone(LEGAL_ZONE).date()


def last_day_before(limit: datetime) -> date:
    """The last legal day on which what must be done before an instant can still be done.

    >>> last_day_before(midnight(date(2026, 12, 6))), last_day_before(datetime(2026, 12, 6, 9, tzinfo=UTC))
    (datetime.date(2026, 12, 5), datetime.date(2026, 12, 6))
    """
    return legal_date(limit - limit.resolution)


def instant_text(instant: datetime) -> str:
    """An instant as files and commands write it: ISO 8601 in legal time, so that its day is the one that pages say.

    >>> instant_text(datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    '2026-07-01T00:30:00+02:00'
    """
    return instant.astimezone(LEGAL_ZONE).isoformat()


def midnight(day: date) -> datetime:
    """The instant at which a legal day begins.

    >>> midnight(date(2026, 7, 1)).isoformat()
    '2026-07-01T00:00:00+02:00'
    """
    return datetime.combine(day, time(), LEGAL_ZONE)


def last_moment(day: date) -> datetime:
    """The last second of a legal day: what is said to hold « until » a day holds the whole of it.

    >>> last_moment(date(2026, 7, 1)).isoformat()
    '2026-07-01T23:59:59+02:00'
    """
    return datetime.combine(day, time(23, 59, 59), LEGAL_ZONE)


def is_night(instant: datetime) -> bool:
    """Whether it is the hour of what is done at night, in Paris.

    >>> is_night(datetime(2026, 7, 1, 0, 30, tzinfo=UTC)), is_night(datetime(2026, 7, 1, 4, tzinfo=UTC))
    (True, False)
    """
    return NIGHT_FROM <= instant.astimezone(LEGAL_ZONE).hour < NIGHT_UNTIL
