"""What the journal does by itself: it is signed and sent away each day, and verified each night."""

from portal.authz.context import Context
from portal.jobs.ledger import Record, task
from portal.jobs.schedule import every_tick
from portal.journal.far_copies import keep_stamp, send_daily, stamped
from portal.journal.nightly_checks import queue_check
from portal.journal.signed_heads import sign_daily
from portal.journal.verification import keep_check, verify_journal

every_tick("journal.signed")(sign_daily)
every_tick("journal.sent")(send_daily)
every_tick("journal.verified")(queue_check)


@task("journal.verify", outside=True, lease_seconds=3600)
def verify(ctx: Context, *, job_id: int) -> Record:
    """Verify the whole journal, as `flask journal verify` does; running it twice keeps two results."""
    found = verify_journal(ctx)

    def record(done: Context) -> None:
        keep_check(done, found)

    return record


@task("journal.timestamp", outside=True)
def timestamp(ctx: Context, *, entries: int, job_id: int) -> Record | None:
    """Have a head timestamped; a server that does not answer costs the timestamp of that day. Safe to repeat."""
    found = stamped(ctx, entries)
    if found is None:
        return None
    return lambda done: keep_stamp(done, found)
