"""The dates that a person has before them, by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from portal.authz.context import Context
from portal.web.manifest import DatedThing, dated_things

AHEAD = timedelta(days=366)
BEHIND = timedelta(days=31)
"""What is late stays in sight for a month; its own page keeps it longer."""
MOST_EACH = 300
"""Dates of one kind, the soonest first."""


@dataclass(frozen=True)
class CalendarMonth:
    """A month, and what falls due in it."""

    first: date
    things: tuple[DatedThing, ...]


@dataclass(frozen=True)
class CalendarDates:
    """The dates within reach, the soonest first."""

    things: Sequence[DatedThing]
    is_cut: bool
    """Whether a kind has more dates than are shown."""

    @property
    def months(self) -> list[CalendarMonth]:
        """By month."""
        found = groupby(self.things, key=lambda thing: thing.day.replace(day=1))
        return [CalendarMonth(first, tuple(things)) for first, things in found]


def calendar_dates(ctx: Context) -> CalendarDates:
    """What falls due within reach of a person, from a month ago to a year ahead."""
    found: list[DatedThing] = []
    is_cut = False
    for kind in dated_things(ctx):
        things = kind.find(ctx, ctx.today - BEHIND, ctx.today + AHEAD, MOST_EACH + 1)
        is_cut = is_cut or len(things) > MOST_EACH
        found += things[:MOST_EACH]
    return CalendarDates(sorted(found, key=lambda thing: (thing.day, thing.title, thing.key)), is_cut)
