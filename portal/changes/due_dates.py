"""By when we may object to a change, as calendars show it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.changes.deadline_lines import last_day
from portal.changes.models import AnnouncedChange
from portal.changes.rules.life import WAITING
from portal.core.clock import LEGAL_ZONE
from portal.web.manifest import DatedThing
from portal.web.text import _


def change_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Changes without an answer, by the last day on which the contract lets us object; none without a known delay."""
    first = datetime.combine(since, time.min, LEGAL_ZONE)
    end = datetime.combine(until + timedelta(days=1), time.min, LEGAL_ZONE)
    found = ctx.session.scalars(
        select(AnnouncedChange)
        .options(joinedload(AnnouncedChange.vendor))
        .where(
            visible(ctx, Permission.CHANGE_VIEW, AnnouncedChange), AnnouncedChange.state.in_(WAITING),
            AnnouncedChange.object_before > first, AnnouncedChange.object_before <= end,
        )
        .order_by(AnnouncedChange.object_before, AnnouncedChange.id)
        .limit(at_most)
    )  # fmt: skip
    return [
        DatedThing(
            key=f"change-{change.id}", day=last,
            title=_("%(vendor)s : répondre à un changement de sous-traitants", vendor=change.vendor.name),
            detail=change.title, url=url_for("changes.show", change_id=change.id),
        )
        for change in found
        if (last := last_day(change.object_before)) is not None
    ]  # fmt: skip
