"""On which page of its PDF each section of a document begins: read from the file that was printed, not reckoned.

PDFium is native code: this is for the child that writes Word files, over a PDF that the portal has just printed.
"""

from collections.abc import Iterable

import pypdfium2  # type: ignore[import-untyped] # the library carries no types
from pypdfium2 import raw

from portal.core.documents.outline import section_name


def section_pages(printed: bytes, ranks: Iterable[int]) -> dict[int, int]:
    """The page, from 1, of each of these sections, by rank (`outline.headings`); one not named there is left out."""
    found: dict[int, int] = {}
    with pypdfium2.PdfDocument(printed) as document:
        for rank in ranks:
            destination = raw.FPDF_GetNamedDestByName(document, section_name(rank).encode())
            if destination:
                found[rank] = raw.FPDFDest_GetDestPageIndex(document, destination) + 1
    return found
