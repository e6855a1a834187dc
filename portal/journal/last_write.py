"""Who changed a row last: what a page says to whoever comes second."""

from collections.abc import Collection
from typing import Any

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.journal import queries
from portal.journal.models import JournalEntry
from portal.web.manifest import LastWrite


def last_write(ctx: Context, row: Any, columns: Collection[str]) -> LastWrite | None:
    """The last change of a row, of these columns when an entry names one; none when the journal has nothing on it.

    The names of staff are no business of a vendor: it reads those of its own people alone.
    """
    entries = queries.history(ctx, type(row).__name__, row.id)
    if not entries:
        return None
    found = next((entry for entry in entries if not entry.after.keys().isdisjoint(columns)), entries[0])
    return LastWrite(found.actor_name if _may_be_named(ctx, found) else "", found.at)


def _may_be_named(ctx: Context, entry: JournalEntry) -> bool:
    return not ctx.actor.role.is_vendor or Role(entry.actor_role).is_vendor
