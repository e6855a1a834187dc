"""Counting failures per account and per address, in our own table, so that every process sees the same count."""

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.row_lock import hold_turn
from portal.core.secret_keys import Secrets
from portal.identity import rules
from portal.identity.models import SignInAttempt


@dataclass(frozen=True)
class Caller:
    """Where an attempt comes from."""

    address: str
    user_agent: str
    devices: tuple[str, ...] = ()
    """The cookies that its browser keeps of accounts it signed in to (`services.devices`), as sent."""


class Throttled(Refused):
    """Too many failures of late; status 429."""


@dataclass(frozen=True)
class ThrottleKey:
    """What failed attempts are counted under: the account and the address, as keyed hashes that name nobody."""

    account: str
    address: str
    is_known: bool = False
    """Whether the account knows this browser: `account` then stands for it in this browser alone."""


def throttle_key(
    secrets: Secrets, kind: str, account: object, caller: Caller, *, known_as: str | None = None
) -> ThrottleKey:
    """Key under which failed attempts are counted, per kind of secret: `password`, `code`, `forgotten`, `sign_in`.

    Those of a browser that the account knows (`devices.known_as`) are counted apart: failures from elsewhere do not
    close its door, and its own do not open another.
    """
    network = rules.network_of(caller.address)
    address = keyed_hash(secrets, f"{kind}:address:{network}")
    if known_as is None:
        return ThrottleKey(account_hash(secrets, kind, account), address)
    return ThrottleKey(account_hash(secrets, f"{kind}:device:{known_as}", account), address, is_known=True)


def account_hash(secrets: Secrets, kind: str, account: object) -> str:
    """The hash that an account's failed attempts at one kind of secret are counted under."""
    return keyed_hash(secrets, f"{kind}:account:{account}")


def keyed_hash(secrets: Secrets, value: str) -> str:
    """A hash that nobody without the portal's secret can compute."""
    return hmac.new(secrets.tokens.encode(), value.encode(), hashlib.sha256).hexdigest()


def check_throttle(ctx: Context, key: ThrottleKey) -> None:
    """Raise Throttled when this account or this address has failed too often of late; a known browser, when it has.

    On PostgreSQL, attempts on one account wait for one another until they commit: fired all at once they would each
    see no failure yet. SQLite has one writer anyway.
    """
    hold_turn(ctx.session, int(key.account[:15], 16))
    at_address = 0 if key.is_known else failures(ctx, SignInAttempt.address_hash == key.address)
    if rules.is_throttled(failures(ctx, SignInAttempt.account_hash == key.account), at_address):
        raise Throttled(N_("Trop de tentatives. Attendez un quart d'heure avant de recommencer."))


def count_in_advance(ctx: Context, key: ThrottleKey) -> int:
    """Count an attempt as failed before its secret is compared; returns the account's failures, this one included.

    The comparison is done with no transaction open: attempts fired all at once would each be let through if they were
    counted after it. A success clears what was counted. Raises Throttled.
    """
    check_throttle(ctx, key)
    return record_attempt(ctx, key, succeeded=False)


def record_attempt(ctx: Context, key: ThrottleKey, *, succeeded: bool) -> int:
    """Record an attempt; returns the account's failures. A success clears them, not those of others at the address."""
    if succeeded:
        clear_failures(ctx, key.account)
    ctx.session.add(SignInAttempt(at=ctx.now, account_hash=key.account, address_hash=key.address, succeeded=succeeded))
    ctx.session.flush()
    return failures(ctx, SignInAttempt.account_hash == key.account)


def clear_failures(ctx: Context, account: str) -> None:
    """Clear an account's failures at one kind of secret: its owner has proved who they are."""
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
