"""An outage of the database, as the loops of one worker live it: told once when it begins and once when it is over.

A worker outlives its database. Each of its loops tries again with longer and longer waits; whichever first reaches the
database renews the leases of the jobs that this worker still has in hand (none is given to another, none is done twice)
and has the outage journalled.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import logs
from portal.core.clock import now
from portal.core.dataclass import dataclass
from portal.core.db import Database, is_outage
from portal.jobs import back_off, execution

GRACE_SECONDS = 60
"""After an outage, how long other workers are left to come back before their silent jobs are taken over."""
log = logs.get_logger()


@dataclass(frozen=True)
class DatabaseOutage:
    """What the journal is told of."""

    worker: str
    since: datetime
    until: datetime
    error: str

    @property
    def journal_label(self) -> str:
        """For the journal: whose."""
        return self.worker

    @property
    def seconds(self) -> int:
        """How long it lasted."""
        return round((self.until - self.since).total_seconds())


ON_RETURN: list[Callable[[Context, DatabaseOutage], None]] = []
"""Told, in the first transaction after it, of an outage that is over."""


class DatabaseWatch:
    """What the loops of a worker know together of their database."""

    def __init__(self, database: Database, worker: str, lanes: Sequence[str], *, lease_seconds: int | None) -> None:
        self._database = database
        self._worker = worker
        self._lanes = lanes
        self._lease_seconds = lease_seconds
        self._guard = threading.Lock()
        self._since: datetime | None = None
        self._error = ""
        self._over_at: float | None = None

    @property
    def is_on(self) -> bool:
        """Whether the database was away when last asked."""
        return self._since is not None

    @property
    def is_settling(self) -> bool:
        """Whether an outage is on, or was a moment ago: who is silent now need not be dead."""
        return self.is_on or (self._over_at is not None and time.monotonic() < self._over_at + GRACE_SECONDS)

    def lost(self, error: BaseException, *, began: float) -> None:
        """Note that the database did not answer what was asked at `began`; the first to say so is the one who tells.

        What was asked before it came back tells nothing new.
        """
        with self._guard:
            if self._over_at is not None and began <= self._over_at:
                return
            asked_at = now() - timedelta(seconds=time.monotonic() - began)
            if self._since is not None:
                self._since = min(self._since, asked_at)
            else:
                self._since, self._error = asked_at, type(error).__name__
                log.error("database away", worker=self._worker, error=self._error)

    def returned(self) -> None:
        """Note that it answers, if it was away; raises when it does not after all."""
        with self._guard:
            if self._since is None:
                return
            over = DatabaseOutage(self._worker, self._since, now(), self._error)
            with self._database.transaction() as session:
                execution.renew_leases(session, self._lanes, self._lease_seconds)
                for tell in ON_RETURN:
                    tell(Context(session, SYSTEM, over.until), over)
            self._since, self._over_at = None, time.monotonic()
        facts = {"since": over.since.isoformat(), "until": over.until.isoformat(), "seconds": over.seconds}
        log.info("database back", worker=self._worker, **facts)

    def round(self, what: str, work: Callable[[], object]) -> None:
        """One round of a loop that is called again anyway; whatever goes wrong in it ends neither loop nor worker."""
        began = time.monotonic()
        try:
            self.returned()
            work()
        except Exception as error:  # the loop goes on
            self.failed(what, error, began=began)

    def failed(self, what: str, error: Exception, *, began: float) -> None:
        """Note what stopped a round: an outage is told once, anything else each time with its traceback."""
        if is_outage(error):
            self.lost(error, began=began)
        else:
            log.error("round failed", what=what, exc_info=error)


def serve(
    database: Database,
    lane: str,
    queues: Sequence[str],
    *,
    stop: threading.Event,
    watch: DatabaseWatch,
    poll_seconds: float,
    lease_seconds: int | None,
) -> None:
    """Run the jobs of some queues as they come due, one at a time, until told to stop; a job under way is finished."""
    failures = 0
    while not stop.is_set():
        began = time.monotonic()
        try:
            watch.returned()
            if failures:
                execution.hand_back(database, lane, at=now())
            ran = execution.drain(
                database, lane, limit=50, lease_seconds=lease_seconds, until=stop.is_set, queues=queues,
                rescuing=not watch.is_settling,
            )  # fmt: skip
            failures = 0
        except Exception as error:  # a worker outlives its database
            failures += 1
            watch.failed(lane, error, began=began)
            stop.wait(back_off.wait(back_off.DATABASE_SECONDS, failures))
            continue
        if not ran:
            stop.wait(poll_seconds)
