"""Writing tables that a spreadsheet opens well and runs nothing of; the same rows always give the same bytes."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from portal.core.language import Language

Value = str | int | float | date | None
RUNS = tuple("=+-@\t\r＝＋－＠")
"""What begins a formula for one spreadsheet or another."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first date a ZIP can hold: an export says nothing of when it was made, its page does."""
MODIFIED = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
WIDEST = 60


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]], language: Language = Language.FR) -> bytes:
    r"""UTF-8 with its mark, which spreadsheets need to see it; `;` and decimal commas in French, `,` and points else.

    Text that would be run gets an apostrophe before it, which `read_table` takes off again.

    >>> write_csv(["Nom", "Note"], [["=cmd()", 3.5], ["-", None]]).decode()
    "\ufeffNom;Note\r\n'=cmd();3,5\r\n'-;\r\n"
    """
    french = language is Language.FR
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if french else ",")
    writer.writerow([guarded(name) for name in header])
    writer.writerows([_plain(value, french) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet: bold frozen header, filter, widths that fit; text stays text even when it looks like a formula."""
    body = [list(row) for row in rows]
    workbook = Workbook(write_only=True)
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
    out = io.BytesIO()
    workbook.save(out)
    return _undated(out)


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> guarded("+33 1 23"), guarded(" =1+1"), guarded("1-2")
    ("'+33 1 23", "' =1+1", '1-2')
    """
    return f"'{text}" if text.startswith(RUNS) or text.lstrip().startswith(RUNS) else text


def _plain(value: Value, french: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("oui" if value else "non") if french else ("yes" if value else "no")
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(value).replace(".", ",") if french else str(value)
    return guarded(value) if isinstance(value, str) else str(value)


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> Cell:
    stored: Any = value
    if isinstance(value, datetime) and value.tzinfo is not None:
        stored = value.astimezone(UTC).isoformat(" ", "seconds")
    if isinstance(stored, str):
        stored = ILLEGAL_CHARACTERS_RE.sub("", stored)
    cell = WriteOnlyCell(sheet, stored)
    if isinstance(stored, str):
        cell.data_type = "s"  # else a text that begins with « = » would be a formula
        if "\n" in stored:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def _undated(file: io.BytesIO) -> bytes:
    """The same workbook without the instant at which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = MODIFIED.sub(b"", content)
            target.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
