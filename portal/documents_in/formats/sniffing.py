"""Which format a file is, by its content: its name is believed only where two formats are written the same."""

import re
from enum import StrEnum
from io import BytesIO

import filetype

from portal.core import archives
from portal.core.expressions import expression
from portal.core.files import OLE, display_name
from portal.core.language import say
from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.formats.packages import LIMITS

HEAD = 8192
PDF_WITHIN = 1024
"""Bytes before which a PDF must say it is one (ISO 32000-2, annex I)."""


class FileFormat(StrEnum):
    """A format that is read."""

    DOCX = "docx"
    ODT = "odt"
    PDF = "pdf"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


_EXTENSIONS = {
    "docx": FileFormat.DOCX,
    "odt": FileFormat.ODT,
    "pdf": FileFormat.PDF,
    "html": FileFormat.HTML,
    "htm": FileFormat.HTML,
    "xhtml": FileFormat.HTML,
    "md": FileFormat.MARKDOWN,
    "markdown": FileFormat.MARKDOWN,
    "txt": FileFormat.TEXT,
    "text": FileFormat.TEXT,
}
_WRITTEN = frozenset((FileFormat.HTML, FileFormat.MARKDOWN, FileFormat.TEXT))
_PAGE = expression(
    rb"\A(?:\s|\xef\xbb\xbf|(?><!--.*?-->)|(?><\?xml[^>]*\?>))*+<(?:!doctype\s{1,9}html|html|head|body)\b", re.I | re.S
)
_TITLES = expression(rb"^#{1,4} \S", re.MULTILINE)
ODT = b"application/vnd.oasis.opendocument.text"


def recognise_format(data: bytes, name: str) -> FileFormat:
    """The format of a file.

    Raises UnreadableDocument for an empty file, one of another kind, or one whose name and content differ.

    >>> recognise_format(b"%PDF-1.7", "contrat.pdf").value, recognise_format(b"Article 1", "contrat.txt").value
    ('pdf', 'text')
    """
    if not data.strip():
        raise UnreadableDocument(say("Ce fichier est vide."))
    shown = display_name(name)
    found = _by_content(data, shown)
    claimed = _EXTENSIONS.get(shown.rpartition(".")[2].lower() if "." in shown else "")
    if claimed is None or claimed is found:
        return found
    if {claimed, found} <= _WRITTEN and not (found is FileFormat.HTML or claimed is FileFormat.HTML):
        return claimed if claimed is FileFormat.MARKDOWN else found
    raise UnreadableDocument(
        say(
            "« %(name)s » se dit %(claimed)s, mais son contenu est de type %(found)s : renommez-le ou envoyez le bon "
            "fichier.",
            name=shown,
            claimed=claimed.upper(),
            found=found.upper(),
        )
    )


def _by_content(data: bytes, shown: str) -> FileFormat:
    if data.startswith(b"PK\x03\x04"):
        return _format_of_archive(data, shown)
    if b"%PDF-" in data[:PDF_WITHIN]:
        return FileFormat.PDF
    if data.startswith(OLE):
        raise UnreadableDocument(
            say(
                "« %(name)s » date d'Office 97 ou exige un mot de passe : enregistrez-le en DOCX, sans mot de passe.",
                name=shown,
            )
        )
    if data.startswith(b"{\\rtf"):
        raise _unsupported("RTF", shown)
    if _PAGE.match(data[:HEAD]):
        return FileFormat.HTML
    guess = filetype.guess(data[:HEAD]) if b"\0" in data[:HEAD] else None
    if guess is not None:
        raise _unsupported(str(guess.extension).upper(), shown)
    return FileFormat.MARKDOWN if _TITLES.search(data[: HEAD * 4]) else FileFormat.TEXT


def _format_of_archive(data: bytes, shown: str) -> FileFormat:
    file = BytesIO(data)
    try:
        names = {member.filename for member in archives.directory(file, LIMITS)}
        if "word/document.xml" in names:
            return FileFormat.DOCX
        stated = archives.read(file, "mimetype", 200).strip() if "mimetype" in names else b""
    except archives.Unsafe as refusal:
        raise UnreadableDocument(refusal.sentence) from refusal
    if "content.xml" in names and stated in (b"", ODT):
        return FileFormat.ODT
    guess = filetype.guess(data[:HEAD])
    raise _unsupported("ZIP" if guess is None else str(guess.extension).upper(), shown)


def _unsupported(found: str, shown: str) -> UnreadableDocument:
    return UnreadableDocument(
        say(
            "« %(name)s » est un fichier %(found)s : un contrat se lit en DOCX, PDF, ODT, HTML, Markdown ou texte.",
            name=shown,
            found=found,
        )
    )
