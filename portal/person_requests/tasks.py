"""Jobs of requests of persons: what falls due is told each morning; who asked is forgotten on the day that was said."""

from datetime import date

from portal.authz.context import Context
from portal.core import process
from portal.jobs.ledger import Record, enqueue, task
from portal.jobs.schedule import every_tick
from portal.notices.morning import every_morning
from portal.person_requests import services
from portal.person_requests.request_notices import note_due


@every_morning("person_requests.due")
def note_requests_due(ctx: Context, day: date) -> int:
    """Note what falls due, here and at vendors."""
    return note_due(ctx, day)


@every_tick("person_requests.forget")
def forget_daily(ctx: Context) -> int:
    """Promise once a day to forget whoever's day has passed."""
    return 0 if enqueue(ctx, "person_requests.forget", {}, dedup=f"person_requests.forget:{ctx.today}") is None else 1


@task("person_requests.forget")
def forget_persons(ctx: Context) -> None:
    """Forget some, and promise the rest; running it twice forgets nobody twice."""
    if done := services.forget_due(ctx):
        enqueue(ctx, "person_requests.forget", {}, dedup=f"person_requests.forget:{ctx.now.isoformat()}:{done}")


@task("person_requests.destroy", outside=True)
def destroy_files(ctx: Context, *, request_id: int, file_ids: list[int], job_id: int) -> Record | None:
    """Destroy the files of a forgotten request, but for those that something else rests on."""
    files = services.files_to_destroy(ctx, request_id, file_ids)
    digests = sorted({one.sha256 for one in files})
    for key in sorted({one.key for one in files}):
        process.store().destroy(key)
    if not digests:
        return None
    return lambda done: services.note_destroyed(done, request_id, digests)
