"""From printed pieces to blocks: columns in their order, table rows, lines of one paragraph joined, notes apart.

Places are in points from the page's top left. Standard library only.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind
from portal.documents_in.formats import pdf_tables
from portal.documents_in.formats.pdf_tables import PdfPage, PdfPiece
from portal.documents_in.structure import line_wrapping, numbering, running_headers
from portal.documents_in.structure.blocks import Block
from portal.documents_in.structure.characters import normalise
from portal.documents_in.structure.hyphens import HyphenJoiner

LEAST_COLUMN = 6
"""Lines on each side of a gutter, at least."""
SMALL = 0.87
"""A note's letters, compared with those of the text."""
WIDE = 1.6
"""Sizes of the font between two words of one line, at most: beyond, they are two cells."""
NEAR = 3.0
"""Points within which two lines begin or end together."""
LARGE = 1.2
"""A title's letters, compared with those of the text."""
_ENDED = (".", ":", ";", "!", "?")
LEADER_END = 60
_LEADER = expression(r"(?<![.…])[.…]{3,}\s{0,9}(?:\d{1,4}|[ivxl]{1,6})$")
_PAGE_NUMBER = expression(r"\d{1,4}|[ivxl]{1,6}")
_NOTE = expression(r"(\d{1,3}|\*|[a-z])\)?\s{1,40}(?=\S)")
_LABEL = expression(
    r"(?:(?:article|annexe?|appendix|schedule|exhibit|section|clause|chapitre)\s{1,9}\S{1,6}"
    r"|\(?(?:\d{1,3}(?:\.\d{1,3}){0,9}|[a-z]|[ivx]{1,5})[.)°]{0,9}|[^\w\s]{1,2}|[oq§Ɣ])\s{0,9}[.:–—-]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PdfLine:
    """One line of a column; a row of a table has several cells."""

    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    cells: tuple[PdfPiece, ...]
    page: int
    right: float
    """Where the longest lines of its column end."""
    ruled: bool = False
    """Whether it is a whole row between two rules."""
    narrow: bool = False
    """Whether it stands in one of two columns."""

    @property
    def text(self) -> str:
        """The words, cells apart."""
        return " ".join(cell.text for cell in self.cells)


def page_blocks(pages: Sequence[PdfPage]) -> list[Block]:
    """The blocks of all pages, in reading order."""
    kept = _without_running([page.pieces for page in pages])
    body = _body_size(kept)
    lines = [
        line
        for number, (pieces, page) in enumerate(zip(kept, pages, strict=True), start=1)
        for line in _page_lines(pieces, page, number)
    ]
    lines = _align_lines(lines)
    lines = [_close_letter_spacing(before, line, after) for before, line, after in _neighbours(lines)]
    joiner = HyphenJoiner(line.text for line in lines)
    return list(_blocks(lines, body, joiner))


def _align_lines(lines: list[PdfLine]) -> list[PdfLine]:
    """The lines, pages in one column ending where most do: a last page is too short to say."""
    edges = sorted({line.page: line.right for line in lines if not line.narrow and not line.ruled}.values())
    common = edges[int(len(edges) * 0.75)] if edges else 0.0
    return [line if line.narrow or line.right >= common else replace(line, right=common) for line in lines]


def _neighbours(lines: list[PdfLine]) -> Iterator[tuple[PdfLine | None, PdfLine, PdfLine | None]]:
    yield from zip([None, *lines[:-1]], lines, [*lines[1:], None], strict=False)


def _close_letter_spacing(before: PdfLine | None, line: PdfLine, after: PdfLine | None) -> PdfLine:
    """A line of a justified paragraph whose few words were spread apart is one text, not the cells of a table."""
    if line.ruled or len(line.cells) < 2 or line.x1 < line.right - NEAR:
        return line
    near = [other for other in (before, after) if other is not None and other.page == line.page]
    alone = all(len(other.cells) == 1 for other in near)
    if not alone or not any(abs(other.x0 - line.x0) < NEAR and not other.ruled for other in near):
        return line
    return replace(line, cells=(replace(line.cells[0], x1=line.x1, text=line.text),))


def _without_running(pages: Sequence[Sequence[PdfPiece]]) -> list[list[PdfPiece]]:
    """The pieces of each page, top to bottom, but those printed on every page; a title set large stays."""
    body = _body_size(pages)
    ordered = [_same_line([piece for piece in page if piece.text.strip()]) for page in pages]
    dropped = running_headers.find_repeated(
        [["\t".join(piece.text for piece in row) for row in page] for page in ordered]
    )
    return [
        [
            piece
            for place, row in enumerate(page)
            for piece in row
            if (number, place) not in dropped or piece.size > LARGE * body
        ]
        for number, page in enumerate(ordered)
    ]


def _same_line(pieces: Sequence[PdfPiece]) -> list[list[PdfPiece]]:
    """Pieces by printed line, top to bottom, left to right."""
    rows: list[list[PdfPiece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.middle, piece.x0)):
        if rows and rows[-1][0].top < piece.middle < rows[-1][0].bottom and piece.top < rows[-1][0].middle:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.x0) for row in rows]


def _body_size(pages: Sequence[Sequence[PdfPiece]]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for piece in page:
            sizes[piece.size] += len(piece.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0


def _page_lines(pieces: Sequence[PdfPiece], page: PdfPage, number: int) -> Iterator[PdfLine]:
    """The lines of a page in reading order: between two pieces set across them, columns come one after the other."""
    gutter = _gutter(pieces)
    if gutter is None:
        ruled = pdf_tables.ruled_rows(PdfPage(tuple(pieces), page.rules))
        inside = {id(piece) for row in ruled for cell in row for piece in cell}
        lines = list(_lines([piece for piece in pieces if id(piece) not in inside], number))
        yield from sorted([*lines, *(_row(row, number) for row in ruled)], key=lambda line: line.top)
        return
    band: list[PdfPiece] = []
    for piece in pieces:
        if piece.x0 < gutter < piece.x1:
            yield from _columns(band, gutter, number)
            yield from _lines([piece], number)
            band = []
        else:
            band.append(piece)
    yield from _columns(band, gutter, number)


def _row(row: list[list[PdfPiece]], number: int) -> PdfLine:
    cells = tuple(
        replace(cell[0], text=" ".join(piece.text for piece in cell)) if cell else PdfPiece(0, 0, 0, 0, 0, False, "")
        for cell in row
    )
    pieces = [piece for cell in row for piece in cell]
    right = max(piece.x1 for piece in pieces)
    top, bottom = min(piece.top for piece in pieces), max(piece.bottom for piece in pieces)
    return PdfLine(
        min(p.x0 for p in pieces), top, right, bottom, pieces[0].size, False, cells, number, right, ruled=True
    )


def _columns(band: Sequence[PdfPiece], gutter: float, number: int) -> Iterator[PdfLine]:
    for side in ([p for p in band if p.x1 <= gutter], [p for p in band if p.x0 >= gutter]):
        yield from _lines(side, number, narrow=True)


def _gutter(page: Sequence[PdfPiece]) -> float | None:
    """Where the space between two columns of prose is; None for a page in one column, or a table."""
    if len(page) < 2 * LEAST_COLUMN:
        return None
    left, right = min(p.x0 for p in page), max(p.x1 for p in page)
    size = median(p.size for p in page)
    starts = Counter(round(p.x0) for p in page if left + (right - left) * 0.3 < p.x0 < left + (right - left) * 0.72)
    for start, count in starts.most_common(3):
        at = start - size * 0.4
        before = [p for p in page if p.x1 <= at]
        after = [p for p in page if p.x0 >= at]
        across = len(page) - len(before) - len(after)
        if count < LEAST_COLUMN or min(len(before), len(after)) < LEAST_COLUMN or across > len(page) * 0.2:
            continue
        if _is_prose(before, at - left) and _is_prose(after, right - at):
            return at
    return None


def _is_prose(side: Sequence[PdfPiece], width: float) -> bool:
    """Whether most lines of a column are as long as its longest, and that one fills it: no column of a table does."""
    longest = max(piece.x1 - piece.x0 for piece in side)
    return longest > width * 0.6 and sum(p.x1 - p.x0 > longest * 0.7 for p in side) * 2 > len(side)


def _lines(page: Sequence[PdfPiece], number: int, *, narrow: bool = False) -> Iterator[PdfLine]:
    rows = _same_line(page)
    right = _right_edge(rows)
    for row in rows:
        cells = _cells(row)
        if len(cells) > 1 and _PAGE_NUMBER.fullmatch(cells[-1].text) and not _PAGE_NUMBER.fullmatch(cells[0].text):
            title = " ".join(cell.text for cell in cells[:-1])
            cells = [replace(cells[0], x1=cells[-1].x1, text=f"{title} .... {cells[-1].text}")]
        yield PdfLine(
            cells[0].x0,
            min(c.top for c in cells),
            max(c.x1 for c in cells),
            max(c.bottom for c in cells),
            max(c.size for c in cells),
            all(c.bold for c in cells),
            tuple(cells),
            number,
            right,
            narrow=narrow,
        )


def _right_edge(rows: Sequence[Sequence[PdfPiece]]) -> float:
    ends = sorted(max(p.x1 for p in row) for row in rows)
    return ends[int(len(ends) * 0.95)] if ends else 0.0


def _cells(row: list[PdfPiece]) -> list[PdfPiece]:
    """The cells of one line; a number or a bullet and the text it opens are one."""
    cells = [row[0]]
    for piece in row[1:]:
        last = cells[-1]
        labelled = len(cells) == 1 and _LABEL.fullmatch(last.text.strip()) and piece.x0 - last.x1 < 8 * piece.size
        if labelled or piece.x0 - last.x1 < WIDE * piece.size:
            gap = "" if piece.x0 - last.x1 < 0.08 * piece.size else " "
            cells[-1] = replace(last, x1=max(last.x1, piece.x1), text=f"{last.text}{gap}{piece.text}", bold=piece.bold)
        else:
            cells.append(piece)
    return cells


def _blocks(lines: list[PdfLine], body: float, joiner: HyphenJoiner) -> Iterator[Block]:
    grouped = _group_paragraphs(lines, body, _leading(lines))
    for tabular, groups in groupby(grouped, key=lambda group: len(group[0].cells) > 1):
        if tabular:
            yield from _rows([line for group in groups for line in group])
        else:
            yield from (_paragraph(group, body, joiner) for group in groups)


def _leading(lines: Sequence[PdfLine]) -> float:
    """The distance between two lines of one paragraph, most often."""
    gaps = Counter(round(b.top - a.top, 0) for a, b in pairwise(lines) if a.page == b.page and b.top > a.top)
    common = [gap for gap, count in gaps.items() if count >= max(gaps.values(), default=0) * 0.4]
    return min(common, default=12.0)


def _group_paragraphs(lines: Sequence[PdfLine], body: float, leading: float) -> Iterator[list[PdfLine]]:
    """Lines, those of one paragraph together."""
    group: list[PdfLine] = []
    for line in lines:
        if group and _continues_paragraph(group, line, body, leading):
            group.append(line)
        else:
            if group:
                yield group
            group = [line]
    if group:
        yield group


def _continues_paragraph(group: list[PdfLine], line: PdfLine, body: float, leading: float) -> bool:
    """Whether a line belongs to the paragraph printed just before it."""
    before = group[-1]
    ended = before.text.endswith(_ENDED)
    if _starts_paragraph(group, line, body, leading):
        return False
    found = numbering.parse_mark(line.text)
    full = before.x1 + _first_word(line) > before.right - 0.5 * line.size
    if found is not None:
        return full and not ended and line_wrapping.may_continue_sentence(found, before.text)
    hung = line.x0 > group[0].x0 + 1 and numbering.parse_mark(group[0].text) is not None
    return full or (
        (line.text[:1].islower() or line.text[:1] == "(") and not ended and (hung or before.x1 > before.right * 0.6)
    )


def _starts_paragraph(group: list[PdfLine], line: PdfLine, body: float, leading: float) -> bool:
    """Whether the setting alone parts two lines: cells, sizes, a wide space, a page's end after a sentence's."""
    before = group[-1]
    if len(before.cells) > 1 or len(line.cells) > 1 or abs(before.size - line.size) > 0.1 * before.size:
        return True
    if _LEADER.search(before.text[-LEADER_END:]):
        return True
    if line.page != before.page or line.top < before.top:
        return before.text.endswith(_ENDED) and not (before.text.endswith((":", ";")) and line.text[:1].islower())
    short = before.x1 < before.right - 4 * before.size
    return (
        line.top - before.top > leading * 1.4 * max(1.0, line.size / body)
        or (before.bold and not line.bold and short and all(each.bold for each in group))
        or (line.bold and not before.bold and short)
    )


def _first_word(line: PdfLine) -> float:
    """The width of a line's first word and a space."""
    first = line.text.split(" ", 1)[0]
    return (line.x1 - line.x0) * (len(first) + 1) / max(len(line.text), 1)


def _paragraph(group: list[PdfLine], body: float, joiner: HyphenJoiner) -> Block:
    first = group[0]
    text = normalise(joiner.joined(line.text for line in group))
    if first.size < SMALL * body and (found := _NOTE.match(text)):
        return Block(text[found.end() :], ParagraphKind.NOTE, label=found[1], page=first.page)
    strong = all(line.bold for line in group) or first.size > 1.12 * body
    return Block(text, level=round(first.x0), page=first.page, strong=strong)


def _rows(lines: list[PdfLine]) -> Iterator[Block]:
    """The rows of a table: a line goes on with the row above when its first cell is empty there."""
    rows: list[list[list[PdfPiece]]] = []
    pages: list[int] = []
    for line in lines:
        columns = [_column(rows[-1], cell) for cell in line.cells] if rows else [None]
        if rows and not line.ruled and None not in columns and 0 not in columns:
            for column, cell in zip(columns, line.cells, strict=True):
                rows[-1][column or 0].append(cell)
        else:
            rows.append([[cell] for cell in line.cells])
            pages.append(line.page)
    for row, page in zip(rows, pages, strict=True):
        yield Block(
            " | ".join(normalise(" ".join(piece.text for piece in cell)) for cell in row), ParagraphKind.ROW, page=page
        )


def _column(row: list[list[PdfPiece]], cell: PdfPiece) -> int | None:
    """The column of a row that stands above a cell."""
    for rank, pieces in enumerate(row):
        if abs(pieces[0].x0 - cell.x0) < cell.size * 0.6:
            return rank
    return None
