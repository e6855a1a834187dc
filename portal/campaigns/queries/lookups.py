"""A campaign or a wave for whoever may see it, and what of a wave still waits."""

from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns.models import Campaign, Wave, WaveAudit
from portal.core.clock import LEGAL_ZONE
from portal.core.errors import NotFound

MORNING = 8
"""Hour in Paris from which reminders leave."""
WITH_VENDOR = [state for state in AuditState if state.is_with_vendor]


def get_campaign(ctx: Context, campaign_id: int, *, to: Permission) -> Campaign:
    """A campaign; raises NotFound."""
    authorize(ctx, to)
    campaign = ctx.session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound()
    return campaign


def get_wave(ctx: Context, wave_id: int, *, to: Permission = Permission.CAMPAIGN_VIEW) -> Wave:
    """A wave with its campaign and frozen questionnaire; raises NotFound."""
    authorize(ctx, to)
    wave = ctx.session.scalar(_a_wave(), {"wave_id": wave_id})
    if wave is None:
        raise NotFound()
    return wave


@cache
def _a_wave() -> Select[Wave]:
    """Written once, at the first wave opened."""
    whole = joinedload(Wave.campaign), joinedload(Wave.questionnaire_version)
    return select(Wave).options(*whole).where(Wave.id == bindparam("wave_id"))


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


def unreached_audits(wave_id: int) -> Select[WaveAudit, Audit]:
    """Audits of a wave still with a vendor where nobody has been written to."""
    return (
        select(WaveAudit, Audit)
        .join(Audit, Audit.id == WaveAudit.audit_id)
        .where(WaveAudit.wave_id == wave_id, WaveAudit.invited == 0, Audit.state.in_(WITH_VENDOR))
        .order_by(WaveAudit.audit_id)
    )
