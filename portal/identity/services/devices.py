"""Browsers known to an account, by a signed cookie (OWASP, « Slow down online guessing attacks with device cookies »).

Failures from elsewhere do not close the door to the owner of an account, who has such a cookie. It is given once
somebody has fully signed in, bound to the address of that account, and lets in nobody: its only power is that its
failures are counted apart.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hmac import compare_digest

from portal.core import tokens
from portal.core.dataclass import dataclass
from portal.core.secret_keys import Secrets
from portal.identity import rules
from portal.identity.services import throttle

MOST_OFFERED = 10
"""Accounts of one browser whose cookies are read."""


@dataclass(frozen=True)
class DeviceCookie:
    """What a browser is given to keep."""

    name: str
    """One for each account, without saying which."""
    value: str


def device_cookie(secrets: Secrets, email: str, now: datetime, known_as: str | None = None) -> DeviceCookie:
    """The cookie of a browser for an account; one already known keeps its number, and its failures with it."""
    number, made = known_as or tokens.draw(), int(now.timestamp())
    name = throttle.keyed_hash(secrets, f"device-name:{rules.normal_address(email)}")[:16]
    return DeviceCookie(name, f"{made}.{number}.{_seal(secrets, email, made, number)}")


def known_as(secrets: Secrets, email: str, offered: Sequence[str]) -> str | None:
    """The number under which an account knows the browser that offers these cookies; None when it does not."""
    for value in offered[:MOST_OFFERED]:
        made, _, rest = value.partition(".")
        number, _, seal = rest.partition(".")
        if not (made.isascii() and made.isdecimal() and len(made) <= 12 and number and seal.isascii()):
            continue
        if compare_digest(seal, _seal(secrets, email, int(made), number)):
            return number
    return None


def is_recent(value: str, now: datetime) -> bool:
    """Whether a cookie says it was made of late; its seal covers what it says.

    >>> from datetime import UTC
    >>> day = datetime(2026, 11, 24, tzinfo=UTC)
    >>> is_recent(f"{int(day.timestamp())}.n.s", day), is_recent("0.n.s", day), is_recent("x", day)
    (True, False, False)
    """
    made = value.partition(".")[0]
    if not (made.isascii() and made.isdecimal() and len(made) <= 12):
        return False
    age = now.timestamp() - int(made)
    return -60 <= age <= timedelta(days=rules.DEVICE_DAYS).total_seconds()


def _seal(secrets: Secrets, email: str, made: int, number: str) -> str:
    return throttle.keyed_hash(secrets, f"device:{made}:{number}:{rules.normal_address(email)}")
