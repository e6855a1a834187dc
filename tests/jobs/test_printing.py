from dataclasses import dataclass

import pytest

from portal.core.documents.freezing import freeze
from portal.core.documents.tree import Document
from portal.core.files import Blob
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.jobs import printing
from portal.jobs.printing import keep_files, print_files


@dataclass
class Row:
    docx_file_id: int | None = None
    pdf_file_id: int | None = None
    docx_file: StoredFile | None = None
    pdf_file: StoredFile | None = None

    @property
    def is_printed(self) -> bool:
        return None not in (self.docx_file_id, self.pdf_file_id)


@pytest.fixture
def printed(app, monkeypatch) -> printing.PrintedFiles:
    """What children that print at once give."""
    monkeypatch.setattr(printing, "write_in_child", lambda document, printed, _: b"PK\x03\x04 word")
    monkeypatch.setattr(printing, "print_in_child", lambda document, _: b"%PDF-1.7 " + document.title.encode())
    monkeypatch.setattr(printing.process.store(), "put", _put)
    return print_files(freeze(Document("Accord", Language.FR, ())), "accord-1")


def _put(stream, *, filename, allowed, made_here):
    data = stream.read()
    return Blob(filename, "0" * 64, len(data), f"application/{min(allowed)}", filename)


def test_both_files_are_printed_under_the_name_of_the_document(printed):
    assert [blob.filename for blob in (printed.docx, printed.pdf)] == ["accord-1.docx", "accord-1.pdf"]
    assert [blob.media_type for blob in (printed.docx, printed.pdf)] == ["application/docx", "application/pdf"]


def test_a_row_gets_the_files_it_lacks_and_keeps_those_it_has(ctx, printed):
    row = Row()
    keep_files(ctx, row, printed)
    assert row.is_printed
    first = (row.docx_file_id, row.pdf_file_id)
    keep_files(ctx, row, printed)
    assert (row.docx_file_id, row.pdf_file_id) == first
    half = Row(docx_file_id=first[0])
    keep_files(ctx, half, printed)
    assert half.docx_file_id == first[0]
    assert half.pdf_file_id not in (None, first[1])
