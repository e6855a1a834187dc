"""The dates that a person has before them, by month, and the address that a calendar reads them by."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import groupby

from flask import flash, session, url_for

from portal.authz.context import Context
from portal.calendars import queries, services
from portal.calendars.models import CalendarAddress
from portal.core.dataclass import dataclass
from portal.core.pages import Page
from portal.web.manifest import DatedKind, DatedThing, dated_things
from portal.web.text import _

_GIVEN = "calendar"
"""In the browser's own cookie, until the page has shown it: the address that was just given."""
AHEAD = timedelta(days=366)
BEHIND = timedelta(days=31)
"""What is late stays in sight for a month; its own page keeps it longer."""
DATES = 100
"""On a page."""
MOST_EACH = 300
"""Dates of one kind, the soonest first."""


@dataclass(frozen=True)
class CalendarMonth:
    """A month, and what falls due in it."""

    first: date
    things: tuple[DatedThing, ...]


@dataclass(frozen=True)
class CalendarDates:
    """The dates within reach, day by day."""

    things: Sequence[DatedThing]
    is_cut: bool
    """Whether a kind has more dates than are shown."""


def calendar_dates(ctx: Context) -> CalendarDates:
    """What falls due within reach of a person, from a month ago to a year ahead."""
    found: list[DatedThing] = []
    is_cut = False
    for kind in dated_things(ctx):
        things = kind.find(ctx, ctx.today - BEHIND, ctx.today + AHEAD, MOST_EACH + 1)
        is_cut = is_cut or len(things) > MOST_EACH
        found += things[:MOST_EACH]
    return CalendarDates(sorted(found, key=lambda thing: thing.day), is_cut)


def dates_shown(ctx: Context, number: int) -> tuple[Page[DatedThing], bool]:
    """One page of the same, within a day by title, and whether a kind has more dates than are counted.

    Each kind first says its days, and none of its things is opened; then those of the days of this page are found. Of
    a kind that is cut in the midst of a day, the first ones: those that were counted.
    """
    kinds = [_kind_counted(kind, ctx) for kind in dated_things(ctx)]
    is_cut = any(len(one.days) > MOST_EACH for one in kinds)
    every = sorted(day for one in kinds for day in one.days[:MOST_EACH])
    start = (number - 1) * DATES
    shown = every[start : start + DATES]
    found = [thing for one in kinds for thing in one.within(shown[0], shown[-1])] if shown else []
    place = start - bisect_left(every, shown[0]) if shown else 0
    return Page(in_order(found)[place : place + len(shown)], number, DATES, len(every)), is_cut


@dataclass(frozen=True)
class _KindCounted:
    """The days of a kind, and how its things on some of them are found."""

    days: Sequence[date]
    find: Callable[[date, date, int], Sequence[DatedThing]]

    def within(self, first: date, last: date) -> Sequence[DatedThing]:
        """Those that were counted, from a day to another; asked where there is none too: a page costs what it costs."""
        counted = self.days[:MOST_EACH]
        number = bisect_right(counted, last) - bisect_left(counted, first)
        return self.find(first, last, number)


def _kind_counted(kind: DatedKind, ctx: Context) -> _KindCounted:
    since, until, most = ctx.today - BEHIND, ctx.today + AHEAD, MOST_EACH + 1
    if kind.days is not None:
        return _KindCounted(kind.days(ctx, since, until, most), partial(kind.find, ctx))
    things = kind.find(ctx, since, until, most)  # found to be counted: they are not asked for again
    return _KindCounted(
        [thing.day for thing in things],
        lambda first, last, number: [thing for thing in things if first <= thing.day <= last][:number],
    )


def in_order(things: Sequence[DatedThing]) -> Sequence[DatedThing]:
    """By day, then by title: all of these are told."""
    return sorted(things, key=lambda thing: (thing.day, thing.words.title, thing.key))


@dataclass(frozen=True)
class CalendarPage:
    """The dates of a person, whether a calendar reads them, and its address, the once that it is shown."""

    found: Page[DatedThing]
    is_cut: bool
    """Whether a kind has more dates than are counted."""
    held: CalendarAddress | None
    address: str | None
    today: date
    most: int = MOST_EACH

    @property
    def months(self) -> list[CalendarMonth]:
        """Those of this page, by month."""
        found = groupby(self.found.rows, key=lambda thing: thing.day.replace(day=1))
        return [CalendarMonth(first, tuple(things)) for first, things in found]


def calendar_page(ctx: Context, number: int) -> CalendarPage:
    """A page of the dates of the person who asks."""
    token = session.pop(_GIVEN, None)
    address = url_for("calendars.feed_file", cle=token, _external=True) if token else None
    found, is_cut = dates_shown(ctx, number)
    held = queries.address_of(ctx, ctx.actor.id)
    return CalendarPage(found, is_cut, held, address, ctx.today)


def give(ctx: Context) -> None:
    """Give an address, or another in its place; the next page shows it."""
    session[_GIVEN] = services.give_address(ctx)


def revoke(ctx: Context) -> None:
    """Stop the address, and say so."""
    if services.revoke_address(ctx):
        flash(_("L'adresse ne répond plus. Retirez-la de votre agenda."))
