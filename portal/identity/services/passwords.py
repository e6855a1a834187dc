"""Passwords: judged, kept as Argon2id hashes, compared in the same time whether or not the account exists."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.authz.context import Context
from portal.core import tokens
from portal.core.errors import Refused
from portal.identity import rules
from portal.identity.models import User
from portal.journal import services as journal


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    """A hash to verify against when there is none, so that both answers take the same time."""
    return _hasher().hash(tokens.draw())


def hash_password(password: str) -> str:
    """Argon2id, with the library's current parameters."""
    return _hasher().hash(rules.normal_password(password))


def is_correct(stored: str | None, password: str) -> bool:
    """Whether a password is the one of a stored hash; takes as long when there is no hash."""
    typed = rules.normal_password(password[: rules.PASSWORD_MAXIMUM + 1])
    try:
        same = _hasher().verify(stored or _dummy_hash(), typed)
    except (VerificationError, InvalidHashError):
        return False
    return same and stored is not None and len(typed) <= rules.PASSWORD_MAXIMUM


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def check(password: str, user: User) -> None:
    """Raise Refused, with the reason, when an account may not take this password."""
    problem = rules.password_problem(password, email=user.email, name=user.name)
    if problem is not None:
        raise Refused(problem)


def set_password(ctx: Context, user: User, password: str) -> None:
    """Give an account a password; raises Refused when it is too weak."""
    check(password, user)
    user.password_hash = hash_password(password)
    journal.record(ctx, "user.password_changed", user)
