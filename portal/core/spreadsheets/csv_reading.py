"""Reading a CSV as spreadsheets really write them: every row keeps its physical line, a bad row keeps its cells."""

import csv
from collections.abc import Iterator

from portal.core.expressions import expression
from portal.core.language import N_, Sentence, say
from portal.core.spreadsheets.decoding import UNREAD, decode_text
from portal.core.spreadsheets.table import (
    TOO_LONG,
    Limits,
    Problem,
    Row,
    Stream,
    Unreadable,
    check_header,
    cut_cells,
    miscounted,
    repeated_names,
)
from portal.core.spreadsheets.writing import RUNS

DELIMITERS = (";", ",", "\t", "|")
SAMPLE_LINES = 200
LINE = expression(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line with its end; a file in memory (StringIO) would hold four bytes for each of its characters."""
HINT = expression(r"sep=(.)\r?\n?")
LONGEST_FIELD = 131_072
"""Characters; the limit of the standard library's reader, which gives up there."""
MISPLACED = N_("Guillemets mal placés : une cellule entre guillemets n'est pas suivie d'un séparateur.")
UNCLOSED = N_("Un guillemet est ouvert et n'est jamais refermé.")


def stream(data: bytes, limits: Limits) -> Stream:
    """Read a CSV row by row, its lines alone being held.

    Raises Unreadable when it is no text or has no header, or once it passes the limits.
    """
    text, encoding = decode_text(data)
    if text.count("\n") + text.count("\r") > limits.rows * 20:
        raise limits.too_many_rows()
    lines = LINE.findall(text)
    hint = HINT.fullmatch(lines[0]) if lines else None
    delimiter = hint[1] if hint else guess_delimiter(lines[:SAMPLE_LINES])
    records = _Records(lines, delimiter, 1 if hint else 0)
    header, header_line = _header(records)
    check_header(header, limits)
    problems = repeated_names(header, header_line)
    if header_line in records.faults:
        problems.insert(0, Problem(header_line, *records.faults[header_line]))
    rows = _body(records, len(header), limits, problems, flawed=UNREAD in text)
    return Stream("csv", header_line, header, rows, problems, (), encoding, delimiter)


def _body(records: "_Records", width: int, limits: Limits, problems: list[Problem], *, flawed: bool) -> Iterator[Row]:
    rows_seen = cells_seen = 0
    for line, cells in records:
        if not any(cell.strip() for cell in cells):
            continue  # a blank line holds nothing: it is no fault, wherever it stands
        cells_seen += len(cells)
        if rows_seen == limits.rows:
            raise limits.too_many_rows()
        rows_seen += 1
        if cells_seen > limits.cells:
            raise limits.too_many_cells()
        fault = records.faults.get(line) or _fault(cells, width, flawed)
        if fault:
            problems.append(Problem(line, *fault))
        too_long: list[Problem] = []
        shown = cut_cells(line, cells, too_long)
        problems += too_long if fault is None else []
        yield Row(line, tuple(map(_unguarded, shown)), fault is None and not too_long)


def _unguarded(cell: str) -> str:
    """Without the apostrophe that our own exports put before what a spreadsheet would run."""
    return cell[1:] if cell.startswith("'") and RUNS.match(cell) else cell


def guess_delimiter(lines: list[str]) -> str:
    r"""The separator under which most rows have as many cells as the first; `;` when nothing is separated.

    >>> guess_delimiter(["nom;note\n", "Acme, Inc.;3,5\n", '"a;b";1\n']), guess_delimiter(["nom,prix\n", "a,1\n"])
    (';', ',')
    """
    best, chosen = (0, 0), ";"
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            continue
        width = len(rows[0]) if rows else 0
        score = (sum(len(row) == width for row in rows), width) if width > 1 else (0, 0)
        if score > best:
            best, chosen = score, delimiter
    return chosen


class _Records:
    """The rows of the text with the line where each begins, past its faults; each fault is kept under its line."""

    def __init__(self, lines: list[str], delimiter: str, start: int) -> None:
        self._lines, self._delimiter, self._at = lines, delimiter, start
        self._patience = 4 * len(lines) + 10_000
        self.faults: dict[int, tuple[int | None, Sentence]] = {}

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while self._at < len(self._lines):
            yield from self._until_fault()

    def _until_fault(self) -> Iterator[tuple[int, list[str]]]:
        begun = self._at
        reader = csv.reader(self._from(begun), delimiter=self._delimiter, strict=True)
        while self._at < len(self._lines):
            first = self._at
            try:
                cells = next(reader)
            except csv.Error as failure:
                self._spend(begun + reader.line_num - first)
                yield first + 1, self._by_hand(first, str(failure), begun + reader.line_num - first)
                return
            self._at = begun + reader.line_num
            yield first + 1, cells

    def _by_hand(self, first: int, failure: str, span: int) -> list[str]:
        """Only the first line of a bad row is its own: what a stray quote swallowed after it is read again."""
        line = self._lines[first].rstrip("\r\n")
        cells = line.split(self._delimiter)
        column = next((n for n, cell in enumerate(cells, 1) if cell.startswith('"') and cell.count('"') % 2), None)
        if "field larger" in failure and len(line) > LONGEST_FIELD:
            self.faults[first + 1] = (None, say(TOO_LONG))
        elif span == 1 and "expected after" in failure:
            self.faults[first + 1] = (None, say(MISPLACED))
        else:
            self.faults[first + 1] = (column, say(UNCLOSED))
        self._at = first + 1
        return cells

    def _from(self, start: int) -> Iterator[str]:
        return (self._lines[i] for i in range(start, len(self._lines)))

    def _spend(self, lines: int) -> None:
        self._patience -= lines
        if self._patience < 0:
            raise Unreadable(
                say("Les guillemets de ce fichier sont trop mal placés pour le lire : enregistrez-le en XLSX.")
            )


def _header(records: _Records) -> tuple[tuple[str, ...], int]:
    for line, cells in records:
        if any(cell.strip() for cell in cells):
            return tuple(cells), line
    raise Unreadable(say("Ce fichier est vide : sa première ligne doit nommer les colonnes."))


def _fault(cells: list[str], expected: int, flawed: bool) -> tuple[int | None, Sentence] | None:
    if len(cells) != expected:
        return None, miscounted(len(cells), expected)
    column = next((n for n, cell in enumerate(cells, 1) if UNREAD in cell), None) if flawed else None
    return (column, say("Un caractère est illisible : enregistrez le fichier en CSV UTF-8.")) if column else None
