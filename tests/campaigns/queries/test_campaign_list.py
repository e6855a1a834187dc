from datetime import UTC, datetime, timedelta

import pytest

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import Role
from portal.campaigns import queries, services
from portal.campaigns.models import CampaignState
from portal.core.errors import Forbidden
from tests.conftest import NOW
from tests.factories.campaigns import YEARLY, campaign_of, reachable_vendor, started_wave

pytestmark = pytest.mark.both_databases


def test_the_soonest_campaign_comes_first_and_those_that_do_not_run_last(ctx):
    idle = campaign_of(ctx)
    late = campaign_of(ctx, active=True, recurrence={**YEARLY, "start": "2027-05-01"})
    soon = campaign_of(ctx, active=True, recurrence={**YEARLY, "start": "2026-12-01"})
    found = queries.campaigns(ctx)
    assert [row.campaign.id for row in found.rows] == [soon.id, late.id, idle.id]
    assert found.total == 3


def test_a_list_can_be_narrowed_to_a_state_and_is_paged(ctx):
    drafts = [campaign_of(ctx) for _ in range(3)]
    campaign_of(ctx, active=True)
    found = queries.campaigns(ctx, state=CampaignState.DRAFT, page=2, size=2)
    assert ([row.campaign.id for row in found.rows], found.total) == ([drafts[0].id], 3)


def test_each_campaign_shows_its_last_wave_only(ctx):
    vendor = reachable_vendor(ctx.session)
    campaign = campaign_of(ctx, audience={"vendor_ids": [vendor.id]})
    started_wave(ctx, campaign)
    last = started_wave(Context(ctx.session, ctx.actor, NOW + timedelta(minutes=5)), campaign)
    (row,) = queries.campaigns(ctx).rows
    assert row.last.wave.id == last.id


def test_a_wave_shows_how_far_it_has_come(ctx):
    vendors = [reachable_vendor(ctx.session) for _ in range(4)]
    campaign = campaign_of(ctx, audience={"vendor_ids": [v.id for v in vendors]})
    started_wave(ctx, campaign)
    audits = ctx.session.query(Audit).filter(Audit.vendor_id.in_([v.id for v in vendors])).all()
    for audit, state in zip(audits, [AuditState.SUBMITTED, AuditState.ACCEPTED, AuditState.CANCELLED], strict=False):
        audit.state = state
    ctx.session.flush()
    (row,) = queries.waves_of(ctx, campaign).rows
    assert (row.progress.total, row.progress.left_out) == (3, 1)
    assert row.progress.reached[AuditState.SUBMITTED] == 2


def test_twenty_campaigns_cost_the_statements_of_one(ctx, statements):
    vendor = reachable_vendor(ctx.session)
    counts = []
    for size in (1, 20):
        for _ in range(size):
            started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        ctx.session.commit()
        ctx.session.expire_all()
        statements.clear()
        rows = queries.campaigns(ctx).rows
        counts.append(len(statements))
        assert len(rows) >= size
    assert counts[0] == counts[1] <= 4


def test_the_next_dates_follow_the_rule_even_before_it_runs(ctx):
    draft = campaign_of(ctx, recurrence={**YEARLY, "every": "months", "day": 31, "start": "2026-12-31"})
    dates = [moment.date().isoformat() for moment in queries.next_dates(ctx, draft)]
    assert dates == ["2026-12-31", "2027-01-31", "2027-02-28"]
    once = campaign_of(ctx, recurrence={**YEARLY, "every": "once", "start": "2026-12-05"})
    assert len(queries.next_dates(ctx, once)) == 1


def test_a_campaign_that_ended_has_no_next_date(ctx):
    once = campaign_of(ctx, active=True, recurrence={**YEARLY, "every": "once", "at": "10:00"})
    services.start_due_waves(ctx)
    assert queries.next_dates(ctx, once) == []


def test_a_wave_due_for_minutes_and_not_started_is_said_to_be_stuck(ctx):
    campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "10:00"})
    assert not queries.is_stalled(ctx, campaign)
    assert queries.is_stalled(Context(ctx.session, ctx.actor, NOW + timedelta(minutes=6)), campaign)
    services.pause(ctx, campaign)
    assert not queries.is_stalled(Context(ctx.session, ctx.actor, datetime(2027, 1, 1, tzinfo=UTC)), campaign)


@pytest.mark.parametrize("role", [Role.BUYER, Role.EXPERT, Role.VENDOR_ADMIN, Role.ADMIN])
def test_those_who_may_not_see_campaigns_get_no_list(acting, role):
    with pytest.raises(Forbidden):
        queries.campaigns(acting(role))
