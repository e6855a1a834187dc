"""Which format a file is, by its content: its name is believed only where two formats are written the same."""

import re
from enum import StrEnum
from io import BytesIO

import filetype

from portal.core.files import archives
from portal.core.files.kinds import OLE, display_name
from portal.core.language import say
from portal.paper.reading.packages import LIMITS
from portal.paper.reading.refusals import Unreadable

HEAD = 8192
PDF_WITHIN = 1024
"""Bytes before which a PDF must say it is one (ISO 32000-2, annex I)."""


class Format(StrEnum):
    """A format that is read."""

    DOCX = "docx"
    ODT = "odt"
    PDF = "pdf"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


_EXTENSIONS = {
    "docx": Format.DOCX,
    "odt": Format.ODT,
    "pdf": Format.PDF,
    "html": Format.HTML,
    "htm": Format.HTML,
    "xhtml": Format.HTML,
    "md": Format.MARKDOWN,
    "markdown": Format.MARKDOWN,
    "txt": Format.TEXT,
    "text": Format.TEXT,
}
_WRITTEN = frozenset((Format.HTML, Format.MARKDOWN, Format.TEXT))
_PAGE = re.compile(rb"(?:\s|\xef\xbb\xbf|<!--.*?-->|<\?xml[^>]*\?>)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_TITLES = re.compile(rb"^#{1,4} \S", re.MULTILINE)
ODT = b"application/vnd.oasis.opendocument.text"


def recognised(data: bytes, name: str) -> Format:
    """The format of a file.

    Raises Unreadable for an empty file, one of another kind, or one whose name says another format than its content.

    >>> recognised(b"%PDF-1.7", "contrat.pdf").value, recognised(b"Article 1", "contrat.txt").value
    ('pdf', 'text')
    """
    if not data.strip():
        raise Unreadable(say("Ce fichier est vide."))
    shown = display_name(name)
    found = _by_content(data, shown)
    claimed = _EXTENSIONS.get(shown.rpartition(".")[2].lower() if "." in shown else "")
    if claimed is None or claimed is found:
        return found
    if {claimed, found} <= _WRITTEN and not (found is Format.HTML or claimed is Format.HTML):
        return claimed if claimed is Format.MARKDOWN else found
    raise Unreadable(
        say(
            "« %(name)s » se dit %(claimed)s, mais son contenu est de type %(found)s : renommez-le ou envoyez le bon "
            "fichier.",
            name=shown,
            claimed=claimed.upper(),
            found=found.upper(),
        )
    )


def _by_content(data: bytes, shown: str) -> Format:
    if data.startswith(b"PK\x03\x04"):
        return _archive(data, shown)
    if b"%PDF-" in data[:PDF_WITHIN]:
        return Format.PDF
    if data.startswith(OLE):
        raise Unreadable(
            say(
                "« %(name)s » date d'Office 97 ou exige un mot de passe : enregistrez-le en DOCX, sans mot de passe.",
                name=shown,
            )
        )
    if data.startswith(b"{\\rtf"):
        raise _other("RTF", shown)
    if _PAGE.match(data[:HEAD]):
        return Format.HTML
    guess = filetype.guess(data[:HEAD]) if b"\0" in data[:HEAD] else None
    if guess is not None:
        raise _other(str(guess.extension).upper(), shown)
    return Format.MARKDOWN if _TITLES.search(data[: HEAD * 4]) else Format.TEXT


def _archive(data: bytes, shown: str) -> Format:
    file = BytesIO(data)
    try:
        names = {member.filename for member in archives.directory(file, LIMITS)}
        if "word/document.xml" in names:
            return Format.DOCX
        stated = archives.read(file, "mimetype", 200).strip() if "mimetype" in names else b""
    except archives.Unsafe as refusal:
        raise Unreadable(refusal.sentence) from refusal
    if "content.xml" in names and stated in (b"", ODT):
        return Format.ODT
    guess = filetype.guess(data[:HEAD])
    raise _other("ZIP" if guess is None else str(guess.extension).upper(), shown)


def _other(found: str, shown: str) -> Unreadable:
    return Unreadable(
        say(
            "« %(name)s » est un fichier %(found)s : un contrat se lit en DOCX, PDF, ODT, HTML, Markdown ou texte.",
            name=shown,
            found=found,
        )
    )
