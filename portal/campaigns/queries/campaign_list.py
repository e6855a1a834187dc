"""The list of campaigns and that of a campaign's waves, in the same few statements however long they are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Select, bindparam, func, or_, select

from portal.audits.models import AUDITS, Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import rules
from portal.campaigns.models import Campaign, CampaignState, Wave, WaveAudit
from portal.core.dataclass import dataclass
from portal.core.pages import PAGE_SIZE, Page, page_of
from portal.core.statements import written_once
from portal.journal.models import JournalEntry

UPCOMING = 3
STALLED_MINUTES = 5
"""After which a wave that was due and has not started is said to be stuck."""


@dataclass(frozen=True)
class WaveRow:
    """A wave with how far it has come."""

    wave: Wave
    progress: rules.WaveProgress


@dataclass(frozen=True)
class CampaignRow:
    """A line of the list: a campaign and its last wave."""

    campaign: Campaign
    last: WaveRow | None


def campaigns(
    ctx: Context, *, state: CampaignState | None = None, page: int = 1, size: int = PAGE_SIZE
) -> Page[CampaignRow]:
    """A page of campaigns, the soonest to run first."""
    authorize(ctx, Permission.CAMPAIGN_VIEW)
    found = page_of(ctx.session, _listing(state), page, size=size)
    waves = ctx.session.scalars(_last_waves(), {"campaigns": [campaign.id for campaign in found.rows]}).all()
    last = {row.wave.campaign_id: row for row in _with_progress(ctx, waves)}
    return found.showing([CampaignRow(campaign, last.get(campaign.id)) for campaign in found.rows])


@cache
def _listing(state: CampaignState | None) -> Select[Campaign]:
    where = [Campaign.state == state] if state else []
    order = (Campaign.next_run_at.is_(None), Campaign.next_run_at, Campaign.id.desc())
    return select(Campaign).where(*where).order_by(*order)


@cache
def _last_waves() -> Select[Wave]:
    """Of each of some campaigns, its last wave."""
    within = Wave.campaign_id.in_(bindparam("campaigns", expanding=True))
    return select(Wave).where(Wave.id.in_(select(func.max(Wave.id)).where(within).group_by(Wave.campaign_id)))


def waves_of(ctx: Context, campaign: Campaign, *, page: int = 1, size: int = PAGE_SIZE) -> Page[WaveRow]:
    """A page of a campaign's waves, newest first."""
    found = page_of(ctx.session, _waves_of(campaign.id), page, size=size)
    return found.showing(_with_progress(ctx, found.rows))


@written_once
def _waves_of(campaign_id: int) -> Select[Wave]:
    return select(Wave).where(Wave.campaign_id == campaign_id).order_by(Wave.id.desc())


def _with_progress(ctx: Context, waves: Sequence[Wave]) -> list[WaveRow]:
    counted: dict[int, dict[str, int]] = {wave.id: {} for wave in waves}
    for row in ctx.session.execute(_PROGRESS, {"waves": list(counted)}):
        numbers = row._mapping
        known = {state: numbers[state.value] for state in AuditState}
        # Whatever is in none of these states is counted too, so that it is refused rather than lost.
        counted[row.id] = known | ({"": row.total - sum(known.values())} if row.total != sum(known.values()) else {})
    return [WaveRow(wave, rules.wave_progress(counted[wave.id])) for wave in waves]


_OF_WAVE = select(func.count()).where(Audit.wave_id == Wave.id).correlate(Wave)
_HELD = AUDITS.rows.c
# Each state is what the database keeps (docs/adr/0107): no audit is opened.
_PROGRESS = select(
    Wave.id,
    select(func.count()).where(WaveAudit.wave_id == Wave.id).correlate(Wave).scalar_subquery().label("total"),
    *(
        AUDITS.count(
            _HELD.wave_id == Wave.id, _HELD.state == state, otherwise=_OF_WAVE.where(Audit.state == state)
        ).label(state.value)
        for state in AuditState
    ),
).where(Wave.id.in_(bindparam("waves", expanding=True)))


def next_dates(ctx: Context, campaign: Campaign) -> list[datetime]:
    """The next dates of a campaign: those that will run when it is active, those that would when it is not."""
    rule = rules.parse_recurrence(campaign.recurrence)
    found: list[datetime] = []
    at = campaign.next_run_at or rules.next_run(rule, ctx.now)
    while at is not None and len(found) < UPCOMING:
        found.append(at)
        at = rules.next_run(rule, at)
    return found


def has_run(ctx: Context, campaign: Campaign) -> bool:
    """Whether a campaign has had a wave."""
    return ctx.session.scalar(select(Wave.id).where(Wave.campaign_id == campaign.id).limit(1)) is not None


def last_empty_run(ctx: Context, campaign: Campaign) -> datetime | None:
    """When its wave did not go because there was nobody to ask; None once one has gone since."""
    return ctx.session.scalar(_LAST_EMPTY, {"of_campaign": campaign.id})


_NEWEST = select(func.max(Wave.started_at)).where(Wave.campaign_id == bindparam("of_campaign")).scalar_subquery()
_LAST_EMPTY = select(func.max(JournalEntry.at)).where(
    JournalEntry.object_type == "Campaign", JournalEntry.object_id == bindparam("of_campaign"),
    JournalEntry.action == "wave.empty", or_(_NEWEST.is_(None), JournalEntry.at > _NEWEST),
)  # fmt: skip


def is_stalled(ctx: Context, campaign: Campaign) -> bool:
    """Whether a wave was due minutes ago and has not started."""
    return (
        campaign.state is CampaignState.ACTIVE
        and campaign.next_run_at is not None
        and campaign.next_run_at < ctx.now - timedelta(minutes=STALLED_MINUTES)
    )


def missed_runs(ctx: Context, campaign: Campaign) -> int:
    """How many runs would be skipped at once: above `rules.MOST_SKIPPED` nothing starts until a person says so."""
    if campaign.state is not CampaignState.ACTIVE or campaign.next_run_at is None:
        return 0
    missed = rules.catch_up(rules.parse_recurrence(campaign.recurrence), campaign.next_run_at, ctx.now)
    return missed.skipped if missed is not None else 0
