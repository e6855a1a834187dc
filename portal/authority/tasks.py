"""What is done of files for the authority while nobody waits: made, then erased on their day."""

from portal.authority import services
from portal.authority.building import build_archive
from portal.authority.models import AuthorityFile
from portal.authz.context import Context
from portal.core import process
from portal.jobs.ledger import Record, task
from portal.jobs.schedule import every_tick


@task("authority.build", queue="pdf", outside=True, lease_seconds=400)
def build(ctx: Context, *, file_id: int, job_id: int) -> Record | None:
    """Make an archive once, of what was frozen when it was asked for."""
    row = ctx.session.get_one(AuthorityFile, file_id)
    if row.stored_file_id is not None or row.erased_at is not None:
        return None
    blob = build_archive(ctx, row)
    return lambda done: services.keep_built(done, done.session.get_one(AuthorityFile, file_id), blob)


@every_tick("authority.erasures")
def erase_what_is_due(ctx: Context) -> int:
    """Each file is erased on its day."""
    return services.promise_erasures(ctx)


@task("authority.erase", outside=True)
def erase(ctx: Context, *, file_id: int, job_id: int) -> Record | None:
    """Destroy an archive, but for one that something else rests on, then erase what it said."""
    row = ctx.session.get_one(AuthorityFile, file_id)
    if row.erased_at is not None:
        return None
    if address := services.address_to_destroy(ctx, row):
        process.store().destroy(address)
    return lambda done: services.erase(done, done.session.get_one(AuthorityFile, file_id))
