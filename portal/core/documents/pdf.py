"""The document tree as PDF, by WeasyPrint: PDF/UA-1 and PDF/A-3a in one file, the same bytes each time.

Importing this module loads WeasyPrint (0.4 s, 60 MB): a web process must not; it goes through `printing`.
"""

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count

import weasyprint
from markupsafe import Markup
from weasyprint.urls import URLFetcher

from portal.core.dataclass import dataclass
from portal.core.documents import machine_readable, markup, pdf_accessibility
from portal.core.documents.tree import Document, Section

CARRIED_SOURCE = "The file as it was before the pages added at its end"


def render_pdf(document: Document) -> bytes:
    """The document as PDF.

    Raises ValueError when a figure is not well-formed SVG.
    """
    carried = (_as_data(document),) if document.sha256 else ()
    return _write(markup.to_html(document), carried)


def render_followed_pdf(document: Document, closing: Section, name: str, source: bytes) -> bytes:
    """The document followed by a section that is none of its own, as PDF, carrying a file under a name.

    Its digest and the data it carries stay those of the document alone. Raises as `render_pdf` does.
    """
    data = _as_data(document)
    file = _CarriedFile(source, data.at, name, CARRIED_SOURCE, "Source")
    return _write(markup.to_html(replace(document, blocks=(*document.blocks, closing))), (data, file))


@dataclass(frozen=True)
class _CarriedFile:
    """A file within the PDF (PDF/A-3), with when it was made and what it is to the document."""

    content: bytes
    at: datetime
    name: str = machine_readable.FILE_NAME
    description: str = machine_readable.DESCRIPTION
    relationship: str = "Alternative"


def _as_data(document: Document) -> _CarriedFile:
    """The document for programs."""
    at = datetime.fromisoformat(document.created).astimezone(UTC)
    return _CarriedFile(machine_readable.to_json(document), at)


def _write(page: Markup, carried: tuple[_CarriedFile, ...] = ()) -> bytes:
    """Render once; again in the rare case (one in a hundred) where the file's own index ends ambiguously.

    Only `data:` addresses are read: a file, a link to the network or an attachment is ignored.
    """
    with _garbage_left(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint forgets to close its colour profile
        for padding in count():
            source = weasyprint.HTML(string=str(page), url_fetcher=URLFetcher(allowed_protocols=("data",)))
            finisher = partial(pdf_accessibility.finish, padding=padding)
            attached = [
                weasyprint.Attachment(
                    string=file.content,
                    name=file.name,
                    description=file.description,
                    created=file.at,
                    modified=file.at,
                    relationship=file.relationship,
                )
                for file in carried
            ]
            written: bytes = source.write_pdf(pdf_variant="pdf/a-3a", finisher=finisher, attachments=attached)
            if pdf_accessibility.AMBIGUOUS_END not in written:
                break
    return written


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Look for no garbage meanwhile: nearly all that a page is laid out with lives until its document is written, and
    walking it again and again was a tenth of the whole. The child looks for it once the document is handed over.
    """
    was_looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_looking:
            gc.enable()
