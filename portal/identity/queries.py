"""Reads of identity: the session of a cookie, one's own account, the list of accounts."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, load_only

from portal.authz import policy
from portal.authz.context import Context, authorize
from portal.authz.policy import GRANTS, Actor, Permission, Role
from portal.core import tokens
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import N_, Language
from portal.core.pages import Page, page_of
from portal.identity import rules, second_factor
from portal.identity.models import LinkPurpose, LoginSession, OneTimeLink, SecondFactorDemand, User
from portal.identity.rules import Coverage, SessionFacts, is_session_good
from portal.jobs.deliveries import Delivery, last_refusals
from portal.journal import queries as journal

R = TypeVar("R")

ACCOUNTS_ON_PAGE = 50
MOST_NAMED = 200
"""Accounts of one name that the journal looks for at once."""


@dataclass(frozen=True)
class KnownAccount:
    """What every page needs to know of an account."""

    id: int
    role: Role
    name: str
    email: str
    language: Language
    totp_confirmed_at: datetime | None
    passkey_count: int
    is_demanded: bool


@dataclass(frozen=True)
class OpenSession:
    """What every page needs to know of a browser's session."""

    id: int
    seen_at: datetime
    second_factor_at: datetime | None
    vendor_id: int | None


@dataclass(frozen=True)
class KnownSession:
    """A browser that is signed in: its session and its account."""

    session: OpenSession
    user: KnownAccount

    @property
    def owes_second_factor(self) -> bool:
        """Whether the code, or a passkey, has yet to be shown."""
        return second_factor.has_one(self.user) and self.session.second_factor_at is None

    @property
    def owes_enrolment(self) -> bool:
        """Whether the role requires a second factor that is not there yet, nor was shown to an identity provider."""
        is_shown = self.session.second_factor_at is not None
        return second_factor.is_required(self.user) and not (second_factor.has_one(self.user) or is_shown)


_SESSION, _USER = cast(Table, LoginSession.__table__), cast(Table, User.__table__)
_DEMAND = cast(Table, SecondFactorDemand.__table__)
_KNOWN = (
    # Columns, not rows of the session: every page begins with it, and two thirds of it went to making objects.
    select(
        _SESSION.c.id.label("session_id"), _SESSION.c.created_at, _SESSION.c.seen_at, _SESSION.c.revoked_at,
        _SESSION.c.second_factor_at, _SESSION.c.vendor_id, _USER.c.id.label("user_id"), _USER.c.role, _USER.c.name,
        _USER.c.email, _USER.c.language, _USER.c.totp_confirmed_at, _USER.c.passkey_count, _USER.c.disabled_at,
        exists().where(_DEMAND.c.role == _USER.c.role).label("is_demanded"),
    )
    .join(_USER, _USER.c.id == _SESSION.c.user_id)
    .where(_SESSION.c.token_hash == bindparam("fingerprint"))
)  # fmt: skip


def find_session(session: Session, token: str, now: datetime) -> KnownSession | None:
    """The live session of a cookie's token, or None."""
    row = session.execute(_KNOWN, {"fingerprint": tokens.fingerprint(token)}).one_or_none()
    if row is None:
        return None
    facts = SessionFacts(row.created_at, row.seen_at, row.revoked_at is not None, row.disabled_at is not None)
    if not is_session_good(facts, now):
        return None
    account = KnownAccount(
        row.user_id, row.role, row.name, row.email, row.language, row.totp_confirmed_at, row.passkey_count,
        bool(row.is_demanded),
    )  # fmt: skip
    return KnownSession(OpenSession(row.session_id, row.seen_at, row.second_factor_at, row.vendor_id), account)


def open_sessions(ctx: Context) -> Sequence[LoginSession]:
    """The browsers where the actor is signed in, the latest seen first."""
    authorize(ctx, Permission.ACCOUNT_SELF)
    return ctx.session.scalars(
        select(LoginSession)
        .where(
            LoginSession.user_id == ctx.actor.id,
            LoginSession.revoked_at.is_(None),
            LoginSession.seen_at >= ctx.now - timedelta(minutes=rules.IDLE_MINUTES),
            LoginSession.created_at >= ctx.now - timedelta(hours=rules.ABSOLUTE_HOURS),
        )
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
    ).all()


def me(ctx: Context) -> User:
    """The account of the actor; raises NotFound for the system."""
    user = ctx.session.get(User, ctx.actor.id) if ctx.actor.id is not None else None
    if user is None:
        raise NotFound()
    return user


class AccountState(StrEnum):
    """Where an account stands."""

    INVITED = "invite"
    """Waits for its invitation to be taken up."""
    OPEN = "ouvert"
    CLOSED = "ferme"


ACCOUNT_STATES = {
    AccountState.INVITED: N_("Invité"),
    AccountState.OPEN: N_("Ouvert"),
    AccountState.CLOSED: N_("Fermé"),
}


def state_of(user: User) -> AccountState:
    """Where an account stands."""
    if user.disabled_at is not None:
        return AccountState.CLOSED
    return AccountState.OPEN if user.has_come_in else AccountState.INVITED


@dataclass(frozen=True)
class Account:
    """A line of the list of accounts."""

    id: int
    name: str
    email: str
    role: Role
    state: AccountState
    has_second_factor: bool
    seen_at: datetime | None
    invitation_until: datetime | None
    """When the newest invitation not taken up ends, or ended."""
    is_waiting: bool
    """Whether an invitation still stands."""
    undelivered: Delivery | None
    """The newest message to it, when it did not arrive."""


@dataclass(frozen=True)
class AccountFilter:
    """What the list is narrowed to."""

    words: str = ""
    role: Role | None = None
    state: AccountState | None = None


def accounts(ctx: Context, wanted: AccountFilter, *, sort: str = "nom", page: int = 1) -> Page[Account]:
    """Accounts by name, address or last visit; as many statements whatever their number."""
    authorize(ctx, Permission.USER_MANAGE)
    order = _order(sort)
    found = page_of(
        ctx.session, select(User.id).where(*_conditions(wanted)).order_by(*order), page, size=ACCOUNTS_ON_PAGE
    )
    users = ctx.session.scalars(_listed_rows().where(User.id.in_(found.rows)).order_by(*order)).all()
    return found.showing(_accounts(ctx, users))


@cache
def _listed_rows() -> Select[User]:
    """What the list shows of an account."""
    return select(User).options(
        load_only(
            User.name, User.email, User.role, User.password_hash, User.provider_linked_at, User.opened_at,
            User.disabled_at, User.totp_confirmed_at, User.passkey_count, raiseload=True,
        )
    )  # fmt: skip


def _accounts(ctx: Context, users: Sequence[User]) -> list[Account]:
    seen, invited = _last_visits(ctx, users), _open_invitations(ctx, users)
    undelivered = last_refusals(ctx.session, [user.email for user in users])
    return [
        Account(
            user.id, user.name, user.email, user.role, state_of(user), second_factor.has_one(user),
            seen.get(user.id), invited.get(user.id),
            is_waiting=user.id in invited and invited[user.id] > ctx.now,
            undelivered=undelivered.get(user.email),
        )
        for user in users
    ]  # fmt: skip


def _conditions(wanted: AccountFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.words:
        where.append(
            or_(User.name.icontains(wanted.words, autoescape=True), User.email.icontains(wanted.words, autoescape=True))
        )
    if wanted.role is not None:
        where.append(User.role == wanted.role)
    states: dict[AccountState, ColumnElement[bool]] = {
        AccountState.INVITED: and_(User.disabled_at.is_(None), ~User.has_come_in),
        AccountState.OPEN: and_(User.disabled_at.is_(None), User.has_come_in),
        AccountState.CLOSED: User.disabled_at.is_not(None),
    }
    if wanted.state is not None:
        where.append(states[wanted.state])
    return where


def _order(sort: str) -> list[ColumnElement[Any]]:
    column = {"nom": User.name, "adresse": User.email, "depuis": User.created_at}.get(sort.removeprefix("-"), User.name)
    return [column.desc(), User.id.desc()] if sort.startswith("-") else [column.asc(), User.id.asc()]


def _last_visits(ctx: Context, users: Sequence[User]) -> dict[int, datetime]:
    rows = ctx.session.execute(
        select(LoginSession.user_id, func.max(LoginSession.seen_at))
        .where(LoginSession.user_id.in_([u.id for u in users]))
        .group_by(LoginSession.user_id)
    )
    return dict(rows.all())


def _open_invitations(ctx: Context, users: Sequence[User]) -> dict[int, datetime]:
    waiting = [u.id for u in users if state_of(u) is AccountState.INVITED]
    if not waiting:
        return {}
    rows = ctx.session.execute(
        select(OneTimeLink.user_id, func.max(OneTimeLink.expires_at))
        .where(
            OneTimeLink.user_id.in_(waiting),
            OneTimeLink.purpose == LinkPurpose.INVITATION,
            OneTimeLink.used_at.is_(None),
        )
        .group_by(OneTimeLink.user_id)
    )
    return dict(rows.all())


@dataclass(frozen=True)
class RoleDemand:
    """A role, what is demanded of it, and how many of its open accounts have a second factor."""

    role: Role
    coverage: Coverage
    since: datetime | None
    """Since when it is demanded by the setting; None when it is not."""
    is_fixed: bool
    """Whether it is demanded whatever the setting."""

    @property
    def is_demanded(self) -> bool:
        """Whether nobody of this role comes in without."""
        return self.is_fixed or self.since is not None


def second_factor_demands(ctx: Context) -> list[RoleDemand]:
    """Every role that people have, as the policy lists them; accounts not yet taken up, and closed ones, count not."""
    authorize(ctx, Permission.USER_MANAGE)
    has_one = or_(User.totp_confirmed_at.is_not(None), User.passkey_count > 0)
    counts = ctx.session.execute(
        select(User.role, func.count(), func.count().filter(has_one))
        .where(User.disabled_at.is_(None), User.has_come_in)
        .group_by(User.role)
    )
    held = {role: Coverage(having, total) for role, total, having in counts}
    since = {row.role: row.since for row in ctx.session.scalars(select(SecondFactorDemand))}
    return [
        RoleDemand(
            role, held.get(role, Coverage(0, 0)), since.get(role), second_factor.is_demanded_of(role, chosen=False)
        )
        for role in Role
        if role not in {Role.SYSTEM, Role.ANONYMOUS}
    ]


def users(ctx: Context) -> Sequence[User]:
    """Every account, by name; for a command, pages have `accounts`."""
    authorize(ctx, Permission.USER_MANAGE)
    return ctx.session.scalars(select(User).order_by(User.name, User.id)).all()


def by_address(ctx: Context, email: str) -> User | None:
    """The account of an address, or None."""
    authorize(ctx, Permission.USER_MANAGE)
    return ctx.session.scalar(select(User).where(User.email == rules.normal_address(email)))


def get_user(ctx: Context, user_id: int) -> User:
    """One account; raises NotFound."""
    authorize(ctx, Permission.USER_MANAGE)
    user = ctx.session.get(User, user_id)
    if user is None:
        raise NotFound()
    return user


def account(ctx: Context, user_id: int) -> Account:
    """One account as the list shows it; raises NotFound."""
    return _accounts(ctx, [get_user(ctx, user_id)])[0]


def staff(session: Session, *roles: Role) -> Sequence[User]:
    """Open accounts of some roles, for choosing an owner or an addressee."""
    return session.scalars(_STAFF, {"roles": roles}).all()


_STAFF = (
    select(User)
    .where(User.role.in_(bindparam("roles", expanding=True)), User.disabled_at.is_(None))
    .order_by(User.name)
)


def holders_of(ctx: Context, permission: Permission, row: Any) -> Iterator[User]:
    """The open accounts that hold a permission on this row, by name; the policy needs its vendor loaded."""
    for _, user in holders_of_each(ctx, permission, [row]):
        yield user


def holders_of_each(ctx: Context, permission: Permission, rows: Sequence[R]) -> Iterator[tuple[R, User]]:
    """Each row with each open account that holds a permission on it, in one statement whatever their number."""
    roles = [role for role, grants in GRANTS.items() if permission in grants and role is not Role.SYSTEM]
    people = staff(ctx.session, *roles) if rows else []
    for row in rows:
        for user in people:
            if policy.can(Actor(user.role, user.id), permission, row, today=ctx.today):
                yield row, user


def addresses_of_people(session: Session, words: str) -> Sequence[str]:
    """The addresses of the accounts whose name holds some words: the journal finds by them who acted."""
    named = select(User.email).where(User.name.icontains(words, autoescape=True)).order_by(User.id)
    return session.scalars(named.limit(MOST_NAMED)).all()


journal.PEOPLE.append(addresses_of_people)
