"""The embedded carrier: a worker polls the ledger every second and runs one job at a time."""

import signal
import threading
from collections.abc import Sequence
from types import FrameType

from portal.core.db import Database
from portal.jobs import execution, ledger

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
    queues: Sequence[str],
    concurrency: int,
    lease_seconds: int | None,
    sweep_seconds: int,
) -> None:
    """Run what is due until SIGTERM or SIGINT; a job under way is finished."""
    stop = threading.Event()

    def ask_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_stop)
    signal.signal(signal.SIGINT, ask_stop)
    while not stop.is_set():
        if not execution.drain(database, worker, limit=50, lease_seconds=lease_seconds, until=stop.is_set):
            stop.wait(POLL_SECONDS)
    execution.release_resources()
