"""Who is due for an audit, who was never audited, whom no campaign asks; the same statements for any register."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import rules
from portal.campaigns.models import Campaign, CampaignState
from portal.campaigns.queries.audience import audience_problems, criteria, parse_audience
from portal.core.clock import LEGAL_ZONE
from portal.core.dataclass import dataclass
from portal.core.pages import PAGE_SIZE, Page, page_sought
from portal.core.statements import among
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import Vendor
from portal.vendors.rules.status import LIVE
from portal.vendors.rules.tier import Tier

_PLANNED = (CampaignState.ACTIVE, CampaignState.DRAFT, CampaignState.PAUSED)


@dataclass(frozen=True)
class RhythmRow:
    """A rhythm and how far vendors are from it, among those that hold our data or are about to."""

    rhythm: rules.AuditRhythm | None
    """None for vendors whose tier is not known: no rhythm is theirs yet."""
    vendors: int
    never: int
    """Those that have never sent answers to any audit."""
    due: int
    """Those that have sent none within the rhythm; those never audited are among them."""
    uncovered: int
    """Those that no running campaign asks at this rhythm."""
    waiting: Campaign | None = None
    """A campaign at this rhythm that is written and does not run."""


def frequency(ctx: Context, wanted: Sequence[rules.AuditRhythm], complete: Sequence[str]) -> list[RhythmRow]:
    """Where each rhythm stands, then the vendors of no known tier; `complete` are keys of complete questionnaires."""
    authorize(ctx, Permission.CAMPAIGN_VIEW)
    planned = [
        (campaign, parse_audience(campaign.audience))
        for campaign in ctx.session.scalars(select(Campaign).where(Campaign.state.in_(_PLANNED)).order_by(Campaign.id))
        if not audience_problems(campaign.audience) and not rules.recurrence_problems(campaign.recurrence)
    ]
    versions = ctx.session.execute(select(QuestionnaireVersion.id, QuestionnaireVersion.packs)).all()
    rows = []
    for rhythm in wanted:
        asked = {rhythm.questionnaire, *complete} if rhythm.questionnaire else set(complete)
        counting = [number for number, packs in versions if not asked.isdisjoint(packs)]
        kept = [
            (campaign, audience)
            for campaign, audience in planned
            if rules.keeps_rhythm(rhythm, campaign.questionnaire_key, campaign.recurrence, audience, complete)
        ]
        rows.append(_row(ctx, rhythm, counting, kept))
    return [*rows, _unclassified(ctx)]


def _row(
    ctx: Context,
    rhythm: rules.AuditRhythm,
    counting: Sequence[int],
    kept: Sequence[tuple[Campaign, rules.Audience]],
) -> RhythmRow:
    # The least day on which an audit is recent enough: the same as that of an audience of as many months.
    since = rules.audited_since(rules.Audience(not_audited_months=rhythm.months), ctx.today)
    running = [audience for campaign, audience in kept if campaign.state is CampaignState.ACTIVE]
    asked = or_(false(), *(and_(*criteria(replace(one, not_audited_months=None), ctx.today)) for one in running))
    counts = _counts(ctx, Vendor.tier == Tier(rhythm.tier), _sent(since, counting), not_(asked))
    waiting = next((campaign for campaign, _ in kept if campaign.state is not CampaignState.ACTIVE), None)
    return RhythmRow(rhythm, *counts, waiting if counts[-1] else None)


def _unclassified(ctx: Context) -> RhythmRow:
    never = Vendor.id.in_(_answered())
    vendors, without, _due, _uncovered = _counts(ctx, Vendor.tier.is_(None), never, not_(false()))
    return RhythmRow(None, vendors, without, without, vendors)


def _counts(
    ctx: Context, within: ColumnElement[bool], is_recent: ColumnElement[bool], is_uncovered: ColumnElement[bool]
) -> tuple[int, int, int, int]:
    row = ctx.session.execute(
        select(
            func.count(),
            func.count().filter(Vendor.id.not_in(_answered())),
            func.count().filter(not_(is_recent)),
            func.count().filter(is_uncovered),
        ).where(within, Vendor.status.in_(LIVE))
    ).one()
    return row[0], row[1], row[2], row[3]


def _answered() -> Select[int]:
    """Vendors that have sent answers to an audit that stands: one opened, or cancelled, audited nobody."""
    return select(Audit.vendor_id).where(Audit.submitted_at.is_not(None), Audit.state != AuditState.CANCELLED)


def _sent(since: date | None, counting: Sequence[int]) -> ColumnElement[bool]:
    recent = _answered().where(Audit.questionnaire_version_id.in_(counting))
    if since is not None:
        recent = recent.where(Audit.submitted_at >= datetime.combine(since, time(), tzinfo=LEGAL_ZONE))
    return Vendor.id.in_(recent)


def never_audited(ctx: Context, *, page: int = 1, size: int = PAGE_SIZE) -> Page[Vendor]:
    """The live vendors that have never sent answers to an audit, those that weigh most first."""
    authorize(ctx, Permission.CAMPAIGN_VIEW)
    found = page_sought(ctx.session, _never_audited(), page, size=size, asked={})
    rows = {row.id: row for row in ctx.session.scalars(select(Vendor).where(Vendor.id.in_(found.rows)))}
    return found.showing([rows[number] for number in found.rows])


@cache
def _never_audited() -> Select[int]:
    """The numbers alone, in the index of what weighs."""
    return (
        select(Vendor.id)
        .where(among(Vendor.status, LIVE), Vendor.id.not_in(_answered()))
        .order_by(Vendor.risk_points.desc(), Vendor.folded_name, Vendor.id)
    )
