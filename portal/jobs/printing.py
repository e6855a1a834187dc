"""Printing a frozen document in the background: its Word file and its PDF, then the row that keeps them."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Protocol

from portal.authz.context import Context
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.documents.freezing import thaw
from portal.core.documents.printing import print_in_child, write_in_child
from portal.core.files import Blob
from portal.core.stored import StoredFile, keep

PRINTING_SECONDS = 180


class PrintedDocument(Protocol):
    """A row with the two files of a document."""

    docx_file_id: int | None
    pdf_file_id: int | None
    docx_file: StoredFile | None
    pdf_file: StoredFile | None

    @property
    def is_printed(self) -> bool:
        """Whether both its files exist."""


@dataclass(frozen=True, slots=True)
class PrintedFiles:
    """Both files in the store, kept by no row yet."""

    docx: Blob
    pdf: Blob


def print_files(tree: Mapping[str, Any], name: str) -> PrintedFiles:
    """Print a frozen document in child processes, outside any transaction; the same bytes each time."""
    document, store = thaw(tree), process.store()
    printed = print_in_child(document, PRINTING_SECONDS)
    written = write_in_child(document, printed, PRINTING_SECONDS)
    word = store.put(BytesIO(written), filename=f"{name}.docx", allowed={"docx"}, made_here=True)
    pdf = store.put(BytesIO(printed), filename=f"{name}.pdf", allowed={"pdf"}, made_here=True)
    return PrintedFiles(word, pdf)


def keep_files(ctx: Context, row: PrintedDocument, printing: PrintedFiles) -> None:
    """Give a row its files; one that it has is never replaced."""
    if row.docx_file_id is None:
        row.docx_file_id = keep(ctx.session, printing.docx, at=ctx.now).id
    if row.pdf_file_id is None:
        row.pdf_file_id = keep(ctx.session, printing.pdf, at=ctx.now).id
