"""The mail server as the queue of mail sees it: while it is away the whole queue waits, and one message tries it.

One row says it, the same for all workers. Whoever wants a message asks `lets_through`; of those who ask once it is time
to try again, the first alone is let through (the others read an hour that has been moved on).
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.core import logs
from portal.core.dataclass import dataclass
from portal.jobs import back_off
from portal.jobs.models import RelayPause

_ONLY = 1
log = logs.get_logger()


@dataclass(frozen=True)
class RelayOutage:
    """Since when the mail server is away, when it is tried next, and what it says."""

    since: datetime
    next_try_at: datetime
    failures: int
    reason: str


def outage(session: Session) -> RelayOutage | None:
    """The outage under way, if there is one."""
    row = session.get(RelayPause, _ONLY, populate_existing=True)
    if row is None or row.away_since is None or row.next_try_at is None:
        return None
    return RelayOutage(row.away_since, row.next_try_at, row.failures, row.reason)


def lets_through(session: Session, at: datetime) -> bool:
    """Whether a message may be taken now; during an outage one is, each time it is due, to try the server."""
    row = session.execute(
        select(RelayPause.away_since, RelayPause.next_try_at, RelayPause.failures).where(RelayPause.id == _ONLY)
    ).one_or_none()
    if row is None or row.away_since is None:
        return True
    if not back_off.is_due(row.next_try_at, at, steps=back_off.RELAY_SECONDS):
        return False
    won = session.execute(
        update(RelayPause)
        .where(RelayPause.id == _ONLY, RelayPause.next_try_at == row.next_try_at)
        .values(next_try_at=_next(at, row.failures + 1))
        .returning(RelayPause.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return won is not None


def answered(session: Session) -> None:
    """Note that the server took or refused a message: it is there, and the queue moves on."""
    row = session.execute(
        update(RelayPause)
        .where(RelayPause.id == _ONLY, (RelayPause.failures > 0) | (RelayPause.delays > 0))
        .values(away_since=None, next_try_at=None, failures=0, delays=0, reason="")
        .returning(RelayPause.tried_at)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is not None:
        log.info("mail server answers")


def failed(session: Session, at: datetime, reason: str) -> RelayOutage:
    """Note that the server is away: the queue stops until the next try."""
    row = _row(session)
    row.failures += 1
    if row.away_since is None or row.away_since > at:  # later than now: written by a clock that was wrong
        row.away_since = at
        log.warning("mail server away", reason=reason)
    row.tried_at, row.next_try_at, row.reason = at, _next(at, row.failures), reason
    return RelayOutage(row.away_since, row.next_try_at, row.failures, reason)


def put_off(session: Session, at: datetime, reason: str) -> None:
    """Note that the server put a message off; several in a row, and it is the server that is away."""
    row = _row(session)
    row.delays += 1
    if row.delays >= back_off.DELAYS_BEFORE_PAUSE:
        failed(session, at, reason)


def try_now(session: Session) -> None:
    """Have the server tried at once: a person says that it is back."""
    session.execute(
        update(RelayPause)
        .where(RelayPause.id == _ONLY, RelayPause.away_since.is_not(None))
        .values(next_try_at=func.coalesce(RelayPause.tried_at, RelayPause.next_try_at))
        .execution_options(synchronize_session=False)
    )


def _row(session: Session) -> RelayPause:
    row = session.get(RelayPause, _ONLY, with_for_update=True, populate_existing=True)
    if row is None:
        row = RelayPause(id=_ONLY, away_since=None, tried_at=None, next_try_at=None, failures=0, delays=0, reason="")
        session.add(row)
        session.flush()
    return row


def _next(at: datetime, failures: int) -> datetime:
    return at + timedelta(seconds=back_off.wait(back_off.RELAY_SECONDS, failures))
