"""`python -m portal.worker`: the ticks of the schedule and the jobs of the ledger, until told to stop."""

import os
import signal
import socket
import threading
from types import FrameType

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from portal.app import create_app
from portal.core.clock import now
from portal.core.config import Settings, Tasks
from portal.core.db import Database
from portal.jobs import carriers, schedule

log = structlog.get_logger()


def main() -> None:
    """Run until SIGTERM or SIGINT; a job under way is finished first."""
    settings = Settings.from_env()
    app = create_app(settings)
    database: Database = app.extensions["vigie.database"]
    name = f"{socket.gethostname()}:{os.getpid()}"[:80]
    stop = threading.Event()

    def ask_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_stop)
    signal.signal(signal.SIGINT, ask_stop)
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        lambda: carriers.beat(database, name, settings.tasks.value, at=now()),
        "interval",
        seconds=15,
        next_run_time=now(),
    )
    scheduler.add_job(
        lambda: schedule.tick(database, at=now()),
        "interval",
        seconds=20,
        next_run_time=now(),
        max_instances=1,
        coalesce=True,
    )
    scheduler.start()
    log.info("worker started", worker=name, carrier=settings.tasks.value)
    while not stop.is_set():
        if settings.tasks is Tasks.EMBEDDED and carriers.drain(database, name, limit=50):
            continue
        stop.wait(1)
    scheduler.shutdown(wait=True)
    log.info("worker stopped", worker=name)


if __name__ == "__main__":
    main()
