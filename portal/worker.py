"""`python -m portal.worker`: the ticks of the schedule and the jobs of the ledger, until told to stop."""

import argparse
import logging
import os
import socket
import sys
from collections.abc import Sequence

from apscheduler.schedulers.background import BackgroundScheduler

from portal.app import create_app
from portal.core import logs, schema
from portal.core.clock import machine_instant, now
from portal.core.config import Settings, Tasks
from portal.core.dangers import refuse_dangers
from portal.core.db import Database
from portal.core.errors import ConfigurationError
from portal.core.schema import SchemaState
from portal.jobs import carriers, clock_guard, embedded, heartbeats, schedule
from portal.jobs.clock_guard import RunningWorker
from portal.jobs.outages import DatabaseWatch

log = logs.get_logger()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until SIGTERM or SIGINT; a job under way is finished first."""
    options = _options(arguments)
    try:
        settings = Settings.from_env()
        refuse_dangers(settings)
    except ConfigurationError as refusal:
        sys.exit(str(refusal))
    database: Database = create_app(settings).extensions["vigie.database"]
    if schema.state(database) is not SchemaState.CURRENT:
        sys.exit("La base n'est pas à jour. Lancez : flask database upgrade")
    if settings.clock_ahead is not None:
        # Whoever moved the clock has looked at it: the schedule is not held by the leap.
        with database.transaction() as session:
            clock_guard.believe(session, now())
    if not settings.signing_name:
        log.warning("organisation without a name: set VIGIE_ORGANISATION", shown=settings.organisation)
    name = f"{socket.gethostname()}:{os.getpid()}"[:80]
    lanes = [name, embedded.mail_lane(name)]
    watch = DatabaseWatch(database, name, lanes, lease_seconds=options.lease)
    scheduler = _scheduler(database, name, settings.tasks, options.tick, watch)
    scheduler.start()
    log.info("worker started", worker=name, carrier=settings.tasks.value)
    carriers.carrier_of(settings.tasks).work(
        database,
        name,
        watch=watch,
        queues=options.queues.split(","),
        concurrency=options.concurrency,
        lease_seconds=options.lease,
        sweep_seconds=options.sweep,
    )
    scheduler.shutdown(wait=True)
    log.info("worker stopped", worker=name)


def _scheduler(
    database: Database, name: str, tasks: Tasks, tick_seconds: float, watch: DatabaseWatch
) -> BackgroundScheduler:
    # Rounds that are still waiting for a database that is away are not worth a line each.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def beat() -> None:
        watch.round("heartbeat", lambda: heartbeats.beat(database, name, tasks.value, at=now()))

    running = RunningWorker()

    def tick() -> None:
        watch.round("schedule", lambda: schedule.tick(database, at=now(), worker=running))

    scheduler = BackgroundScheduler(timezone="UTC")
    for function, seconds in ((beat, 15.0), (tick, tick_seconds)):
        scheduler.add_job(
            function, "interval", seconds=seconds, next_run_time=machine_instant(now()), max_instances=1, coalesce=True,
            misfire_grace_time=None,
        )  # fmt: skip
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
