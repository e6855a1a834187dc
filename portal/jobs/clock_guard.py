"""Whether the clock of the machine is to be believed: one that leaps starts nothing until a person has looked.

A clock three years ahead would start three years of waves and remind everybody of what they owe in three years. Each
tick of the schedule leaves its instant; the next one, if it is days from it, waits. So does a portal that was switched
off for as long: nothing but a person can tell the two apart. A worker that has run since its last tick can: it knows
how long that was from a counter that no clock sets, and believes no day more than that.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from portal.core import logs
from portal.core.dataclass import dataclass
from portal.core.insertions import insertion
from portal.jobs.models import ClockMark, Job, JobState

LEAP = timedelta(days=7)
"""From a tick to the next, the longest that is believed; in a week no rhythm misses more than one run."""
ASTRAY = timedelta(days=1)
"""How far in the future something is that only a wrong clock can have written."""
_ONLY = 1
log = logs.get_logger()


def running_seconds() -> float:
    """Seconds since this machine started, those it slept included: setting its clock changes nothing to them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class RunningWorker:
    """What a worker knows of the time by itself: its last tick that was believed, and how long it has run since."""

    def __init__(self, running: Callable[[], float] = running_seconds) -> None:
        self._running = running
        self._held: tuple[datetime, float] | None = None

    def expected(self) -> datetime | None:
        """What time it should be; unknown before a first tick."""
        if self._held is None:
            return None
        at, running = self._held
        return at + timedelta(seconds=self._running() - running)

    def ticked(self, at: datetime) -> None:
        """Start again from a tick that was believed."""
        self._held = at, self._running()


@dataclass(frozen=True)
class ClockLeap:
    """What the clock said, and the instant of the last tick that was believed."""

    said: datetime
    last: datetime

    @property
    def journal_label(self) -> str:
        """For the journal: from when to when."""
        return f"{self.last:%Y-%m-%d %H:%M} → {self.said:%Y-%m-%d %H:%M}"


def look(session: Session, at: datetime, expected: datetime | None = None) -> tuple[bool, ClockLeap | None]:
    """Whether a tick may run at that instant, and the leap to tell of the first time it may not.

    `expected` is what time it should be, for a worker that has run since its last tick (`RunningWorker`). A clock put
    right after that tick, or that a person has accepted since, agrees with the last tick of all.
    """
    row = _held(session, at)
    last, known = row.at, row.refused_at is not None
    if abs(at - last) > LEAP or (expected is not None and _is_ahead(at, last, expected)):
        row.refused_at = at
        return False, None if known else ClockLeap(at, last)
    if at < last or known:
        bring_back(session, at)
    row.at, row.refused_at = at, None
    return True, None


def _is_ahead(at: datetime, last: datetime, expected: datetime) -> bool:
    return at - expected > ASTRAY and at - last > ASTRAY


def leap(session: Session) -> ClockLeap | None:
    """The leap that holds the schedule, if one does."""
    row = session.get(ClockMark, _ONLY, populate_existing=True)
    return None if row is None or row.refused_at is None else ClockLeap(row.refused_at, row.at)


def accept(session: Session, at: datetime) -> ClockLeap | None:
    """Believe the clock: a person says that it is right; returns the leap that was held, if one was."""
    held = leap(session)
    if held is not None:
        bring_back(session, at)
        believe(session, at)
    return held


def believe(session: Session, at: datetime) -> None:
    """Take this instant for the last tick, in a portal that somebody has just filled with older work."""
    row = _held(session, at)
    row.at, row.refused_at = at, None


def bring_back(session: Session, at: datetime) -> int:
    """Make due what a clock that was ahead had put off to its own days; returns how many jobs."""
    late = or_(Job.created_at > at + ASTRAY, Job.last_error.is_not(None))
    rows = session.execute(
        update(Job)
        .where(Job.state == JobState.READY, Job.run_at > at + ASTRAY, late)
        .values(run_at=at)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    if rows:
        log.warning("jobs brought back from a clock ahead", count=len(rows))
    return len(rows)


def _held(session: Session, at: datetime) -> ClockMark:
    """The one row, held until this transaction ends; of several first ticks at once, one writes it."""
    row = session.get(ClockMark, _ONLY, with_for_update=True, populate_existing=True)
    if row is None:
        made_last = session.scalar(select(Job.created_at).order_by(Job.id.desc()).limit(1))
        first = insertion(session, ClockMark).values(id=_ONLY, at=made_last or at)
        session.execute(first.on_conflict_do_nothing(index_elements=["id"]))
        row = session.get_one(ClockMark, _ONLY, with_for_update=True, populate_existing=True)
    return row
