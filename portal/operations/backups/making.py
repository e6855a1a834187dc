"""Making a backup while the portal runs: the database as of one instant, then every file that it names.

Files are written before the row that names them and are never rewritten: what is copied after the database holds all
that it names, but for what was destroyed meanwhile, row and file.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import schema
from portal.core.config import Settings
from portal.core.database_copy import copy_file
from portal.core.dataclass import dataclass
from portal.core.db import Database
from portal.core.errors import Refused
from portal.core.files import NAMING, Place
from portal.core.private_files import keep_private, make_private_folder, open_private, sync_folder
from portal.core.release import version
from portal.core.seal import NoSealKey, read_seal_key
from portal.core.stored import StoredFile
from portal.operations.backups import postgres_tools
from portal.operations.backups.manifest import (
    DATABASES,
    FILES,
    JournalEnd,
    Manifest,
    Part,
    journal_end,
    part_of,
    row_counts,
    write_manifest,
)


@dataclass(frozen=True)
class _Seen:
    """What the database of the backup holds."""

    schema: str
    journal: JournalEnd
    rows: dict[str, int]
    keys: tuple[str, ...]


def make_backup(database: Database, told: Settings, folder: Path, *, at: datetime) -> Manifest:
    """Write a backup in a new folder; raises Refused, and leaves no manifest, when anything of it cannot be had.

    A file that the database names and that the store has not does not stop it: it is named in the manifest.
    """
    _make_folder(folder)
    kind = database.engine.dialect.name
    target = folder / DATABASES[kind]
    keep_private(target)
    copied = _copy_sqlite if kind == "sqlite" else _dump
    seen = copied(database, told, target, at)
    _reach_disk(target)
    place = Place(told.files_url, told.file_credentials)
    parts, absent = [part_of(folder, target.name)], []
    for key in seen.keys:
        found = [_copy_part(place, path, folder) for path in (f"{key}.key", key)]
        parts += [one for one in found if one is not None]
        if None in found:
            absent.append(key)
    naming = _copy_part(place, NAMING, folder)
    parts += [naming] if naming is not None else []
    still_named = _still_named(database, absent)
    manifest = Manifest(
        made_at=at.astimezone(UTC).isoformat(), version=version(), schema=seen.schema, database=kind,
        journal=seen.journal, rows=seen.rows, keys=told.secrets.key_ids, seal=_seal(told), parts=tuple(parts),
        missing=tuple(key for key in absent if key in still_named),
        destroyed=tuple(key for key in absent if key not in still_named),
    )  # fmt: skip
    write_manifest(folder, manifest, told.secrets)
    return manifest


def _make_folder(folder: Path) -> None:
    try:
        make_private_folder(folder)
        is_used = any(folder.iterdir())
        folder.chmod(0o700)
    except OSError as error:
        raise Refused("Impossible d'écrire dans %(folder)s : %(why)s.", folder=folder, why=error.strerror) from error
    if is_used:
        raise Refused("%(folder)s n'est pas vide : une sauvegarde s'écrit dans un dossier neuf.", folder=folder)


def _copy_sqlite(database: Database, _told: Settings, target: Path, at: datetime) -> _Seen:
    source = Path(database.engine.url.database or "")
    try:
        copy_file(source, target)
    except sqlite3.Error as error:
        raise Refused("La base n'a pas pu être copiée : %(why)s.", why=error) from error
    with reading_file(target) as session:
        return _look(session, at)


@contextmanager
def reading_file(path: Path) -> Iterator[Session]:
    """A session over an SQLite file that nobody writes; nothing is made beside it."""
    engine = create_engine(f"sqlite:///file:{path.resolve().as_posix()}?mode=ro&immutable=1&uri=true")
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _dump(database: Database, told: Settings, target: Path, at: datetime) -> _Seen:
    postgres_tools.program("pg_dump")
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine) as session:
        snapshot = str(session.scalar(text("SELECT pg_export_snapshot()")))
        seen = _look(session, at)
        postgres_tools.dump(make_url(told.database_url).render_as_string(hide_password=False), target, snapshot)
    return seen


def _look(session: Session, at: datetime) -> _Seen:
    revision = str(session.scalar(text("SELECT version_num FROM alembic_version")))
    if revision != schema.revisions()[-1]:
        raise Refused("La base est d'une autre version que ce code : lancez flask database upgrade d'abord.")
    keys = session.scalars(select(StoredFile.key).distinct().order_by(StoredFile.key)).all()
    return _Seen(revision, journal_end(Context(session, SYSTEM, at)), row_counts(session), tuple(keys))


def _copy_part(place: Place, path: str, folder: Path) -> Part | None:
    """Copy one object of the store; None when it is not there."""
    pieces = place.stream(path)
    if pieces is None:
        return None
    target = folder / FILES / path
    make_private_folder(target.parent)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(open_private(target), "wb") as handle:
            for piece in pieces:
                handle.write(piece)
                digest.update(piece)
                size += len(piece)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        raise Refused("Impossible d'écrire %(path)s : %(why)s.", path=target, why=error.strerror) from error
    sync_folder(target.parent)
    return Part(f"{FILES}/{path}", digest.hexdigest(), size)


def _still_named(database: Database, keys: list[str]) -> set[str]:
    if not keys:
        return set()
    with database.reading() as session:
        return {key for key in keys if session.scalar(select(StoredFile.id).where(StoredFile.key == key).limit(1))}


def _seal(told: Settings) -> tuple[str, ...]:
    try:
        return read_seal_key(told.seal_source).fingerprints
    except NoSealKey:
        return ()


def _reach_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(path.parent)
