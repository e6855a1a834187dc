"""Restoring a backup into an empty database and an empty store, with the keys it names, then verifying all of it."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import process, schema
from portal.core.config import Settings
from portal.core.dataclass import dataclass
from portal.core.db import Database
from portal.core.errors import Refused
from portal.core.files import Place
from portal.core.late import load
from portal.core.private_files import make_private_folder, open_private, sync_folder
from portal.journal.anchor_starts import after_upgrade, note_restored
from portal.operations.backups import postgres_tools
from portal.operations.backups.checking import journal_faults
from portal.operations.backups.keys import missing_keys
from portal.operations.backups.manifest import BLOCK, FILES, Manifest, altered_parts, read_manifest, row_counts
from portal.operations.stored_files import verify_files

TELLING = frozenset({"journal_entry", "user", "vendor", "stored_file"})


@dataclass(frozen=True)
class RestoreReport:
    """What was restored, and everything that is not as the backup tells, in words."""

    manifest: Manifest
    files: int
    """Files of the store that were opened and found as they came."""
    migrated_to: str
    """The revision the tables were brought to afterwards; empty when they were at it already."""
    faults: tuple[str, ...]
    noted: int
    """The entry of the journal that says that this backup was restored; 0 when it was not written."""


def restore_backup(database: Database, told: Settings, folder: Path, *, at: datetime) -> RestoreReport:
    """Restore all of a backup; raises NotABackup or Refused before anything is written.

    Interrupted, it may be run again: files come first and are what the backup says, the database comes last, whole.
    """
    manifest = read_manifest(folder)
    if absent := missing_keys(told, manifest):
        raise Refused(
            "Rien n'est restauré : il manque %(keys)s. Remettez d'abord le fichier des secrets et celui du cachet "
            "(%(place)s) tels qu'ils étaient.",
            keys=", ".join(absent), place=told.secret_source.name,
        )  # fmt: skip
    if not manifest.is_authentic(told.secrets):
        raise Refused("Rien n'est restauré : le manifeste n'a pas été écrit par ce portail, ou a été modifié.")
    if found := next(altered_parts(folder, manifest), None):
        raise Refused("Rien n'est restauré, cette sauvegarde est abîmée : %(found)s.", found=found)
    place = Place(told.files_url, told.file_credentials)
    _check_target(database, place, manifest)
    _restore_files(place, folder, manifest)
    _restore_database(database, told, folder / manifest.database_file, manifest)
    return _verify(database, manifest, at)


def _check_target(database: Database, place: Place, manifest: Manifest) -> None:
    kind = database.engine.dialect.name
    if kind != manifest.database:
        raise Refused(
            "Cette sauvegarde est celle d'une base %(theirs)s, et VIGIE_DATABASE_URL désigne une base %(ours)s : "
            "restaurez dans une base du même genre, puis flask database copy.",
            theirs=manifest.database, ours=kind,
        )  # fmt: skip
    if any(_used_tables(database)):
        raise Refused("Rien n'est restauré : la base n'est pas vide. Donnez-en une neuve, par VIGIE_DATABASE_URL.")
    ours = {part.path.removeprefix(f"{FILES}/") for part in manifest.parts}
    if foreign := next((path for path in place.paths() if path not in ours and _is_kept(path)), None):
        raise Refused(
            "Rien n'est restauré : le coffre n'est pas vide (%(path)s). Donnez-en un neuf, par VIGIE_FILES_URL.",
            path=foreign,
        )


def _is_kept(path: str) -> bool:
    return not path.startswith(("probe/", "incoming/"))


def _used_tables(database: Database) -> Iterator[str]:
    """Tables that say that the database is used: on SQLite those with a row, for a file with tables is replaced."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return
    try:
        with database.reading() as session:
            connection = session.connection()
            tables = set(inspect(connection).get_table_names())
            if url.get_backend_name() != "sqlite":
                yield from tables
                return
            for name in tables & TELLING:
                if connection.exec_driver_sql(f'SELECT 1 FROM "{name}" LIMIT 1').first():  # noqa: S608  # nosec B608
                    yield name
    except SQLAlchemyError as error:
        raise Refused("La base ne répond pas (%(why)s) : rien n'est restauré.", why=type(error).__name__) from error


def _restore_files(place: Place, folder: Path, manifest: Manifest) -> None:
    for part in manifest.parts:
        if part.path.startswith(f"{FILES}/"):
            place.create_streamed(part.path.removeprefix(f"{FILES}/"), _pieces(folder / part.path))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            yield block


def _restore_database(database: Database, told: Settings, source: Path, manifest: Manifest) -> None:
    database.engine.dispose()
    if manifest.database == "postgresql":
        postgres_tools.restore(make_url(told.database_url).render_as_string(hide_password=False), source)
        return
    target = Path(database.engine.url.database or "")
    make_private_folder(target.parent)
    draft = target.with_name(f".{target.name}.{os.getpid()}.restoring")
    try:
        with os.fdopen(open_private(draft), "wb") as written, source.open("rb") as read:
            shutil.copyfileobj(read, written, BLOCK)
            written.flush()
            os.fsync(written.fileno())
        for beside in ("-wal", "-shm"):
            target.with_name(target.name + beside).unlink(missing_ok=True)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Refused("Impossible d'écrire %(path)s : %(why)s.", path=target, why=error.strerror) from error
    sync_folder(target.parent)


def _verify(database: Database, manifest: Manifest, at: datetime) -> RestoreReport:
    faults, migrated = [], ""
    if schema.state(database) is schema.SchemaState.OLDER:
        load("portal.core.migrating").upgrade(database)
        migrated = schema.revisions()[-1]
    with database.reading() as session:
        if not migrated:
            found = row_counts(session)
            faults += [
                f"{name} : {found.get(name)} lignes au lieu de {count}"
                for name, count in manifest.rows.items()
                if found.get(name) != count
            ]
        faults += journal_faults(Context(session, SYSTEM, at), manifest)
        report = verify_files(session, process.store(), at=at)
    expected = {*manifest.missing, *manifest.destroyed}
    faults += [
        f"fichier n° {one.id} ({one.filename}) : absent ou altéré"
        for one in (*report.missing, *report.altered)
        if one.key not in expected
    ]
    noted = 0 if faults else _take_again(database, manifest, at, faults)
    return RestoreReport(manifest, report.looked_at - len(expected), migrated, tuple(faults), noted)


def _take_again(database: Database, manifest: Manifest, at: datetime, faults: list[str]) -> int:
    """Have the anchor go on from a journal that is what the backup says, and the journal say so."""
    with database.transaction() as session:
        after_upgrade(Context(session, SYSTEM, at), manifest.schema)
    with database.reading() as session:
        found = note_restored(database, Context(session, SYSTEM, at), manifest.made_at)
    if found is None:
        return 0
    faults += [f"journal : {one.sentence}" for one in found.findings]
    return found.chain.count
