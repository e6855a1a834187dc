"""Jobs of the register: tiers follow the calendar, since services end and adequacy decisions lapse on their day; long
lists are entered while nobody waits.
"""

from dataclasses import replace

from portal.authz.context import Context
from portal.authz.policy import Actor
from portal.identity.models import User
from portal.jobs.ledger import Record, enqueue, task
from portal.jobs.schedule import every_tick
from portal.vendors import services
from portal.vendors.models import ImportState, VendorImport
from portal.vendors.rules.status import VendorStatus


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


@task("vendors.import", outside=True, lease_seconds=180)
def enter_list(ctx: Context, *, import_id: int, status: str, user_id: int, job_id: int) -> Record | None:
    """Read a long list, compare it with the register and enter it, as whoever asked; one that was stopped is left."""
    row = ctx.session.get_one(VendorImport, import_id)
    if row.state is not ImportState.WORKING or row.result.get("job") != job_id:
        return None
    user = ctx.session.get_one(User, user_id)
    actor = Actor(user.role, user.id, user.name, user.email, user.language)
    material = services.import_material(replace(ctx, actor=actor), row)
    ctx.session.rollback()  # what follows takes seconds, and needs nothing of the database
    seen = material.review()

    def record(done: Context) -> None:
        kept = done.session.get_one(VendorImport, import_id)
        services.keep_promise(replace(done, actor=actor), kept, seen, status=VendorStatus(status))

    return record
