"""Whether the portal can really be used: each check by name, with a sentence when something is wrong.

Unknown is never well: a check that cannot be made says so.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.core import process, schema
from portal.core.config import Settings
from portal.core.dataclass import dataclass
from portal.core.db import Database
from portal.core.schema import SchemaState
from portal.jobs import clock_guard, heartbeats, queries, tick_failures
from portal.jobs.heartbeats import Pulse
from portal.jobs.models import JobState
from portal.journal.anchoring import anchor_file
from portal.journal.nightly_checks import CheckState, standing

MEBIBYTE = 1024 * 1024
_PULSES: Mapping[Pulse, str] = {
    Pulse.SILENT: "no worker has given a sign of life for 90 seconds",
    Pulse.FROM_THE_FUTURE: "the last sign of life is dated in the future, check the clocks",
}


@dataclass(frozen=True)
class Portal:
    """What is looked at, and when."""

    database: Database
    settings: Settings
    at: datetime


Check = Callable[[Portal], Iterator[str]]
CHECKS: dict[str, Check] = {}


def look(portal: Portal) -> dict[str, list[str]]:
    """What is wrong, by check; every check is there, with nothing when all is well."""
    found: dict[str, list[str]] = {}
    for name, check in CHECKS.items():
        try:
            found[name] = list(check(portal))
        except (SQLAlchemyError, OSError) as error:
            found[name] = [type(error).__name__]
    return found


def _check(name: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        CHECKS[name] = check
        return check

    return register


@_check("database")
def _database(portal: Portal) -> Iterator[str]:
    found = schema.state(portal.database)
    if found is not SchemaState.CURRENT:
        yield f"schema {found.value}, run flask database upgrade"


@_check("files")
def _files(_portal: Portal) -> Iterator[str]:
    if trouble := process.store().trouble():
        yield str(trouble)


@_check("antivirus")
def _antivirus(_portal: Portal) -> Iterator[str]:
    scanner = process.scanner()
    if scanner is not None and (trouble := scanner.trouble()):
        yield str(trouble)


@_check("disk")
def _disk(portal: Portal) -> Iterator[str]:
    free, least = free_bytes(portal.settings.data_dir) // MEBIBYTE, portal.settings.health.free_mb
    if free < least:
        yield f"{free} MB left on the disk of the data folder, {least} wanted"


@_check("jobs")
def _jobs(portal: Portal) -> Iterator[str]:
    with portal.database.reading() as session:
        pulse, leap = heartbeats.pulse(session, at=portal.at), clock_guard.leap(session)
        dead = queries.counts(session)[JobState.DEAD]
    if pulse is not Pulse.ALIVE:
        yield _PULSES[pulse]
    if leap is not None:
        yield (
            f"the clock leapt from {leap.last:%Y-%m-%d} to {leap.said:%Y-%m-%d}, nothing is started; "
            "see flask jobs clock"
        )
    if dead > portal.settings.health.dead_jobs:
        yield f"{dead} failed for good, see flask jobs list --state dead"


@_check("journal")
def _journal(portal: Portal) -> Iterator[str]:
    file = anchor_file()
    if file is not None and (trouble := file.trouble()):
        yield f"the anchor cannot be written ({trouble}): whatever writes an entry is refused"
    with portal.database.reading() as session:
        found = standing(session, portal.at)
    at = "" if found.check is None else f" of {found.check.at:%Y-%m-%d %H:%M}"
    if found.state is CheckState.FAILED:
        yield f"the verification{at} found: {', '.join(found.kinds)}; see flask journal verify"
    elif found.state is CheckState.OLD:
        yield f"the last verification is that{at}, it ought to run each night"
    elif found.state is CheckState.UNKNOWN:
        yield f"the last verification{at} is not of the journal as it is, see flask journal verify"


@_check("ticks")
def _ticks(portal: Portal) -> Iterator[str]:
    with portal.database.reading() as session:
        for row in tick_failures.failing(session):
            if row.failures > portal.settings.health.failed_ticks:
                yield f"{row.name} has failed {row.failures} times since {row.since:%Y-%m-%d %H:%M} ({row.error})"


@_check("mail")
def _mail(portal: Portal) -> Iterator[str]:
    with portal.database.reading() as session:
        waiting = waited(session, portal.at)
    if waiting > timedelta(minutes=portal.settings.health.mail_minutes):
        yield f"the oldest message has waited for {waiting.total_seconds() / 3600:.1f} h"


def waited(session: Session, at: datetime) -> timedelta:
    """How long the message that has waited longest has; no time when none waits."""
    since = queries.oldest_promised_mail(session)
    return timedelta(0) if since is None else max(at - since, timedelta(0))


def free_bytes(folder: Path) -> int:
    """Room on the disk of a folder, or of where it will be made."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free
