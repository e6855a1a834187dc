"""The marks under which what is read of the chain may be kept (`chain.watches`)."""

from portal.authz.context import Context
from portal.authz.policy import Permission, Scope, scope_of
from portal.chain.watches import CHAIN, CHAIN_MARKS, REACHED, REGISTER
from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class Marks:
    """What stands in the database until something changes; other databases never have the same."""

    chain: str
    """Of the companies and who engages whom."""
    register: str
    """Of the vendors, services, entities and lines of the register that are drawn with them."""
    reached: str
    """Of the contracts and plans of exit that a question reaches beside them."""


def marks(ctx: Context) -> Marks | None:
    """The marks as this transaction sees them; None when nothing may be kept (`RowMarks.read`). One statement."""
    found = CHAIN_MARKS.read(ctx.session)
    return None if found is None else Marks(*(found[kind] for kind in (CHAIN, REGISTER, REACHED)))


def sees_all(ctx: Context, *permissions: Permission) -> bool:
    """Whether all that these permissions open is in the reader's reach, to the end: what is kept may be shown."""
    return ctx.actor.until is None and all(scope_of(ctx.actor, one) is Scope.ALL for one in permissions)
