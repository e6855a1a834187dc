"""Running the ledger's jobs: claim one with a lease, run it, close it in the same transaction as its effect.

What holds whatever dies, and when: a job is run by one worker at a time, its effect in the database and its `done` are
one commit, and its failures are counted. A worker that is killed stops renewing its lease; the job is then given to
another (`rescue`), at most five times, so that a job which kills its process each time ends `dead` like any other.

Leases are counted on one clock: the database's on PostgreSQL, where workers sit on several machines whose clocks
differ; this machine's on SQLite, where they cannot. `at` and `clock` are the instant of the work, which a command may
choose; they never decide whether a worker is alive.
"""

import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Interval, Select, case, func, literal, or_, select, update
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import logs
from portal.core.clock import now
from portal.core.db import Database, UtcDateTime, is_outage
from portal.jobs import back_off
from portal.jobs.ledger import LEASE_SECONDS, REGISTRY, Record, TryLater, WaitingJob, notify_carrier
from portal.jobs.models import Job, JobState

MAX_ATTEMPTS = 5
PATIENCE_SECONDS = 600
"""How long what was done outside the database is kept to be written down."""
LONGEST_LEASE = timedelta(days=1)
BACK_OFF_SECONDS = (5, 30, 300, 1800)
ON_IDLE: dict[str, Callable[[], None]] = {}
"""By queue, what is run once no job of it is left: it closes an open SMTP connection."""
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


def _later(session: Session, clock: ColumnElement[Any], length: timedelta) -> ColumnElement[Any]:
    if session.get_bind().dialect.name == "postgresql":
        return clock + literal(length, Interval())
    return literal(now() + length, UtcDateTime())


def rescue(database: Database, *, at: datetime) -> int:
    """Give back the jobs whose worker has fallen silent; those that have had their five attempts are dead.

    A lease that ends further off than any lease lasts was given by a clock that was wrong, and counts as silence.
    """
    with database.transaction() as session:
        clock = _lease_clock(session)
        longest = _later(session, clock, LONGEST_LEASE)
        return _give_to_others(session, or_(Job.lease_until < clock, Job.lease_until > longest), "worker silent", at)


def hand_back(database: Database, worker: str, *, at: datetime) -> int:
    """Give back what a lane had taken when its database went away: it has nothing in hand any more."""
    with database.transaction() as session:
        return _give_to_others(session, Job.locked_by == worker, "database away", at)


def renew_leases(session: Session, workers: Collection[str], lease_seconds: int | None) -> None:
    """Renew the leases of what these lanes have in hand: an outage kept them from it."""
    session.execute(
        update(Job)
        .where(Job.state == JobState.RUNNING, Job.locked_by.in_(workers))
        .values(lease_until=_lease_end(session, lease_seconds))
        .execution_options(synchronize_session=False)
    )


def _give_to_others(session: Session, whose: ColumnElement[bool], why: str, at: datetime) -> int:
    rows = session.execute(
        update(Job)
        .where(Job.state == JobState.RUNNING, whose)
        .values(
            state=case((Job.attempts >= MAX_ATTEMPTS, JobState.DEAD), else_=JobState.READY),
            run_at=case((Job.attempts >= MAX_ATTEMPTS, Job.run_at), else_=literal(at, UtcDateTime())),
            lease_until=None,
            last_error=literal(why + ": ") + func.coalesce(Job.locked_by, "?"),
        )
        .returning(Job.id, Job.queue, Job.run_at, Job.state, Job.kind, Job.attempts)
        .execution_options(synchronize_session=False)
    ).all()
    for row in rows:
        log.warning("job given back", job=row.id, kind=row.kind, attempts=row.attempts, state=row.state.value, why=why)
    notify_carrier(session, [WaitingJob(r.id, r.queue, r.run_at) for r in rows if r.state is JobState.READY])
    _tell_of_the_dead(Context(session, SYSTEM, at), [row.id for row in rows if row.state is JobState.DEAD], why)
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
    until: Callable[[], bool] = lambda: False,
) -> JobState:
    """Run a claimed job to `done`, or note the failure: five attempts with back-off, then `dead`.

    What was done outside the database is written down however long that takes while the database is away, or until
    `until()`: it would be done again otherwise. Raises what the database raises when a failure cannot be noted.
    """
    try:
        try:
            record = _outside_part(database, job_id, worker, clock(), lease_seconds)
        except TryLater as put_off:
            later = put_off  # the name of a caught exception ends with its block
            return _surely(lambda: _give_back(database, job_id, worker, later, clock()), job_id, until)
        if record is None:
            return _inside_part(database, job_id, worker, None, clock)
        return _surely(lambda: _inside_part(database, job_id, worker, record, clock), job_id, until)
    except Exception as error:  # a job may fail in any way; the ledger keeps the reason
        return _note_failure(database, job_id, worker, error, clock())


def _surely(write: Callable[[], JobState], job_id: int, until: Callable[[], bool]) -> JobState:
    end = time.monotonic() + PATIENCE_SECONDS
    failures = 0
    while True:
        try:
            return write()
        except Exception as error:
            if not is_outage(error) or until() or time.monotonic() > end:
                raise
            failures += 1
            if failures == 1:
                log.warning("work done waits for the database", job=job_id, error=type(error).__name__)
            time.sleep(back_off.wait(back_off.DATABASE_SECONDS, failures))


def _outside_part(
    database: Database, job_id: int, worker: str, at: datetime, lease_seconds: int | None
) -> Record | None:
    outcome: list[Record | TryLater | None] = []
    try:
        with database.reading() as session:
            job = session.get_one(Job, job_id)
            kind = REGISTRY.get(job.kind)
            if kind is None:
                raise LookupError(f"no task is called {job.kind}")
            if not kind.outside or job.state is JobState.DONE:
                return None
            with _lease_kept(database, job_id, worker, lease_seconds or kind.lease_seconds):
                try:
                    outcome.append(kind.run(Context(session, SYSTEM, at), **job.payload, job_id=job_id))
                except TryLater as later:
                    outcome.append(later)
    except Exception as error:
        if not outcome or not is_outage(error):
            raise
        # The work is done: only the reading that went with it could not be ended.
    (found,) = outcome
    if isinstance(found, TryLater):
        raise found
    return found


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
    rescuing: bool = True,
) -> int:
    """Run due jobs until none is left, or `limit` have been run, or `until()` says so; returns how many were run."""
    if rescuing:
        rescue(database, at=clock())
    done = 0
    while (limit is None or done < limit) and not until():
        job_id = claim(database, worker, at=clock(), lease_seconds=lease_seconds, queues=queues)
        if job_id is None:
            release_resources(queues)
            break
        execute(database, job_id, worker, clock=clock, lease_seconds=lease_seconds, until=until)
        done += 1
    return done


def release_resources(queues: Collection[str] | None = None) -> None:
    """Let go of what a run of jobs of these queues, or of all, kept open."""
    for queue, release in ON_IDLE.items():
        if queues is None or queue in queues:
            release()
