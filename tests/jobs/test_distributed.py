import subprocess
import sys
from datetime import timedelta

import pytest
from alembic import command
from procrastinate.schema import SchemaManager
from sqlalchemy import select, text

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import migrating
from portal.core.clock import now
from portal.core.config import Tasks
from portal.core.db import Database
from portal.jobs import distributed, execution, ledger
from portal.jobs.ledger import JobOrder, WaitingJob
from portal.jobs.models import Job, JobState
from tests.conftest import NOW, fresh_postgres, own_name, settings_for
from tests.factories.workers import REPOSITORY, environment

pytestmark = pytest.mark.postgres
WAITING = text(
    "SELECT args->>'job_id', queue_name, scheduled_at FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
)


@pytest.fixture
def empty(own_postgres):
    database = Database.at(own_postgres())
    yield database
    database.engine.dispose()


@pytest.fixture(scope="module")
def with_its_tables(postgres, migrated_postgres):
    """The name of a database that procrastinate is prepared for, to copy."""
    name = own_name()
    database = Database.at(fresh_postgres(postgres, name, template=migrated_postgres))
    distributed.prepare(database)
    database.engine.dispose()
    return name


@pytest.fixture
def told(own_postgres, with_its_tables, monkeypatch, kind):
    """A ledger whose waiting procrastinate hears."""
    database = Database.at(own_postgres(with_its_tables))
    monkeypatch.setattr(ledger, "_NOTIFIERS", [])
    distributed.install()
    kind("test.nothing", lambda _ctx: None)
    yield database
    database.engine.dispose()


def waiting(database):
    with database.reading() as session:
        return [(int(row[0]), row[1], row[2]) for row in session.execute(WAITING)]


def promise(ctx, *keys, run_at=None):
    return ledger.enqueue_many(ctx, [JobOrder("test.nothing", {}, key, run_at) for key in keys])


def test_a_promise_is_told_in_its_own_transaction(told):
    with told.transaction() as session:
        (job_id,) = promise(Context(session, SYSTEM, NOW), "a")
        assert waiting(told) == [], "heard before the commit"
    assert waiting(told) == [(job_id, "default", NOW)]


def test_a_transaction_rolled_back_tells_nothing(told):
    with told.session(write=True) as session, session.begin() as transaction:
        promise(Context(session, SYSTEM, NOW), "a")
        transaction.rollback()
    assert waiting(told) == []


def test_a_savepoint_rolled_back_takes_its_promises_with_it_and_no_more(told):
    with told.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        (kept,) = promise(ctx, "kept")
        with session.begin_nested() as savepoint:
            promise(ctx, "dropped")
            savepoint.rollback()
        (after,) = promise(ctx, "after")
    assert [row[0] for row in waiting(told)] == [kept, after]
    with told.reading() as session:
        assert set(session.scalars(select(Job.dedup))) == {"kept", "after"}


def test_three_thousand_promises_are_told_in_a_few_statements(told):
    with told.transaction() as session:
        ids = promise(Context(session, SYSTEM, NOW), *(f"{n}" for n in range(3000)))
    assert [row[0] for row in waiting(told)] == ids


def test_telling_twice_harms_neither_the_transaction_nor_the_queue(told):
    """A waiting job told again would break a unique lock, abort the transaction, and make its COMMIT a rollback."""
    with told.transaction() as session:
        first, second = promise(Context(session, SYSTEM, NOW), "a", "b")
    with told.transaction() as session:
        (third,) = promise(Context(session, SYSTEM, NOW), "c")
        distributed.defer(session, [WaitingJob(job_id, "default", NOW) for job_id in (first, second)])
        promise(Context(session, SYSTEM, NOW), "d")
    assert [row[0] for row in waiting(told)] == [first, second, third, third + 1]


def test_a_failed_job_is_told_again_for_its_next_hour(told, kind):
    def fail(_ctx):
        raise ValueError

    kind("test.nothing", fail)
    with told.transaction() as session:
        (job_id,) = promise(Context(session, SYSTEM, NOW), "a")
    with told.transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))  # a worker holds it
    execution.claim(told, "w", at=NOW, job_id=job_id)
    assert execution.execute(told, job_id, "w", clock=lambda: NOW) is JobState.READY
    assert waiting(told) == [(job_id, "default", NOW + timedelta(seconds=5))]


def test_the_job_of_a_silent_worker_is_told_again(told):
    with told.transaction() as session:
        (job_id,) = promise(Context(session, SYSTEM, NOW), "a")
        session.execute(text("DELETE FROM procrastinate_jobs"))
    execution.claim(told, "killed", at=NOW)
    with told.transaction() as session:
        session.get_one(Job, job_id).lease_until = NOW
    assert execution.rescue(told, at=NOW) == 1
    assert [row[0] for row in waiting(told)] == [job_id]


def test_a_job_handed_to_a_killed_worker_that_had_not_claimed_it_is_told_again_at_once(told):
    with told.transaction() as session:
        handed, claimed = promise(Context(session, SYSTEM, NOW), "handed", "claimed")
        session.execute(text("DELETE FROM procrastinate_jobs"))  # as the sweep does of what a dead worker held
    execution.claim(told, "killed", at=NOW, job_id=claimed)
    assert distributed.defer_again(told, [handed, claimed]) == 1
    assert [row[0] for row in waiting(told)] == [handed]
    distributed.defer_again(told, [handed])
    assert [row[0] for row in waiting(told)] == [handed]


def test_due_jobs_that_procrastinate_does_not_know_are_adopted_once(told):
    ledger.notify_nobody()
    with told.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        (old,) = promise(ctx, "old", run_at=now() - timedelta(minutes=5))
        promise(ctx, "fresh", run_at=now())
        promise(ctx, "future", run_at=now() + timedelta(days=1))
    assert distributed.defer_unknown(told) == 1
    assert distributed.defer_unknown(told) == 0
    assert [row[0] for row in waiting(told)] == [old]


def test_its_tables_are_made_once_and_stay_out_of_our_migrations(told):
    distributed.prepare(told)
    settings = migrating.config()
    with told.engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.check(settings)


def test_the_command_that_upgrades_makes_its_tables_where_the_settings_ask_for_it(empty, postgres, tmp_path):
    url = empty.engine.url.render_as_string(hide_password=False)
    for tasks, expected in ((Tasks.EMBEDDED, None), (Tasks.PROCRASTINATE, "procrastinate_jobs")):
        told = settings_for(tmp_path, url, tasks=tasks)
        done = subprocess.run(
            [sys.executable, "-m", "flask", "database", "upgrade"],
            cwd=REPOSITORY, env=environment(told), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        with empty.reading() as session:
            assert session.scalar(text("SELECT to_regclass('procrastinate_jobs')::text")) == expected


SHAPE = text(
    "SELECT 'f', p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE n.nspname = 'public' "
    "UNION ALL SELECT 'c', table_name || '.' || column_name || ' ' || udt_name FROM information_schema.columns "
    "WHERE table_schema = 'public' UNION ALL SELECT 'i', indexname FROM pg_indexes WHERE schemaname = 'public' "
    "ORDER BY 1, 2"
)


def test_tables_of_an_older_version_are_brought_up_to_the_installed_one(empty, own_postgres):
    """Those of version 2.6, grown by the library's own migrations, end the same as made afresh."""
    old = "02.06.00_01_add_cancel_states.sql"
    with empty.engine.begin() as connection:
        for path in distributed._migrations():
            if path.name <= old:
                connection.connection.driver_connection.execute(path.read_text(encoding="utf-8"))
        connection.exec_driver_sql(f"COMMENT ON TABLE procrastinate_jobs IS '{old}'")
    distributed.prepare(empty)
    fresh = Database.at(own_postgres())
    distributed.prepare(fresh)
    with empty.reading() as grown, fresh.reading() as made:
        assert grown.execute(SHAPE).all() == made.execute(SHAPE).all()
    fresh.engine.dispose()


def test_tables_made_by_hand_are_left_to_whoever_made_them(empty):
    with empty.engine.begin() as connection:
        connection.connection.driver_connection.execute(SchemaManager.get_schema())
    distributed.prepare(empty)
    with empty.reading() as session:
        comment = text("SELECT obj_description('procrastinate_jobs'::regclass, 'pg_class')")
        assert session.scalar(comment) is None
