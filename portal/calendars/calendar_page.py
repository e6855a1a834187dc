"""The dates that a person has before them, by month, and the address that a calendar reads them by."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from flask import flash, session, url_for

from portal.authz.context import Context
from portal.calendars import queries, services
from portal.calendars.models import CalendarAddress
from portal.core.dataclass import dataclass
from portal.web.manifest import DatedThing, dated_things
from portal.web.text import _

_GIVEN = "calendar"
"""In the browser's own cookie, until the page has shown it: the address that was just given."""
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


@dataclass(frozen=True)
class CalendarPage:
    """The dates of a person, whether a calendar reads them, and its address, the once that it is shown."""

    dates: CalendarDates
    held: CalendarAddress | None
    address: str | None
    today: date
    most: int = MOST_EACH


def calendar_page(ctx: Context) -> CalendarPage:
    """The page of the person who asks."""
    token = session.pop(_GIVEN, None)
    address = url_for("calendars.feed_file", cle=token, _external=True) if token else None
    return CalendarPage(calendar_dates(ctx), queries.address_of(ctx, ctx.actor.id), address, ctx.today)


def give(ctx: Context) -> None:
    """Give an address, or another in its place; the next page shows it."""
    session[_GIVEN] = services.give_address(ctx)


def revoke(ctx: Context) -> None:
    """Stop the address, and say so."""
    if services.revoke_address(ctx):
        flash(_("L'adresse ne répond plus. Retirez-la de votre agenda."))
