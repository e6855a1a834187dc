"""`python -m portal.worker`: the ticks of the schedule and the jobs of the ledger, until told to stop."""

import argparse
import os
import socket
import sys
from collections.abc import Sequence

from apscheduler.schedulers.background import BackgroundScheduler

from portal.app import create_app
from portal.core import logs, schema
from portal.core.clock import now
from portal.core.config import Settings, Tasks
from portal.core.db import Database
from portal.core.schema import SchemaState
from portal.jobs import carriers, heartbeats, schedule

log = logs.get_logger()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until SIGTERM or SIGINT; a job under way is finished first."""
    options = _options(arguments)
    settings = Settings.from_env()
    database: Database = create_app(settings).extensions["vigie.database"]
    if schema.state(database) is not SchemaState.CURRENT:
        sys.exit("La base n'est pas à jour. Lancez : flask database upgrade")
    if not settings.signing_name:
        log.warning("organisation without a name: set VIGIE_ORGANISATION", shown=settings.organisation)
    name = f"{socket.gethostname()}:{os.getpid()}"[:80]
    scheduler = _scheduler(database, name, settings.tasks, options.tick)
    scheduler.start()
    log.info("worker started", worker=name, carrier=settings.tasks.value)
    carriers.carrier_of(settings.tasks).work(
        database,
        name,
        queues=options.queues.split(","),
        concurrency=options.concurrency,
        lease_seconds=options.lease,
        sweep_seconds=options.sweep,
    )
    scheduler.shutdown(wait=True)
    log.info("worker stopped", worker=name)


def _scheduler(database: Database, name: str, tasks: Tasks, tick_seconds: float) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        lambda: heartbeats.beat(database, name, tasks.value, at=now()), "interval", seconds=15, next_run_time=now()
    )
    scheduler.add_job(
        lambda: schedule.tick(database, at=now()),
        "interval",
        seconds=tick_seconds,
        next_run_time=now(),
        max_instances=1,
        coalesce=True,
    )
    return scheduler


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m portal.worker", description=__doc__)
    parser.add_argument("--tick", type=float, default=20, metavar="SECONDS", help="between two looks at what is due")
    parser.add_argument("--lease", type=int, default=None, metavar="SECONDS", help="silence after which a job is lost")
    distributed = parser.add_argument_group("with VIGIE_TASKS=procrastinate")
    distributed.add_argument("--queues", default="mail,pdf,default", help="those this worker serves")
    distributed.add_argument("--concurrency", type=int, default=1, help="jobs at once; keep 1 for pdf")
    distributed.add_argument("--sweep", type=int, default=30, metavar="SECONDS", help="between two sweeps for the dead")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
