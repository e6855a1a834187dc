"""By when the authority is to be notified, as calendars show it."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import Row, select

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.core.clock import last_day_before, midnight
from portal.core.statements import one_by_one, soonest, soonest_days, written_once
from portal.incidents.models import Incident
from portal.incidents.rules.life import UNDECIDED
from portal.vendors.models import Vendor
from portal.web.formats import date_time
from portal.web.manifest import DatedThing, DatedWords
from portal.web.text import _


def incident_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Breaches of which nobody has decided yet, by the last day of their 72 hours; one notified has none left.

    Hours that end at midnight leave the day before as the last one.
    """
    asked = _dated(reach(ctx, Permission.INCIDENT_VIEW), since, until)
    rows = ctx.session.execute(asked, {"most": at_most})
    return [DatedThing(f"incident-{row.id}", last_day_before(row.notify_by), partial(_words, row)) for row in rows]


def _words(row: Row[Any]) -> DatedWords:
    return DatedWords(
        _("%(vendor)s : décider de notifier la CNIL", vendor=row.name),
        _("avant le %(moment)s", moment=date_time(row.notify_by)),
        url_for("incidents.show", incident_id=row.id),
    )


def incident_days(ctx: Context, since: date, until: date, at_most: int) -> Sequence[date]:
    """The day of each of them."""
    asked = _days(reach(ctx, Permission.INCIDENT_VIEW), since, until)
    return one_by_one((last_day_before(by), n) for by, n in ctx.session.execute(asked, {"most": at_most}))


def _due(within: Reach, since: date, until: date) -> list[Any]:
    first, last = midnight(since), midnight(until + timedelta(days=1))
    by = Incident.notify_by
    due = select(by, Incident.id).where(within.over(Incident), by > first, by <= last, Incident.notified_at.is_(None))
    return [due.where(Incident.state == state) for state in UNDECIDED]


@written_once
def _days(within: Reach, since: date, until: date) -> Any:
    return soonest_days(_due(within, since, until))


@written_once
def _dated(within: Reach, since: date, until: date) -> Any:
    by = Incident.notify_by
    return (
        select(Incident.id, by, Vendor.name)
        .join(Vendor, Vendor.id == Incident.vendor_id)
        .where(Incident.id.in_(soonest(_due(within, since, until))))
        .order_by(by, Incident.id)
    )
