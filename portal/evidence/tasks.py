"""What proofs say each morning, and the look at some of their files each night."""

from portal.authz.context import Context
from portal.core import process
from portal.evidence.integrity import check_files, note_checked, queue_check
from portal.evidence.mails import note_expiring_proofs
from portal.jobs.ledger import Record, task
from portal.jobs.schedule import every_tick
from portal.notices.morning import every_morning

every_morning("evidence.expiring")(note_expiring_proofs)
every_tick("evidence.integrity")(queue_check)


@task("evidence.check_files", outside=True, lease_seconds=900)
def look_at_files(ctx: Context, *, job_id: int) -> Record:
    """Open some files whole; running it twice looks at other files."""
    checked = check_files(ctx, process.store())

    def record(done: Context) -> None:
        note_checked(done, checked)

    return record
