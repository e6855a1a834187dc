"""By when we may object to a change, as calendars show it."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import Row, select

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.changes.deadline_lines import last_day
from portal.changes.models import AnnouncedChange
from portal.changes.rules.life import WAITING
from portal.core.clock import midnight
from portal.core.statements import one_by_one, soonest, soonest_days, written_once
from portal.vendors.models import Vendor
from portal.web.manifest import DatedThing, DatedWords
from portal.web.text import _


def change_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Changes without an answer, by the last day on which the contract lets us object; none without a known delay."""
    asked = _dated(reach(ctx, Permission.CHANGE_VIEW), since, until)
    rows = ctx.session.execute(asked, {"most": at_most})
    return [
        DatedThing(f"change-{row.id}", last, partial(_words, row))
        for row in rows
        if (last := last_day(row.object_before)) is not None
    ]


def _words(row: Row[Any]) -> DatedWords:
    title = _("%(vendor)s : répondre à un changement de sous-traitants", vendor=row.name)
    return DatedWords(title, row.title, url_for("changes.show", change_id=row.id))


def change_days(ctx: Context, since: date, until: date, at_most: int) -> Sequence[date]:
    """The day of each of them."""
    asked = _days(reach(ctx, Permission.CHANGE_VIEW), since, until)
    counted = ((last_day(before), n) for before, n in ctx.session.execute(asked, {"most": at_most}))
    return one_by_one((day, n) for day, n in counted if day is not None)


def _due(within: Reach, since: date, until: date) -> list[Any]:
    first, end = midnight(since), midnight(until + timedelta(days=1))
    before = AnnouncedChange.object_before
    due = select(before, AnnouncedChange.id).where(within.over(AnnouncedChange), before > first, before <= end)
    return [due.where(AnnouncedChange.state == state) for state in WAITING]


@written_once
def _days(within: Reach, since: date, until: date) -> Any:
    return soonest_days(_due(within, since, until))


@written_once
def _dated(within: Reach, since: date, until: date) -> Any:
    before = AnnouncedChange.object_before
    return (
        select(AnnouncedChange.id, before, AnnouncedChange.title, Vendor.name)
        .join(Vendor, Vendor.id == AnnouncedChange.vendor_id)
        .where(AnnouncedChange.id.in_(soonest(_due(within, since, until))))
        .order_by(before, AnnouncedChange.id)
    )
