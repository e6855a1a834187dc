"""Texts as a cell of a workbook holds them; loaded with what writes workbooks, as openpyxl weighs 12 MB."""

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from portal.core.expressions import expression
from portal.core.spreadsheets.table import LONGEST_CELL

_CODE = expression(r"_(?=x[0-9A-Fa-f]{4}_)")
_SCORE = "_x005F_"
"""An underscore, written so that a spreadsheet takes what follows for letters (ECMA-376, part 1, ST_Xstring)."""


def cell_text(text: str) -> str:
    """A text that spreadsheets show letter for letter; one longer than a cell is cut, and « … » says so.

    >>> cell_text("plan_x2024_final.pdf"), len(cell_text("a" * 40_000)), cell_text("a" * 40_000)[-1]
    ('plan_x005F_x2024_final.pdf', 32767, '…')
    """
    held = ILLEGAL_CHARACTERS_RE.sub("", text)
    escaped = _CODE.sub(_SCORE, held)
    if len(escaped) <= LONGEST_CELL:
        return escaped
    room = LONGEST_CELL - 1 - (len(escaped) - len(held))
    return _CODE.sub(_SCORE, held[: max(room, 0)]) + "…"
