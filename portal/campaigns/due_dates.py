"""When waves start, as calendars show it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns.models import Campaign, CampaignState
from portal.core.clock import LEGAL_ZONE, legal_date
from portal.web.manifest import DatedThing, DatedWords
from portal.web.text import _


def wave_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """The next wave of each campaign under way."""
    authorize(ctx, Permission.CAMPAIGN_VIEW)
    first, after = (datetime.combine(day, time(), LEGAL_ZONE) for day in (since, until + timedelta(days=1)))
    found = ctx.session.execute(
        select(Campaign.id, Campaign.name, Campaign.next_run_at)
        .where(
            Campaign.state == CampaignState.ACTIVE, Campaign.next_run_at >= first, Campaign.next_run_at < after
        )
        .order_by(Campaign.next_run_at, Campaign.id)
        .limit(at_most)
    )  # fmt: skip
    return [
        DatedThing(f"campaign-{row.id}", legal_date(row.next_run_at), partial(_words, row))
        for row in found
        if row.next_run_at is not None
    ]


def _words(row: Any) -> DatedWords:
    return DatedWords(
        _("Une vague part : %(campaign)s", campaign=row.name), "", url_for("campaigns.show", campaign_id=row.id)
    )
