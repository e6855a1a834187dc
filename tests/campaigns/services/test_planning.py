from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.campaigns import services
from portal.campaigns.models import CampaignState
from portal.campaigns.services import InvalidPlan
from portal.core.errors import Forbidden, Refused
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.campaigns import YEARLY, campaign_of, plan_of


def later(ctx, **delta):
    return Context(ctx.session, ctx.actor, ctx.now + timedelta(**delta))


def test_a_campaign_starts_as_a_draft_that_does_not_run(ctx):
    campaign = services.create(ctx, plan_of())
    assert (campaign.state, campaign.next_run_at) == (CampaignState.DRAFT, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"questionnaire_key": "inconnu"}, "questionnaire_key"),
        ({"audience": {}}, "statuses"),
        ({"audience": {"statuses": ["actif"], "tiers": ["terrible"]}}, "tiers"),
        ({"audience": {"statuses": ["actif"], "not_audited_months": 9999}}, "not_audited_months"),
        ({"recurrence": {**YEARLY, "at": "02:30"}}, "at"),
        ({"recurrence": {**YEARLY, "start": "2026-02-31"}}, "start"),
        ({"delay_days": 0, "reminders": ()}, "delay_days"),
        ({"delay_days": 366}, "delay_days"),
        ({"escalation_after_days": -1}, "escalation_after_days"),
        ({"reminders": (-30,)}, "reminders"),
        ({"escalation_email": "direction@"}, "escalation_email"),
    ],
)
def test_each_fault_of_a_plan_is_said_on_its_field(ctx, changes, field):
    assert [problem.field for problem in services.plan_problems(ctx, plan_of(**changes))] == [field]


def test_every_fault_is_said_at_once(ctx):
    with pytest.raises(InvalidPlan) as refused:
        services.create(ctx, plan_of(name="", delay_days=0, audience={}))
    assert {problem.field for problem in refused.value.problems} >= {"name", "delay_days", "statuses"}


def test_activating_sets_the_next_run_to_the_first_date_of_the_rule(ctx):
    campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "start": "2026-12-01"})
    assert campaign.state is CampaignState.ACTIVE
    assert campaign.next_run_at == datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


def test_a_rule_that_falls_in_this_very_minute_runs_today(ctx):
    campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "10:00"})
    assert campaign.next_run_at == NOW


def test_a_rule_whose_dates_are_all_past_is_refused(ctx):
    campaign = campaign_of(ctx, recurrence={**YEARLY, "every": "once", "start": "2026-11-01"})
    with pytest.raises(Refused, match="dernière date"):
        services.activate(ctx, campaign)
    assert campaign.state is CampaignState.DRAFT


def test_a_campaign_whose_questionnaire_is_gone_cannot_be_activated(ctx):
    campaign = campaign_of(ctx)
    campaign.questionnaire_key = "disparu"
    with pytest.raises(InvalidPlan, match="questionnaire"):
        services.activate(ctx, campaign)


def test_pausing_and_activating_again_never_catches_up_the_time_between(ctx):
    monthly = {**YEARLY, "every": "months", "day": 25, "start": "2026-11-25"}
    campaign = campaign_of(ctx, active=True, recurrence=monthly)
    services.pause(ctx, campaign)
    assert (campaign.state, campaign.next_run_at) == (CampaignState.PAUSED, None)
    services.activate(later(ctx, days=40), campaign)
    assert campaign.next_run_at == datetime(2027, 1, 25, 8, 0, tzinfo=UTC)


def test_what_is_not_running_cannot_be_paused_and_what_runs_not_activated(ctx):
    campaign = campaign_of(ctx)
    with pytest.raises(Refused, match="pas active"):
        services.pause(ctx, campaign)
    services.activate(ctx, campaign)
    with pytest.raises(Refused, match="déjà active"):
        services.activate(ctx, campaign)


def test_a_new_rhythm_moves_the_next_run_of_an_active_campaign_only(ctx):
    running, draft = campaign_of(ctx, active=True), campaign_of(ctx)
    changed = plan_of(recurrence={**YEARLY, "start": "2027-03-01"})
    for campaign in (running, draft):
        services.revise(ctx, campaign, changed)
    assert running.next_run_at == datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
    assert draft.next_run_at is None


def test_an_active_campaign_cannot_be_given_a_rhythm_that_is_over(ctx):
    campaign = campaign_of(ctx, active=True)
    over = plan_of(recurrence={**YEARLY, "every": "once", "start": "2026-01-05"})
    with pytest.raises(InvalidPlan, match="dernière date"):
        services.revise(ctx, campaign, over)


def test_the_journal_says_what_changed_and_nothing_when_nothing_did(ctx):
    campaign = campaign_of(ctx)
    services.revise(ctx, campaign, plan_of())
    services.revise(ctx, campaign, plan_of(delay_days=45))
    ctx.session.commit()
    rows = ctx.session.execute(
        select(JournalEntry.action, JournalEntry.before, JournalEntry.after)
        .where(JournalEntry.object_type == "Campaign", JournalEntry.object_id == campaign.id)
        .order_by(JournalEntry.id)
    ).all()
    assert [row.action for row in rows] == ["campaign.created", "campaign.revised"]
    assert (rows[1].before, rows[1].after) == ({"delay_days": 30}, {"delay_days": 45})


@pytest.mark.parametrize("role", [Role.LEGAL, Role.MANAGEMENT, Role.BUYER, Role.ADMIN, Role.VENDOR_ADMIN])
def test_only_those_who_manage_campaigns_may_plan_one(acting, ctx, role):
    campaign = campaign_of(ctx)
    somebody = acting(role)
    for deed in (
        lambda: services.create(somebody, plan_of()),
        lambda: services.revise(somebody, campaign, plan_of()),
        lambda: services.activate(somebody, campaign),
        lambda: services.pause(somebody, campaign),
        lambda: services.launch_now(somebody, campaign),
    ):
        with pytest.raises(Forbidden):
            deed()
