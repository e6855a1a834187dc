"""What proofs say each morning, and the look at some of their files each night."""

from portal.authz.context import Context
from portal.core import process
from portal.evidence.integrity import check_files, note_checked, queue_check
from portal.evidence.leaving import destroy_contents, erase_left, files_to_erase, note_erased, queue_leaving
from portal.evidence.mails import note_expiring_proofs
from portal.jobs.ledger import Record, enqueue, task
from portal.jobs.schedule import every_tick
from portal.notices.morning import every_morning

every_morning("evidence.expiring")(note_expiring_proofs)
every_tick("evidence.integrity")(queue_check)
every_tick("evidence.leaving")(queue_leaving)


@task("evidence.check_files", outside=True, lease_seconds=900)
def look_at_files(ctx: Context, *, job_id: int) -> Record:
    """Open some files whole; running it twice looks at other files."""
    checked = check_files(ctx, process.store())

    def record(done: Context) -> None:
        note_checked(done, checked)

    return record


@task("evidence.erase_left")
def erase_left_pieces(ctx: Context) -> None:
    """Erase pieces that were taken off and never sent, then have their files destroyed; safe to repeat."""
    erase_left(ctx)
    enqueue(ctx, "evidence.destroy_files", {}, dedup=f"evidence.destroy_files:{ctx.today}")


@task("evidence.destroy_files", outside=True, lease_seconds=900)
def destroy_unnamed_files(ctx: Context, *, job_id: int) -> Record | None:
    """Take out of the store what no row names any more; running it twice finds nothing left."""
    files = files_to_erase(ctx)
    destroy_contents(process.store(), files)
    file_ids = [one.id for one in files]
    return (lambda done: note_erased(done, file_ids)) if file_ids else None
