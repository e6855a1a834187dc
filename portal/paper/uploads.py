"""Uploaded contracts sealed in the file store, archives member by member; refusals are sentences; no database."""

from collections.abc import Iterator
from io import BytesIO
from typing import IO, Protocol

from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.files import Blob, WrongType, display_name
from portal.core.language import Sentence, say
from portal.core.stored import StoredFile, blob_of
from portal.paper import batch_files
from portal.paper.contract_check import is_checked_at_once

MEGABYTE = 1024 * 1024
MOST_BYTES = 25 * MEGABYTE
"""Of one file, archive or not."""
MOST_FILES = 200
"""Of one batch."""
KEPT_AS_TEXT = {"html": "txt", "htm": "txt", "md": "txt"}
ACCEPTED = ("pdf", "docx", "odt", "txt", "md", "html", "htm", "zip")
_WEB_PAGE = b"Page web conservee comme texte.\n"
"""Written before a web page that is kept: no browser takes what follows for something to run."""


class UploadedFile(Protocol):
    """A file as a form gives it."""

    filename: str | None
    stream: IO[bytes]


@dataclass(frozen=True)
class ReceivedFile:
    """One file of those received: sealed, or refused with the reason."""

    name: str
    """As received, with the folder it stood in when it came in an archive."""
    blob: Blob | None = None
    refusal: Sentence | None = None
    content: bytes = b""
    """Kept at hand only when the page may read it at once."""


def seal_files(files: list[UploadedFile]) -> list[ReceivedFile]:
    """Seal every file, archives opened; a refused one is told apart, the others are kept.

    Raises Refused when there are too many, Unavailable when the store does not answer.
    """
    received: list[ReceivedFile] = []
    for file in files:
        name = file.filename or ""
        for received_file in (
            _seal_archive(file.stream, name) if extension(name) == "zip" else [_seal_file(file.stream, name)]
        ):
            received.append(received_file)
            if len(received) > MOST_FILES:
                raise Refused(say("Pas plus de %(count)s contrats à la fois : coupez ce lot.", count=MOST_FILES))
    return received


def seal_text(text: str, name: str) -> ReceivedFile:
    """Seal a text that was pasted; raises TooLarge."""
    received_file = _seal_file(BytesIO(text.encode()), name)
    if received_file.refusal is not None:
        raise Refused(received_file.refusal)
    return received_file


def extension(name: str) -> str:
    """What a name ends with, in lower case.

    >>> extension("Annexe 2.DOCX"), extension("contrat")
    ('docx', '')
    """
    return name.rpartition(".")[2].lower() if "." in name else ""


def stored_content(stored: StoredFile, name: str) -> bytes:
    """What a stored contract held when it was received under this name; raises Damaged or Unavailable."""
    data = b"".join(process.store().open(blob_of(stored)))
    return data.removeprefix(_WEB_PAGE) if extension(name) in KEPT_AS_TEXT else data


def _seal_archive(stream: IO[bytes], name: str) -> Iterator[ReceivedFile]:
    """What an archive holds, one member in memory at a time."""
    shown = display_name(name)
    try:
        if stream.seek(0, 2) > MOST_BYTES:
            raise Refused(say("« %(name)s » dépasse %(limit)s Mo.", name=shown, limit=MOST_BYTES // MEGABYTE))
        sources = batch_files.files_of_archive(stream)
        if not sources:
            raise Refused(say("« %(name)s » ne contient aucun fichier.", name=shown))
    except Refused as refusal:
        yield ReceivedFile(shown, refusal=refusal.sentence)
        return
    for source in sorted(sources, key=lambda one: one.name):
        try:
            data = source.load()
        except Refused as refusal:
            yield ReceivedFile(_display_path(source.name), refusal=refusal.sentence)
        else:
            yield _seal_file(BytesIO(data), source.name)


def _display_path(name: str) -> str:
    """A path fit to be shown; it is never used as one."""
    return "/".join(display_name(part) for part in name.replace("\\", "/").split("/") if part)[-300:]


def _seal_file(stream: IO[bytes], name: str) -> ReceivedFile:
    shown, kind = _display_path(name), extension(name)
    try:
        if kind not in ACCEPTED or kind == "zip":
            raise WrongType(
                say(
                    "« %(name)s » : ce type de fichier n'est pas lu. Sont lus : %(accepted)s.",
                    name=shown,
                    accepted=", ".join(one.upper() for one in ACCEPTED if one not in {"htm", "zip"}),
                )
            )
        stream.seek(0)
        data = stream.read(MOST_BYTES + 1)
        sealed = (_WEB_PAGE if kind in {"html", "htm"} else b"") + data
        blob = process.store().put(
            BytesIO(sealed),
            filename=f"{name}.txt" if kind in KEPT_AS_TEXT else name,
            allowed={KEPT_AS_TEXT.get(kind, kind)},
            max_bytes=MOST_BYTES,
            scanner=process.scanner(),
        )
    except Refused as refusal:
        return ReceivedFile(shown, refusal=refusal.sentence)
    return ReceivedFile(shown, blob, content=data if is_checked_at_once(shown, len(data)) else b"")
