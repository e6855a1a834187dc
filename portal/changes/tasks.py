"""Jobs of announced changes: deadlines counted again once a day, for contracts change; what is near, each morning; what
comes in by mail, every few minutes.
"""

from datetime import date

from portal.authz.context import Context
from portal.changes import queries, services
from portal.changes.deadline_notices import note_deadlines
from portal.changes.mail_reading import waiting_messages
from portal.core import logs, process
from portal.jobs import mail_boxes
from portal.jobs.ledger import BOUNCE_QUEUE, Record, enqueue, task
from portal.jobs.schedule import every_tick
from portal.notices.morning import every_morning

log = logs.get_logger()


@every_tick("changes.count")
def count_daily(ctx: Context) -> int:
    """Promise the round once a day."""
    return 0 if enqueue(ctx, "changes.count", {}, dedup=f"changes.count:{ctx.today}") is None else 1


@task("changes.count")
def count(ctx: Context, after: int = 0) -> None:
    """Count again some deadlines, and promise the next ones; running it twice moves nothing more."""
    rows = queries.waiting_after(ctx, after)
    for change in rows:
        services.keep_deadline(ctx, change)
    if len(rows) == queries.AT_ONCE:
        last = rows[-1].id
        enqueue(ctx, "changes.count", {"after": last}, dedup=f"changes.count:{ctx.today}:{last}")


@task("changes.on_delay")
def on_delay(ctx: Context, *, vendor_id: int) -> None:
    """Count again the deadlines of a vendor of which a delay was confirmed."""
    for change in queries.waiting_of(ctx, vendor_id):
        services.keep_deadline(ctx, change)


@every_morning("changes.deadlines")
def note_changes(ctx: Context, day: date) -> int:
    """Note the deadlines that draw near or are past; doing it twice notes nothing more."""
    return note_deadlines(ctx, day)


@every_tick("changes.mailbox")
def read_now_and_then(ctx: Context) -> int:
    """Promise a round every few minutes, where a box is set."""
    if not process.settings().changes_url:
        return 0
    made = enqueue(ctx, "changes.read_mailbox", {}, dedup=f"changes.mailbox:{mail_boxes.round_of(ctx.now)}")
    return 0 if made is None else 1


@task("changes.read_mailbox", queue=BOUNCE_QUEUE, outside=True, lease_seconds=180)
def read_mailbox(ctx: Context, *, job_id: int) -> Record | None:
    """Read what came in and record it; a message is put aside by a job of its own, once what it said is stored.

    Killed in between, nothing is lost and nothing is recorded twice: a message is known by its digest.
    """
    settings = process.settings()
    if not settings.changes_url:
        return None
    found = list(waiting_messages(settings.changes_url, settings.secrets.tokens))

    def record(done: Context) -> None:
        safe = [message.key for message in found if services.receive_change(done, message)]
        enqueue(done, "changes.put_aside", {"keys": safe}, dedup=f"changes.put_aside:{job_id}")
        log.info("announcements read", messages=len(found), safe=len(safe))

    return record if found else None


@task("changes.put_aside", queue=BOUNCE_QUEUE, outside=True)
def put_aside(ctx: Context, *, job_id: int, keys: list[str]) -> None:
    """Put aside the messages that are recorded; those that are there no longer are passed over."""
    address = process.settings().changes_url
    if address:
        mail_boxes.put_aside(address, keys)
