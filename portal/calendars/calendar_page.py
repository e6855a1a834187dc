"""The dates that a person has before them, by month, and the address that a calendar reads them by."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from flask import flash, session, url_for

from portal.authz.context import Context
from portal.calendars import queries, services
from portal.calendars.models import CalendarAddress
from portal.core.dataclass import dataclass
from portal.core.pages import Page
from portal.web.manifest import DatedThing, dated_things
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

    def page(self, number: int) -> Page[DatedThing]:
        """One page of them; within a day by title, and nothing is said of those that other pages show."""
        start = (number - 1) * DATES
        shown = self.things[start : start + DATES]
        if shown:
            before = bisect_left(self.things, shown[0].day, key=lambda thing: thing.day)
            days = in_order(self.things[before : bisect_right(self.things, shown[-1].day, key=lambda thing: thing.day)])
            shown = days[start - before : start - before + len(shown)]
        return Page(shown, number, DATES, len(self.things))


def calendar_dates(ctx: Context) -> CalendarDates:
    """What falls due within reach of a person, from a month ago to a year ahead."""
    found: list[DatedThing] = []
    is_cut = False
    for kind in dated_things(ctx):
        things = kind.find(ctx, ctx.today - BEHIND, ctx.today + AHEAD, MOST_EACH + 1)
        is_cut = is_cut or len(things) > MOST_EACH
        found += things[:MOST_EACH]
    return CalendarDates(sorted(found, key=lambda thing: thing.day), is_cut)


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
    dates = calendar_dates(ctx)
    held = queries.address_of(ctx, ctx.actor.id)
    return CalendarPage(dates.page(number), dates.is_cut, held, address, ctx.today)


def give(ctx: Context) -> None:
    """Give an address, or another in its place; the next page shows it."""
    session[_GIVEN] = services.give_address(ctx)


def revoke(ctx: Context) -> None:
    """Stop the address, and say so."""
    if services.revoke_address(ctx):
        flash(_("L'adresse ne répond plus. Retirez-la de votre agenda."))
