"""The carriers: what hands the ledger's jobs to workers, one per value of `VIGIE_TASKS`, each loaded by its name.

A carrier is a driver, as a database has one: `distributed` loads procrastinate, which no other process should pay for.
No carrier knows of this module nor of another carrier.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from portal.core.config import Tasks
from portal.core.db import Database
from portal.core.late import load
from portal.jobs.outages import DatabaseWatch

_MODULES: Mapping[Tasks, str] = {
    Tasks.EMBEDDED: "portal.jobs.embedded",
    Tasks.PROCRASTINATE: "portal.jobs.distributed",
}


class Carrier(Protocol):
    """What the module of a carrier offers."""

    def install(self) -> None:
        """Have this process tell the carrier of the jobs that it promises."""

    def prepare(self, database: Database, /) -> None:
        """Create the carrier's own tables, or bring them up to date."""

    def work(
        self,
        database: Database,
        worker: str,
        *,
        watch: DatabaseWatch,
        queues: Sequence[str],
        concurrency: int,
        lease_seconds: int | None,
        sweep_seconds: int,
    ) -> None:
        """Run jobs until SIGTERM or SIGINT; a job under way is finished."""


def carrier_of(tasks: Tasks) -> Carrier:
    """The carrier that the settings ask for."""
    return cast(Carrier, load(_MODULES[tasks]))
