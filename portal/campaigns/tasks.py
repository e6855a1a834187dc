"""Jobs and ticks of campaigns: each loads, calls one service, and is safe to repeat."""

from datetime import date

from portal.authz.context import Context
from portal.campaigns import queries, services
from portal.jobs.ledger import task
from portal.jobs.schedule import every_tick
from portal.notices.morning import every_morning

every_tick("campaigns.start")(services.start_due_waves)
every_tick("campaigns.follow_up")(services.follow_up_due)
every_morning("campaigns.single_audits")(services.follow_up_single_audits)


@task("campaigns.launch")
def launch(ctx: Context, *, wave_id: int) -> None:
    """Promise the audits of a wave; the batches' keys make a repetition harmless."""
    services.launch(ctx, queries.get_wave(ctx, wave_id))


@task("campaigns.open_batch")
def open_batch(ctx: Context, *, wave_id: int, vendor_ids: list[int]) -> None:
    """Open some audits; vendors that have theirs already are left alone."""
    services.open_batch(ctx, queries.get_wave(ctx, wave_id), vendor_ids)


@task("campaigns.follow_up")
def follow_up(ctx: Context, *, day: str) -> None:
    """Promise a day's follow-up of each wave that waits for someone."""
    services.follow_up(ctx, date.fromisoformat(day))


@task("campaigns.follow_up_wave")
def follow_up_wave(ctx: Context, *, wave_id: int, day: str) -> None:
    """Escalate what is due in a wave on a day, and promise its reminders; what was sent is not sent again."""
    services.follow_up_wave(ctx, queries.get_wave(ctx, wave_id), date.fromisoformat(day))


@task("campaigns.follow_up_batch")
def follow_up_batch(ctx: Context, *, wave_id: int, day: str, audit_ids: list[int]) -> None:
    """Send a day's reminders to some vendors; what was sent is not sent again."""
    services.follow_up_batch(ctx, queries.get_wave(ctx, wave_id), date.fromisoformat(day), audit_ids)


@task("campaigns.on_postponed")
def on_postponed(ctx: Context, *, audit_id: int) -> None:
    """An audit was given more time: its reminders follow the new date; safe to repeat."""
    services.skip_past_reminders(ctx, audit_id)
