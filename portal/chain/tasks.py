"""Jobs of the chain: what vendors state of their sub-processors is followed on acceptance, and once a day."""

from portal.audits.models import Audit
from portal.authz.context import Context
from portal.chain import services
from portal.jobs.ledger import enqueue, task
from portal.jobs.schedule import every_tick
from portal.vendors.models import Vendor


@task("chain.on_acceptance")
def on_acceptance(ctx: Context, *, audit_id: int) -> None:
    """Follow what the vendor of an audit stated; running it twice changes nothing more."""
    audit = ctx.session.get_one(Audit, audit_id)
    services.follow_stated(ctx, ctx.session.get_one(Vendor, audit.vendor_id))


@task("chain.follow")
def follow(ctx: Context, after: int = 0) -> None:
    """Follow some vendors and promise the next ones: what was stated before the chain was kept, or lapsed since."""
    last = services.follow_some(ctx, after)
    if last is not None:
        enqueue(ctx, "chain.follow", {"after": last}, dedup=f"chain.follow:{ctx.today}:{last}")


@every_tick("chain.follow")
def follow_daily(ctx: Context) -> int:
    """Promise the round once a day."""
    return 0 if enqueue(ctx, "chain.follow", {}, dedup=f"chain.follow:{ctx.today}") is None else 1
