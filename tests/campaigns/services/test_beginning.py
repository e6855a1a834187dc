"""A campaign never waits a year because an hour has passed: it begins when a person says, at once or tomorrow."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from portal.authz.policy import Role
from portal.campaigns import services
from portal.campaigns.models import CampaignState, Wave
from portal.campaigns.services import FirstDay
from portal.core.errors import Forbidden, Refused
from portal.journal.models import JournalEntry
from tests.factories.campaigns import YEARLY, campaign_of

LATER = {**YEARLY, "at": "14:00"}


def waves_of(ctx, campaign):
    return ctx.session.scalar(select(func.count()).select_from(Wave).where(Wave.campaign_id == campaign.id))


def test_today_once_its_hour_is_over_is_at_once_and_the_rhythm_goes_on(ctx):
    campaign = campaign_of(ctx)
    wave = services.begin(ctx, campaign, FirstDay.TODAY)
    assert wave.started_at == ctx.now
    assert campaign.state is CampaignState.ACTIVE
    assert campaign.next_run_at == datetime(2027, 11, 24, 8, tzinfo=UTC)


def test_today_while_its_hour_is_ahead_waits_for_it(ctx):
    campaign = campaign_of(ctx, recurrence={**LATER, "start": "2026-11-23"})
    assert services.begin(ctx, campaign, FirstDay.TODAY) is None
    assert campaign.next_run_at == datetime(2026, 11, 24, 13, tzinfo=UTC)
    assert waves_of(ctx, campaign) == 0


@pytest.mark.parametrize("active", [False, True])
def test_tomorrow_moves_the_first_day_and_is_written_down(ctx, active):
    campaign = campaign_of(ctx, active=active)
    assert services.begin(ctx, campaign, FirstDay.TOMORROW) is None
    assert campaign.next_run_at == datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert campaign.recurrence["start"] == "2026-11-25"
    ctx.session.commit()
    actions = ctx.session.scalars(select(JournalEntry.action).where(JournalEntry.object_id == campaign.id)).all()
    assert {"campaign.revised", "campaign.activated"} <= set(actions)


def test_a_single_wave_whose_hour_is_over_goes_at_once_and_ends_its_campaign(ctx):
    campaign = campaign_of(ctx, recurrence={**YEARLY, "every": "once"})
    services.begin(ctx, campaign, FirstDay.TODAY)
    assert (campaign.state, campaign.next_run_at, waves_of(ctx, campaign)) == (CampaignState.ENDED, None, 1)


def test_a_day_of_the_month_that_is_not_tomorrow_is_not_promised_for_tomorrow(ctx):
    campaign = campaign_of(ctx, recurrence={**YEARLY, "every": "months", "day": 10, "start": "2026-01-01"})
    with pytest.raises(Refused, match="changez son premier jour"):
        services.begin(ctx, campaign, FirstDay.TOMORROW)


def test_a_second_click_starts_no_second_wave(ctx):
    campaign = campaign_of(ctx)
    services.begin(ctx, campaign, FirstDay.TODAY)
    with pytest.raises(Refused, match="déjà commencé"):
        services.begin(ctx, campaign, FirstDay.TODAY)
    assert waves_of(ctx, campaign) == 1


def test_whoever_only_reads_campaigns_begins_none(ctx, acting):
    campaign = campaign_of(ctx)
    with pytest.raises(Forbidden):
        services.begin(acting(Role.MANAGEMENT), campaign, FirstDay.TODAY)
