"""When corrective actions are due, as calendars show it."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.findings.models import Finding
from portal.findings.rules import LIVE
from portal.web.manifest import DatedThing
from portal.web.text import _


def finding_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Findings that are not settled, by the day their action is due."""
    found = ctx.session.scalars(
        select(Finding)
        .options(joinedload(Finding.vendor))
        .where(
            visible(ctx, Permission.FINDING_VIEW, Finding), Finding.state.in_(LIVE),
            Finding.due_on.between(since, until),
        )
        .order_by(Finding.due_on, Finding.id)
        .limit(at_most)
    )  # fmt: skip
    return [
        DatedThing(
            key=f"finding-{finding.id}", day=finding.due_on,
            title=_("%(vendor)s : action corrective", vendor=finding.vendor.name), detail=finding.title,
            url=url_for("findings.show", finding_id=finding.id),
        )
        for finding in found
    ]  # fmt: skip
