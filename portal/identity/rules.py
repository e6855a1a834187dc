"""Limits of identity: sessions, links, throttle, passwords. Durations in the unit of each name."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.core.language import Sentence, say

IDLE_MINUTES = 60
ABSOLUTE_HOURS = 12
INVITATION_DAYS = 14
RESET_MINUTES = 60
PASSWORD_MINIMUM = 12
PASSWORD_MAXIMUM = 200
THROTTLE_MINUTES = 15
FAILURES_PER_ACCOUNT = 5
FAILURES_PER_ADDRESS = 30


@dataclass(frozen=True)
class SessionFacts:
    """What decides whether a signed-in browser still is."""

    created_at: datetime
    seen_at: datetime
    revoked: bool
    disabled: bool


def is_session_good(facts: SessionFacts, now: datetime) -> bool:
    """Whether a session stands: not revoked, not idle for an hour, not older than twelve.

    >>> from datetime import UTC
    >>> start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    >>> is_session_good(SessionFacts(start, start, False, False), start + timedelta(minutes=59))
    True
    >>> is_session_good(SessionFacts(start, start, False, False), start + timedelta(minutes=61))
    False
    """
    if facts.revoked or facts.disabled:
        return False
    idle = now - facts.seen_at > timedelta(minutes=IDLE_MINUTES)
    return not idle and now - facts.created_at <= timedelta(hours=ABSOLUTE_HOURS)


def password_problem(password: str, *, email: str = "", name: str = "") -> Sentence | None:
    """Why a password is refused, or None: length first (CNIL recommandation 2022-100), then the obvious.

    >>> password_problem("correct horse battery") is None
    True
    """
    if len(password) < PASSWORD_MINIMUM:
        return say("Choisissez un mot de passe d'au moins %(n)s caractères : une phrase convient.", n=PASSWORD_MINIMUM)
    if len(password) > PASSWORD_MAXIMUM:
        return say("Ce mot de passe dépasse %(n)s caractères.", n=PASSWORD_MAXIMUM)
    folded = password.casefold()
    obvious = [part for part in (email.partition("@")[0].casefold(), *name.casefold().split()) if len(part) > 3]
    if any(part in folded for part in obvious):
        return say("Ce mot de passe contient votre nom ou votre adresse : choisissez-en un autre.")
    if len(set(folded)) < 5:
        return say("Ce mot de passe répète toujours les mêmes caractères : choisissez-en un autre.")
    return None


def is_throttled(account_failures: int, address_failures: int) -> bool:
    """Whether the next attempt must wait, given the failures of the last quarter of an hour.

    >>> is_throttled(4, 4), is_throttled(5, 5), is_throttled(0, 30)
    (False, True, True)
    """
    return account_failures >= FAILURES_PER_ACCOUNT or address_failures >= FAILURES_PER_ADDRESS
