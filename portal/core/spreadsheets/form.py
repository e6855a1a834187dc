"""A workbook that somebody fills in: which cells they may write in, what each may hold, which columns only we read."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.core.language import Language


class CellLook(StrEnum):
    """What a cell is for whoever reads the sheet."""

    PLAIN = "plain"
    HEADER = "header"
    HEADING = "heading"
    STRONG = "strong"
    FAINT = "faint"
    OPEN = "open"


class CellHolds(StrEnum):
    """What may be typed in an open cell."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True)
class FormCell:
    """One cell."""

    value: str | int | float | date | None = None
    look: CellLook = CellLook.PLAIN
    """Only a cell whose look is `OPEN` may be written in; the others are protected."""
    holds: CellHolds = CellHolds.TEXT
    offered: str = ""
    """The list of the workbook that its drop-down offers; empty for none."""
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class FormColumn:
    """One column; a hidden one is for the portal, which reads it back."""

    width: int
    """In characters."""
    is_hidden: bool = False


@dataclass(frozen=True)
class FormSheet:
    """One sheet, its first row being its header."""

    title: str
    columns: Sequence[FormColumn]
    rows: Sequence[Sequence[FormCell]]


@dataclass(frozen=True)
class FormWorkbook:
    """The whole; the same one always gives the same bytes."""

    title: str
    language: Language
    sheets: Sequence[FormSheet]
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What drop-downs offer, by name; kept in a hidden sheet."""
    refusal: str = ""
    """What the spreadsheet says of a value that a drop-down does not offer."""
