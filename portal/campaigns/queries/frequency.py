"""Who is due for an audit, who was never audited, whom no campaign asks; the same statements for any register."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, not_, or_, select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import rules
from portal.campaigns.models import Campaign, CampaignState
from portal.campaigns.queries.audience import audience_problems, criteria, parse_audience
from portal.core.clock import LEGAL_ZONE
from portal.core.dataclass import dataclass
from portal.core.pages import PAGE_SIZE, Page, page_of
from portal.core.statements import among
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import BY_FIGURES, BY_WEIGHT, Vendor
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


@dataclass(frozen=True)
class Rhythms:
    """Where each rhythm stands, then the vendors of no known tier."""

    rows: Sequence[RhythmRow]
    never: int
    """Live vendors of any tier that have never sent answers: how many `never_audited` lists."""


def frequency(ctx: Context, wanted: Sequence[rules.AuditRhythm], complete: Sequence[str]) -> Rhythms:
    """How far vendors are from each rhythm; `complete` are keys of complete questionnaires."""
    authorize(ctx, Permission.CAMPAIGN_VIEW)
    planned = [
        (campaign, parse_audience(campaign.audience))
        for campaign in ctx.session.scalars(select(Campaign).where(Campaign.state.in_(_PLANNED)).order_by(Campaign.id))
        if not audience_problems(campaign.audience) and not rules.recurrence_problems(campaign.recurrence)
    ]
    versions = ctx.session.execute(select(QuestionnaireVersion.id, QuestionnaireVersion.packs)).all()
    counted, kept = [], []
    for rhythm in wanted:
        asked = {rhythm.questionnaire, *complete} if rhythm.questionnaire else set(complete)
        counted.append(frozenset(number for number, packs in versions if not asked.isdisjoint(packs)))
        kept.append(
            [
                (campaign, audience)
                for campaign, audience in planned
                if rules.keeps_rhythm(rhythm, campaign.questionnaire_key, campaign.recurrence, audience, complete)
            ]
        )
    vendors, answered = _by_tier(ctx, [_asked(ctx, one) for one in kept]), _answered_by_tier(ctx, wanted, counted)
    rows = []
    for place, rhythm in enumerate(wanted):
        (number, *uncovered), (ever, *recent) = vendors(Tier(rhythm.tier)), answered(Tier(rhythm.tier))
        waiting = next((campaign for campaign, _ in kept[place] if campaign.state is not CampaignState.ACTIVE), None)
        lacking = uncovered[place]
        rows.append(
            RhythmRow(rhythm, number, number - ever, number - recent[place], lacking, waiting if lacking else None)
        )
    number, ever = vendors(None)[0], answered(None)[0]
    never = sum(vendors(tier)[0] - answered(tier)[0] for tier in (*Tier, None))
    return Rhythms([*rows, RhythmRow(None, number, number - ever, number - ever, number)], never)


_OfTier = Callable[[Tier | None], Sequence[int]]
"""The numbers of a tier, or of the vendors of no known tier."""


def _by_tier(ctx: Context, asked: Sequence[ColumnElement[bool]]) -> _OfTier:
    """Live vendors of each tier, then those that each of these conditions leaves out; one statement."""
    counts = [func.count(), *(func.count().filter(not_(one)) for one in asked)]
    found: Any = select(Vendor.tier, *counts).where(Vendor.status.in_(LIVE)).group_by(Vendor.tier)
    return _told(ctx, found, 1 + len(asked))


def _answered_by_tier(ctx: Context, wanted: Sequence[rules.AuditRhythm], counted: Sequence[frozenset[int]]) -> _OfTier:
    """Live vendors of each tier that ever sent answers, then those that did so within each rhythm; one statement.

    Audits are gone through once, along the index of those that were answered, for all rhythms together: of each vendor
    what counts is the last answer to the questionnaires of a rhythm, and several rhythms have the same.
    """
    alike = {versions: f"last_{place}" for place, versions in enumerate(dict.fromkeys(counted))}
    last = [
        func.max(case((Audit.questionnaire_version_id.in_(sorted(versions)), Audit.submitted_at))).label(name)
        for versions, name in alike.items()
    ]
    by_vendor = _answered().add_columns(*last).group_by(Audit.vendor_id).subquery()
    each = [
        func.count().filter(_is_recent(ctx, rhythm, by_vendor.c[alike[versions]]))
        for rhythm, versions in zip(wanted, counted, strict=True)
    ]
    found: Any = (
        select(Vendor.tier, func.count(), *each)
        .select_from(by_vendor)
        .join(Vendor, Vendor.id == by_vendor.c.vendor_id)
        .with_hint(Vendor, *BY_FIGURES)
        .where(Vendor.status.in_(LIVE))
        .group_by(Vendor.tier)
    )
    return _told(ctx, found, 1 + len(each))


def _told(ctx: Context, found: Any, numbers: int) -> _OfTier:
    told = {row[0]: [int(one) for one in row[1:]] for row in ctx.session.execute(found)}
    return lambda tier: told.get(tier, [0] * numbers)


def _asked(ctx: Context, kept: Sequence[tuple[Campaign, rules.Audience]]) -> ColumnElement[bool]:
    """Whether a vendor is asked by a campaign that runs, whenever it was last audited."""
    running = [audience for campaign, audience in kept if campaign.state is CampaignState.ACTIVE]
    return or_(false(), *(and_(*criteria(replace(one, not_audited_months=None), ctx.today)) for one in running))


def _is_recent(ctx: Context, rhythm: rules.AuditRhythm, last: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether the last answer to the questionnaires of a rhythm, if any, is within it."""
    # The least day on which an audit is recent enough: the same as that of an audience of as many months.
    since = rules.audited_since(rules.Audience(not_audited_months=rhythm.months), ctx.today)
    if since is None:
        return last.is_not(None)
    return last >= datetime.combine(since, time(), tzinfo=LEGAL_ZONE)


def _answered() -> Select[int]:
    """Vendors that have sent answers to an audit that stands: one opened, or cancelled, audited nobody."""
    return select(Audit.vendor_id).where(Audit.submitted_at.is_not(None), Audit.state != AuditState.CANCELLED)


def never_audited(ctx: Context, total: int, *, page: int = 1, size: int = PAGE_SIZE) -> Page[Vendor]:
    """The live vendors that have never sent answers to an audit, those that weigh most first; `total` as counted."""
    authorize(ctx, Permission.CAMPAIGN_VIEW)
    found = page_of(ctx.session, _never_audited(), page, size=size, total=total)
    rows = {row.id: row for row in ctx.session.scalars(select(Vendor).where(Vendor.id.in_(found.rows)))}
    return found.showing([rows[number] for number in found.rows])


@cache
def _never_audited() -> Select[int]:
    """The numbers alone, in the order of the index of what weighs: it is followed until the page is full."""
    return (
        select(Vendor.id)
        .with_hint(Vendor, *BY_WEIGHT)
        .where(among(Vendor.status, LIVE), ~_answered().where(Audit.vendor_id == Vendor.id).exists())
        .order_by(Vendor.risk_points.desc(), Vendor.folded_name, Vendor.id)
    )
