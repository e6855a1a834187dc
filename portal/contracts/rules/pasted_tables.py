"""A table pasted from a spreadsheet, read into the columns of a fact; what finds no column is given back."""

import csv
from collections.abc import Sequence
from io import StringIO

from portal.contracts.rules.fact_catalogue import FactColumn
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.vendors.rules.naming import plain


@dataclass(frozen=True)
class PastedTable:
    """What was read."""

    rows: tuple[dict[str, str], ...]
    left: str
    """Cells beyond the columns, one line for each row that has some, as they were pasted."""
    left_rows: tuple[int, ...]
    """Numbers, from 1, of the rows that they stood in."""


def read_pasted(text: str, columns: Sequence[FactColumn], most: int) -> PastedTable:
    """Rows of cells between tabs; a first row of column titles says the order, else it is that of the columns.

    Rows beyond `most` are given back whole. A cell between quotation marks may hold lines, as spreadsheets write it.
    """
    lines = [[cell.strip() for cell in line] for line in _cells(text)]
    lines = [line for line in lines if any(line)]
    order = _titles(lines[0], columns) if lines else None
    if order is None:
        order = [column.key for column in columns]
    else:
        lines = lines[1:]
    rows: list[dict[str, str]] = []
    left: list[str] = []
    left_rows: list[int] = []
    for number, line in enumerate(lines, start=1):
        if len(rows) >= most:
            left.append("\t".join(line))
            left_rows.append(number)
            continue
        rows.append({key: cell for key, cell in zip(order, line, strict=False) if key and cell})
        beyond = [cell for place, cell in enumerate(line) if cell and (place >= len(order) or not order[place])]
        if beyond:
            left.append("\t".join(beyond))
            left_rows.append(number)
    return PastedTable(tuple(rows), "\n".join(left), tuple(left_rows))


def _cells(text: str) -> list[list[str]]:
    whole = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    try:
        return list(csv.reader(StringIO(whole), delimiter="\t", strict=True))
    except csv.Error:  # a lone quotation mark, a cell beyond the reader's limit
        return [line.split("\t") for line in whole.split("\n")]


def _titles(line: Sequence[str], columns: Sequence[FactColumn]) -> list[str] | None:
    """The columns that a line of titles names, in its order; None for a line that is not one."""
    known = {plain(name): column.key for column in columns for name in _names(column)}
    order = [known.get(plain(cell), "") for cell in line]
    named = [key for key in order if key]
    if len(named) != len(set(named)) or 2 * len(named) <= len([cell for cell in line if cell]):
        return None
    return order


def _names(column: FactColumn) -> tuple[str, ...]:
    return (column.key, *(column.label.said_in(language) for language in Language))
