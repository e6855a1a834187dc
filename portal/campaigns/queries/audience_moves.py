"""Who is in an audience, by name, and who has come into it or left it since the wave before."""

from sqlalchemy import Select, bindparam, func, select, union

from portal.audits.models import Audit
from portal.authz.context import Context
from portal.campaigns import rules
from portal.campaigns.models import Campaign, Wave, WaveAudit, WaveSkip
from portal.campaigns.queries.audience import vendors_within
from portal.core.dataclass import dataclass
from portal.vendors.models import Vendor

NAMED_AT_MOST = 12
"""Vendors named; the others are counted."""


@dataclass(frozen=True)
class NamedVendors:
    """So many vendors, the first of them by name."""

    count: int
    first: tuple[tuple[int, str], ...] = ()
    """Number and name."""

    @property
    def more(self) -> int:
        """Those that are not named."""
        return self.count - len(self.first)


@dataclass(frozen=True)
class AudienceMoves:
    """What changed of an audience since the wave before."""

    entered: NamedVendors
    left: NamedVendors


def audience_names(ctx: Context, audience: rules.Audience) -> NamedVendors:
    """The vendors that an audience holds today; two statements."""
    return _named(ctx, vendors_within(ctx, audience))


def moves_since_last(ctx: Context, audience: rules.Audience, campaign: Campaign | None) -> AudienceMoves | None:
    """Who would come in and who would leave if a wave went now; None for a campaign that has had none."""
    last = None if campaign is None else _last_wave(ctx, campaign)
    return None if last is None else _moves(ctx, vendors_within(ctx, audience), _vendors_of(last))


def moves_of_wave(ctx: Context, wave: Wave) -> AudienceMoves | None:
    """Who came in and who left with a wave; None for the first of its campaign."""
    before = _last_wave(ctx, wave.campaign, before=wave.id)
    return None if before is None else _moves(ctx, _vendors_of(wave.id), _vendors_of(before))


def _moves(ctx: Context, now: Select[int], before: Select[int]) -> AudienceMoves:
    entered = select(Vendor.id).where(Vendor.id.in_(now), Vendor.id.not_in(before))
    left = select(Vendor.id).where(Vendor.id.in_(before), Vendor.id.not_in(now))
    return AudienceMoves(_named(ctx, entered), _named(ctx, left))


def _last_wave(ctx: Context, campaign: Campaign, *, before: int | None = None) -> int | None:
    """The last wave of a campaign that asked somebody, or left somebody alone."""
    if before is None:
        return ctx.session.scalar(_LAST, {"of_campaign": campaign.id})
    return ctx.session.scalar(_LAST_BEFORE, {"of_campaign": campaign.id, "before": before})


_LAST = select(func.max(Wave.id)).where(Wave.campaign_id == bindparam("of_campaign"), Wave.size > 0)
_LAST_BEFORE = _LAST.where(Wave.id < bindparam("before"))


def _vendors_of(wave_id: int) -> Select[int]:
    """Those whose audit a wave opened, and those it left alone."""
    asked = select(Audit.vendor_id).join(WaveAudit, WaveAudit.audit_id == Audit.id).where(WaveAudit.wave_id == wave_id)
    busy = select(WaveSkip.vendor_id).where(WaveSkip.wave_id == wave_id)
    return select(union(asked, busy).subquery().c.vendor_id)


def _named(ctx: Context, within: Select[int]) -> NamedVendors:
    count = ctx.session.scalar(select(func.count()).select_from(within.subquery())) or 0
    if not count:
        return NamedVendors(0)
    rows = ctx.session.execute(
        select(Vendor.id, Vendor.name)
        .where(Vendor.id.in_(within))
        .order_by(Vendor.folded_name, Vendor.id)
        .limit(NAMED_AT_MOST)
    )
    return NamedVendors(count, tuple((row.id, row.name) for row in rows))
