"""Running the ledger's jobs: claim one with a lease, run it, close it in the same transaction as its effect.

What holds whatever dies, and when: a job is run by one worker at a time, its effect in the database and its `done` are
one commit, and its failures are counted. A worker that is killed stops renewing its lease; the job is then given to
another (`rescue`), at most five times, so that a job which kills its process each time ends `dead` like any other.

Leases are counted on one clock: the database's on PostgreSQL, where workers sit on several machines whose clocks
differ; this machine's on SQLite, where they cannot. `at` and `clock` are the instant of the work, which a command may
choose; they never decide whether a worker is alive.
"""

import threading
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Interval, Select, case, func, literal, select, update
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import logs
from portal.core.clock import now
from portal.core.db import Database, UtcDateTime
from portal.jobs.ledger import LEASE_SECONDS, REGISTRY, Record, TryLater, WaitingJob, notify_carrier
from portal.jobs.models import Job, JobState

MAX_ATTEMPTS = 5
BACK_OFF_SECONDS = (5, 30, 300, 1800)
ON_IDLE: list[Callable[[], None]] = []
"""Callbacks run once no job is left: they close an open SMTP connection."""
ON_DEAD: list[Callable[[Context, Sequence[int], str], None]] = []
"""Told, in the same transaction, of jobs that have failed for good, and why."""
GATES: dict[str, Callable[[Session, datetime], bool]] = {}
"""By queue, what says whether a job of it may be taken at an instant; a queue without a gate is open."""
log = logs.get_logger()


def claim(
    database: Database,
    worker: str,
    *,
    at: datetime,
    job_id: int | None = None,
    lease_seconds: int | None = None,
    queues: Collection[str] | None = None,
) -> int | None:
    """Take the oldest job due at that instant (or this one, whatever its hour); two processes never take the same.

    `queues` are those to take from, by default all of them; one whose gate is shut is passed over.
    """
    with database.transaction() as session:
        if job_id is not None:
            return _take(
                session, select(Job.id).where(Job.state == JobState.READY, Job.id == job_id), worker, lease_seconds
            )
        for queue in _oldest_first(session, queues_known() if queues is None else queues, at):
            if GATES.get(queue, _open_gate)(session, at):
                # By instant alone: the index gives the first row at once, where a tie-break would sort ten thousand
                # invitations.
                due = _due(queue, at).order_by(Job.run_at).limit(1)
                taken = _take(session, due, worker, lease_seconds)
                if taken is not None:
                    return taken
    return None


def queues_known() -> frozenset[str]:
    """The queues that the registered kinds of jobs wait in."""
    return frozenset(kind.queue for kind in REGISTRY.values()) | {"default"}


def _open_gate(_session: Session, _at: datetime) -> bool:
    return True


def _due(queue: str, at: datetime) -> Select[int]:
    return select(Job.id).where(Job.state == JobState.READY, Job.queue == queue, Job.run_at <= at)


def _oldest_first(session: Session, queues: Collection[str], at: datetime) -> list[str]:
    """The queues where something is due, that of the oldest job first; one look at the index for each."""
    first = {
        queue: select(func.min(Job.run_at)).where(Job.state == JobState.READY, Job.queue == queue).scalar_subquery()
        for queue in sorted(queues)
    }
    row = session.execute(select(*first.values())).one()
    oldest = {
        queue: instant for queue, instant in zip(first, row, strict=True) if instant is not None and instant <= at
    }
    return sorted(oldest, key=lambda queue: oldest[queue])


def _take(session: Session, chosen: Select[int], worker: str, lease_seconds: int | None) -> int | None:
    return session.execute(
        update(Job)
        .where(Job.id == chosen.with_for_update(skip_locked=True).scalar_subquery())
        .values(
            state=JobState.RUNNING,
            attempts=Job.attempts + 1,
            locked_by=worker,
            lease_until=_lease_end(session, lease_seconds),
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()


def _lease_end(session: Session, seconds: int | None) -> ColumnElement[Any]:
    """When the lease of a row ends: so many seconds for every kind, or what each kind asked for."""
    special = {kind: timedelta(seconds=t.lease_seconds) for kind, t in REGISTRY.items()}
    lengths = {kind: length for kind, length in special.items() if length.total_seconds() != LEASE_SECONDS}
    if session.get_bind().dialect.name != "postgresql":
        start, usual = now(), timedelta(seconds=seconds or LEASE_SECONDS)
        if seconds is not None or not lengths:
            return literal(start + usual, UtcDateTime())
        ends = {kind: literal(start + length, UtcDateTime()) for kind, length in lengths.items()}
        return case(ends, value=Job.kind, else_=literal(start + usual, UtcDateTime()))
    usual_length = literal(timedelta(seconds=seconds or LEASE_SECONDS), Interval())
    length: ColumnElement[Any] = usual_length
    if seconds is None and lengths:
        each = {kind: literal(one, Interval()) for kind, one in lengths.items()}
        length = case(each, value=Job.kind, else_=usual_length)
    return func.clock_timestamp() + length


def _lease_clock(session: Session) -> ColumnElement[Any]:
    if session.get_bind().dialect.name == "postgresql":
        return func.clock_timestamp()
    return literal(now(), UtcDateTime())


def rescue(database: Database, *, at: datetime) -> int:
    """Give back the jobs whose worker has fallen silent; those that have had their five attempts are dead."""
    with database.transaction() as session:
        silent = [Job.state == JobState.RUNNING, Job.lease_until < _lease_clock(session)]
        rows = session.execute(
            update(Job)
            .where(*silent)
            .values(
                state=case((Job.attempts >= MAX_ATTEMPTS, JobState.DEAD), else_=JobState.READY),
                run_at=case((Job.attempts >= MAX_ATTEMPTS, Job.run_at), else_=literal(at, UtcDateTime())),
                lease_until=None,
                last_error="worker silent: " + func.coalesce(Job.locked_by, "?"),
            )
            .returning(Job.id, Job.queue, Job.run_at, Job.state, Job.kind, Job.attempts)
            .execution_options(synchronize_session=False)
        ).all()
        for row in rows:
            log.warning("job given back", job=row.id, kind=row.kind, attempts=row.attempts, state=row.state.value)
        notify_carrier(session, [WaitingJob(r.id, r.queue, r.run_at) for r in rows if r.state is JobState.READY])
        dead = [row.id for row in rows if row.state is JobState.DEAD]
        _tell_of_the_dead(Context(session, SYSTEM, at), dead, "worker silent")
        return len(rows)


def _tell_of_the_dead(ctx: Context, job_ids: Sequence[int], reason: str) -> None:
    for tell in ON_DEAD if job_ids else ():
        tell(ctx, job_ids, reason)


def execute(
    database: Database,
    job_id: int,
    worker: str,
    *,
    clock: Callable[[], datetime] = now,
    lease_seconds: int | None = None,
) -> JobState:
    """Run a claimed job to `done`, or note the failure: five attempts with back-off, then `dead`."""
    try:
        record = _outside_part(database, job_id, worker, clock(), lease_seconds)
        return _inside_part(database, job_id, worker, record, clock)
    except TryLater as later:
        return _give_back(database, job_id, worker, later, clock())
    except Exception as error:  # a job may fail in any way; the ledger keeps the reason
        return _note_failure(database, job_id, worker, error, clock())


def _outside_part(
    database: Database, job_id: int, worker: str, at: datetime, lease_seconds: int | None
) -> Record | None:
    with database.reading() as session:
        job = session.get_one(Job, job_id)
        kind = REGISTRY.get(job.kind)
        if kind is None:
            raise LookupError(f"no task is called {job.kind}")
        if not kind.outside or job.state is JobState.DONE:
            return None
        with _lease_kept(database, job_id, worker, lease_seconds or kind.lease_seconds):
            return kind.run(Context(session, SYSTEM, at), **job.payload, job_id=job_id)


def _inside_part(
    database: Database, job_id: int, worker: str, record: Record | None, clock: Callable[[], datetime]
) -> JobState:
    with database.transaction() as session:
        job = session.get_one(Job, job_id, with_for_update=True)
        is_outside = REGISTRY[job.kind].outside
        if job.state is JobState.DONE or (not is_outside and job.locked_by != worker):
            return job.state  # slept past the lease, and another has the job: it does the work, once
        ctx = Context(session, SYSTEM, clock())
        if record is not None:
            record(ctx)
        elif not is_outside:
            REGISTRY[job.kind].run(ctx, **job.payload)
        job.state, job.done_at, job.lease_until, job.last_error = JobState.DONE, clock(), None, None
        return JobState.DONE


def _give_back(database: Database, job_id: int, worker: str, later: TryLater, at: datetime) -> JobState:
    with database.transaction() as session:
        job = session.get_one(Job, job_id, with_for_update=True)
        if job.state is not JobState.RUNNING or job.locked_by != worker:
            return job.state
        job.state, job.lease_until, job.attempts = JobState.READY, None, max(job.attempts - 1, 0)
        job.run_at = later.at or job.run_at
        job.last_error = str(later)[:2000]
        session.flush()
        if later.record is not None:
            later.record(Context(session, SYSTEM, at))
            session.refresh(job)  # what is written may have given the job up with others
        if job.state is JobState.READY:
            notify_carrier(session, [WaitingJob(job.id, job.queue, job.run_at)])
        log.info("job put off", job=job_id, kind=job.kind, until=job.run_at.isoformat())
        return job.state


def _note_failure(database: Database, job_id: int, worker: str, error: Exception, at: datetime) -> JobState:
    with database.transaction() as session:
        job = session.get_one(Job, job_id, with_for_update=True)
        if job.state is not JobState.RUNNING or job.locked_by != worker:
            return job.state  # another has taken it over meanwhile: its outcome counts
        job.last_error = "".join(traceback.format_exception_only(error)).strip()[:2000]
        job.lease_until = None
        if job.attempts >= MAX_ATTEMPTS:
            job.state = JobState.DEAD
            session.flush()
            _tell_of_the_dead(Context(session, SYSTEM, at), [job_id], job.last_error)
        else:
            job.state = JobState.READY
            job.run_at = at + timedelta(seconds=BACK_OFF_SECONDS[max(job.attempts - 1, 0)])
            session.flush()
            notify_carrier(session, [WaitingJob(job.id, job.queue, job.run_at)])
        log.warning("job failed", job=job_id, kind=job.kind, attempts=job.attempts, error=type(error).__name__)
        return job.state


@contextmanager
def _lease_kept(database: Database, job_id: int, worker: str, seconds: int) -> Iterator[None]:
    """Renew the lease from a thread while work goes on outside any transaction (printing may take minutes).

    Inside a transaction no renewal is needed: the row itself is locked until the commit.
    """
    done = threading.Event()

    def renew() -> None:
        while not done.wait(seconds / 3):
            try:
                with database.transaction() as session:
                    session.execute(
                        update(Job)
                        .where(Job.id == job_id, Job.state == JobState.RUNNING, Job.locked_by == worker)
                        .values(lease_until=_lease_end(session, seconds))
                        .execution_options(synchronize_session=False)
                    )
            except Exception as error:  # the next third of the lease tries again
                log.warning("lease not renewed", job=job_id, error=type(error).__name__)

    thread = threading.Thread(target=renew, name=f"lease-{job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def drain(
    database: Database,
    worker: str,
    *,
    limit: int | None = None,
    clock: Callable[[], datetime] = now,
    lease_seconds: int | None = None,
    until: Callable[[], bool] = lambda: False,
    queues: Collection[str] | None = None,
) -> int:
    """Run due jobs until none is left, or `limit` have been run, or `until()` says so; returns how many were run."""
    rescue(database, at=clock())
    done = 0
    while (limit is None or done < limit) and not until():
        job_id = claim(database, worker, at=clock(), lease_seconds=lease_seconds, queues=queues)
        if job_id is None:
            release_resources()
            break
        execute(database, job_id, worker, clock=clock, lease_seconds=lease_seconds)
        done += 1
    return done


def release_resources() -> None:
    """Let go of what a run of jobs kept open."""
    for release in ON_IDLE:
        release()
