"""The embedded carrier: a worker polls the ledger every second; mail in a lane of its own, all else in another.

One job at a time in each: a mail server that hangs delays no print, a print no mail.
"""

import threading
from collections.abc import Sequence

from portal.core.db import Database
from portal.jobs import execution, ledger, outages
from portal.jobs.outages import DatabaseWatch
from portal.jobs.stop_signals import stop_when_told

POLL_SECONDS = 1


def install() -> None:
    """Tell nobody of new jobs: the worker finds them in the ledger."""
    ledger.notify_nobody()


def prepare(_database: Database) -> None:
    """Create nothing: the ledger is the only table."""


def work(
    database: Database,
    worker: str,
    *,
    watch: DatabaseWatch,
    queues: Sequence[str],
    concurrency: int,
    lease_seconds: int | None,
    sweep_seconds: int,
) -> None:
    """Run what is due until SIGTERM or SIGINT; the jobs under way are finished."""
    stop = threading.Event()
    stop_when_told(stop)
    mail = start_mail_lane(database, worker, stop=stop, watch=watch, lease_seconds=lease_seconds)
    others = sorted(execution.queues_known() - set(ledger.MAIL_LANE))
    outages.serve(
        database, worker, others, stop=stop, watch=watch, poll_seconds=POLL_SECONDS, lease_seconds=lease_seconds
    )
    mail.join()
    execution.release_resources()


def start_mail_lane(
    database: Database, worker: str, *, stop: threading.Event, watch: DatabaseWatch, lease_seconds: int | None
) -> threading.Thread:
    """Serve the queue of mail in a thread of its own until `stop` is set."""
    thread = threading.Thread(
        target=outages.serve,
        args=(database, mail_lane(worker), list(ledger.MAIL_LANE)),
        kwargs={"stop": stop, "watch": watch, "poll_seconds": POLL_SECONDS, "lease_seconds": lease_seconds},
        name="mail",
    )
    thread.start()
    return thread


def mail_lane(worker: str) -> str:
    """The name under which a worker's lane of mail takes jobs."""
    return f"{worker[:74]}/mail"
