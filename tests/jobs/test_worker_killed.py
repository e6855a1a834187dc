"""Workers killed in the middle of a wave of five hundred vendors: each is invited, each once. Real processes."""

import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.campaigns import services
from portal.campaigns.models import Wave, WaveAudit
from portal.core import migrating, process
from portal.core.clock import now
from portal.core.config import Tasks
from portal.core.db import Database
from portal.jobs import distributed, ledger
from portal.jobs.models import Job, JobState, Mail
from tests.conftest import NOW, settings_for
from tests.factories.campaigns import YEARLY, campaign_of, register_of
from tests.factories.workers import REPOSITORY, Worker, environment, wait_for

VENDORS = 500


pytestmark = pytest.mark.faults


@pytest.fixture
def settings(request, tmp_path, lasting_url, sink, portal_settings):
    """A portal of the test's own, its tables made, this process prepared to promise in it."""
    told = settings_for(tmp_path, lasting_url, smtp_url=sink.url, mail_from="vigie@collectivite.test")
    told = replace(told, tasks=getattr(request, "param", Tasks.EMBEDDED))
    database = Database.at(told.database_url)
    migrating.upgrade(database)
    if told.tasks is Tasks.PROCRASTINATE:
        distributed.prepare(database)
        distributed.install()
    database.engine.dispose()
    process.prepare(told)
    yield told
    process.prepare(portal_settings)
    ledger.notify_nobody()


@pytest.fixture
def database(settings):
    opened = Database.at(settings.database_url)
    yield opened
    opened.engine.dispose()


def launch(database, vendors=VENDORS):
    """Promise a wave."""
    with database.transaction() as session:
        ctx = Context(session, SYSTEM, now())
        register_of(session, vendors)
        services.launch_now(ctx, campaign_of(ctx))


def count(database, statement):
    with database.reading() as session:
        return session.scalar(statement) or 0


def is_settled(database):
    """Whether nothing is left to do."""
    left = select(func.count(Job.id)).where(Job.state.in_([JobState.READY, JobState.RUNNING]), Job.run_at <= now())
    return count(database, select(func.count(Mail.id))) == VENDORS and count(database, left) == 0


def assert_each_invited_once(database, sink, *, crashes):
    with database.reading() as session:
        vendors = session.scalars(select(Wave.size)).one()
        audits = session.scalar(select(func.count(WaveAudit.audit_id)))
        mails = session.execute(select(Mail.recipient, Mail.message_id, Mail.sent_at)).all()
        dead = session.scalars(select(Job.last_error).where(Job.state == JobState.DEAD)).all()
    assert dead == []
    assert vendors == audits == len(mails) == VENDORS
    assert all(mail.sent_at is not None for mail in mails)
    assert len({mail.recipient for mail in mails}) == VENDORS
    assert set(sink.message_ids) == {f"<{mail.message_id}>" for mail in mails}
    repeated = {ident: times for ident, times in sink.message_ids.items() if times > 1}
    # Between « 250 » and the commit only: one message per worker killed, with its own Message-ID.
    assert sum(times - 1 for times in repeated.values()) <= crashes


def test_a_worker_killed_twice_in_a_wave_leaves_each_vendor_invited_once(database, settings, sink, tmp_path):
    launch(database)
    log = tmp_path / "worker.log"
    with Worker(settings, log) as first:
        wait_for(lambda: count(database, select(func.count(WaveAudit.audit_id))) > 0, first)
        first.kill()
    with Worker(settings, log) as second:
        wait_for(lambda: len(sink.letters) >= VENDORS // 4, second)
        second.kill()
    assert len(sink.letters) < VENDORS, "killed too late to prove anything"
    with Worker(settings, log) as third:
        wait_for(lambda: is_settled(database), third)
        assert third.stop() == 0
    assert_each_invited_once(database, sink, crashes=2)


@pytest.mark.parametrize("lasting_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("settings", [Tasks.PROCRASTINATE], indirect=True)
@pytest.mark.postgres
def test_one_of_two_distributed_workers_killed_leaves_each_vendor_invited_once(database, settings, sink, tmp_path):
    launch(database)
    quick = ("--sweep", "2")
    with Worker(settings, tmp_path / "a.log", *quick) as doomed, Worker(settings, tmp_path / "b.log", *quick) as other:
        wait_for(lambda: len(sink.letters) >= VENDORS // 4, doomed)
        doomed.kill()
        assert len(sink.letters) < VENDORS, "killed too late to prove anything"
        wait_for(lambda: is_settled(database), other)
        assert other.stop() == 0
    assert_each_invited_once(database, sink, crashes=1)
    with database.reading() as session:
        carried = Counter(session.scalars(select(Job.locked_by).where(Job.kind == "mail.send")))
    assert len(carried) == 2, "both worked"


TICKING = """
import sys, time
from pathlib import Path
from portal.app import create_app
from portal.core.config import Settings
from portal.jobs import schedule
from datetime import datetime
database = create_app(Settings.from_env()).extensions["vigie.database"]
Path(sys.argv[1]).touch()
while not Path(sys.argv[2]).exists():
    time.sleep(0.001)
for _ in range(15):
    schedule.tick(database, at=datetime.fromisoformat(sys.argv[3]))
"""


@contextmanager
def killed_at_last(command, **options):
    """A process that does not outlive the block."""
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def test_four_processes_that_tick_the_same_minute_start_each_wave_once(database, settings, tmp_path):
    with database.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        for n in range(5):
            campaign_of(ctx, active=True, name=f"Campagne {n}", recurrence={**YEARLY, "at": "10:00"})
    go = tmp_path / "go"
    ready = [tmp_path / f"ready{n}" for n in range(4)]
    with ExitStack() as running:
        processes = [
            running.enter_context(killed_at_last(
                [sys.executable, "-c", TICKING, str(mine), str(go), NOW.isoformat()],
                cwd=REPOSITORY, env=environment(settings), stderr=subprocess.PIPE, text=True,
            ))
            for mine in ready
        ]  # fmt: skip
        wait_for(lambda: all(mine.exists() for mine in ready) or any(one.poll() is not None for one in processes))
        go.touch()
        for one in processes:
            _, errors = one.communicate(timeout=40)
            assert one.returncode == 0, errors
            assert "failed" not in errors
    with database.reading() as session:
        started = Counter(session.scalars(select(Wave.campaign_id)))
        jobs = session.scalars(select(Job.kind).where(Job.kind == "campaigns.launch")).all()
    assert list(started.values()) == [1] * 5
    assert len(jobs) == 5


def test_a_worker_refuses_a_database_that_is_not_up_to_date(tmp_path, portal_settings):
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}")
    done = subprocess.run(
        [sys.executable, "-m", "portal.worker"],
        cwd=REPOSITORY, env=environment(settings), capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 1
    assert "flask database upgrade" in done.stderr
