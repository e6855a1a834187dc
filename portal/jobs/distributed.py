"""The distributed carrier: procrastinate hands the ledger's jobs to any number of workers, on any number of machines.

Loaded only where `VIGIE_TASKS=procrastinate` (see `portal.jobs.carriers`), so that
no other process pays for the library. The ledger stays the truth: procrastinate is told « job 12 waits in queue mail »
on the connection of the transaction that promises it, and a worker that is handed 12 asks the ledger whether it may.
Whatever procrastinate loses or repeats, a job is run by one worker at a time and counted by the ledger alone.

Mail is not handed over: its queue stops as a whole while the mail server is away, which the ledger alone can say, and a
lane of its own serves it in each worker, as the embedded carrier does (decision 27).
"""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import procrastinate
import psycopg
from procrastinate.jobs import Job as Deferred
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from sqlalchemy import String, cast, column, exists, func, literal, literal_column, select, table, text
from sqlalchemy.orm import Session

from portal.core import logs
from portal.core.clock import machine_instant, now
from portal.core.dataclass import dataclass
from portal.core.db import Database, is_outage
from portal.jobs import back_off, embedded, execution, ledger
from portal.jobs.ledger import MAIL_LANE, MAIL_QUEUE, WaitingJob
from portal.jobs.models import Job, JobState
from portal.jobs.outages import DatabaseWatch

QUEUES = (MAIL_QUEUE, "pdf", "default")
TASK = "vigie.run"
ORPHANED_SECONDS = 60
_SWEEPING = 0x5649_5357  # « VISW »: any constant, the same in every worker
_BATCH = 1000
_STEADY_SECONDS = 30
"""A worker that served that long was well: its next failure is a first one."""
_HANDED = table("procrastinate_jobs", column("queueing_lock"), column("queue_name"), column("status"))
_IS_WAITING = _HANDED.c.status == literal_column("'todo'")
log = logs.get_logger()

# Deferring is synchronous and always on a session's connection: this application is never opened. The one that works is
# asynchronous, and would take such a connection for one of its own kind.
_deferring = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def install() -> None:
    """Have procrastinate told of every job that this process promises."""
    ledger.notify_with(defer)


def defer(session: Session, waiting: Sequence[WaitingJob]) -> None:
    """Tell procrastinate of some jobs in the session's own transaction, and savepoint if it has one."""
    handed = [one for one in waiting if one.queue not in MAIL_LANE]
    for start in range(0, len(handed), _BATCH):
        batch = handed[start : start + _BATCH]
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
        task_kwargs={"job_id": one.job_id}, scheduled_at=machine_instant(one.run_at),
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
        # Mail promised before version 0.4 was handed over; the lane finds it in the ledger.
        connection.execute(_HANDED.delete().where(_HANDED.c.queue_name.in_(MAIL_LANE), _IS_WAITING))
        connection.exec_driver_sql(f"COMMENT ON TABLE procrastinate_jobs IS '{_migrations()[-1].name}'")


def _migrations() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def work(
    database: Database,
    worker: str,
    *,
    watch: DatabaseWatch,
    queues: Sequence[str] = QUEUES,
    concurrency: int = 1,
    lease_seconds: int | None = None,
    sweep_seconds: int = 30,
) -> None:
    """Run what procrastinate hands over from these queues until SIGTERM or SIGINT; what is under way is finished."""
    stop = threading.Event()
    mail = None
    if MAIL_QUEUE in queues:
        mail = embedded.start_mail_lane(database, worker, stop=stop, watch=watch, lease_seconds=lease_seconds)
    handed = [queue for queue in queues if queue not in MAIL_LANE]
    asyncio.run(_Hands(database, worker, watch, handed, concurrency, lease_seconds, sweep_seconds, stop).work())
    if mail is not None:
        mail.join()
    execution.release_resources()


@dataclass(frozen=True)
class _Hands:
    """A worker of procrastinate that outlives its database.

    The library's own ends when a connection of its own is lost, sometimes as if it had been told to: it is started
    again, on new connections, until somebody does tell it.
    """

    database: Database
    worker: str
    watch: DatabaseWatch
    queues: Sequence[str]
    concurrency: int
    lease_seconds: int | None
    sweep_seconds: int
    stop: threading.Event

    def run(self, job_id: int) -> None:
        """One job handed over, whatever its hour: procrastinate kept it until then, and clocks of machines differ."""
        began = time.monotonic()
        try:
            if self._claim(job_id):
                execution.execute(
                    self.database, job_id, self.worker, lease_seconds=self.lease_seconds, until=self.stop.is_set
                )
        except Exception as error:  # the ledger knows whose it is; the sweeps and the next start find it there
            self.watch.failed(self.worker, error, began=began)

    def _claim(self, job_id: int) -> bool:
        claimed = execution.claim(self.database, self.worker, at=now(), job_id=job_id, lease_seconds=self.lease_seconds)
        return claimed is not None

    async def work(self) -> None:
        """Serve until told to stop."""
        told, loop, failures = asyncio.Event(), asyncio.get_running_loop(), 0

        def tell() -> None:
            self.stop.set()
            told.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, tell)
        while self.queues and not told.is_set():
            began = time.monotonic()
            try:
                await self._serve(told)
            except Exception as error:  # a worker outlives its database
                failures = 1 if time.monotonic() > began + _STEADY_SECONDS else failures + 1
                _note(self.watch, self.worker, error, began)
                with suppress(TimeoutError):
                    await asyncio.wait_for(told.wait(), back_off.wait(back_off.DATABASE_SECONDS, failures))
        await told.wait()

    async def _serve(self, told: asyncio.Event) -> None:
        working = _application(self.database, self.run)
        async with working.open_async():
            await asyncio.to_thread(self._take_up_again)
            sweeping = asyncio.create_task(_sweep_for_ever(working, self.database, self.sweep_seconds, self.watch))
            asked = asyncio.create_task(told.wait())
            serving = asyncio.create_task(
                working.run_worker_async(
                    queues=list(self.queues),
                    name=self.worker,
                    concurrency=self.concurrency,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=self.sweep_seconds / 3,
                    stalled_worker_timeout=self.sweep_seconds,
                )
            )
            try:
                await asyncio.wait((serving, asked), return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in (sweeping, asked, serving):  # cancelled, its worker finishes what is under way
                    one.cancel()
                *_, ended = await asyncio.gather(sweeping, asked, serving, return_exceptions=True)
            if not told.is_set():
                raise ended if isinstance(ended, Exception) else _WorkerEnded()

    def _take_up_again(self) -> None:
        self.watch.returned()
        execution.hand_back(self.database, self.worker, at=now())


class _WorkerEnded(Exception):
    """procrastinate's worker stopped unasked: one of its own connections was lost."""


def _is_away(error: Exception) -> bool:
    lost = (_WorkerEnded, procrastinate.exceptions.ConnectorException, psycopg.OperationalError)
    return isinstance(error, lost) or is_outage(error)


def _note(watch: DatabaseWatch, what: str, error: Exception, began: float) -> None:
    if isinstance(error, _WorkerEnded):
        began = time.monotonic()  # it served until now
    if _is_away(error):
        watch.lost(error, began=began)
    else:
        watch.failed(what, error, began=began)


def _application(database: Database, run: Callable[[int], None]) -> procrastinate.App:
    address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    made = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address, min_size=1, max_size=4))

    @made.task(name=TASK)
    def run_job(job_id: int) -> None:
        run(job_id)

    return made


async def _sweep_for_ever(working: procrastinate.App, database: Database, seconds: int, watch: DatabaseWatch) -> None:
    while True:
        began = time.monotonic()
        try:
            await asyncio.to_thread(watch.returned)
            await _sweep(working, database, seconds, watch)
        except Exception as error:  # the database may be away for a while; the next sweep tries again
            _note(watch, "sweep", error, began)
        await asyncio.sleep(seconds)


async def _sweep(working: procrastinate.App, database: Database, seconds: int, watch: DatabaseWatch) -> None:
    """Clear what a killed worker held, in procrastinate and in the ledger; every worker does it, one at a time."""
    held = []
    for stalled in await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
        await working.job_manager.finish_job(stalled, Status.FAILED, delete_job=True)
        held.append(int(str(stalled.task_kwargs["job_id"])))
    if not watch.is_settling:
        await asyncio.to_thread(execution.rescue, database, at=now())
    await asyncio.to_thread(defer_again, database, held)
    await asyncio.to_thread(defer_unknown, database)


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
    known = exists().where(_HANDED.c.queueing_lock == literal("job:") + cast(Job.id, String), _IS_WAITING)
    with database.transaction() as session:
        if not session.scalar(select(func.pg_try_advisory_xact_lock(_SWEEPING))):
            return 0
        rows = session.execute(
            select(Job.id, Job.queue, Job.run_at)
            .where(
                Job.state == JobState.READY,
                Job.queue.not_in(MAIL_LANE),
                Job.run_at < now() - timedelta(seconds=after_seconds),
                ~known,
            )
            .order_by(Job.run_at)
            .limit(_BATCH)
        ).all()
        defer(session, [WaitingJob(*row) for row in rows])
        return len(rows)
