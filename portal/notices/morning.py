"""What each domain has to say in the morning: looked for once a day, before the digests are written."""

from collections.abc import Callable
from datetime import date

from portal.authz.context import Context
from portal.core import logs

Search = Callable[[Context, date], int]
SEARCHES: dict[str, Search] = {}
log = logs.get_logger()


def every_morning(name: str) -> Callable[[Search], Search]:
    """Register a function that notes what has come due by a day; running it twice notes nothing more."""

    def register(function: Search) -> Search:
        SEARCHES[name] = function
        return function

    return register


def search_all(ctx: Context, day: date) -> dict[str, int]:
    """Run every search; one that fails is logged, and the others still speak."""
    found: dict[str, int] = {}
    for name, search in SEARCHES.items():
        try:
            with ctx.session.begin_nested():
                found[name] = search(ctx, day)
        except Exception as error:  # the next morning tries again: what has come due is looked for over several days
            log.error("morning search failed", search=name, exc_info=error)
    return found
