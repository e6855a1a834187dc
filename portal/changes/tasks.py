"""Jobs of announced changes: deadlines counted again once a day, for contracts change; what is near, each morning."""

from datetime import date

from portal.authz.context import Context
from portal.changes import queries, services
from portal.changes.deadline_notices import note_deadlines
from portal.jobs.ledger import enqueue, task
from portal.jobs.schedule import every_tick
from portal.notices.morning import every_morning


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
