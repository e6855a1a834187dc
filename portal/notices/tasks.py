"""Jobs of notices: the digests of a morning."""

from datetime import date

from portal.authz.context import Context
from portal.jobs.ledger import task
from portal.jobs.schedule import every_tick
from portal.notices import services

every_tick("notices.morning")(services.morning_due)


@task("notices.morning")
def morning(ctx: Context, *, day: str) -> None:
    """Look for what has come due, and promise the day's digests; running it twice promises nothing more."""
    services.begin_morning(ctx, date.fromisoformat(day))


@task("notices.digests")
def digests(ctx: Context, *, user_ids: list[int]) -> None:
    """Write the digests of some people; what was told is not told again."""
    services.write_digests(ctx, user_ids)
