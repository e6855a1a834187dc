"""How long to wait before trying again: longer each time up to a most, and never all at the same instant. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import SystemRandom

MAIL_DAYS = timedelta(days=5)
"""How long a message is tried for, as mail servers do among themselves (RFC 5321 § 4.5.4.1: at least 4 to 5 days)."""
LEAST_TRIES = 5
"""Nothing is given up on fewer tries, however old: a portal that was switched off for a week has not tried."""
RELAY_SECONDS = (30, 60, 120, 240, 480, 900)
"""Between two tries of a mail server that is away."""
MESSAGE_SECONDS = (300, 900, 1800, 3600, 7200, 14400)
"""Between two tries of one message that a server asks to see again later."""
DATABASE_SECONDS = (0.5, 1, 2, 5, 10)
"""Between two tries of a database that is away."""
DELAYS_BEFORE_PAUSE = 5
"""Messages in a row put off by the server before it is the server that is believed to be away."""
SHARE = 0.25
"""How much of a wait is left to chance, so that several workers do not knock together."""

_chance = SystemRandom()


def wait(steps: tuple[float, ...], failures: int, *, chance: Callable[[], float] = _chance.random) -> float:
    """Seconds to wait after so many failures in a row, from 1.

    >>> [wait((10, 60), n, chance=lambda: 0) for n in (1, 2, 3)], wait((10, 60), 9, chance=lambda: 1)
    ([10.0, 60.0, 60.0], 75.0)
    """
    longest = steps[min(max(failures, 1), len(steps)) - 1]
    return longest * (1 + SHARE * chance())


def is_due(next_try_at: datetime | None, at: datetime, *, steps: tuple[float, ...]) -> bool:
    """Whether to try again; an hour further off than any wait was written by a clock that was wrong, and holds nobody.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 1, 4, 12, tzinfo=UTC)
    >>> [is_due(noon + timedelta(seconds=s), noon, steps=(10, 60)) for s in (-1, 0, 70, 80)]
    [True, True, False, True]
    """
    if next_try_at is None or next_try_at <= at:
        return True
    return next_try_at > at + timedelta(seconds=steps[-1] * (1 + SHARE))


def is_over(promised_at: datetime, tries: int, at: datetime) -> bool:
    """Whether a message has been tried for long enough to be given up."""
    return tries >= LEAST_TRIES and at >= promised_at + MAIL_DAYS
