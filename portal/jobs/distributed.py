"""The distributed carrier: procrastinate hands the ledger's jobs to any number of workers, on any number of machines.

Loaded only where `VIGIE_TASKS=procrastinate` (see `portal.jobs.carriers`), so that
no other process pays for the library. The ledger stays the truth: procrastinate is told « job 12 waits in queue mail »
on the connection of the transaction that promises it, and a worker that is handed 12 asks the ledger whether it may.
Whatever procrastinate loses or repeats, a job is run by one worker at a time and counted by the ledger alone.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import procrastinate
from procrastinate.jobs import Job as Deferred
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from sqlalchemy import String, cast, column, exists, func, literal, literal_column, select, table, text
from sqlalchemy.orm import Session

from portal.core import logs
from portal.core.clock import now
from portal.core.db import Database
from portal.jobs import execution, ledger
from portal.jobs.ledger import WaitingJob
from portal.jobs.models import Job, JobState

QUEUES = ("mail", "pdf", "default")
TASK = "vigie.run"
ORPHANED_SECONDS = 60
_SWEEPING = 0x5649_5357  # « VISW »: any constant, the same in every worker
_BATCH = 1000
log = logs.get_logger()

# Deferring is synchronous and always on a session's connection: this application is never opened. The one that works is
# asynchronous, and would take such a connection for one of its own kind.
_deferring = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def install() -> None:
    """Have procrastinate told of every job that this process promises."""
    ledger.notify_with(defer)


def defer(session: Session, waiting: Sequence[WaitingJob]) -> None:
    """Tell procrastinate of some jobs in the session's own transaction, and savepoint if it has one."""
    for start in range(0, len(waiting), _BATCH):
        batch = waiting[start : start + _BATCH]
        try:
            _defer_batch(session, batch)
        except procrastinate.exceptions.AlreadyEnqueued:
            for one in batch:
                _defer_unless_known(session, one)


def _defer_batch(session: Session, waiting: Sequence[WaitingJob]) -> None:
    """A refusal costs the savepoint, not the caller's transaction, whose commit would silently roll everything back."""
    with session.begin_nested():
        # Asked for inside the block: the session emits its savepoint with its connection, not before.
        connection = session.connection().connection.driver_connection
        _deferring.job_manager.batch_defer_jobs([_deferred(one) for one in waiting], connection=connection)


def _defer_unless_known(session: Session, one: WaitingJob) -> None:
    try:
        _defer_batch(session, [one])
    except procrastinate.exceptions.AlreadyEnqueued:
        log.debug("job waits already", job=one.job_id)


def _deferred(one: WaitingJob) -> Deferred:
    return Deferred(
        queue=one.queue, lock=None, queueing_lock=f"job:{one.job_id}", task_name=TASK,
        task_kwargs={"job_id": one.job_id}, scheduled_at=one.run_at,
    )  # fmt: skip


def prepare(database: Database) -> None:
    """Create procrastinate's tables or bring them up to the installed version, in one transaction.

    The last migration applied is kept as the comment of its main table, as the library keeps no record of its own.
    """
    with database.engine.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(_SWEEPING)))
        found = connection.scalar(select(func.to_regclass("procrastinate_jobs")))
        driver: Any = connection.connection.driver_connection
        if found is None:
            driver.execute(SchemaManager.get_schema())
        else:
            done = connection.scalar(text("SELECT obj_description('procrastinate_jobs'::regclass, 'pg_class')")) or ""
            if not done:
                return  # made by the library's own command: its operator upgrades it the same way
            for path in _migrations():
                if path.name > done:
                    driver.execute(path.read_text(encoding="utf-8"))
        connection.exec_driver_sql(f"COMMENT ON TABLE procrastinate_jobs IS '{_migrations()[-1].name}'")


def _migrations() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def work(
    database: Database,
    worker: str,
    *,
    queues: Sequence[str] = QUEUES,
    concurrency: int = 1,
    lease_seconds: int | None = None,
    sweep_seconds: int = 30,
) -> None:
    """Run what procrastinate hands over from these queues until SIGTERM or SIGINT; what is under way is finished."""
    address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    working = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address, min_size=1, max_size=4))

    @working.task(name=TASK)
    def run(job_id: int) -> None:
        # Whatever its hour: procrastinate kept it until then, and the clocks of two machines differ.
        if execution.claim(database, worker, at=now(), job_id=job_id, lease_seconds=lease_seconds) is not None:
            execution.execute(database, job_id, worker, lease_seconds=lease_seconds)

    async def until_told() -> None:
        async with working.open_async():
            sweeping = asyncio.create_task(_sweep_for_ever(working, database, sweep_seconds))
            try:
                await working.run_worker_async(
                    queues=list(queues),
                    name=worker,
                    concurrency=concurrency,
                    delete_jobs="always",
                    update_heartbeat_interval=sweep_seconds / 3,
                    stalled_worker_timeout=sweep_seconds,
                )
            finally:
                sweeping.cancel()
                execution.release_resources()

    asyncio.run(until_told())


async def _sweep_for_ever(working: procrastinate.App, database: Database, seconds: int) -> None:
    while True:
        try:
            await _sweep(working, database, seconds)
        except Exception as error:  # the database may be away for a while; the next sweep tries again
            log.warning("sweep failed", error=type(error).__name__)
        await asyncio.sleep(seconds)


async def _sweep(working: procrastinate.App, database: Database, seconds: int) -> None:
    """Clear what a killed worker held, in procrastinate and in the ledger; every worker does it, one at a time."""
    held = []
    for stalled in await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
        await working.job_manager.finish_job(stalled, Status.FAILED, delete_job=True)
        held.append(int(str(stalled.task_kwargs["job_id"])))
    await asyncio.to_thread(execution.rescue, database, at=now())
    await asyncio.to_thread(defer_again, database, held)
    await asyncio.to_thread(defer_unknown, database)
    await asyncio.to_thread(execution.release_resources)


def defer_again(database: Database, job_ids: Sequence[int]) -> int:
    """Tell procrastinate again of jobs that a killed worker was handed and had not yet claimed in the ledger.

    Those it had claimed come back by their lease (`execution.rescue`); these never left `ready`.
    """
    if not job_ids:
        return 0
    with database.transaction() as session:
        rows = session.execute(
            select(Job.id, Job.queue, Job.run_at).where(Job.id.in_(job_ids), Job.state == JobState.READY)
        ).all()
        defer(session, [WaitingJob(*row) for row in rows])
        return len(rows)


def defer_unknown(database: Database, *, after_seconds: int = ORPHANED_SECONDS) -> int:
    """Tell procrastinate of due jobs it does not know: promised while the embedded carrier ran, or lost on its side."""
    deferred = table("procrastinate_jobs", column("queueing_lock"), column("status"))
    known = exists().where(
        deferred.c.queueing_lock == literal("job:") + cast(Job.id, String),
        deferred.c.status == literal_column("'todo'"),
    )
    with database.transaction() as session:
        if not session.scalar(select(func.pg_try_advisory_xact_lock(_SWEEPING))):
            return 0
        rows = session.execute(
            select(Job.id, Job.queue, Job.run_at)
            .where(Job.state == JobState.READY, Job.run_at < now() - timedelta(seconds=after_seconds), ~known)
            .order_by(Job.run_at)
            .limit(_BATCH)
        ).all()
        defer(session, [WaitingJob(*row) for row in rows])
        return len(rows)
