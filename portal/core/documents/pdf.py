"""The document tree as PDF, by WeasyPrint: PDF/UA-1 and PDF/A-3a in one file, the same bytes each time.

Importing this module loads WeasyPrint (0.4 s, 60 MB): a web process must not; it goes through `printing`.
"""

import warnings
from datetime import UTC, datetime
from functools import partial
from itertools import count

import weasyprint
from markupsafe import Markup
from weasyprint.urls import URLFetcher

from portal.core.documents import machine_readable, markup, pdf_accessibility
from portal.core.documents.tree import Document


def render_pdf(document: Document) -> bytes:
    """The document as PDF.

    Raises ValueError when a figure is not well-formed SVG.
    """
    carried = (_as_data(document),) if document.sha256 else ()
    return _write(markup.to_html(document), carried)


def _as_data(document: Document) -> tuple[bytes, datetime]:
    """The document for programs, and when it was made."""
    return machine_readable.to_json(document), datetime.fromisoformat(document.created).astimezone(UTC)


def _write(page: Markup, carried: tuple[tuple[bytes, datetime], ...] = ()) -> bytes:
    """Render once; again in the rare case (one in a hundred) where the file's own index ends ambiguously.

    Only `data:` addresses are read: a file, a link to the network or an attachment is ignored.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint forgets to close its colour profile
        for padding in count():
            source = weasyprint.HTML(string=str(page), url_fetcher=URLFetcher(allowed_protocols=("data",)))
            finisher = partial(pdf_accessibility.finish, padding=padding)
            attached = [
                weasyprint.Attachment(
                    string=data,
                    name=machine_readable.FILE_NAME,
                    description=machine_readable.DESCRIPTION,
                    created=at,
                    modified=at,
                    relationship="Alternative",
                )
                for data, at in carried
            ]
            written: bytes = source.write_pdf(pdf_variant="pdf/a-3a", finisher=finisher, attachments=attached)
            if pdf_accessibility.AMBIGUOUS_END not in written:
                break
    return written
