"""Reads of the ledger, for those who run the portal."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.jobs.models import Job, JobState


def jobs(
    session: Session, *, states: Sequence[JobState] = (), page: int = 1, size: int = 50
) -> tuple[Sequence[Job], int]:
    """A page of jobs, newest first, and how many there are; two statements whatever the number."""
    where = [Job.state.in_(states)] if states else []
    rows = session.scalars(select(Job).where(*where).order_by(Job.id.desc()).offset((page - 1) * size).limit(size))
    return rows.all(), session.scalar(select(func.count(Job.id)).where(*where)) or 0


def counts(session: Session) -> Mapping[JobState, int]:
    """How many jobs stand in each state."""
    rows = session.execute(select(Job.state, func.count(Job.id)).group_by(Job.state))
    return dict.fromkeys(JobState, 0) | dict(rows.all())
