"""The copy that a drill is held on: made, opened, cleaned of what could leave it, erased with the files put in it."""

import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.core import database_copy, process
from portal.core.dataclass import dataclass
from portal.core.db import Database
from portal.core.files import LayeredStore
from portal.identity.models import LoginSession, OneTimeLink, SignInAttempt
from portal.jobs.models import Job, JobState

FOLDER = "exercices"
MOST_KNOWN = 8
"""Copies that a process keeps the way to; none of them holds anything open between two transactions."""
_known: dict[tuple[str, int], Database] = {}


@dataclass(frozen=True)
class MadeCopy:
    """What a copy cost."""

    size: int
    """Bytes of the database that was copied."""
    milliseconds: int


def make(true: Database, number: int) -> MadeCopy:
    """Copy the database for a drill; raises Refused, and leaves nothing then."""
    start, size = time.monotonic(), database_copy.size_of(true)
    erase(true, number)
    database_copy.make_copy(true, _folder(number), _name(number))
    with opened(true, number).transaction() as session:
        _keep_in(session)
    return MadeCopy(size, int((time.monotonic() - start) * 1000))


def _keep_in(session: Session) -> None:
    """Take away what is no matter of a drill: work that waits for the true portal, and what opens its accounts."""
    session.execute(delete(Job).where(Job.state != JobState.DONE))
    for table in (LoginSession, OneTimeLink, SignInAttempt):
        session.execute(delete(table))


def opened(true: Database, number: int) -> Database:
    """The copy of a drill; the caller knows that the drill is under way."""
    key = (str(true.engine.url), number)
    if key not in _known:
        while len(_known) >= MOST_KNOWN:
            _known.pop(next(iter(_known))).engine.dispose()
        _known[key] = database_copy.open_copy(true, _folder(number), _name(number))
    return _known[key]


def is_there(true: Database, number: int) -> bool:
    """Whether the copy can be worked on."""
    return database_copy.is_there(true, _folder(number), _name(number))


def erase(true: Database, number: int) -> None:
    """Erase the copy of a drill and every file that was put in it; safe to repeat."""
    held = _known.pop((str(true.engine.url), number), None)
    if held is not None:
        held.engine.dispose()
    if _is_elsewhere():
        store(number).destroy_all()
    database_copy.erase_copy(true, _folder(number), _name(number))


def store(number: int) -> LayeredStore:
    """The files of a drill: true ones are read, new ones are kept apart until its end."""
    return process.store_over(_store_url(process.settings().files_url, _folder(number), number))


def _is_elsewhere() -> bool:
    return not process.settings().files_url.startswith("file:")


def _store_url(true: str, folder: Path, number: int) -> str:
    """Where its files lie: in its folder, or beside the true ones in the bucket.

    >>> _store_url("s3://seau/vigie?region=fr", Path("/x"), 3), _store_url("file:///files", Path("/x"), 3)
    ('s3://seau/vigie-exercices/3?region=fr', 'file:///x/files')
    """
    if true.startswith("file:"):
        return (folder / "files").as_uri()
    parts = urlsplit(true)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/') or '/vigie'}-{FOLDER}/{number}"))


def _folder(number: int) -> Path:
    return process.settings().data_dir / FOLDER / str(number)


def _name(number: int) -> str:
    return f"exercice_{number}"
