"""What a spreadsheet gives once read: cells as text, the line each row came from, and what is wrong, all at once."""

from collections.abc import Iterator
from dataclasses import field
from typing import Literal

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, Sentence, say

LONGEST_NAME = 500
"""Characters of a column's name."""
LONGEST_CELL = 32_767
"""Characters of a cell: as many as a spreadsheet holds; a longer one was not typed, and is cut where it is shown."""
TOO_LONG = N_("Une cellule compte plus de 32 767 caractères.")


class Unreadable(Refused):
    """The file is no table that can be read, or is larger than accepted; nothing was kept of it."""


@dataclass(frozen=True)
class Limits:
    """The largest table accepted."""

    rows: int = 50_000
    cells: int = 1_000_000
    columns: int = 500
    unpacked: int = 64 * 1024 * 1024
    """Bytes of a workbook once unpacked; a table of 50,000 rows and 12 columns takes about 25 MB."""

    def too_many_rows(self) -> Unreadable:
        """The refusal of a table with more rows."""
        return Unreadable(
            say("Ce fichier compte plus de %(count)s lignes : coupez-le en plusieurs fichiers.", count=self.rows)
        )

    def too_many_cells(self) -> Unreadable:
        """The refusal of a table with more cells."""
        return Unreadable(
            say("Ce fichier compte plus de %(count)s cellules : coupez-le en plusieurs fichiers.", count=self.cells)
        )

    def too_many_columns(self) -> Unreadable:
        """The refusal of a table with more columns."""
        return Unreadable(
            say("Ce fichier compte plus de %(count)s colonnes : supprimez celles qui sont vides.", count=self.columns)
        )


@dataclass(frozen=True)
class Problem:
    """Something to correct in the file; lines and columns are counted from 1, as a spreadsheet shows them."""

    line: int | None
    column: int | None
    message: Sentence


@dataclass(frozen=True)
class Row:
    """A row as it stands in the file; `line` is where it begins, `sound` whether its cells answer the header's."""

    line: int
    cells: tuple[str, ...]
    sound: bool = True


@dataclass(frozen=True)
class Table:
    """A table read whole; rows that are not sound keep every cell they had."""

    kind: Literal["csv", "xlsx"]
    header_line: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Sentence, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class NamedTable:
    """A sheet of a workbook, by its title."""

    title: str
    table: Table


@dataclass
class Stream:
    """A table read row by row; `problems` fills as `rows` is gone through, once."""

    kind: Literal["csv", "xlsx"]
    header_line: int
    header: tuple[str, ...]
    rows: Iterator[Row]
    problems: list[Problem] = field(default_factory=list)
    notes: tuple[Sentence, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None

    def whole(self) -> Table:
        """The table, all its rows held at once."""
        rows = tuple(self.rows)
        return Table(
            self.kind,
            self.header_line,
            self.header,
            rows,
            tuple(self.problems),
            self.notes,
            self.encoding,
            self.delimiter,
        )


def miscounted(count: int, expected: int) -> Sentence:
    """How a row that has not as many cells as the header is told.

    >>> str(miscounted(7, 8)), str(miscounted(1, 8))
    ('7 cellules au lieu de 8.', '1 cellule au lieu de 8.')
    """
    if count == 1:
        return say("1 cellule au lieu de %(expected)s.", expected=expected)
    return say("%(count)s cellules au lieu de %(expected)s.", count=count, expected=expected)


def cut_cells(line: int, cells: list[str], problems: list[Problem]) -> list[str]:
    """The cells of a row, those that no spreadsheet would hold cut with « … » at the end; each is a problem of its row.

    >>> found = []
    >>> [len(cell) for cell in cut_cells(3, ["a", "b" * 40_000], found)], found[0].line, found[0].column
    ([1, 32767], 3, 2)
    """
    if max(map(len, cells), default=0) <= LONGEST_CELL:
        return cells
    for column, cell in enumerate(cells, 1):
        if len(cell) > LONGEST_CELL:
            problems.append(Problem(line, column, say(TOO_LONG)))
    return [cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…" for cell in cells]


def check_header(header: tuple[str, ...], limits: Limits) -> None:
    """Raise Unreadable when this first row cannot be one: too many columns, or prose (or noise) instead of names."""
    if len(header) > limits.columns:
        raise limits.too_many_columns()
    if any(len(name) > LONGEST_NAME for name in header):
        raise Unreadable(say("La première ligne de ce fichier ne nomme pas les colonnes."))


def repeated_names(header: tuple[str, ...], line: int) -> list[Problem]:
    """Two columns of one name: nothing tells which one is meant.

    >>> [p.column for p in repeated_names(("Nom", "Pays", " nom", "", ""), 1)]
    [3]
    """
    seen: set[str] = set()
    problems = []
    for column, name in enumerate(header, 1):
        folded = " ".join(name.split()).casefold()
        if folded and folded in seen:
            problems.append(Problem(line, column, say("La colonne « %(name)s » est présente deux fois.", name=name)))
        seen.add(folded)
    return problems
