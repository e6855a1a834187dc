"""What a worker outlives: its database, its mail server. Real servers, real locks, real processes; figures printed."""

import socket
import sqlite3
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.campaigns import services
from portal.contracts.models import ContractVersion
from portal.core import mail as post
from portal.core import migrating, process
from portal.core.clock import now
from portal.core.config import Tasks
from portal.core.db import Database
from portal.core.language import Language
from portal.jobs import distributed, execution, ledger, relay
from portal.jobs.models import Job, JobState, Mail, MailState
from portal.journal.models import JournalEntry
from tests.conftest import settings_for
from tests.databases import Server, binaries, free_port, fresh_postgres
from tests.factories.campaigns import campaign_of, register_of
from tests.factories.desk import drafted, matter
from tests.factories.post import Post
from tests.factories.workers import Worker, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("_app")]
VENDORS = 500
LONG_LEASE = ("--lease", "120")
"""That of the portal: the workers of these tests have a short one, for those that are killed."""


@contextmanager
def prepared(folder, url, portal_settings, smtp_url, tasks=Tasks.EMBEDDED):
    """A portal of the test's own, this process prepared to promise in it."""
    told = replace(settings_for(folder, url, smtp_url=smtp_url, mail_from="vigie@collectivite.test"), tasks=tasks)
    database = Database.at(told.database_url)
    migrating.upgrade(database)
    if tasks is Tasks.PROCRASTINATE:
        distributed.prepare(database)
        distributed.install()
    process.prepare(told)
    try:
        yield told, database
    finally:
        process.prepare(portal_settings)
        ledger.notify_nobody()
        database.engine.dispose()
        post.hang_up()


def launch(database, vendors=VENDORS):
    with database.transaction() as session:
        ctx = Context(session, SYSTEM, now())
        register_of(session, vendors)
        services.launch_now(ctx, campaign_of(ctx))


def count(database, statement):
    with database.reading() as session:
        return session.scalar(statement) or 0


def is_settled(database, vendors=VENDORS):
    left = select(func.count(Job.id)).where(Job.state.in_([JobState.READY, JobState.RUNNING]), Job.run_at <= now())
    return count(database, select(func.count(Mail.id))) == vendors and count(database, left) == 0


def states(database):
    with database.reading() as session:
        return Counter(session.scalars(select(Mail.state)))


def assert_each_invited_once(database, sink):
    assert states(database) == {MailState.SENT: VENDORS}
    with database.reading() as session:
        promised = set(session.scalars(select(Mail.message_id)))
        dead = session.scalars(select(Job.last_error).where(Job.state == JobState.DEAD)).all()
    assert dead == []
    assert set(sink.message_ids) == {f"<{ident}>" for ident in promised}
    assert set(sink.message_ids.values()) == {1}, "nobody twice"


def outages_of(database):
    with database.reading() as session:
        entries = session.scalars(select(JournalEntry.after).where(JournalEntry.action == "database.away")).all()
    return [entry["seconds"] for entry in entries]


@pytest.mark.postgres
@pytest.mark.parametrize("tasks", [Tasks.EMBEDDED, Tasks.PROCRASTINATE])
def test_postgresql_restarted_three_times_under_a_wave_leaves_each_vendor_invited_once(
    tmp_path, sink, portal_settings, tasks
):
    if binaries() is None:
        pytest.skip("PostgreSQL n'est pas installé")
    with Server(free_port()) as server:
        url = fresh_postgres(server.address, "restarted")
        with prepared(tmp_path, url, portal_settings, sink.url, tasks) as (told, database):
            launch(database)
            database.engine.dispose()
            quick = ("--sweep", "2") if tasks is Tasks.PROCRASTINATE else ()
            with Worker(told, tmp_path / "worker.log", *LONG_LEASE, *quick) as worker:
                for share, mode in ((1, "fast"), (2, "immediate"), (3, "fast")):
                    wait_for(lambda share=share: len(sink.letters) >= VENDORS * share // 5, worker)
                    server.stop(mode)
                    time.sleep(2)
                    assert worker.process.poll() is None, "the worker died with its database"
                    server.start()
                assert len(sink.letters) < VENDORS, "restarted too late to prove anything"
                wait_for(lambda: is_settled(database), worker)
                assert worker.process.poll() is None
                assert worker.stop() == 0
            assert_each_invited_once(database, sink)
            told_of = outages_of(database)
            print(
                f"PostgreSQL restarted three times ({tasks}): {VENDORS} invitations, outages of {told_of} s journalled"
            )
            assert 1 <= len(told_of) <= 3
            assert worker.log.read_text().count('"event": "database away"') == len(told_of)


def test_sqlite_locked_for_a_minute_under_a_wave_leaves_each_vendor_invited_once(tmp_path, sink, portal_settings):
    url = f"sqlite:///{tmp_path / 'own.db'}"
    with prepared(tmp_path, url, portal_settings, sink.url) as (told, database):
        launch(database)
        with Worker(told, tmp_path / "worker.log", *LONG_LEASE) as worker:
            wait_for(lambda: len(sink.letters) >= VENDORS // 5, worker)
            holder = sqlite3.connect(tmp_path / "own.db", timeout=30, isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
            before = len(sink.letters)
            time.sleep(60)
            assert worker.process.poll() is None, "the worker died with its database"
            during = len(sink.letters) - before
            holder.rollback()
            holder.close()
            assert before + during < VENDORS
            wait_for(lambda: is_settled(database), worker)
            assert worker.stop() == 0
        assert_each_invited_once(database, sink)
        (seconds,) = outages_of(database)
        print(f"SQLite locked 60 s: {VENDORS} invitations, {during} handed over meanwhile, outage of {seconds} s told")
        assert worker.log.read_text().count('"event": "database away"') == 1
        assert 30 <= seconds <= 90


def test_a_mail_server_away_for_two_hours_costs_a_few_tries_and_no_message(tmp_path, portal_settings):
    port = free_port()
    url = f"sqlite:///{tmp_path / 'own.db'}"
    with prepared(tmp_path, url, portal_settings, f"smtp://127.0.0.1:{port}") as (_told, database):
        launch(database)
        start = now() + timedelta(minutes=1)
        for minute in range(120):
            execution.drain(database, "w", clock=lambda at=start + timedelta(minutes=minute): at)
        with database.reading() as session:
            away = relay.outage(session)
        assert states(database) == {MailState.PROMISED: VENDORS}
        with Post(port) as sink:
            execution.drain(database, "w", clock=lambda: start + timedelta(hours=2, minutes=15))
            post.hang_up()
        assert_each_invited_once(database, sink)
        print(f"SMTP away two hours: {VENDORS} messages waited, {away.failures} connections tried, all sent after")
        assert away.failures <= 20


def test_five_addresses_refused_of_fifty_are_named_at_once_and_the_others_are_sent(tmp_path, sink, portal_settings):
    url = f"sqlite:///{tmp_path / 'own.db'}"
    with prepared(tmp_path, url, portal_settings, sink.url) as (_told, database):
        launch(database, 50)
        execution.drain(database, "w", queues=["default"], clock=lambda: now() + timedelta(minutes=1))
        with database.reading() as session:
            everyone = session.scalars(select(Mail.recipient).order_by(Mail.id)).all()
        sink.refuse |= set(everyone[::10])
        for hours in range(0, 200, 8):
            execution.drain(database, "w", clock=lambda h=hours: now() + timedelta(hours=h, minutes=1))
        assert states(database) == {MailState.SENT: 45, MailState.REFUSED: 5}
        with database.reading() as session:
            told = session.execute(
                select(Mail.recipient, Mail.reason, Mail.tries).where(Mail.state == MailState.REFUSED)
            ).all()
        assert {row.recipient for row in told} == sink.refuse
        assert {(row.reason, row.tries) for row in told} == {("550 no such mailbox", 1)}
        assert set(sink.asked.values()) == {1}, "each address was proposed exactly once"
        assert len(sink.letters) == 45


@pytest.fixture
def hanging():
    """The address of a mail server that takes the call and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.pdf
def test_a_mail_server_that_hangs_delays_no_print(tmp_path, hanging, portal_settings):
    url = f"sqlite:///{tmp_path / 'own.db'}"
    mailing = select(Job.id).where(Job.kind == "mail.send", Job.state == JobState.RUNNING)
    with prepared(tmp_path, url, portal_settings, hanging) as (told, database):

        def print_one(worker):
            with database.transaction() as session:
                ctx = Context(session, SYSTEM, now())
                _contract, version = drafted(ctx, matter(session), Language.FR)
                version_id = version.id
            start = time.monotonic()
            printed = select(ContractVersion.pdf_file_id).where(ContractVersion.id == version_id)
            wait_for(lambda: count(database, printed) > 0, worker, seconds=90)
            return time.monotonic() - start

        with Worker(told, tmp_path / "worker.log") as worker:
            print_one(worker)  # the first one loads the printer
            usual = print_one(worker)
            launch(database, 20)
            wait_for(lambda: count(database, mailing) > 0, worker)
            meanwhile = print_one(worker)
            assert count(database, mailing) > 0, "the mail server still holds the line"
        print(f"a contract printed in {usual:.1f} s as usual, in {meanwhile:.1f} s while the mail server hangs")
