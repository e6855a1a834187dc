"""Whether the portal can really be used: each check by name, with a sentence when something is wrong.

Unknown is never well: a check that cannot be made says so. Sentences are French, as the commands that repeat them are.
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
from portal.core.language import number_of
from portal.core.schema import SchemaState
from portal.jobs import clock_guard, heartbeats, queries, tick_failures
from portal.jobs.heartbeats import Pulse
from portal.jobs.models import JobState
from portal.journal.anchoring import anchor_file
from portal.journal.nightly_checks import CheckState, standing

MEBIBYTE = 1024 * 1024
_SCHEMAS: Mapping[SchemaState, str] = {
    SchemaState.EMPTY: "les tables n'y sont pas",
    SchemaState.OLDER: "les tables sont d'une version plus ancienne",
    SchemaState.UNKNOWN: "les tables sont d'une version plus récente ou d'une autre application",
}
_PULSES: Mapping[Pulse, str] = {
    Pulse.SILENT: "aucun exécutant n'a donné signe de vie depuis 90 secondes",
    Pulse.FROM_THE_FUTURE: "le dernier signe de vie est daté du futur : vérifiez les horloges",
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
        yield f"{_SCHEMAS[found]} ; flask database upgrade"


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
        yield f"il reste {free} Mo sur le disque des données, il en faut {least}"


@_check("jobs")
def _jobs(portal: Portal) -> Iterator[str]:
    with portal.database.reading() as session:
        pulse, leap = heartbeats.pulse(session, at=portal.at), clock_guard.leap(session)
        dead = queries.counts(session)[JobState.DEAD]
    if pulse is not Pulse.ALIVE:
        yield _PULSES[pulse]
    if leap is not None:
        yield (
            f"l'horloge a sauté du {leap.last:%Y-%m-%d} au {leap.said:%Y-%m-%d}, rien n'est lancé ; "
            "voyez flask jobs clock"
        )
    if dead > portal.settings.health.dead_jobs:
        given_up = number_of(dead, "tâche a échoué", "tâches ont échoué")
        yield f"{given_up} pour de bon ; voyez flask jobs list --state dead"


@_check("journal")
def _journal(portal: Portal) -> Iterator[str]:
    file = anchor_file()
    if file is not None and (trouble := file.trouble()):
        yield f"l'ancre ne peut pas être écrite ({trouble}) : tout ce qui écrit au journal est refusé"
    with portal.database.reading() as session:
        found = standing(session, portal.at)
    at = "" if found.check is None else f" du {found.check.at:%Y-%m-%d %H:%M} (UTC)"
    if found.state is CheckState.FAILED:
        yield f"la vérification{at} a trouvé : {', '.join(found.kinds)} ; voyez flask journal verify"
    elif found.state is CheckState.OLD:
        yield f"la dernière vérification est celle{at}, elle devrait passer chaque nuit"
    elif found.state is CheckState.UNKNOWN:
        yield f"la dernière vérification{at} n'est pas celle de ce journal ; voyez flask journal verify"


@_check("ticks")
def _ticks(portal: Portal) -> Iterator[str]:
    with portal.database.reading() as session:
        for row in tick_failures.failing(session):
            if row.failures > portal.settings.health.failed_ticks:
                yield f"{row.name} a échoué {row.failures} fois depuis le {row.since:%Y-%m-%d %H:%M} UTC ({row.error})"


@_check("mail")
def _mail(portal: Portal) -> Iterator[str]:
    with portal.database.reading() as session:
        waiting = waited(session, portal.at)
    if waiting > timedelta(minutes=portal.settings.health.mail_minutes):
        yield f"le plus ancien message attend depuis {waiting.total_seconds() / 3600:.1f} h".replace(".", ",")


def waited(session: Session, at: datetime) -> timedelta:
    """How long the message that has waited longest has; no time when none waits."""
    since = queries.oldest_promised_mail(session)
    return timedelta(0) if since is None else max(at - since, timedelta(0))


def free_bytes(folder: Path) -> int:
    """Room on the disk of a folder, or of where it will be made."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free
