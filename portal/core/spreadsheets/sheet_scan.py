"""What a sheet's XML holds beside its values: how far it reaches, its formulas and its errors, each by its cell.

The reader of values keeps the last value of a formula and says nothing of where it stood; it also makes room for the
whole rectangle that its cells span. Both are looked at first, on the very bytes that it is then given.
"""

import re
from dataclasses import field
from xml.parsers import expat

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.spreadsheets.table import Limits

SPARSE = 1_000_000
"""Cells of a rectangle that are always accepted, however few of them are filled."""
_END = expression(rb"</(?:[\w.-]+:)?sheetData\s*>")
_EMPTY = expression(rb"<(?:[\w.-]+:)?sheetData\s*/>")
_CELL = expression(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: [st]="\w*")*(/?)>')
_TAGS = (b"<c ", b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r")
_UNUSUAL = (b"<!", b"\0", b"<f", b":f", b":c", b't="e"')
"""A comment or document type, a formula, a prefix, an error; a sheet with one of these is merely read slower."""
_DECLARED = expression(rb"\A<\?xml[^>]*encoding=[\"'](?!utf-8[\"'])", re.IGNORECASE)
PIECE = 1024 * 1024
"""Bytes looked at together."""
_ADDRESS = expression(r"([A-Za-z]{1,7})([0-9]{1,10})")


class NotASheet(ValueError):
    """The part is no sheet that can be trusted: cut short, not well-formed, or with entities of its own."""


@dataclass
class CellFault:
    """A cell that is no plain value."""

    address: str
    is_formula: bool
    text: str = ""
    """What it shows, an error's name for one."""


@dataclass
class SheetScan:
    """What was found, by line and then by column, both from 1."""

    faults: dict[int, dict[int, CellFault]] = field(default_factory=dict)
    cuts: tuple[int, ...] = ()
    """Where the rows of a long sheet may be cut, from their beginning to their end: nothing of what stands between two
    of these places belongs to a line that stands between two others, and lines follow each other. None: nowhere.
    """

    @property
    def last_line(self) -> int:
        """The last line that has a fault."""
        return max(self.faults, default=0)


def scan_sheet(xml: bytes, limits: Limits) -> SheetScan:
    """Go through a sheet once; raises NotASheet, or Unreadable as soon as it passes the limits."""
    ends = [found.end() for found in _END.finditer(xml)]
    if not ends and not _EMPTY.search(xml):
        raise NotASheet("no sheetData")
    cut = ends[-1] if ends else 0
    plain = _plain(xml, cut, limits)
    if plain is not None:
        return plain
    parser = expat.ParserCreate()
    walk = _Walk(parser, limits)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = walk.start
    try:
        parser.Parse(memoryview(xml)[:cut], False)
        # What follows the cells has formulas of its own (sparklines, conditional formats): it must only be well-formed.
        parser.StartElementHandler = None
        parser.CharacterDataHandler = None
        parser.Parse(memoryview(xml)[cut:], True)
    except expat.ExpatError as failure:
        raise NotASheet(str(failure)) from failure
    return walk.found


def _plain(xml: bytes, end: int, limits: Limits) -> SheetScan | None:
    """What is found when every cell is written as spreadsheets write it, with no formula and no error: nothing, but
    where the sheet may be cut. None when anything at all is unusual.

    It takes a tenth of the time of the parser.
    """
    if _DECLARED.match(xml) or any(xml.find(sign, 0, end) >= 0 for sign in _UNUSUAL):
        return None
    reach, values, start = _Reach(limits), 0, 0
    cuts, last = _first_cut(xml, end), 0
    while start < end:
        stop, is_row = _piece(xml, start, end)
        if stop < 0:
            return None
        found = _CELL.findall(xml, start, stop)
        if len(found) != sum(xml.count(tag, start, stop) for tag in _TAGS):
            return None
        filled = [(letters, line) for letters, line, closed in found if not closed]
        values += len(filled)
        if values > limits.cells:
            raise limits.too_many_cells()
        columns = [column_number(letters.decode()) for letters in {letters for letters, _ in filled}]
        lines = [int(line) for line in {line for _, line in filled}]
        if filled:
            reach.add(min(lines), min(columns))
            reach.add(max(lines), max(columns))
            cuts = cuts if min(lines) > last else []
            last = max(lines)
        if cuts and stop > cuts[0]:
            cuts = [*cuts, stop] if is_row else []
        start = stop
    return SheetScan(cuts=tuple(cuts))


_ROWS = b"<sheetData>"
_ROW_END = b"</row>"


def _first_cut(xml: bytes, end: int) -> list[int]:
    """Where the rows begin, when that is plain to see; nothing otherwise: the sheet is then not cut."""
    begin = xml.find(_ROWS, 0, end)
    is_sure = begin >= 0 and xml.find(b"<sheetData", begin + 1, end) < 0 and xml.find(b"<?", 1, end) < 0
    return [begin + len(_ROWS)] if is_sure else []


def _piece(xml: bytes, start: int, end: int) -> tuple[int, bool]:
    """Where the piece that begins somewhere ends, and whether that is the end of a row, or of them all."""
    if end - start <= PIECE:
        return end, True
    stop = xml.rfind(_ROW_END, start, start + PIECE)
    if stop >= 0:
        return stop + len(_ROW_END), True
    return xml.rfind(b"<", start + 1, start + PIECE), False


class _Reach:
    """The rectangle that the cells with a value span: the reader of values makes room for all of it."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._most = limits, max(limits.cells, SPARSE)
        self.top = self.left = self.bottom = self.right = 0

    def add(self, line: int, column: int) -> None:
        """One more cell; raises Unreadable as soon as the rectangle is too large."""
        if self.bottom and self.top <= line <= self.bottom and self.left <= column <= self.right:
            return
        if line > self._limits.rows * 20:
            raise self._limits.too_many_rows()
        if column > self._limits.columns:
            raise self._limits.too_many_columns()
        self.top, self.bottom = min(self.top or line, line), max(self.bottom, line)
        self.left, self.right = min(self.left or column, column), max(self.right, column)
        if (self.bottom - self.top + 1) * (self.right - self.left + 1) > self._most:
            raise self._limits.too_many_cells()


def _refuse_doctype(*_declared: object) -> None:
    raise NotASheet("a document type")


def column_number(letters: str) -> int:
    """The number of a column.

    >>> column_number("A"), column_number("AB")
    (1, 28)
    """
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """The letters of a column.

    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _Walk:
    """The cells of a sheet, as the parser meets them."""

    def __init__(self, parser: expat.XMLParserType, limits: Limits) -> None:
        self.found = SheetScan()
        self._parser = parser
        self._limits = limits
        self._reach = _Reach(limits)
        self._line = self._column = 0
        self._cell: dict[str, str] = {}
        self._values = 0
        self._known: dict[str, int] = {}
        self._error = CellFault("", is_formula=False)
        self._is_reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(":")[2]
        if local == "c":
            if self._is_reading:
                self._parser.CharacterDataHandler, self._is_reading = None, False
            self._cell = attributes
            self._place(attributes.get("r"))
        elif local in {"v", "is", "f"}:
            self._value(local)
        elif local == "row":
            self._row(attributes.get("r"))

    def _row(self, number: str | None) -> None:
        self._line = int(number) if number is not None and number.isdigit() else self._line + 1
        self._column = 0
        if self._line > self._limits.rows * 20:
            raise self._limits.too_many_rows()

    def _place(self, address: str | None) -> None:
        if address is None:
            self._column += 1
            return
        found = _ADDRESS.fullmatch(address)
        if found is None:
            raise NotASheet(f"cell {address!r}")
        letters, line = found[1], int(found[2])
        number = self._known.get(letters)
        if number is None:
            number = self._known[letters] = column_number(letters)
        self._column, self._line = number, line

    def _value(self, local: str) -> None:
        line, column = self._line, self._column
        if local != "f":
            self._values += 1
            if self._values > self._limits.cells:
                raise self._limits.too_many_cells()
        self._reach.add(line, column)
        if local == "f":
            self._note(line, column, is_formula=True)
        elif self._cell.get("t") == "e":
            self._error = self._note(line, column, is_formula=False)
            self._parser.CharacterDataHandler, self._is_reading = self._text, True

    def _note(self, line: int, column: int, *, is_formula: bool) -> CellFault:
        """Note a fault of a cell; a formula that fails is a formula first."""
        of_line = self.found.faults.setdefault(line, {})
        if column not in of_line:
            of_line[column] = CellFault(f"{column_letters(column)}{line}", is_formula)
        return of_line[column]

    def _text(self, text: str) -> None:
        """Some of the name of an error; nothing else is read here."""
        self._error.text += text
