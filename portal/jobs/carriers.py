"""Carrying the ledger's jobs: claim one with a lease, run it, close it in the same transaction as its effect."""

import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import and_, or_, select, update

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core.clock import now
from portal.core.db import Database
from portal.jobs.ledger import REGISTRY, Record
from portal.jobs.models import Heartbeat, Job, JobState

MAX_ATTEMPTS = 5
BACK_OFF_SECONDS = (5, 30, 300, 1800)
log = structlog.get_logger()


def claim(database: Database, worker: str, *, at: datetime) -> int | None:
    """Take the oldest due job, or one whose lease has run out; two processes never take the same."""
    due = or_(
        and_(Job.state == JobState.READY, Job.run_at <= at),
        and_(Job.state == JobState.RUNNING, Job.lease_until < at),
    )
    chosen = select(Job.id).where(due).order_by(Job.run_at, Job.id).limit(1).with_for_update(skip_locked=True)
    with database.transaction() as session:
        row = session.execute(
            update(Job)
            .where(Job.id == chosen.scalar_subquery())
            .values(state=JobState.RUNNING, attempts=Job.attempts + 1, locked_by=worker, lease_until=at)
            .returning(Job.id, Job.kind)
        ).one_or_none()
        if row is None:
            return None
        lease = REGISTRY[row.kind].lease_seconds if row.kind in REGISTRY else 60
        session.execute(update(Job).where(Job.id == row.id).values(lease_until=at + timedelta(seconds=lease)))
        return int(row.id)


def execute(database: Database, job_id: int, *, clock: Callable[[], datetime] = now) -> JobState:
    """Run a claimed job to `done`, or note the failure: five attempts with back-off, then `dead`."""
    try:
        record = _outside_part(database, job_id, clock())
        with database.transaction() as session:
            job = session.get_one(Job, job_id, with_for_update=True)
            if job.state is JobState.DONE:
                return JobState.DONE
            ctx = Context(session, SYSTEM, clock())
            if record is not None:
                record(ctx)
            elif not REGISTRY[job.kind].outside:
                REGISTRY[job.kind].run(ctx, **job.payload)
            job.state, job.done_at, job.lease_until, job.last_error = JobState.DONE, clock(), None, None
    except Exception as error:  # a job may fail in any way; the ledger keeps the reason
        return _note_failure(database, job_id, error, clock())
    return JobState.DONE


def _outside_part(database: Database, job_id: int, at: datetime) -> Record | None:
    with database.reading() as session:
        job = session.get_one(Job, job_id)
        kind = REGISTRY.get(job.kind)
        if kind is None:
            raise LookupError(f"no task is called {job.kind}")
        if not kind.outside or job.state is JobState.DONE:
            return None
        return kind.run(Context(session, SYSTEM, at), **job.payload, job_id=job_id)


def _note_failure(database: Database, job_id: int, error: Exception, at: datetime) -> JobState:
    with database.transaction() as session:
        job = session.get_one(Job, job_id)
        job.last_error = "".join(traceback.format_exception_only(error)).strip()[:2000]
        job.lease_until = None
        if job.attempts >= MAX_ATTEMPTS:
            job.state = JobState.DEAD
        else:
            job.state = JobState.READY
            job.run_at = at + timedelta(seconds=BACK_OFF_SECONDS[max(job.attempts - 1, 0)])
        log.warning("job failed", job=job_id, kind=job.kind, attempts=job.attempts, error=type(error).__name__)
        return job.state


def drain(database: Database, worker: str, *, limit: int | None = None, clock: Callable[[], datetime] = now) -> int:
    """Run due jobs until none is left (or `limit`); returns how many were run."""
    done = 0
    while limit is None or done < limit:
        job_id = claim(database, worker, at=clock())
        if job_id is None:
            break
        execute(database, job_id, clock=clock)
        done += 1
    return done


def beat(database: Database, worker: str, carrier: str, *, at: datetime) -> None:
    """Leave a sign of life for /healthz, and forget workers silent for a day."""
    with database.transaction() as session:
        session.merge(Heartbeat(worker=worker, carrier=carrier, seen_at=at))
        for old in session.scalars(select(Heartbeat).where(Heartbeat.seen_at < at - timedelta(days=1))):
            session.delete(old)


def is_alive(database: Database, *, at: datetime, within_seconds: int = 90) -> bool:
    """Whether some worker has given a sign of life lately."""
    with database.reading() as session:
        newest = session.scalar(select(Heartbeat.seen_at).order_by(Heartbeat.seen_at.desc()).limit(1))
    return newest is not None and newest >= at - timedelta(seconds=within_seconds)
