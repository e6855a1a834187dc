"""Forms read and filled in a child process: a file that somebody else made is opened nowhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from portal.answer_book.files.docx_form import fill_document, read_document
from portal.answer_book.files.package import FormPackage
from portal.answer_book.files.xlsx_form import fill_workbook, read_workbook
from portal.answer_book.rules.form import CellFill, ReadForm
from portal.answer_book.rules.layout import questions_of
from portal.core import archives
from portal.core.errors import PortalError
from portal.core.reading_child import answering


def questions_in(data: bytes) -> ReadForm:
    """The questions of a form, and where their answers go."""
    with _damage_told():
        package = FormPackage(data)
        grids = read_workbook(package) if package.kind == "xlsx" else read_document(package)
        return ReadForm(package.kind, tuple(questions_of(grids)))


def answered(data: bytes, fills: tuple[CellFill, ...]) -> bytes:
    """The form with these answers; with none, the file as it came."""
    if not fills:
        return data
    with _damage_told():
        package = FormPackage(data)
        fill: Callable[[FormPackage, tuple[CellFill, ...]], None] = (
            fill_workbook if package.kind == "xlsx" else fill_document
        )
        fill(package, fills)
        return package.written()


@contextmanager
def _damage_told() -> Iterator[None]:
    """Whatever a reader stumbles over becomes one refusal: a bad file raises some ten different errors."""
    try:
        yield
    except (PortalError, MemoryError):
        raise
    except Exception as failure:
        raise archives.broken() from failure


read_form = answering(questions_in)
fill_form = answering(answered)
