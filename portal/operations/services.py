"""What an operator does about a job that has failed for good."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.jobs import ledger
from portal.jobs.models import Job
from portal.journal import services as journal


def retry_dead_job(ctx: Context, job_id: int) -> Job:
    """Make a dead job ready again, with all its attempts before it; raises Refused when it is not dead."""
    authorize(ctx, Permission.JOB_MANAGE)
    job = ctx.session.get(Job, job_id)
    if job is None:
        raise NotFound()
    if not ledger.retry(ctx, [job_id]):
        raise Refused(N_("Seule une tâche en échec se relance."))
    journal.record(ctx, "job.retried", job, after={"kind": job.kind})
    return job
