"""The document tree as PDF, by WeasyPrint: PDF/UA-1 and PDF/A-3a in one file, the same bytes each time.

Importing this module loads WeasyPrint (0.4 s, 60 MB): a web process must not; it goes through `printing`.
"""

import warnings
from functools import partial
from itertools import count

import weasyprint
from markupsafe import Markup
from weasyprint.urls import URLFetcher

from portal.core.documents import markup, pdf_accessibility
from portal.core.documents.tree import Document


def render_pdf(document: Document) -> bytes:
    """The document as PDF.

    Raises ValueError when a figure is not well-formed SVG.
    """
    return _write(markup.to_html(document))


def _write(page: Markup) -> bytes:
    """Render once; again in the rare case (one in a hundred) where the file's own index ends ambiguously.

    Only `data:` addresses are read: a file, a link to the network or an attachment is ignored.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint forgets to close its colour profile
        for padding in count():
            source = weasyprint.HTML(string=str(page), url_fetcher=URLFetcher(allowed_protocols=("data",)))
            finisher = partial(pdf_accessibility.finish, padding=padding)
            written: bytes = source.write_pdf(pdf_variant="pdf/a-3a", finisher=finisher)
            if pdf_accessibility.AMBIGUOUS_END not in written:
                break
    return written
