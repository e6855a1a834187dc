"""Writing a workbook to fill in; loaded by name (see the package) only when one is asked for."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from portal.core.spreadsheets.form import CellHolds, CellLook, FormCell, FormSheet, FormWorkbook
from portal.core.spreadsheets.xlsx_text import cell_text
from portal.core.spreadsheets.xlsx_writing import undated

LISTS = "Listes"
_EDGE = Side(style="thin", color="B8C0CC")
_TOP = Alignment(wrap_text=True, vertical="top")
_FONTS = {
    CellLook.HEADER: Font(bold=True, color="FFFFFF"),
    CellLook.HEADING: Font(bold=True, size=13),
    CellLook.STRONG: Font(bold=True),
    CellLook.FAINT: Font(color="5A6472"),
}
_FILLS = {
    CellLook.HEADER: PatternFill("solid", start_color="1F3A5F"),
    CellLook.HEADING: PatternFill("solid", start_color="E4E9F0"),
    CellLook.OPEN: PatternFill("solid", start_color="FFFBE6"),
}
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_OPENED = Protection(locked=False)
_Styles: TypeAlias = dict[tuple[CellLook, str], Any]
"""What cells of one look and one format are, as openpyxl keeps it in a workbook."""


def write_form(form: FormWorkbook) -> bytes:
    """The workbook: drop-downs, protected but for its open cells, hidden columns; text stays text."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.title, workbook.properties.creator = form.title, "Vigie"
    styles: _Styles = {}
    for sheet in form.sheets:
        _write(workbook.create_sheet(sheet.title), sheet, form, styles)
    if form.lists:
        _write_lists(workbook.create_sheet(LISTS), form.lists)
    out = io.BytesIO()
    workbook.save(out)
    return undated(out)


def _write(page: Any, sheet: FormSheet, form: FormWorkbook, styles: _Styles) -> None:
    page.freeze_panes, page.sheet_view.showGridLines = "A2", False
    for rank, column in enumerate(sheet.columns, start=1):
        found = page.column_dimensions[get_column_letter(rank)]
        found.width, found.hidden = column.width, column.is_hidden
    controls = _Controls(form)
    for line, row in enumerate(sheet.rows, start=1):
        for rank, cell in enumerate(row, start=1):
            target = page.cell(line, rank)
            _fill(target, cell.value)
            _dress(target, cell, styles)
            if cell.look is CellLook.OPEN:
                controls.add(target.coordinate, cell)
        page.row_dimensions[line].height = _height(row, sheet)
    for control in controls.found.values():
        page.add_data_validation(control)
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False  # False allows it
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"


def _height(row: Sequence[FormCell], sheet: FormSheet) -> float | None:
    """What a row needs for its longest wrapped text: spreadsheets do not all work it out when they open a file."""
    needed = [
        sum(1 + len(line) // max(column.width - 1, 1) for line in cell.value.split("\n"))
        for cell, column in zip(row, sheet.columns, strict=False)
        if isinstance(cell.value, str) and not column.is_hidden
    ]
    lines = max(needed, default=1)
    return min(15.0 * lines + 3, 400) if lines > 1 else None


def _fill(target: Any, value: str | float | date | None) -> None:
    target.value = cell_text(value) or None if isinstance(value, str) else value
    if isinstance(value, str) and value:
        target.data_type = "s"  # else a text that begins with « = » would be a formula


def _dress(target: Any, cell: FormCell, styles: _Styles) -> None:
    """The look of a cell that has its value: openpyxl looks for it in the workbook once, however many cells have it."""
    look, shown = cell.look, _format(cell)
    if (look, shown) in styles:
        target._style = styles[look, shown]
        return
    target.alignment = _TOP
    if shown:
        target.number_format = shown
    if look in _FONTS:
        target.font = _FONTS[look]
    if look in _FILLS:
        target.fill = _FILLS[look]
    if look is CellLook.OPEN:
        target.protection, target.border = _OPENED, _BOX
    styles[look, shown] = target._style


def _format(cell: FormCell) -> str:
    """How a spreadsheet is to show what the cell holds or will hold; empty when that is left to it."""
    if cell.look is CellLook.OPEN and cell.holds is CellHolds.TEXT and not cell.offered:
        return "@"  # « 1-2 » is no date, « 0123 » no number
    is_of_a_day = isinstance(cell.value, date) or (cell.look is CellLook.OPEN and cell.holds is CellHolds.DATE)
    return "yyyy-mm-dd" if is_of_a_day else ""


class _Controls:
    """The data validations of a sheet: cells that accept the same thing share one."""

    def __init__(self, form: FormWorkbook) -> None:
        self.found: dict[tuple[object, ...], DataValidation] = {}
        self._form = form
        self._columns = {name: get_column_letter(rank) for rank, name in enumerate(form.lists, start=1)}

    def add(self, coordinate: str, cell: FormCell) -> None:
        """What a cell accepts."""
        kind = (cell.offered, cell.holds, cell.least, cell.most)
        if kind not in self.found:
            made = self._made(cell)
            if made is None:
                return
            self.found[kind] = made
        self.found[kind].add(coordinate)

    def _made(self, cell: FormCell) -> DataValidation | None:
        told: dict[str, Any] = {"allow_blank": True, "showErrorMessage": True, "error": self._form.refusal or None}
        if cell.offered:
            column, count = self._columns[cell.offered], len(self._form.lists[cell.offered])
            return DataValidation(
                type="list", formula1=f"{quote_sheetname(LISTS)}!${column}$1:${column}${count}", **told
            )
        if cell.holds is CellHolds.NUMBER:
            least = -1e15 if cell.least is None else cell.least
            most = 1e15 if cell.most is None else cell.most
            return DataValidation(type="decimal", operator="between", formula1=f"{least:.12g}",
                                  formula2=f"{most:.12g}", **told)  # fmt: skip
        if cell.holds is CellHolds.DATE:
            return DataValidation(type="date", operator="greaterThan", formula1="1", **told)
        return None


def _write_lists(page: Any, lists: Mapping[str, Sequence[str]]) -> None:
    for rank, offered in enumerate(lists.values(), start=1):
        for line, value in enumerate(offered, start=1):
            target = page.cell(line, rank)
            target.value, target.data_type = value, "s"
    page.sheet_state = "hidden"
    page.protection.sheet = True
