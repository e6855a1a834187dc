"""Counting failures per account and per address, in our own table, so that every process sees the same count."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select, text

from portal.authz.context import Context
from portal.core.config import Secrets
from portal.core.errors import Refused
from portal.core.language import N_
from portal.identity import rules
from portal.identity.models import SignInAttempt


@dataclass(frozen=True)
class Caller:
    """Where an attempt comes from."""

    address: str
    user_agent: str


class Throttled(Refused):
    """Too many failures of late; status 429."""


@dataclass(frozen=True)
class Door:
    """What is being tried, from where, as keyed hashes: the table tells nobody who tried what from where."""

    account: str
    address: str


def door(secrets: Secrets, kind: str, account: object, caller: Caller) -> Door:
    """The door of one kind of secret (`password`, `code`, `forgotten`); failures at one do not count at another."""
    network = rules.network_of(caller.address)
    return Door(account_mark(secrets, kind, account), keyed(secrets, f"{kind}:address:{network}"))


def account_mark(secrets: Secrets, kind: str, account: object) -> str:
    """What an account's failures at one kind of door are counted under."""
    return keyed(secrets, f"{kind}:account:{account}")


def keyed(secrets: Secrets, value: str) -> str:
    """A hash that nobody without the portal's secret can compute."""
    return hmac.new(secrets.tokens.encode(), value.encode(), hashlib.sha256).hexdigest()


def knock(ctx: Context, at: Door) -> None:
    """Let one attempt through, or raise Throttled.

    On PostgreSQL, attempts on one account wait for one another until they commit: fired all at once they would each
    see no failure yet. SQLite has one writer anyway.
    """
    if ctx.session.get_bind().dialect.name == "postgresql":
        ctx.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": int(at.account[:15], 16)})
    if rules.is_throttled(
        failures(ctx, SignInAttempt.account_hash == at.account), failures(ctx, SignInAttempt.address_hash == at.address)
    ):
        raise Throttled(N_("Trop de tentatives. Attendez un quart d'heure avant de recommencer."))


def note(ctx: Context, at: Door, *, succeeded: bool) -> int:
    """Count an attempt; returns the account's failures. A success forgets them, never those of the address's others."""
    if succeeded:
        forgive(ctx, at.account)
    ctx.session.add(SignInAttempt(at=ctx.now, account_hash=at.account, address_hash=at.address, succeeded=succeeded))
    ctx.session.flush()
    return failures(ctx, SignInAttempt.account_hash == at.account)


def forgive(ctx: Context, account: str) -> None:
    """Forget an account's failures at a door: its owner has proved who they are."""
    ctx.session.execute(delete(SignInAttempt).where(SignInAttempt.account_hash == account))


def failures(ctx: Context, whose: ColumnElement[bool]) -> int:
    """The failures of the last quarter of an hour."""
    since = ctx.now - timedelta(minutes=rules.THROTTLE_MINUTES)
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(whose, SignInAttempt.at > since, SignInAttempt.succeeded.is_(False))
        )
        or 0
    )
