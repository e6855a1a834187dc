"""Tables of a PDF known by their rules: between two rules stands one row, its cells side by side.

Places are in points from the page's top left. Standard library only.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from portal.core.dataclass import dataclass

NEAR = 3.0
"""Points within which two ends are the same end."""
HEADER = 48.0
"""Points above the first rule where the titles of columns may be."""
LEAST_CELLS = 4
"""Rows and columns together, at least: two words between two rules are no table."""
MOST_LINES = 40
"""Printed lines in one row, at most: more is a page between its two rules."""


@dataclass(frozen=True, slots=True)
class PdfPiece:
    """Words printed together on one line."""

    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    text: str

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class RuledLine:
    """A horizontal line."""

    x0: float
    y: float
    x1: float
    edges: tuple[float, ...] = ()
    """Where the segments it is drawn by begin, cell by cell; empty for one segment."""


@dataclass(frozen=True, slots=True)
class PdfPage:
    """What one page shows."""

    pieces: tuple[PdfPiece, ...]
    rules: tuple[RuledLine, ...] = ()


def ruled_rows(page: PdfPage) -> list[list[list[PdfPiece]]]:
    """The rows of ruled tables, each the pieces of each of its cells, top to bottom; pieces elsewhere are in none."""
    return [row for table in _tables(_join_rules(page.rules)) for row in _table_rows(table, page.pieces)]


def _table_rows(table: list[RuledLine], pieces: Sequence[PdfPiece]) -> Iterator[list[list[PdfPiece]]]:
    inside = [p for p in pieces if p.x0 > table[0].x0 - NEAR and p.x1 < table[0].x1 + 2 * NEAR]
    bands = [(above, [p for p in inside if above.y < p.middle < below.y]) for above, below in pairwise(table)]
    known: Sequence[float] = table[0].edges or max((_columns(band) for _, band in bands), key=len)
    for tabular, run in groupby(bands, key=lambda band: _fits_columns(band[1], known)):
        found = list(run)
        edges = table[0].edges or _columns([piece for _, band in found for piece in band])
        if not tabular or len(edges) < 2 or len(found) + len(edges) < LEAST_CELLS:
            continue
        for band in [_header(found[0][0], edges, inside), *(band for _, band in found)]:
            cells: list[list[PdfPiece]] = [[] for _ in edges]
            for piece in sorted(band, key=lambda piece: (round(piece.middle), piece.x0)):
                column = max(rank for rank, edge in enumerate(edges) if rank == 0 or edge <= piece.x0 + NEAR)
                cells[column].append(piece)
            if 0 < len({round(piece.middle) for piece in band}) <= MOST_LINES:
                yield cells


def _fits_columns(band: Sequence[PdfPiece], edges: Sequence[float]) -> bool:
    """Whether what stands between two rules is one row: nothing lies across two columns."""
    return not any(piece.x0 < edge - NEAR and piece.x1 > edge + NEAR for piece in band for edge in edges)


def _header(first: RuledLine, edges: Sequence[float], pieces: Sequence[PdfPiece]) -> list[PdfPiece]:
    """The titles of the columns, where no rule stands above them: lines that fill a column other than the first."""
    near = [p for p in pieces if 0 < first.y - p.middle < HEADER and any(abs(p.x0 - edge) < NEAR for edge in edges)]
    middles = {round(p.middle) for p in near if p.x0 > edges[0] + NEAR}
    return [p for p in near if round(p.middle) in middles]


def _join_rules(rules: Sequence[RuledLine]) -> list[RuledLine]:
    """Rules drawn cell by cell made one, top to bottom."""
    joined: list[RuledLine] = []
    for rule in sorted(rules, key=lambda rule: (round(rule.y / 2), rule.x0)):
        last = joined[-1] if joined else None
        if last is not None and abs(last.y - rule.y) < NEAR and rule.x0 < last.x1 + NEAR:
            apart = rule.x0 > last.x1 - NEAR
            edges = (*(last.edges or (last.x0,)), rule.x0) if apart else last.edges
            joined[-1] = RuledLine(min(last.x0, rule.x0), last.y, max(last.x1, rule.x1), edges)
        else:
            joined.append(rule)
    return joined


def _tables(rules: Sequence[RuledLine]) -> list[list[RuledLine]]:
    """Rules of the same width and cells, one under the other."""
    tables: list[list[RuledLine]] = []
    for rule in rules:
        if tables and _same_extent(tables[-1][0], rule):
            tables[-1].append(rule)
        else:
            tables.append([rule])
    return [table for table in tables if len(table) > 1]


def _same_extent(one: RuledLine, other: RuledLine) -> bool:
    ends = abs(one.x0 - other.x0) < NEAR and abs(one.x1 - other.x1) < NEAR
    return ends and len(one.edges) == len(other.edges)


def _columns(pieces: Sequence[PdfPiece]) -> list[float]:
    """Where the columns begin: the left edges of what no piece of the table lies across."""
    edges: list[float] = []
    reach = float("-inf")
    for piece in sorted(pieces, key=lambda piece: piece.x0):
        if piece.x0 > reach + 1:
            edges.append(piece.x0)
        reach = max(reach, piece.x1)
    return edges
