"""Tiers follow the calendar, by themselves."""

from datetime import timedelta

from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.jobs.models import Job
from portal.vendors import services, tasks
from portal.vendors.rules.tier import Tier
from portal.vendors.services import classification
from tests.factories.vendors import HEAVY, LIGHT, entered


def test_the_round_is_promised_once_a_day(ctx, session):
    assert [tasks.reclassify_daily(ctx), tasks.reclassify_daily(ctx)] == [1, 0]
    tomorrow = Context(session, SYSTEM, ctx.now + timedelta(days=1))
    assert tasks.reclassify_daily(tomorrow) == 1


def test_the_round_goes_through_the_whole_register_and_may_be_repeated(ctx, session, monkeypatch):
    monkeypatch.setattr(classification, "BATCH", 1)
    vendors = [entered(ctx, name) for name in ("Un", "Deux")]
    for vendor in vendors:
        services.add_service(ctx, vendor, LIGHT)
        services.end_service(ctx, services.add_service(ctx, vendor, HEAVY), ctx.today + timedelta(days=1))
    later = Context(session, SYSTEM, ctx.now + timedelta(days=1))
    after = {"after": 0}
    for _ in range(4):
        session.query(Job).delete()
        tasks.reclassify(later, **after)
        promised = session.scalars(select(Job.payload).where(Job.kind == "vendors.reclassify")).all()
        if not promised:
            break
        [after] = promised
    assert after == {"after": vendors[1].id}
    assert {vendor.tier for vendor in vendors} == {Tier.LOW}
