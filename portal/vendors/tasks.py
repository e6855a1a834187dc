"""Jobs of the register: tiers follow the calendar, since services end and adequacy decisions lapse on their day."""

from portal.authz.context import Context
from portal.jobs.ledger import enqueue, task
from portal.jobs.schedule import every_tick
from portal.vendors import services


@task("vendors.reclassify")
def reclassify(ctx: Context, after: int = 0) -> None:
    """Weigh some vendors again and promise the next ones; running it twice changes nothing more."""
    last = services.reclassify_some(ctx, after)
    if last is not None:
        enqueue(ctx, "vendors.reclassify", {"after": last}, dedup=f"vendors.reclassify:{ctx.today}:{last}")


@every_tick("vendors.reclassify")
def reclassify_daily(ctx: Context) -> int:
    """Promise the round once a day."""
    return 0 if enqueue(ctx, "vendors.reclassify", {}, dedup=f"vendors.reclassify:{ctx.today}") is None else 1
