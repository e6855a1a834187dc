"""Compound files (OLE) inside documents, looked into by olefile; run in the child alone."""

from collections.abc import Iterator
from io import BytesIO

import olefile  # type: ignore[import-untyped] # the library carries no types

from portal.core.files.active import HEAD, ActiveFoundError, ActiveKind, Embedded, EmbeddedKind, in_part, is_program
from portal.core.files.kinds import display_name

MACRO_STORAGES = frozenset({"vba", "_vba_project", "_vba_project_cur", "macros"})
PACKAGE = "\x01ole10native"
"""The stream in which Windows puts a file that was dropped into a document, whatever it is."""
LONGEST_TEXT = 1024


def look_in_compound(content: bytes, part: str) -> Iterator[Embedded]:
    """What a compound file holds; raises ActiveFoundError for macros, a program, or one that does not read."""
    try:
        with olefile.OleFileIO(BytesIO(content)) as compound:
            for path in compound.listdir(streams=True, storages=True):
                last = path[-1].lower()
                if last in MACRO_STORAGES:
                    raise ActiveFoundError(ActiveKind.MACROS, in_part(part))
                if last == PACKAGE:
                    yield _package(compound.openstream(path).read(LONGEST_TEXT * 4 + HEAD), part)
    except ActiveFoundError:
        raise
    except Exception as failure:  # the library stumbles in ways it does not declare: what is not read is not kept
        raise ActiveFoundError(ActiveKind.UNREAD, in_part(part)) from failure


def _package(content: bytes, part: str) -> Embedded:
    """The file in a package: its name is written three times before it, with its first bytes after."""
    at, names = 6, []
    for skipped in (0, 0, 8):
        at += skipped
        end = content.find(b"\0", at, at + LONGEST_TEXT)
        if end < 0:
            break
        names.append(content[at:end].decode("cp1252", "replace"))
        at = end + 1
    if any(is_program(name, b"") for name in names) or any(
        is_program("", content[start : start + HEAD]) for start in (at + 4, 4)
    ):
        raise ActiveFoundError(ActiveKind.PROGRAM, in_part(display_name(names[0]) if names and names[0] else part))
    return Embedded(EmbeddedKind.FILE, display_name(names[0] if names else part))
