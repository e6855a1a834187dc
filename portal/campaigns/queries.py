"""Reads of campaigns: audience, waves, and what still waits for an answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import rules
from portal.campaigns.models import Campaign, Wave, WaveAudit
from portal.core.clock import LEGAL_ZONE, legal_date
from portal.core.errors import NotFound
from portal.core.language import N_
from portal.vendors.models import Vendor
from portal.vendors.rules.status import Status
from portal.vendors.rules.tier import Tier

MORNING = 8
"""Hour in Paris from which reminders leave."""
WITH_VENDOR = [state for state in AuditState if state.is_with_vendor]
_VOCABULARY: dict[str, Any] = {
    "tiers": {tier.value for tier in Tier} | {rules.UNCLASSIFIED},
    "statuses": {status.value for status in Status},
}


def audience_problems(raw: Mapping[str, Any]) -> list[rules.Problem]:
    """What is wrong with an audience."""
    return rules.audience_problems(raw, **_VOCABULARY)


def audience_of(ctx: Context, campaign: Campaign) -> list[int]:
    """The vendors that a campaign's audience holds today, in two statements."""
    audience = rules.parse_audience(campaign.audience, **_VOCABULARY)
    last = dict(
        ctx.session.execute(
            select(Audit.vendor_id, func.max(Audit.opened_at))
            .where(Audit.state != AuditState.CANCELLED)
            .group_by(Audit.vendor_id)
        )
        .tuples()
        .all()
    )
    rows = ctx.session.execute(select(Vendor.id, Vendor.tier, Vendor.status, Vendor.country).order_by(Vendor.id))
    return [
        row.id
        for row in rows
        if rules.matches(
            audience,
            rules.VendorFacts(
                row.id,
                row.tier.value if row.tier else None,
                row.status.value,
                row.country,
                legal_date(last[row.id]) if row.id in last else None,
            ),
            ctx.today,
        )
    ]


def is_morning(now: datetime) -> bool:
    """Whether the day's reminders may leave."""
    return now.astimezone(LEGAL_ZONE).hour >= MORNING


def waves_waiting() -> Select[int]:
    """Waves with at least one audit still with its vendor."""
    waiting = (
        select(WaveAudit.wave_id)
        .join(Audit, Audit.id == WaveAudit.audit_id)
        .where(Audit.state.in_(WITH_VENDOR), WaveAudit.wave_id == Wave.id)
        .exists()
    )
    return select(Wave.id).where(waiting).order_by(Wave.id)


def audits_waiting(wave_id: int) -> Select[int]:
    """Audits of a wave still with their vendor."""
    return (
        select(Audit.id)
        .join(WaveAudit, WaveAudit.audit_id == Audit.id)
        .where(WaveAudit.wave_id == wave_id, Audit.state.in_(WITH_VENDOR))
        .order_by(Audit.id)
    )


def get_wave(ctx: Context, wave_id: int) -> Wave:
    """A wave with its campaign and frozen questionnaire; raises NotFound."""
    authorize(ctx, Permission.CAMPAIGN_VIEW)
    wave = ctx.session.scalar(
        select(Wave)
        .options(joinedload(Wave.campaign), joinedload(Wave.questionnaire_version))
        .where(Wave.id == wave_id)
    )
    if wave is None:
        raise NotFound(N_("Cette page n'existe pas, ou n'est pas accessible avec votre compte."))
    return wave


def get_campaign(ctx: Context, campaign_id: int, *, to: Permission) -> Campaign:
    """A campaign; raises NotFound."""
    authorize(ctx, to)
    campaign = ctx.session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(N_("Cette page n'existe pas, ou n'est pas accessible avec votre compte."))
    return campaign


def campaigns(ctx: Context) -> Sequence[Campaign]:
    """Every campaign, the soonest to run first."""
    authorize(ctx, Permission.CAMPAIGN_VIEW)
    return ctx.session.scalars(
        select(Campaign).order_by(Campaign.next_run_at.is_(None), Campaign.next_run_at, Campaign.id)
    ).all()
