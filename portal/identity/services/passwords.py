"""Passwords: judged, kept as Argon2id hashes, compared in the same time whether or not the account exists.

Hashing takes a quarter of a second and nothing of the database: who hashes has let go of it first (`Release`), for on
SQLite nobody else could write meanwhile.
"""

from collections.abc import Callable
from functools import lru_cache
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from portal.authz.context import Context
from portal.core import process, tokens
from portal.core.errors import Refused
from portal.identity import password_strength, rules
from portal.identity.models import User
from portal.journal import services as journal

Release = Callable[[], None]
"""Commits what was written so far and lets go of the database: given by the edge that owns the transaction."""


class WrongPassword(Refused):
    """The present password was not the right one; the attempt counts."""


_ONE_AT_A_TIME = Lock()
"""Held while this process hashes: four people signing in at once would take every processor, and 64 MiB each."""


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    """A hash to verify against when there is none, so that both answers take the same time."""
    return _hasher().hash(tokens.draw())


def hash_password(password: str) -> str:
    """Argon2id, with the library's current parameters."""
    with _ONE_AT_A_TIME:
        return _hasher().hash(rules.normal_password(password))


def is_correct(stored: str | None, password: str) -> bool:
    """Whether a password is the one of a stored hash; takes as long when there is no hash."""
    typed = rules.normal_password(password[: rules.PASSWORD_MAXIMUM + 1])
    try:
        with _ONE_AT_A_TIME:
            same = _hasher().verify(stored or _dummy_hash(), typed)
    except (VerificationError, InvalidHashError):
        return False
    return same and stored is not None and len(typed) <= rules.PASSWORD_MAXIMUM


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def check(password: str, user: User) -> None:
    """Raise Refused, with the reason, when an account may not take this password."""
    check_password_for(password, user.email, user.name)


def check_password_for(password: str, *own: str) -> None:
    """Raise Refused, with the reason, when who is known by these texts (name, address…) may not take this password."""
    problem = password_strength.problem_of(password, own=(*own, process.settings().organisation))
    if problem is not None:
        raise Refused(problem)


def new_hash(password: str, user: User) -> str:
    """The hash of a password that this account may take, else Refused; to be made with no transaction open."""
    check(password, user)
    return hash_password(password)


def set_password(ctx: Context, user: User, hashed: str) -> None:
    """Give an account the password of a hash."""
    user.password_hash = hashed
    journal.record(ctx, "user.password_changed", user)


def held_account(ctx: Context, user_id: int, stored: str | None) -> User | None:
    """An account read again, kept to this transaction, if its password is still the one that was compared.

    None when, in the meantime, it was closed or its password changed.
    """
    user = ctx.session.scalar(
        select(User).where(User.id == user_id).with_for_update().execution_options(populate_existing=True)
    )
    return user if user is not None and user.disabled_at is None and user.password_hash == stored else None
