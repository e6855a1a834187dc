"""The nightly erasure of what the portal need not keep any longer."""

from portal.authz.context import Context
from portal.jobs.ledger import enqueue, task
from portal.jobs.schedule import every_tick
from portal.privacy.sweeping import sweep


@task("privacy.sweep")
def sweep_some(ctx: Context) -> None:
    """Erase some of what is over, and promise the rest; running it twice erases nothing more."""
    _counts, more = sweep(ctx)
    if more:
        enqueue(ctx, "privacy.sweep", {}, dedup=f"privacy.sweep:{ctx.now.isoformat()}")


@every_tick("privacy.sweep")
def sweep_daily(ctx: Context) -> int:
    """Promise it once a day."""
    return 0 if enqueue(ctx, "privacy.sweep", {}, dedup=f"privacy.sweep:{ctx.today}") is None else 1
