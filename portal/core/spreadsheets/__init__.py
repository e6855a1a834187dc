"""Tables in and out: CSV and XLSX read with their lines and faults, written so that nothing in them runs."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.core.files import OLE, TooLarge
from portal.core.language import say
from portal.core.late import late
from portal.core.reading import ChildReader
from portal.core.spreadsheets import csv_reading
from portal.core.spreadsheets.decoding import decode_text
from portal.core.spreadsheets.form import CellHolds, CellLook, FormCell, FormColumn, FormSheet, FormWorkbook
from portal.core.spreadsheets.sheet_scan import column_letters
from portal.core.spreadsheets.table import LONGEST_CELL, Limits, NamedTable, Problem, Row, Stream, Table, Unreadable
from portal.core.spreadsheets.writing import Value, guarded, write_csv

__all__ = [
    "LONGEST_CELL",
    "CellHolds",
    "CellLook",
    "FormCell",
    "FormColumn",
    "FormSheet",
    "FormWorkbook",
    "Limits",
    "NamedTable",
    "Problem",
    "Row",
    "Stream",
    "Table",
    "Unreadable",
    "Value",
    "column_letters",
    "decode_text",
    "guarded",
    "open_table",
    "read_sheets",
    "read_sheets_apart",
    "read_table",
    "read_table_apart",
    "write_csv",
    "write_form",
    "write_xlsx",
    "write_xlsx_sheets",
]

MEGABYTE = 1024 * 1024
SECONDS = 60.0
"""Of one table, starting the child and waiting for one's turn included; 50,000 rows take some ten."""

_reader = ChildReader("portal.core.spreadsheets.reading_child", SECONDS)


def read_table(
    data: bytes | Path,
    filename: str | None = None,
    *,
    max_bytes: int = 20 * MEGABYTE,
    max_rows: int = Limits.rows,
    max_cells: int = Limits.cells,
) -> Table:
    """Read a CSV or an XLSX by what it contains; what can be corrected row by row is in `problems`.

    Raises Refused (TooLarge, Unreadable, Unsafe or WrongType) when the file as a whole cannot be read.
    """
    limits = Limits(rows=max_rows, cells=max_cells)
    with open_table(data, filename, max_bytes=max_bytes, limits=limits) as stream:
        return stream.whole()


def read_table_apart(data: bytes, filename: str, *, max_bytes: int = 20 * MEGABYTE) -> Table:
    """The same in a child process, for a file that somebody else made; raises NotRead when it had to be stopped."""
    if len(data) > max_bytes:
        raise _too_large(max_bytes)
    found: Table = _reader.read("read_table", data, filename)
    return found


def read_sheets(data: bytes, *, max_bytes: int = 20 * MEGABYTE) -> tuple[NamedTable, ...]:
    """Every visible sheet of a workbook, whole, each with its title and its problems; raises as `read_table`."""
    if len(data) > max_bytes:
        raise _too_large(max_bytes)
    if not data.startswith(b"PK\x03\x04"):
        raise Unreadable(say("Ce fichier n'est pas un classeur Excel : enregistrez le tableau en XLSX."))
    found: tuple[NamedTable, ...] = _workbooks("xlsx_reading").sheets(data, Limits())
    return found


def read_sheets_apart(data: bytes, *, max_bytes: int = 20 * MEGABYTE) -> tuple[NamedTable, ...]:
    """The same in a child process, for a file that somebody else made; raises NotRead when it had to be stopped."""
    if len(data) > max_bytes:
        raise _too_large(max_bytes)
    found: tuple[NamedTable, ...] = _reader.read("read_sheets", data)
    return found


@contextmanager
def open_table(
    data: bytes | Path, filename: str | None = None, *, max_bytes: int = 20 * MEGABYTE, limits: Limits | None = None
) -> Iterator[Stream]:
    """The same row by row, for a table too long to be held: its rows are gone through once, while it is open.

    Raises as `read_table` does, on opening it or on the way.
    """
    limits = limits or Limits()
    name = filename or (data.name if isinstance(data, Path) else "")
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    if size > max_bytes:
        raise _too_large(max_bytes)
    content = data.read_bytes() if isinstance(data, Path) else data
    if content.startswith(OLE):
        raise Unreadable(
            say("Ce classeur est au format d'Excel 97 ou protégé par un mot de passe : enregistrez-le en XLSX.")
        )
    if content[:1024].lstrip().startswith(b"%PDF-"):
        raise Unreadable(
            say(
                "Ce fichier est un PDF, non un tableau : exportez la liste en Excel (XLSX) ou en CSV depuis le "
                "logiciel qui l'a produite, ou recopiez-la dans le modèle."
            )
        )
    if content.startswith(b"PK\x03\x04"):
        with _workbooks("xlsx_reading").stream(content, limits) as workbook:
            yield workbook
        return
    if name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods")):
        raise Unreadable(say("Ce fichier n'est pas un classeur Excel : enregistrez le tableau en XLSX ou en CSV."))
    table = csv_reading.stream(content, limits)
    del content  # the lines are held from here on, and the bytes no longer
    yield table


def write_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet: bold frozen header, filter, widths that fit; text stays text even when it looks like a formula."""
    content: bytes = _workbooks("xlsx_writing").write_xlsx(title, header, rows)
    return content


def write_xlsx_sheets(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]) -> bytes:
    """Several such sheets in one workbook: title, header and rows of each."""
    content: bytes = _workbooks("xlsx_writing").write_xlsx_sheets(sheets)
    return content


def write_form(form: FormWorkbook) -> bytes:
    """A workbook to fill in: drop-downs, protected but for its open cells, hidden columns."""
    content: bytes = _workbooks("xlsx_form_writing").write_form(form)
    return content


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(say("Ce tableau dépasse %(limit)s Mo : coupez-le en plusieurs.", limit=max_bytes // MEGABYTE))


def _workbooks(part: str) -> Any:
    """The reader or a writer of XLSX, loaded at first use: the one place that brings openpyxl or calamine in.

    A web process starts without it (its weight is felt in memory and in start-up time), and most never need it.
    """
    return late(f"portal.core.spreadsheets.{part}")
