"""The first argument of every use case: three facts and no more."""

from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from portal.authz import policy
from portal.authz.policy import Actor, Permission, Reach
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.errors import Forbidden, NotFound
from portal.core.history import tell_instant
from portal.core.language import N_


@dataclass(frozen=True)
class Context:
    """Session, actor, now: whoever the caller is (page, task or command), a use case knows only this."""

    session: Session
    actor: Actor
    now: datetime

    def __post_init__(self) -> None:
        """What the session writes from here on happens at this instant, as its history says."""
        if isinstance(self.session, Session):
            tell_instant(self.session, self.now)

    @cached_property
    def today(self) -> date:
        """The legal date (Europe/Paris)."""
        return legal_date(self.now)

    def can(self, permission: Permission, row: Any = None) -> bool:
        """Whether the actor may do this to this row."""
        return policy.can(self.actor, permission, row, today=self.today)


def authorize(ctx: Context, permission: Permission, row: Any = None) -> None:
    """Raise Forbidden when the role never may, NotFound when this row is out of reach."""
    if not ctx.can(permission):
        raise Forbidden(N_("Votre compte ne permet pas cette action."))
    if row is not None and not ctx.can(permission, row):
        raise NotFound()


def visible(ctx: Context, permission: Permission, model: Any) -> ColumnElement[bool]:
    """The WHERE clause that bounds a query to what the actor may reach."""
    return policy.reach(ctx.actor, permission, model, today=ctx.today)


def reach(ctx: Context, permission: Permission) -> Reach:
    """What the actor may reach, for statements that are put together once for all who reach the same."""
    return policy.reach_of(ctx.actor, permission, today=ctx.today)
