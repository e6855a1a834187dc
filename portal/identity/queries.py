"""Reads of identity: the session of a cookie, the list of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Role
from portal.core import tokens
from portal.core.errors import NotFound
from portal.core.language import N_
from portal.identity.models import LoginSession, User
from portal.identity.rules import SessionFacts, is_session_good


@dataclass(frozen=True)
class Known:
    """A browser that is signed in: its session and its account."""

    session: LoginSession
    user: User

    @property
    def owes_second_factor(self) -> bool:
        """Whether the code has yet to be shown."""
        return self.user.totp_confirmed_at is not None and self.session.second_factor_at is None

    @property
    def owes_enrolment(self) -> bool:
        """Whether the role requires a second factor that is not there yet."""
        return self.user.role is Role.ADMIN and self.user.totp_confirmed_at is None


def find_session(session: Session, token: str, now: datetime) -> Known | None:
    """The live session of a cookie's token, or None."""
    row = session.scalar(
        select(LoginSession)
        .options(joinedload(LoginSession.user))
        .where(LoginSession.token_hash == tokens.fingerprint(token))
    )
    if row is None:
        return None
    facts = SessionFacts(row.created_at, row.seen_at, row.revoked_at is not None, row.user.disabled_at is not None)
    return Known(row, row.user) if is_session_good(facts, now) else None


def users(ctx: Context) -> Sequence[User]:
    """Every account, by name."""
    authorize(ctx, Permission.USER_MANAGE)
    return ctx.session.scalars(select(User).order_by(User.name, User.id)).all()


def get_user(ctx: Context, user_id: int) -> User:
    """One account; raises NotFound."""
    authorize(ctx, Permission.USER_MANAGE)
    user = ctx.session.get(User, user_id)
    if user is None:
        raise NotFound(N_("Cette page n'existe pas, ou n'est pas accessible avec votre compte."))
    return user


def me(ctx: Context) -> User:
    """The account of the actor; raises NotFound for the system."""
    user = ctx.session.get(User, ctx.actor.id) if ctx.actor.id is not None else None
    if user is None:
        raise NotFound(N_("Cette page n'existe pas, ou n'est pas accessible avec votre compte."))
    return user


def staff(session: Session, *roles: Role) -> Sequence[User]:
    """Open accounts of some roles, for choosing an owner or an addressee."""
    return session.scalars(
        select(User).where(User.role.in_(roles), User.disabled_at.is_(None)).order_by(User.name)
    ).all()
