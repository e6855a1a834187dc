"""The letters of the demonstration: each is sent on the day it was promised, as its worker would have done then."""

from datetime import datetime

from sqlalchemy import select

from portal.core.db import Database
from portal.jobs import execution
from portal.jobs.ledger import MAIL_QUEUE
from portal.jobs.models import Job, Mail, MailState


def send_old_letters(database: Database, at: datetime) -> int:
    """Send what was promised before `at`, each at the instant of its promise; returns how many were sent.

    A letter whose file is still to be printed is left to the worker that prints it, and waits from `at` on.
    """
    with database.transaction() as session:
        waiting = session.execute(
            select(Mail, Job).join(Job, Job.id == Mail.job_id).where(Mail.state == MailState.PROMISED)
        )
        days = set()
        for mail, job in waiting:
            if mail.payload["attachment"]:
                mail.queued_at = job.run_at = at
            elif job.run_at < at:
                days.add(job.run_at)
    return sum(
        execution.drain(database, "demonstration", clock=lambda: day, queues=[MAIL_QUEUE], rescuing=False)  # noqa: B023
        for day in sorted(days)
    )
