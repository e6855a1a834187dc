"""Reads of the ledger: for those who run the portal, and for pages that wait for a job."""

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


def given_up(session: Session, keys: Mapping[str, int]) -> Mapping[int, int]:
    """Of the jobs of these keys of the ledger, those that failed for good: what each was for → the job to start again.

    One statement, none without a key.
    """
    if not keys:
        return {}
    rows = session.execute(select(Job.dedup, Job.id).where(Job.dedup.in_(keys), Job.state == JobState.DEAD))
    return {keys[dedup]: job_id for dedup, job_id in rows}
