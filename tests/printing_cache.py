"""Documents already printed, kept on disk from one run of the suite to the next, in `var/cache/printed`.

A document, PDF or Word, is the same file as long as its tree, the code that prints, WeasyPrint and pydyf, Pango and
HarfBuzz, python-docx and the fonts of the machine are the same: the name of the folder says all of these, the name of
the file the tree. Whether equal trees make equal bytes at all is for `tests/core/documents/test_pdf.py`, which does not
come here.
"""

import ctypes.util
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import settings

from portal.core.config import ROOT
from portal.core.documents import markup, printing
from portal.core.documents.tree import Document
from portal.seed.plain_pdf import plain_pdf
from tests import effort

FOLDER = ROOT / "var" / "cache" / "printed"
CODE = ROOT / "portal" / "core" / "documents"
FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
PACKAGES = (
    "weasyprint",
    "pydyf",
    "fonttools",
    "tinycss2",
    "cssselect2",
    "pyphen",
    "tinyhtml5",
    "pillow",
    "python-docx",
    "lxml",
)


@cache
def edition() -> str:
    """A digest of all that decides, beside its tree, what a printed document is."""
    found = hashlib.sha256(sys.version.encode())
    for path in sorted(CODE.rglob("*")):
        if path.is_file() and path.suffix not in {".pyc"}:
            found.update(path.name.encode() + path.read_bytes())
    for package in PACKAGES:
        found.update(f"{package} {metadata.version(package)}".encode())
    for library in ("pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig"):
        name = ctypes.util.find_library(library)
        found.update(f"{library} {_size(name)}".encode())
    for folder in FONTS:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            found.update(f"{path} {path.stat().st_size}".encode())
    return found.hexdigest()[:24]


def _size(name: str | None) -> str:
    """The file a library's name leads to: its own name carries its version."""
    for folder in (Path("/usr/lib") / f"{os.uname().machine}-linux-gnu", Path("/usr/lib64"), Path("/usr/lib")):
        if name and (folder / name).exists():
            path = (folder / name).resolve()
            return f"{path.name} {path.stat().st_size}"
    return str(name)


WORD = "render_docx"
"""The function that writes a Word file: no printing, hence done in haste as well."""


def printed(function: str, arguments: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
    """The bytes kept for these arguments, or those that `make` gives, kept from then on."""
    name = hashlib.sha256(f"{function} {arguments!r}".encode("utf-8", "surrogatepass")).hexdigest()
    path = FOLDER / edition() / name[:2] / name
    if path.is_file():
        return path.read_bytes()
    if function != WORD:
        skip_in_haste()
    content = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)
    return content


def skip_in_haste() -> None:
    """Under `make quick` nothing is printed: a test that must and has no mark that says so is left, visibly."""
    if settings.get_current_profile_name() == effort.QUICK:
        pytest.skip("prints: make test runs it")


def render_pdf(document: Document) -> bytes:
    """The document as `portal.core.documents.pdf.render_pdf` prints it, unless it is kept already."""

    def make() -> bytes:
        from portal.core.documents.pdf import render_pdf as really

        return really(document)

    return printed("render_pdf", (document, markup.STYLE), make)


@contextmanager
def nothing_printed() -> Iterator[None]:
    """Documents are marked up and one page stands for each: where the pages that lead to them are the point.

    Marking up still reads the whole tree, so that a document that could not be printed fails here as well.
    """

    def call(_function: str, arguments: tuple[object, ...], _timeout: float) -> bytes:
        (document, *_) = arguments
        assert isinstance(document, Document)
        marked_up = str(markup.to_html(document))
        return plain_pdf(document.title, [hashlib.sha256(marked_up.encode()).hexdigest()])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printing._printer, "call", call)
        yield


def forget_other_editions() -> None:
    """Remove what older code or other fonts printed."""
    for folder in FOLDER.glob("*"):
        if folder.name != edition():
            shutil.rmtree(folder, ignore_errors=True)
