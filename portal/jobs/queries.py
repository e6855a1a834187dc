"""Reads of the ledger: for those who run the portal, and for pages that wait for a job."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from portal.core.pages import Page, page_of
from portal.jobs.models import ClockMark, Job, JobState, Mail, MailState


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
    rows = session.execute(_GIVEN_UP, {"keys": list(keys)})
    return {keys[dedup]: job_id for dedup, job_id in rows}


_GIVEN_UP = select(Job.dedup, Job.id).where(
    Job.dedup.in_(bindparam("keys", expanding=True)), Job.state == JobState.DEAD
)


def counts_by_queue(session: Session) -> Mapping[tuple[JobState, str], int]:
    """How many jobs stand in each state of each queue that has any."""
    rows = session.execute(select(Job.state, Job.queue, func.count(Job.id)).group_by(Job.state, Job.queue))
    return {(state, queue): count for state, queue, count in rows}


def oldest_due(session: Session, *, at: datetime) -> datetime | None:
    """Since when the job that has waited longest is due."""
    return session.scalar(select(func.min(Job.run_at)).where(Job.state == JobState.READY, Job.run_at <= at))


def mails_not_sent(session: Session) -> Mapping[MailState, int]:
    """How many messages stand in each state but « sent », those that are none included."""
    unsent = [state for state in MailState if state is not MailState.SENT]
    rows = session.execute(select(Mail.state, func.count(Mail.id)).where(Mail.state.in_(unsent)).group_by(Mail.state))
    return dict.fromkeys(unsent, 0) | dict(rows.all())


def oldest_promised_mail(session: Session) -> datetime | None:
    """Since when the message that has waited longest waits."""
    return session.scalar(select(func.min(Mail.queued_at)).where(Mail.state == MailState.PROMISED))


def last_tick(session: Session) -> datetime | None:
    """When the schedule last ran; None before its first time."""
    return session.scalar(select(func.max(ClockMark.at)))
