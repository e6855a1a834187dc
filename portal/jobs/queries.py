"""Reads of the ledger, for those who run the portal."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.pages import Page, page_of
from portal.jobs.models import Job, JobState


def jobs(
    session: Session, *, states: Sequence[JobState] = (), page: int = 1, size: int = 50, total: int | None = None
) -> Page[Job]:
    """A page of jobs, newest first; `total` spares counting them."""
    where = [Job.state.in_(states)] if states else []
    return page_of(session, select(Job).where(*where).order_by(Job.id.desc()), page, size=size, total=total)


def counts(session: Session) -> Mapping[JobState, int]:
    """How many jobs stand in each state."""
    rows = session.execute(select(Job.state, func.count(Job.id)).group_by(Job.state))
    return dict.fromkeys(JobState, 0) | dict(rows.all())
