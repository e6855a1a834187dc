"""A foreign form as the rules take it: grids of cells, the questions found in them, and what is written back."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from portal.core.dataclass import dataclass


class CellKind(StrEnum):
    """What a cell takes."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    UNKNOWN_LIST = "unknown_list"
    """A list whose entries could not be read: nothing may be written without breaking it."""


@dataclass(frozen=True)
class GridCell:
    """One cell, or the whole of merged ones at their first."""

    text: str = ""
    bold: bool = False
    width: int = 1
    """Columns that it spans."""
    is_free: bool = True
    """Whether it may be written: no formula, not locked, not inside a merged cell that begins elsewhere."""
    options: tuple[str, ...] = ()
    """The entries of its list, when it has one."""
    boxes: tuple[str, ...] = ()
    """The labels of the boxes to tick that it holds."""
    kind: CellKind = CellKind.TEXT


@dataclass(frozen=True)
class Grid:
    """A sheet, or a table of a document."""

    name: str
    rows: Mapping[int, Mapping[int, GridCell]]
    """By row and then column, both from 1."""


@dataclass(frozen=True)
class FormQuestion:
    """One question of a form, and where its answer goes."""

    sheet: str
    row: int
    question: str
    answer: int = 0
    """Column of the answer; 0 when it may not be written."""
    comment: int = 0
    """Column of the remarks, when there is one and it is empty."""
    cell: GridCell = field(default_factory=GridCell)
    """The cell of the answer."""
    ticks: tuple[tuple[str, int], ...] = ()
    """Where each answer has a column of its own: its header and its column."""


@dataclass(frozen=True)
class CellFill:
    """What is written in one cell."""

    sheet: str
    row: int
    column: int
    text: str
    kind: CellKind = CellKind.TEXT
    note: str = ""
    """What is said beside it: where the answer comes from."""
    box: int = -1
    """Rank of the box that is ticked, in a cell that holds boxes."""


@dataclass(frozen=True)
class ReadForm:
    """A form as it was read."""

    kind: str
    """`xlsx` or `docx`."""
    questions: tuple[FormQuestion, ...]
