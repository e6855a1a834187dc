"""The timeline of a period: the place of each day on a line, days off, and the steps of each day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from portal.consumer_law.rules.periods import Deadline
from portal.core.calendar import months_later
from portal.core.dataclass import dataclass

DAY_BY_DAY = 70
"""Up to so many days, weeks are ticks and days off are shaded; beyond, months are ticks."""
MONTH_BY_MONTH = 3 * 366
"""Beyond so many days, years are ticks: a life insurance may be renounced for eight of them."""
APART = 7.0
"""Percent of the width that two marks need on one row: on a phone, the width of a badge."""


@dataclass(frozen=True)
class TimelineMark:
    """A day that something falls on."""

    day: date
    x: float
    """Percent of the width."""
    tone: str
    """start, last, or other."""
    labels: tuple[str, ...]
    row: int = 0
    """Rows below the line, so that close days do not hide one another."""


@dataclass(frozen=True)
class Timeline:
    """Everything a template draws; positions in percent."""

    first: date
    last: date
    marks: tuple[TimelineMark, ...]
    off: tuple[tuple[float, float], ...]
    """Days off: position and width; none on a long scale."""
    ticks: tuple[tuple[float, date], ...]
    run: tuple[float, float]
    """Where the period itself lies: from and to."""

    @property
    def ticks_are_years(self) -> bool:
        """Whether a tick is the first of January, and not of a month or a Monday."""
        return (self.last - self.first).days > MONTH_BY_MONTH

    @property
    def rows(self) -> int:
        """How many rows the marks take."""
        return 1 + max(mark.row for mark in self.marks)


def timeline_of(found: Deadline, others: Sequence[tuple[str, date]] = ()) -> Timeline:
    """Place a period on its line; `others` are named days to show beside it."""
    days = [found.start, found.last_day, *(day for _, day in others)]
    first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=1)
    span = (last - first).days

    def x(day: date) -> float:
        return round(100 * (day - first).days / span, 2)

    on: dict[date, list[str]] = {}
    for name, day in others:
        on.setdefault(day, []).append(name)
    on.setdefault(found.start, []).append("start")
    on.setdefault(found.last_day, []).append("last")
    marks = _placed([TimelineMark(day, x(day), _tone(day, found), tuple(names)) for day, names in sorted(on.items())])
    return Timeline(
        first,
        last,
        marks,
        _off(found, first, span),
        _ticks(first, last, span),
        (x(found.start), x(found.last_day)),
    )


def _placed(marks: list[TimelineMark]) -> tuple[TimelineMark, ...]:
    """Each mark on the first row where nothing is too close before it."""
    ends: list[float] = []
    placed = []
    for mark in marks:
        row = next((n for n, end in enumerate(ends) if mark.x - end >= APART), len(ends))
        ends[row : row + 1] = [mark.x]
        placed.append(replace(mark, row=row))
    return tuple(placed)


def _tone(day: date, found: Deadline) -> str:
    return "last" if day == found.last_day else "start" if day == found.start else "other"


def _off(found: Deadline, first: date, span: int) -> tuple[tuple[float, float], ...]:
    if span > DAY_BY_DAY:
        return ()
    width = round(100 / span, 2)
    days = [first + timedelta(days=n) for n in range(span + 1)]
    return tuple(
        (max(round(100 * n / span - width / 2, 2), 0.0), width)
        for n, day in enumerate(days)
        if not found.place.is_working(day)
    )


def _ticks(first: date, last: date, span: int) -> tuple[tuple[float, date], ...]:
    if span <= DAY_BY_DAY:
        days = [first + timedelta(days=n) for n in range(span + 1) if (first + timedelta(days=n)).weekday() == 0]
    elif span <= MONTH_BY_MONTH:
        start = date(first.year, first.month, 1)
        days = [day for n in range(1, 40) if first <= (day := months_later(start, n)) <= last]
    else:
        days = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    return tuple((round(100 * (day - first).days / span, 2), day) for day in days)
