"""Which days are worked here; the domain that holds the public holidays says so at start, for floors below it."""

from collections.abc import Callable
from datetime import date, timedelta

SATURDAY = 5
_is_holiday: list[Callable[[date], bool]] = []


class NoHolidays(RuntimeError):
    """Nobody has said which days are public holidays: the application was not put together."""


def holidays_are(is_holiday: Callable[[date], bool]) -> None:
    """Say which days are public holidays; the domain that holds them does so when it is loaded."""
    _is_holiday[:] = [is_holiday]


def is_working(day: date) -> bool:
    """Neither Saturday, nor Sunday, nor a public holiday; raises NoHolidays before anyone said which these are."""
    if not _is_holiday:
        raise NoHolidays
    return day.weekday() < SATURDAY and not _is_holiday[0](day)


def last_working(day: date) -> date:
    """This day, or the last working day before it."""
    while not is_working(day):
        day -= timedelta(days=1)
    return day


def next_working(day: date) -> date:
    """This day, or the first working day after it: nobody is asked for anything on a Sunday."""
    while not is_working(day):
        day += timedelta(days=1)
    return day
