"""Signs of life of the workers, kept in a table that /healthz reads."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.core.db import Database
from portal.jobs.models import Heartbeat

SILENT = timedelta(seconds=90)
"""After which a worker is not known to be alive; a sign dated that far ahead was given by another clock."""
FORGOTTEN = timedelta(days=1)


class Pulse(StrEnum):
    """What the signs of life say."""

    ALIVE = "alive"
    SILENT = "silent"
    FROM_THE_FUTURE = "from_the_future"
    """The newest sign is dated later than now: this clock or that of the worker is wrong."""


def beat(database: Database, worker: str, carrier: str, *, at: datetime) -> None:
    """Leave a sign of life for /healthz, and forget workers silent for a day, or alive in a day only."""
    with database.transaction() as session:
        session.merge(Heartbeat(worker=worker, carrier=carrier, seen_at=at))
        gone = or_(Heartbeat.seen_at < at - FORGOTTEN, Heartbeat.seen_at > at + FORGOTTEN)
        for old in session.scalars(select(Heartbeat).where(gone)):
            session.delete(old)


def pulse(session: Session, *, at: datetime) -> Pulse:
    """Whether some worker has given a sign of life of late; one from the future is none."""
    seen = session.scalars(select(Heartbeat.seen_at).where(Heartbeat.seen_at >= at - SILENT)).all()
    if any(instant <= at + SILENT for instant in seen):
        return Pulse.ALIVE
    return Pulse.FROM_THE_FUTURE if seen else Pulse.SILENT


def alive(session: Session, *, at: datetime) -> int:
    """How many workers have given a sign of life of late."""
    recent = Heartbeat.seen_at.between(at - SILENT, at + SILENT)
    return session.scalar(select(func.count()).select_from(Heartbeat).where(recent)) or 0
