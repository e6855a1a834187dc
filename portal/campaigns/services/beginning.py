"""A campaign that has never run begins today or tomorrow, in one act."""

from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import queries, rules
from portal.campaigns.models import Campaign, CampaignState, Wave
from portal.campaigns.services.planning import activate, plan_of, revise
from portal.campaigns.services.waves import launch_now, refuse_nobody
from portal.core.errors import Refused
from portal.core.language import N_
from portal.journal import services as journal


class FirstDay(StrEnum):
    """When a campaign begins, as a person chooses it."""

    TODAY = "aujourd-hui"
    TOMORROW = "demain"


def begin(ctx: Context, campaign: Campaign, when: FirstDay) -> Wave | None:
    """Activate a campaign whose first wave goes on that day; the wave when it has been launched at once.

    Today, once the hour of the rhythm is over, means at once: the wave is launched and the rhythm goes on from its
    next date. Raises Refused when the campaign has had a wave, or its rhythm cannot begin that day.
    """
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    if queries.has_run(ctx, campaign):
        raise Refused(N_("Cette campagne a déjà commencé."))
    first = rules.first_run(campaign.recurrence, ctx.now)
    if when is FirstDay.TODAY and first.today_at is None:
        return _launch(ctx, campaign, is_over=first.at is None)
    day = _local_day(ctx, campaign) + timedelta(days=when is FirstDay.TOMORROW)
    if when is FirstDay.TOMORROW and first.tomorrow_at is None:
        raise Refused(N_("Ce rythme ne peut pas commencer demain : changez son premier jour."))
    plan = plan_of(campaign)
    revise(ctx, campaign, plan.on(rules.begun_on(campaign.recurrence, day)))
    if campaign.state is not CampaignState.ACTIVE:
        activate(ctx, campaign)
    return None


def _launch(ctx: Context, campaign: Campaign, *, is_over: bool) -> Wave:
    """A wave at once; a rhythm that has no date left is followed by it. Refused, it leaves the campaign as it was."""
    refuse_nobody(ctx, campaign)
    if not is_over and campaign.state is not CampaignState.ACTIVE:
        activate(ctx, campaign)
    wave = launch_now(ctx, campaign)
    if is_over:
        campaign.state, campaign.next_run_at = CampaignState.ENDED, None
        journal.record(ctx, "campaign.ended", campaign)
    return wave


def _local_day(ctx: Context, campaign: Campaign) -> date:
    return ctx.now.astimezone(ZoneInfo(str(campaign.recurrence["zone"]))).date()
