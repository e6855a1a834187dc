"""The manifest of a backup: everything that is in it, and what it takes to open it. It is written last."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, field
from pathlib import Path
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.db import Base
from portal.core.errors import Refused
from portal.core.private_files import write_private
from portal.core.secret_keys import Secrets
from portal.journal import queries
from portal.journal.models import JournalHead

FORMAT = "vigie-backup-1"
NAME = "manifest.json"
FILES = "files"
DATABASES: Mapping[str, str] = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
LARGEST = 1024**3
"""Bytes of a manifest: some two hundred for each file of the store."""
BLOCK = 1024 * 1024


class NotABackup(Refused):
    """A folder that is no backup, or one that was not finished."""


@dataclass(frozen=True)
class Part:
    """A file of the backup."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class JournalEnd:
    """The end of the journal in the database of the backup."""

    entries: int
    last_hash: str
    signed_head: Mapping[str, Any] | None


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; `keys` are names of keys, by member of the file of secrets, never the keys."""

    made_at: str
    version: str
    schema: str
    database: str
    """`sqlite` or `postgresql`."""
    journal: JournalEnd
    rows: Mapping[str, int]
    """How many rows each table has."""
    keys: Mapping[str, tuple[str, ...]]
    seal: tuple[str, ...]
    """SHA-256 of the certificates of the seal; none without a seal."""
    parts: tuple[Part, ...]
    missing: tuple[str, ...] = ()
    """Addresses that the database names and that were not in the store."""
    destroyed: tuple[str, ...] = ()
    """Addresses whose file was destroyed, its row with it, while the backup was made."""
    format: str = FORMAT
    mac: str = field(default="", compare=False)

    def text(self, secrets: Secrets) -> str:
        """The file, with what shows that a holder of the key of the journal wrote it."""
        told = asdict(self) | {"mac": ""}
        return json.dumps(told | {"mac": _mac(told, secrets)}, ensure_ascii=False, indent=1)

    def is_authentic(self, secrets: Secrets) -> bool:
        """Whether a holder of our key of the journal wrote it, to the last word."""
        return hmac.compare_digest(self.mac, _mac(asdict(self) | {"mac": ""}, secrets))

    @property
    def database_file(self) -> str:
        """The name of the file of the database."""
        return DATABASES[self.database]


def _mac(told: Mapping[str, Any], secrets: Secrets) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    key = hmac.new(secrets.journal.encode(), b"vigie backup manifest", hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def write_manifest(folder: Path, manifest: Manifest, secrets: Secrets) -> None:
    """Put it in place, at once and on the disk: from then on the folder is a backup."""
    write_private(folder / NAME, manifest.text(secrets).encode(), draft=folder / f".{NAME}.{os.getpid()}")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder; raises NotABackup without a whole one."""
    path = folder / NAME
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too long")
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["format"] != FORMAT or raw["database"] not in DATABASES:
            raise ValueError("unknown format")
        raw["journal"] = JournalEnd(**raw["journal"])
        raw["parts"] = tuple(Part(str(one["path"]), str(one["sha256"]), int(one["size"])) for one in raw["parts"])
        raw["keys"] = {name: tuple(ids) for name, ids in raw["keys"].items()}
        for name in ("seal", "missing", "destroyed"):
            raw[name] = tuple(raw[name])
        found = Manifest(**raw)
    except FileNotFoundError as error:
        raise NotABackup(
            "%(folder)s n'est pas une sauvegarde : le manifeste manque, elle n'a pas été finie.", folder=folder
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotABackup("Le manifeste de %(folder)s ne se lit pas.", folder=folder) from error
    for part in found.parts:
        if not _is_inside(part.path):
            raise NotABackup("Le manifeste de %(folder)s nomme un fichier hors de la sauvegarde.", folder=folder)
    return found


def _is_inside(path: str) -> bool:
    """Whether a path stays in the folder of the backup.

    >>> _is_inside("files/aa/bb"), _is_inside("../a"), _is_inside("/etc/passwd")
    (True, False, False)
    """
    return not path.startswith("/") and ".." not in path.split("/") and "\0" not in path


def journal_end(ctx: Context) -> JournalEnd:
    """The end of a journal, with its last signed head."""
    end = queries.head(ctx)
    head = ctx.session.scalar(select(JournalHead).order_by(JournalHead.entries.desc()).limit(1))
    signed = None if head is None else {
        "entries": head.entries, "root": head.root, "signed_at": head.signed_at.isoformat(),
        "organisation": head.organisation, "certificate": head.certificate, "signature": head.signature,
    }  # fmt: skip
    return JournalEnd(end.count, end.hash, signed)


def row_counts(session: Session) -> dict[str, int]:
    """How many rows each table of the portal has."""
    return {
        table.name: cast(int, session.scalar(select(func.count()).select_from(table)))
        for table in Base.metadata.sorted_tables
    }


def part_of(folder: Path, path: str) -> Part:
    """A file of the backup as it is now; raises OSError."""
    digest, size = hashlib.sha256(), 0
    with (folder / path).open("rb") as handle:
        while block := handle.read(BLOCK):
            digest.update(block)
            size += len(block)
    return Part(path, digest.hexdigest(), size)


def altered_parts(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What is not as the manifest says, in words, whatever else is in the folder included."""
    for part in manifest.parts:
        try:
            if part_of(folder, part.path) != part:
                yield f"{part.path} : altéré"
        except FileNotFoundError:
            yield f"{part.path} : absent"
        except OSError as error:
            yield f"{part.path} : illisible ({error.strerror})"
    known = {NAME, *(part.path for part in manifest.parts)}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in known:
            yield f"{name} : inconnu du manifeste"
