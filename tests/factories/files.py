"""Small files of every kind, genuine and false, for whoever hands one in."""

import io
import zipfile
from collections.abc import Callable
from typing import IO, Any

import docx
import openpyxl
from PIL import Image
from pypdf import PdfWriter

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
EXE = b"MZ\x90\x00" + bytes(600)
EICAR = bytes.fromhex(
    "58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d"
    "5354414e444152442d414e544956495255532d544553542d46494c452124482b482a"
)
"""What every antivirus recognises on purpose, in figures: this very file must not be mistaken for it."""


def saved(write: Callable[[IO[bytes]], Any]) -> bytes:
    """What a library writes, as bytes."""
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def pdf() -> bytes:
    """One blank page."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    return saved(writer.write)


def word() -> bytes:
    """An empty document."""
    return saved(docx.Document().save)


def workbook() -> bytes:
    """An empty sheet."""
    return saved(openpyxl.Workbook().save)


def picture(form: str) -> bytes:
    """Nine black pixels."""
    return saved(lambda file: Image.new("RGB", (3, 3)).save(file, form))


def open_document(kind: str = "text", **more: str) -> bytes:
    """The least OpenDocument file, with more parts if wanted."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}", zipfile.ZIP_STORED)
        for name, content in {"content.xml": "<document-content/>", **more}.items():
            out.writestr(name, content)
    return file.getvalue()


def rewritten(content: bytes, replace: Callable[[str, bytes], bytes] | None = None, **more: str | bytes) -> bytes:
    """An Office file with parts replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            part = source.read(name)
            out.writestr(name, replace(name, part) if replace else part)
        for name, added in more.items():
            out.writestr(name, added)
    return file.getvalue()
