"""Writing a workbook; loaded by name (see the package) only when one is asked for, as openpyxl weighs 12 MB."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from portal.core.clock import LEGAL_ZONE
from portal.core.expressions import expression
from portal.core.spreadsheets.writing import Value
from portal.core.spreadsheets.xlsx_text import cell_text

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first date a ZIP can hold: an export says nothing of when it was made, its page does."""
MODIFIED = expression(rb"<dcterms:(created|modified)[^>]{0,200}>[^<]{0,100}</dcterms:\1>")
WIDEST = 60
FIRST_YEAR = 1901
"""Spreadsheets count days from 1900: an earlier one stays text, as they would show another."""


def write_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet: bold frozen header, filter, widths that fit; text stays text even when it looks like a formula."""
    return write_xlsx_sheets([(title, header, rows)])


def write_xlsx_sheets(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]) -> bytes:
    """Several such sheets in one workbook: title, header and rows of each."""
    workbook = Workbook(write_only=True)
    for title, header, rows in sheets:
        _add(workbook, title, header, rows)
    out = io.BytesIO()
    workbook.save(out)
    return undated(out)


def _add(workbook: Workbook, title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    body = [list(row) for row in rows]
    sheet = workbook.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:31] or "Tableau")
    sheet.freeze_panes = "A2"
    for column, name in enumerate(header, 1):
        longest = max([len(name) + 3, *(len(str(row[column - 1] or "")) + 1 for row in body[:200])])
        sheet.column_dimensions[get_column_letter(column)].width = min(longest, WIDEST)
    if header:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(body) + 1}"
    sheet.append([_cell(sheet, name, bold=True) for name in header])
    for row in body:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> Cell:
    stored: Any = value
    if isinstance(value, datetime) and value.tzinfo is not None:
        stored = value.astimezone(LEGAL_ZONE).isoformat(" ", "seconds")
    if isinstance(stored, date) and stored.year < FIRST_YEAR:
        stored = stored.isoformat()
    if isinstance(stored, str):
        stored = cell_text(stored)
    cell = WriteOnlyCell(sheet, stored)
    if isinstance(stored, str):
        cell.data_type = "s"  # else a text that begins with « = » would be a formula
        if "\n" in stored:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def undated(file: io.BytesIO) -> bytes:
    """The same workbook without the instant at which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = MODIFIED.sub(b"", content)
            target.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
