"""A workbook to fill in has thousands of cells of a few looks: each is as it would be in a workbook of its own."""

import io
from datetime import date
from itertools import product

from openpyxl import load_workbook

from portal.core.language import Language
from portal.core.spreadsheets import write_form
from portal.core.spreadsheets.form import CellHolds, CellLook, FormCell, FormColumn, FormSheet, FormWorkbook

VALUES = ("=1+1", None, 3.5, date(2026, 11, 24), "0123")
CELLS = [
    FormCell(value, look, holds, offered)
    for value, look, holds, offered in product(VALUES, CellLook, CellHolds, ("", "yes or no"))
]


def _read(*cells):
    sheet = FormSheet("Feuille", (FormColumn(20),), [(cell,) for cell in cells])
    lists = {"yes or no": ("oui", "non")}
    page = load_workbook(io.BytesIO(write_form(FormWorkbook("Classeur", Language.FR, (sheet,), lists))))["Feuille"]
    return [
        (one.value, one.data_type, one.number_format, one.font.b, one.font.sz, one.font.color and one.font.color.rgb,
         one.fill.fgColor.rgb, one.border.left.style, one.protection.locked, one.alignment.wrap_text)
        for (one,) in page.iter_rows()
    ]  # fmt: skip


def test_each_cell_is_as_it_would_be_alone_whatever_stands_before_it():
    alone = [_read(cell)[0] for cell in CELLS]
    assert _read(*CELLS) == alone
    assert _read(*reversed(CELLS)) == alone[::-1]


def test_only_open_cells_may_be_written_in_and_text_typed_there_stays_text():
    for cell, (*_, number_format, _b, _s, _c, _f, _e, is_locked, _w) in zip(CELLS, _read(*CELLS), strict=True):
        assert is_locked is (cell.look is not CellLook.OPEN)
        is_text = cell.look is CellLook.OPEN and cell.holds is CellHolds.TEXT and not cell.offered
        assert (number_format == "@") is is_text
