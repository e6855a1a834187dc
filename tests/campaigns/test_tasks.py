"""The jobs of campaigns, run as a worker runs them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.campaigns import services, tasks
from portal.campaigns.models import Wave, WaveAudit
from portal.jobs import execution, schedule
from portal.jobs.ledger import REGISTRY
from portal.jobs.models import Job, JobState, Mail
from tests.conftest import NOW
from tests.factories.campaigns import YEARLY, campaign_of, register_of
from tests.factories.databases import lasting_database

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def database(lasting_url, app):
    with lasting_database(lasting_url) as found:
        yield found


def drain(database):
    return execution.drain(database, "w", clock=lambda: NOW)


def test_every_task_and_tick_of_campaigns_is_registered():
    assert {kind for kind in REGISTRY if kind.startswith("campaigns.")} == {
        f"campaigns.{name}"
        for name in ("launch", "open_batch", "follow_up", "follow_up_wave", "follow_up_batch", "on_postponed")
    }
    assert {"campaigns.start", "campaigns.follow_up"} <= set(schedule.TICKS)


def test_a_tick_then_a_drain_open_and_invite_by_batches(database, monkeypatch):
    monkeypatch.setattr("portal.campaigns.services.waves.BATCH", 4)
    with database.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        register_of(session, 10)
        campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "10:00"})
    assert schedule.tick(database, at=NOW)["campaigns.start"] == 1
    drain(database)
    with database.reading() as session:
        assert session.scalars(select(Wave.size)).one() == 10
        batches = session.scalars(select(Job.payload).where(Job.kind == "campaigns.open_batch")).all()
        assert sorted(len(payload["vendor_ids"]) for payload in batches) == [2, 4, 4]
        assert session.scalar(select(func.count(WaveAudit.audit_id))) == 10
        assert session.scalar(select(func.count(Mail.id)).where(Mail.sent_at.is_not(None))) == 10
        assert set(session.scalars(select(Job.state))) == {JobState.DONE}


class Killed(BaseException):
    """A process that dies at this point: nothing is written after it."""


def test_a_worker_that_dies_at_each_step_of_a_wave_leaves_each_vendor_invited_once(database, monkeypatch):
    """The twin of `tests/jobs/test_worker_killed.py` (make faults), where processes are really killed."""
    monkeypatch.setattr("portal.campaigns.services.waves.BATCH", 4)
    with database.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        register_of(session, 10)
        campaign_of(ctx, active=True, recurrence={**YEARLY, "at": "10:00"})
    schedule.tick(database, at=NOW)
    schedule.tick(database, at=NOW)
    deaths, real = [], execution._inside_part

    def dies_first(kept, job_id, *rest):
        done = real(kept, job_id, *rest) if len(deaths) % 2 else None
        if len(deaths) < 4:
            deaths.append(job_id)
            raise Killed
        return done if done is not None else real(kept, job_id, *rest)

    monkeypatch.setattr(execution, "_inside_part", dies_first)
    for _ in range(4):
        with pytest.raises(Killed):
            drain(database)
        with database.transaction() as session:
            session.execute(update(Job).where(Job.state == JobState.RUNNING).values(lease_until=LONG_AGO))
        execution.rescue(database, at=NOW)
    execution.drain(database, "other", clock=lambda: NOW + timedelta(hours=1))
    with database.reading() as session:
        assert session.scalars(select(Wave.size)).one() == 10
        assert session.scalar(select(func.count(WaveAudit.audit_id))) == 10
        assert len(set(session.scalars(select(Mail.recipient).where(Mail.sent_at.is_not(None))))) == 10
        assert session.scalar(select(func.count(Mail.id))) == 10
        assert set(session.scalars(select(Job.state))) == {JobState.DONE}


@pytest.mark.parametrize("task", ["launch", "open_batch", "follow_up_wave", "follow_up_batch"])
def test_running_a_job_twice_changes_nothing(ctx, task):
    ids = register_of(ctx.session, 3)
    wave = services.launch_now(ctx, campaign_of(ctx, audience={"vendor_ids": ids}))
    day = (wave.due_on).isoformat()
    tasks.launch(ctx, wave_id=wave.id)
    tasks.open_batch(ctx, wave_id=wave.id, vendor_ids=ids)
    audits = ctx.session.scalars(select(WaveAudit.audit_id).where(WaveAudit.wave_id == wave.id)).all()
    tasks.follow_up_wave(ctx, wave_id=wave.id, day=day)
    tasks.follow_up_batch(ctx, wave_id=wave.id, day=day, audit_ids=list(audits))
    ctx.session.flush()
    arguments = {
        "launch": {}, "open_batch": {"vendor_ids": ids}, "follow_up_wave": {"day": day},
        "follow_up_batch": {"day": day, "audit_ids": list(audits)},
    }[task]  # fmt: skip

    def counts():
        return [ctx.session.scalar(select(func.count()).select_from(what)) for what in (Job, Mail, WaveAudit)]

    before = counts()
    getattr(tasks, task)(ctx, wave_id=wave.id, **arguments)
    ctx.session.flush()
    assert counts() == before
