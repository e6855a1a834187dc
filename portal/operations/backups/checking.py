"""Checking a backup without restoring it: everything in it is read, down to the content of each file."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import schema
from portal.core.config import Settings
from portal.core.dataclass import dataclass
from portal.core.db import Database
from portal.core.errors import PortalError, Refused
from portal.core.files import Keyring, Store
from portal.core.late import load
from portal.core.private_files import keep_private
from portal.journal import queries, signed_heads
from portal.operations.backups.dump_rows import load_dump
from portal.operations.backups.keys import missing_keys
from portal.operations.backups.manifest import FILES, Manifest, altered_parts, read_manifest, row_counts
from portal.operations.stored_files import verify_files


@dataclass(frozen=True)
class CheckReport:
    """What a check read, and everything that is not as it should be, in words."""

    manifest: Manifest
    files: int
    """Files of the store whose content was opened and found as it came."""
    faults: tuple[str, ...]
    unread: tuple[str, ...]
    """What could not be looked into without the keys; never to be taken for sound."""


def check_backup(told: Settings, folder: Path, *, at: datetime, with_keys: bool = True) -> CheckReport:
    """Check a backup; raises NotABackup. Nothing in its folder changes, and no database but a temporary file is opened.

    Without the keys, journal and contents are not looked into, which `unread` says.
    """
    manifest = read_manifest(folder)
    faults = [*altered_parts(folder, manifest)]
    faults += [f"{key} : absent du coffre quand la sauvegarde a été faite" for key in manifest.missing]
    lacking = [] if with_keys else ["sans les clés, à votre demande"]
    if with_keys and (absent := missing_keys(told, manifest)):
        lacking = [f"il manque {', '.join(absent)}"]
    if not lacking and not manifest.is_authentic(told.secrets):
        faults.append("manifest.json : il n'a pas été écrit par ce portail, ou a été modifié")
    looked_at = 0
    with tempfile.TemporaryDirectory(prefix="vigie-check-") as work:
        try:
            with _opened(folder / manifest.database_file, manifest, Path(work)) as session:
                faults += _facts(session, manifest)
                if not lacking:
                    looked_at, found = _contents(session, told, folder, manifest, at)
                    faults += found
        except (PortalError, DatabaseError, sqlite3.Error) as error:
            reason = error.sentence if isinstance(error, PortalError) else type(error).__name__
            faults.append(f"{manifest.database_file} : {reason}")
    unread = [f"journal et contenu des fichiers non vérifiés : {why}" for why in lacking]
    return CheckReport(manifest, looked_at, tuple(faults), tuple(unread))


@contextmanager
def _opened(source: Path, manifest: Manifest, work: Path) -> Iterator[Session]:
    """The database of the backup as an SQLite file of its own, at the revision of this code."""
    path = work / "checked.db"
    database = Database.at(f"sqlite:///{path}")
    try:
        if manifest.database == "sqlite":
            keep_private(path)
            shutil.copyfile(source, path)
            _is_whole(path)
            if schema.state(database) is schema.SchemaState.OLDER:
                load("portal.core.migrating").upgrade(database)
        elif manifest.schema == schema.revisions()[-1]:
            load("portal.core.migrating").upgrade(database)
            load_dump(source, database)
            _is_whole(path)
        if schema.state(database) is not schema.SchemaState.CURRENT:
            raise Refused(
                "faite à la révision %(theirs)s, ce code est à la %(ours)s : contrôlez-la avec la version %(version)s",
                theirs=manifest.schema, ours=schema.revisions()[-1], version=manifest.version,
            )  # fmt: skip
        with database.reading() as session:
            yield session
    finally:
        database.engine.dispose()


def _is_whole(path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check(20)")]
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    finally:
        connection.close()
    if said != ["ok"]:
        raise Refused("la base est abîmée : %(said)s", said=" ".join("; ".join(said).split())[:300])
    if broken is not None:
        raise Refused("une ligne de %(table)s désigne une ligne absente", table=broken[0])


def _facts(session: Session, manifest: Manifest) -> Iterator[str]:
    """What the rows say that the manifest does not; a count is not looked at after a migration."""
    if manifest.schema != schema.revisions()[-1]:
        return
    found = row_counts(session)
    for name in sorted(found.keys() | manifest.rows.keys()):
        if found.get(name) != manifest.rows.get(name):
            yield f"{name} : {found.get(name)} lignes, {manifest.rows.get(name)} au manifeste"


def _contents(
    session: Session, told: Settings, folder: Path, manifest: Manifest, at: datetime
) -> tuple[int, list[str]]:
    faults = journal_faults(Context(session, SYSTEM, at), manifest)
    store = Store(f"file://{folder / FILES}", Keyring(told.secrets.files), max_bytes=told.upload_max_bytes)
    report = verify_files(session, store, at=at)
    expected = {*manifest.missing, *manifest.destroyed}
    for fault in (one for one in (*report.missing, *report.altered) if one.key not in expected):
        faults.append(f"fichier n° {fault.id} ({fault.filename}) : absent ou altéré")
    return report.looked_at - len(expected), faults


def journal_faults(ctx: Context, manifest: Manifest) -> list[str]:
    """Why the journal of a database is not the one that the manifest tells of, or does not hold."""
    report = queries.verify(ctx, expected_head=manifest.journal.last_hash)
    faults = [] if report.broken is None else [f"journal : {report.broken.sentence}"]
    if report.count != manifest.journal.entries:
        faults.append(f"journal : {report.count} écritures, {manifest.journal.entries} au manifeste")
    if (changed := signed_heads.changed_head(ctx.session)) is not None:
        faults.append(f"journal : les premières écritures ({changed}) ne sont plus celles qui ont été signées")
    return faults
