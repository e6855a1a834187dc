"""Whether the register is kept at all, as the menu of every page asks: read at most once a minute by process.

Another process learns within the minute that it was opened or closed; the pages themselves always ask the database.
"""

from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from portal.authz.context import Context
from portal.dora import queries

FRESH = timedelta(minutes=1)
_known: WeakKeyDictionary[Any, tuple[datetime, bool]] = WeakKeyDictionary()


def is_shown(ctx: Context) -> bool:
    """Whether the menu has the register."""
    bind = ctx.session.get_bind()
    held = _known.get(bind)
    if held is None or not timedelta(0) <= ctx.now - held[0] < FRESH:
        held = _known[bind] = (ctx.now, queries.is_kept(ctx))
    return held[1]
