"""Signs of life of the workers, kept in a table that /healthz reads."""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.core.db import Database
from portal.jobs.models import Heartbeat


def beat(database: Database, worker: str, carrier: str, *, at: datetime) -> None:
    """Leave a sign of life for /healthz, and forget workers silent for a day."""
    with database.transaction() as session:
        session.merge(Heartbeat(worker=worker, carrier=carrier, seen_at=at))
        for old in session.scalars(select(Heartbeat).where(Heartbeat.seen_at < at - timedelta(days=1))):
            session.delete(old)


def is_alive(database: Database, *, at: datetime, within_seconds: int = 90) -> bool:
    """Whether some worker has given a sign of life within so many seconds."""
    with database.reading() as session:
        newest = session.scalar(select(Heartbeat.seen_at).order_by(Heartbeat.seen_at.desc()).limit(1))
    return newest is not None and newest >= at - timedelta(seconds=within_seconds)
