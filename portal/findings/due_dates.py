"""When corrective actions are due, as calendars show it."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import Row, select

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.core.statements import one_by_one, soonest, soonest_days, written_once
from portal.findings.models import Finding
from portal.findings.rules import LIVE
from portal.vendors.models import Vendor
from portal.web.manifest import DatedThing, DatedWords
from portal.web.text import _


def finding_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Findings that are not settled, by the day their action is due."""
    asked = _dated(reach(ctx, Permission.FINDING_VIEW), since, until)
    rows = ctx.session.execute(asked, {"most": at_most})
    return [DatedThing(f"finding-{row.id}", row.due_on, partial(_words, row)) for row in rows]


def _words(row: Row[Any]) -> DatedWords:
    return DatedWords(
        _("%(vendor)s : action corrective", vendor=row.name), row.title, url_for("findings.show", finding_id=row.id)
    )


def finding_days(ctx: Context, since: date, until: date, at_most: int) -> Sequence[date]:
    """The day of each of them."""
    asked = _days(reach(ctx, Permission.FINDING_VIEW), since, until)
    return one_by_one(ctx.session.execute(asked, {"most": at_most}))


def _due(within: Reach, since: date, until: date) -> list[Any]:
    due = select(Finding.due_on, Finding.id).where(within.over(Finding), Finding.due_on.between(since, until))
    return [due.where(Finding.state == state) for state in LIVE]


@written_once
def _days(within: Reach, since: date, until: date) -> Any:
    return soonest_days(_due(within, since, until))


@written_once
def _dated(within: Reach, since: date, until: date) -> Any:
    return (
        select(Finding.id, Finding.due_on, Finding.title, Vendor.name)
        .join(Vendor, Vendor.id == Finding.vendor_id)
        .where(Finding.id.in_(soonest(_due(within, since, until))))
        .order_by(Finding.due_on, Finding.id)
    )
