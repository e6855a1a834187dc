"""Signed-in browsers: opened, renewed, seen, closed. The cookie holds a random token, the table its fingerprint."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, update

from portal.authz.context import Context
from portal.authz.policy import Actor
from portal.core import process, tokens
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.retention import kept_since
from portal.identity import rules
from portal.identity.models import LoginSession, OneTimeLink, SignInAttempt, SpentChallenge, User
from portal.identity.services.throttle import Caller
from portal.journal import services as journal


def as_user(ctx: Context, user: User) -> Context:
    """The same moment, acted by the account that has just proved who it is."""
    return replace(ctx, actor=Actor(user.role, user.id, user.name, user.email, user.language))


class EntryMeans(StrEnum):
    """What a person came in with."""

    PASSWORD = "password"  # noqa: S105 - a means
    PASSKEY = "passkey"
    PROVIDER = "provider"
    LINK = "link"


@dataclass(frozen=True)
class Entry:
    """How a person proved who they are; `is_strong` when that was with two factors."""

    means: EntryMeans = EntryMeans.PASSWORD
    is_strong: bool = False


BY_PASSWORD = Entry()


def open_session(
    ctx: Context, user: User, caller: Caller, vendor_id: int | None = None, entry: Entry = BY_PASSWORD
) -> str:
    """Remember a signed-in browser and the vendor it answers for; returns the token its cookie will hold."""
    token = tokens.draw()
    ctx.session.add(
        LoginSession(
            user_id=user.id, token_hash=tokens.fingerprint(token), created_at=ctx.now, seen_at=ctx.now,
            user_agent="".join(c for c in caller.user_agent if c.isprintable())[:200],
            network=rules.network_part(caller.address), vendor_id=vendor_id,
            second_factor_at=ctx.now if entry.is_strong else None,
        )
    )  # fmt: skip
    ctx.session.flush()
    by = None if entry.means is EntryMeans.PASSWORD else {"entry": entry.means}
    journal.record(as_user(ctx, user), "session.opened", user, after=by)
    return token


def renew_session(ctx: Context, session_id: int) -> str:
    """Note that a browser has shown its second factor and change its token: the weaker one opens nothing more."""
    row = ctx.session.get_one(LoginSession, session_id)
    token = tokens.draw()
    row.token_hash, row.second_factor_at = tokens.fingerprint(token), ctx.now
    ctx.session.flush()
    return token


def is_proved(ctx: Context, session_id: int, proved_at: datetime | None) -> bool:
    """Whether the person of a browser has proved who they are of late: on coming in, with a code, or since."""
    row = ctx.session.get_one(LoginSession, session_id)
    last = max(at for at in (row.created_at, row.second_factor_at, proved_at) if at is not None)
    return ctx.now - last <= timedelta(minutes=rules.PROOF_MINUTES)


def touch_session(ctx: Context, session_id: int) -> None:
    """Note that a session is in use; at most once a minute, by the caller's care."""
    ctx.session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=ctx.now))


def choose_vendor(ctx: Context, session_id: int, vendor_id: int) -> None:
    """Note the vendor that a browser answers for from now on; the caller has checked that its account may."""
    row = ctx.session.get_one(LoginSession, session_id)
    if row.vendor_id != vendor_id:
        row.vendor_id = vendor_id
        journal.record(ctx, "session.vendor_chosen", ctx.session.get_one(User, row.user_id), vendor_id=vendor_id)


def close_session(ctx: Context, session_id: int) -> None:
    """Sign this browser out."""
    row = ctx.session.get(LoginSession, session_id)
    if row is not None and row.revoked_at is None:
        row.revoked_at = ctx.now
        journal.record(ctx, "session.closed", ctx.session.get_one(User, row.user_id))


def end_session(ctx: Context, user: User, session_id: int) -> None:
    """End one session of an account; raises NotFound for one that is not its own, or is over."""
    row = ctx.session.get(LoginSession, session_id)
    if row is None or row.user_id != user.id or row.revoked_at is not None:
        raise NotFound()
    row.revoked_at = ctx.now
    journal.record(ctx, "session.ended", user)


def sign_out_everywhere(ctx: Context, user: User, *, but: int | None = None) -> int:
    """End every session of an account, except one when it is named; returns how many were open."""
    ended = ctx.session.scalars(
        update(LoginSession)
        .where(LoginSession.user_id == user.id, LoginSession.revoked_at.is_(None), LoginSession.id != (but or 0))
        .values(revoked_at=ctx.now)
        .returning(LoginSession.id)
    ).all()
    if ended:
        journal.record(ctx, "session.all_closed", user, after={"sessions": len(ended)})
    return len(ended)


def erase_expired(ctx: Context) -> None:
    """Erase what has served (RGPD art. 5(1)(e)): attempts, sessions and links, each after its duration."""
    told = process.settings().retention
    over = kept_since("sign_in.sessions", ctx.now, told) - timedelta(hours=rules.ABSOLUTE_HOURS)
    for statement in (
        delete(SpentChallenge).where(SpentChallenge.at < kept_since("sign_in.attempts", ctx.now, told)),
        delete(SignInAttempt).where(SignInAttempt.at < kept_since("sign_in.attempts", ctx.now, told)),
        delete(LoginSession).where(LoginSession.created_at < over),
        delete(OneTimeLink).where(OneTimeLink.expires_at < kept_since("sign_in.links", ctx.now, told)),
    ):
        ctx.session.execute(statement)
