"""Accounts for tests: valid by default, signed in without the sign-in page."""

import itertools

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.authz.policy import ROLE_NAMES, Role
from portal.core import tokens
from portal.core.clock import now
from portal.core.language import Language
from portal.identity.models import LoginSession, User

_numbers = itertools.count(1)


def user_of(session: Session, role: Role, **facts: object) -> User:
    """A fresh open account of a role."""
    n = next(_numbers)
    values: dict[str, object] = {
        "email": f"{role.value}{n}@exemple.test", "name": f"{ROLE_NAMES[role]} {n}", "role": role,
        "language": Language.FR,
        "created_at": now(), "recovery_hashes": [],
        # An administrator must have a second factor; tests of pages start behind it.
        "totp_sealed": "x" if role is Role.ADMIN else None, "totp_confirmed_at": now() if role is Role.ADMIN else None,
    }  # fmt: skip
    user = User(**{**values, **facts})
    session.add(user)
    session.flush()
    return user


def token_for(session: Session, user: User) -> str:
    """A live session for an account; returns the cookie's token."""
    token = tokens.draw()
    session.add(
        LoginSession(
            user_id=user.id,
            token_hash=tokens.fingerprint(token),
            created_at=now(),
            seen_at=now(),
            second_factor_at=now(),
            user_agent="test",
        )
    )
    session.flush()
    return token


def any_user(session: Session, role: Role) -> User | None:
    """Some account of a role."""
    return session.scalars(select(User).where(User.role == role)).first()
