"""The files of a folder or a ZIP, read and checked one after the other; a refused file does not stop the next ones."""

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zipfile import ZipInfo

from portal.core import archives
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Sentence, say
from portal.core.late import late
from portal.documents_in.document import SourceDocument
from portal.paper.rules.check_result import Check
from portal.paper.rules.rulebook import Rulebook

if TYPE_CHECKING:
    from portal.documents_in import reader
    from portal.paper.rules import checking
else:
    checking = late("portal.paper.rules.checking")
    reader = late("portal.documents_in.reader")

MEGABYTE = 1024 * 1024
LARGEST = 100 * MEGABYTE
"""Bytes of one file."""
LIMITS = archives.Limits(members=5_000, unpacked=1024 * MEGABYTE, ratio=200, always_fine=64 * MEGABYTE)
_NOISE = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class BatchFile:
    """One file to be read; `load` raises Refused when it is too large or damaged."""

    name: str
    """Its path within the folder or the archive."""
    load: Callable[[], bytes]


@dataclass(frozen=True)
class CheckedFile:
    """One file of a batch: what was found, or why it was refused."""

    name: str
    sha256: str = ""
    """Empty when the file could not even be loaded."""
    document: SourceDocument | None = None
    check: Check | None = None
    refusal: Sentence | None = None
    known: bool = False
    """Whether it was done before, by its digest: it was not read again."""


def files_of_folder(path: Path) -> list[BatchFile]:
    """The files of a folder and of those in it, by name; hidden files and links are left out."""
    found = []
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        if any(part.startswith(".") for part in inside.parts) or _is_noise(inside.as_posix()):
            continue
        if file.is_file() and not any((path / parent).is_symlink() for parent in (inside, *inside.parents)):
            found.append(BatchFile(inside.as_posix(), _loading(file)))
    return found


def files_of_archive(file: IO[bytes]) -> list[BatchFile]:
    """The files of a ZIP, in its order; raises Refused for a bomb, a hostile name, a password, a damaged directory.

    Nothing is ever written to disk: each file is unpacked into memory when its turn comes.
    """
    members = [
        member
        for member in archives.directory(file, LIMITS)
        if not member.is_dir() and not _is_noise(member.filename) and not _is_link(member)
    ]
    return [BatchFile(member.filename, _unpacking(file, member)) for member in members]


def check_files(
    sources: Iterable[BatchFile], rulebook: Rulebook, done: Container[str] = frozenset()
) -> Iterator[CheckedFile]:
    """One row per file, as soon as it is read; `done` holds the SHA-256 of the files already checked."""
    for source in sources:
        digest = ""
        try:
            data = source.load()
            digest = hashlib.sha256(data).hexdigest()
            if digest in done:
                yield CheckedFile(source.name, digest, known=True)
                continue
            document = reader.read_document(data, source.name)
        except Refused as refusal:
            yield CheckedFile(source.name, digest, refusal=refusal.sentence)
        else:
            yield CheckedFile(source.name, digest, document, checking.check_contract(document, rulebook))


def load_file(path: Path) -> bytes:
    """One file whole; raises Refused when it is too large or cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise Refused(say("%(file)s n'existe pas.", file=path)) from error
    except OSError as error:
        raise Refused(
            say("%(file)s ne peut pas être lu : %(why)s.", file=path.name, why=error.strerror or str(error))
        ) from error
    if len(data) > LARGEST:
        raise _too_large()
    return data


def _loading(path: Path) -> Callable[[], bytes]:
    return lambda: load_file(path)


def _unpacking(file: IO[bytes], member: ZipInfo) -> Callable[[], bytes]:
    def unpack() -> bytes:
        if member.file_size > LARGEST:
            raise _too_large()
        archives.inflate(file, [member], LIMITS)
        return archives.read(file, member.filename, LARGEST)

    return unpack


def _too_large() -> Refused:
    return Refused(say("Ce fichier dépasse %(size)s Mo.", size=LARGEST // MEGABYTE))


def _is_noise(name: str) -> bool:
    """Whether a file is one that an operating system leaves beside others.

    >>> _is_noise("__MACOSX/._contrat.docx"), _is_noise("a/.DS_Store"), _is_noise("a/contrat.docx")
    (True, True, False)
    """
    return name.startswith(_NOISE[0]) or name.rsplit("/", 1)[-1] in _NOISE


def _is_link(member: ZipInfo) -> bool:
    """Whether a member is a symbolic link (its mode stands in the high half of the external attributes)."""
    return (member.external_attr >> 16) & 0o170000 == 0o120000
