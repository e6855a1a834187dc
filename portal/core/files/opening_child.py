"""Files handed in, opened by what reads them: native code over hostile bytes, so only ever run in a child.

Each opener says what is wrong in one word (`Trouble`), nothing when the file opens whole; `portal.core.files.opening`
makes sentences of it.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from io import BufferedReader, BytesIO
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import pikepdf
import pypdfium2  # type: ignore[import-untyped] # the library carries no types
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from PIL import Image

from portal.core.documents.handed_file import PlacedReader
from portal.core.expressions import expression
from portal.core.files.active import ActiveFoundError, Embedded, Opened, told
from portal.core.files.active_office import look_in_archive, look_in_content
from portal.core.files.active_pdf import look_in_pdf
from portal.core.reading_child import answering

MOST_PIXELS = 150_000_000
"""Of one picture: the largest of a telephone has 108 million; decoded in colours they take 600 MB."""
TAIL = 4096
"""Last bytes among which a reader of PDF looks for the end (PDFium, as others do)."""
PADDED = 64 * 1024
"""Zeros or blank lines with which some programs fill the last block of a file."""
HEAD = 1024
BLOCK = 64 * 1024

_END = expression(rb"startxref\s{1,8}\d{1,12}\s{1,8}%%EOF")
_WEB_PDF = expression(rb"/Linearized\b[^>]{0,300}?/L\s{0,8}(\d{1,12})")
"""A PDF written to be shown before it is all there says its whole length, and has an end near its beginning."""
_UNREADABLE = (ParseError, DefusedXmlException, BadZipFile, zlib.error, ValueError, LookupError, EOFError)
_MAIN_PARTS = {"document", "workbook", "presentation", "document-content"}


class Trouble(StrEnum):
    """Why a file does not open."""

    CUT = "cut"
    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105 - what the file asks for
    PIXELS = "pixels"


def _open(source: bytes | int, extension: str) -> Opened:
    """What is wrong with a file given whole or by its descriptor, or what it holds when it opens."""
    opener, look = _OPENERS[extension], _LOOKS.get(extension)
    with BytesIO(source) if isinstance(source, bytes) else BufferedReader(PlacedReader(source)) as file:
        if trouble := opener(file):
            return Opened(trouble)
        if look is None:
            return Opened()
        file.seek(0)
        try:
            return Opened(embedded=told(list(look(file))))
        except ActiveFoundError as found:
            return Opened(active=found.active)
        except (*_UNREADABLE, pikepdf.PdfError):
            return Opened(Trouble.DAMAGED)


def _attachments_of_pdf(file: IO[bytes]) -> Iterator[Embedded]:
    return look_in_pdf(file, look_in_content)


def _pdf(file: IO[bytes]) -> Trouble | None:
    # Without its end, a PDF is put together again from the pages that are left: what is missing does not show.
    if not _has_its_end(file):
        return Trouble.CUT
    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file)
        with document:
            count = len(document)
            for number in {0, count - 1} if count else ():
                document[number].close()
    except pypdfium2.PdfiumError as failure:
        is_locked = "password" in str(failure).lower() and _is_encrypted(file)
        return Trouble.PASSWORD if is_locked else Trouble.DAMAGED
    return None if count else Trouble.DAMAGED


def _is_encrypted(file: IO[bytes]) -> bool:
    """Whether a PDF says it is encrypted; PDFium speaks of a password for one without a page, too."""
    file.seek(0)
    before = b""
    while block := file.read(BLOCK):
        if b"/Encrypt" in before + block:
            return True
        before = block[-8:]
    return False


def _has_its_end(file: IO[bytes]) -> bool:
    """Whether the file ends as a PDF does, and is as long as it may say of itself."""
    size = file.seek(0, 2)
    file.seek(0)
    announced = _WEB_PDF.search(file.read(HEAD))
    if announced and int(announced[1]) > size:
        return False
    file.seek(max(0, size - PADDED - TAIL))
    return _END.search(file.read().rstrip(b"\0\r\n\t ")[-TAIL:]) is not None


def _office(file: IO[bytes]) -> Trouble | None:
    """An Office file: its members were unpacked and summed already (`portal.core.archives`); its text is XML."""
    try:
        with ZipFile(file) as archive:
            relations = _Relations()
            _parse(archive, "_rels/.rels", relations)
            root = _Root()
            _parse(archive, relations.main.lstrip("/"), root)
    except _UNREADABLE:
        return Trouble.DAMAGED
    return None if root.name in _MAIN_PARTS else Trouble.DAMAGED


def _open_document(file: IO[bytes]) -> Trouble | None:
    try:
        with ZipFile(file) as archive:
            if "META-INF/manifest.xml" in archive.namelist():
                manifest = _Root()
                _parse(archive, "META-INF/manifest.xml", manifest)
                if manifest.is_encrypted:
                    return Trouble.PASSWORD
            root = _Root()
            _parse(archive, "content.xml", root)
    except _UNREADABLE:
        return Trouble.DAMAGED
    return None if root.name in _MAIN_PARTS else Trouble.DAMAGED


class _Root:
    """Keeps of a document the name of its root; nothing else of it stays in memory."""

    name = ""
    is_encrypted = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        local = tag.rpartition("}")[2]
        self.name = self.name or local
        self.is_encrypted = self.is_encrypted or local == "encryption-data"

    def close(self) -> None:
        pass


class _Relations:
    """Keeps of the relations of a package the one that names its main part."""

    main = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            self.main = attributes.get("Target", "")

    def close(self) -> None:
        pass


def _parse(archive: ZipFile, name: str, target: Any) -> None:
    parser = DefusedXMLParser(target=target)
    with archive.open(name) as part:
        while block := part.read(BLOCK):
            parser.feed(block)
    parser.close()


def _picture(file: IO[bytes]) -> Trouble | None:
    try:
        with Image.open(file, formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return Trouble.PIXELS
            picture.verify()
        file.seek(0)
        with Image.open(file, formats=("PNG", "JPEG")) as picture:
            # An eighth of the size: every byte of a JPEG is still decoded, for a third of the time.
            picture.draft(None, (max(1, picture.width // 8), max(1, picture.height // 8)))
            picture.load()
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError, zlib.error) as failure:
        return Trouble.CUT if "truncated" in str(failure).lower() else Trouble.DAMAGED
    return None


Image.MAX_IMAGE_PIXELS = None  # the bound is ours, above
_OPENERS: dict[str, Callable[[IO[bytes]], Trouble | None]] = {
    "pdf": _pdf,
    **dict.fromkeys(("docx", "xlsx", "pptx"), _office),
    **dict.fromkeys(("odt", "ods", "odp"), _open_document),
    **dict.fromkeys(("png", "jpg"), _picture),
}
_LOOKS: dict[str, Callable[[IO[bytes]], Iterator[Embedded]]] = {
    "pdf": _attachments_of_pdf,
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp"), look_in_archive),
}
open_file = answering(_open)
