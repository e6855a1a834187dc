"""What is done of drills while nobody looks: those that nobody ends are given up, their copies erased."""

from sqlalchemy.exc import SQLAlchemyError

from portal.authz.context import Context
from portal.core import logs
from portal.core.db import Database
from portal.drills import copies, queries, services
from portal.jobs.schedule import every_tick

log = logs.get_logger()


@every_tick("drills.sweep")
def sweep(ctx: Context) -> int:
    """Give up drills that have lasted too long, and erase the copy of each that is over; how many were erased."""
    begun_before, asked_before = services.overdue(ctx.now)
    for number in queries.lapsed_ids(ctx, begun_before=begun_before, asked_before=asked_before):
        services.lapse_drill(ctx, number)
    erased = 0
    true = Database(ctx.session.get_bind().engine)
    for row in queries.unerased(ctx):
        try:
            copies.erase(true, row.id)
        except (SQLAlchemyError, OSError) as failure:  # held elsewhere: the next tick
            log.warning("copy of a drill not erased yet", drill=row.id, error=type(failure).__name__)
            continue
        services.note_erased(ctx, row)
        erased += 1
    return erased
