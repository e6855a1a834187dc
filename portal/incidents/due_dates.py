"""By when the authority is to be notified, as calendars show it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.clock import LEGAL_ZONE, legal_date
from portal.incidents.models import Incident
from portal.incidents.rules.life import UNDECIDED
from portal.web.formats import date_time
from portal.web.manifest import DatedThing
from portal.web.text import _


def incident_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Breaches of which nobody has decided yet, by the day their 72 hours end."""
    first = datetime.combine(since, time.min, LEGAL_ZONE)
    last = datetime.combine(until + timedelta(days=1), time.min, LEGAL_ZONE)
    found = ctx.session.scalars(
        select(Incident)
        .options(joinedload(Incident.vendor))
        .where(
            visible(ctx, Permission.INCIDENT_VIEW, Incident), Incident.state.in_(UNDECIDED),
            Incident.notify_by >= first, Incident.notify_by < last,
        )
        .order_by(Incident.notify_by, Incident.id)
        .limit(at_most)
    )  # fmt: skip
    return [
        DatedThing(
            key=f"incident-{incident.id}", day=legal_date(incident.notify_by),
            title=_("%(vendor)s : décider de notifier la CNIL", vendor=incident.vendor.name),
            detail=_("avant le %(moment)s", moment=date_time(incident.notify_by)),
            url=url_for("incidents.show", incident_id=incident.id),
        )
        for incident in found
    ]  # fmt: skip
