"""Which ticks of the schedule fail, and how many times in a row: nobody reads the log of a worker every minute."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import Database
from portal.core.insertions import insertion
from portal.jobs.models import TickFailure


def note(database: Database, done: Collection[str], failed: Mapping[str, Exception], *, at: datetime) -> None:
    """Count those that failed once more, and forget those that succeed again; writes nothing when all goes well."""
    with database.reading() as session:
        known = {row.name for row in failing(session)}
    if not failed and known.isdisjoint(done):
        return
    with database.transaction() as session:
        for name in sorted(failed):
            first = {"name": name, "since": at, "failed_at": at, "failures": 0, "error": ""}
            told = insertion(session, TickFailure).values(first)
            session.execute(told.on_conflict_do_nothing(index_elements=["name"]))
        rows = session.scalars(select(TickFailure).order_by(TickFailure.name).with_for_update())
        for row in rows.all():
            if row.name in failed:
                row.failures, row.failed_at, row.error = row.failures + 1, at, type(failed[row.name]).__name__[:120]
            elif row.name in done:
                session.delete(row)


def failing(session: Session) -> Sequence[TickFailure]:
    """The ticks that failed when they last ran, by name."""
    return session.scalars(select(TickFailure).order_by(TickFailure.name)).all()
