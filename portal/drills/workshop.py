"""What goes on beside the pages of a drill: its steps are looked at, and the work that it waits for is done.

No worker knows of a copy. What a page promises there is done by a thread of the process that served it, as far as the
work neither writes to anyone nor calls anything outside: messages and readings of mailboxes stay where they are.
"""

import threading
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import logs, process
from portal.core.clock import now
from portal.core.db import Database
from portal.drills import copies, progress, services
from portal.drills.models import Drill
from portal.drills.progress import DrawnLetter
from portal.drills.queries import steps_of
from portal.drills.rules import DrillState
from portal.jobs import execution
from portal.jobs.ledger import REGISTRY
from portal.jobs.models import Job, JobState

OUTSIDE = frozenset(
    {"authority.build", "contracts.print", "paper.print", "paper.check", "paper.read_copy", "dashboard.print"}
)
"""Work with files that is done; any other that leaves the database is not: a message, a page fetched, a seal timed."""
PATIENCE = 5.0
_threads: dict[int, threading.Thread] = {}
_guard = threading.Lock()
log = logs.get_logger()


def look(true: Database, number: int, at: datetime, by: str = "", drawn: DrawnLetter | None = None) -> None:
    """Note which steps stand reached; `at` is on the true clock. What cannot be noted now is noted by the next look."""
    try:
        with true.reading() as session:
            drill = session.get(Drill, number)
            if drill is None or drill.state is not DrillState.OPEN or not copies.is_there(true, number):
                return
            held = steps_of(Context(session, SYSTEM, at), number)
            session.expunge(drill)
        with copies.opened(true, number).reading() as session:
            there = Context(session, SYSTEM, at + drill.ahead)
            reached = progress.reached_steps(there, drill, held=held, drawn=drawn)
            mails = progress.mails_since(there, drill.marks)
        if reached != set(held) or mails != drill.mails:
            with true.waiting(PATIENCE).transaction() as session:
                services.note_steps(session, number, reached, at=at, by=by, mails=mails)
    except (SQLAlchemyError, OSError) as failure:  # ended meanwhile, or the database is busy
        log.warning("steps of a drill not noted", drill=number, error=type(failure).__name__)


def begin_work(true: Database, number: int, ahead: timedelta) -> None:
    """Have what waits in a copy done, unless this process is at it already."""
    with _guard:
        running = _threads.get(number)
        if running is None or not running.is_alive():
            thread = threading.Thread(target=_work, args=(true, number, ahead), name=f"exercice-{number}", daemon=True)
            _threads[number] = thread
            thread.start()


def wait_for_work(number: int, seconds: float | None = None) -> None:
    """Wait until what was begun in this process is done, or for so many seconds."""
    thread = _threads.get(number)
    if thread is not None:
        thread.join(seconds)


def _work(true: Database, number: int, ahead: timedelta) -> None:
    copy, worker = copies.opened(true, number), f"exercice-{number}"
    try:
        with process.working_with(copies.store(number)):
            execution.rescue(copy, at=now() + ahead)
            while (job_id := _next_job(copy, now() + ahead)) is not None:
                if execution.claim(copy, worker, at=now() + ahead, job_id=job_id) is not None:
                    execution.execute(copy, job_id, worker, clock=lambda: now() + ahead)
    except Exception as failure:  # the drill was ended meanwhile, or the disk is full: the pages say what waits
        log.warning("work of a drill stopped", drill=number, error=type(failure).__name__)
    look(true, number, now())


def _next_job(copy: Database, at: datetime) -> int | None:
    kinds = [kind for kind, one in REGISTRY.items() if not one.outside or kind in OUTSIDE]
    with copy.reading() as session:
        return session.scalar(
            select(Job.id)
            .where(Job.state == JobState.READY, Job.run_at <= at, Job.kind.in_(kinds))
            .order_by(Job.run_at, Job.id)
            .limit(1)
        )
