"""A workbook: its visible sheets as grids of cells, and answers written in the cells of its own XML."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from lxml import etree

from portal.answer_book.files.package import RELATIONS, FormPackage
from portal.answer_book.files.xlsx_notes import add_notes
from portal.answer_book.rules.form import CellFill, CellKind, Grid, GridCell
from portal.core.dataclass import dataclass
from portal.core.documents.word_xml import Element
from portal.core.errors import Refused
from portal.core.expressions import expression
from portal.core.language import say

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
M = f"{{{MAIN}}}"
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 60, 6_000, 120, 200_000
MOST_OPTIONS = 200
LONGEST_TEXT = 2_000
"""Characters of a cell that are read; an answer is never longer than what a cell holds."""
LONGEST_ANSWER = 32_000
_ADDRESS = expression(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_RANGE = expression(
    r"(?:'((?:[^']|''){1,80})'|([^'!\s]{1,80}))!\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?"
)
_LOCAL_RANGE = expression(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_NAME = expression(r"[^\W\d][\w.]{0,80}")
_DATE_FORMATS = frozenset([*range(14, 18), 22, 27, 30, 36, 50, 57])
_DATE_LETTERS = expression(r"[yd]|mmm")
_QUOTED = expression(r'"[^"]{0,80}"|\[[^\]]{0,80}\]|\\.')


@dataclass(frozen=True)
class _Look:
    """What the style of a cell says."""

    bold: bool = False
    is_date: bool = False
    locked: bool = True


@dataclass(frozen=True)
class _List:
    """A constraint on cells: what they take, and the entries of a list."""

    first: tuple[int, int]
    last: tuple[int, int]
    kind: CellKind
    options: tuple[str, ...] = ()

    def holds(self, row: int, column: int) -> bool:
        """Whether it bears on this cell."""
        return self.first[0] <= row <= self.last[0] and self.first[1] <= column <= self.last[1]


@dataclass(frozen=True)
class _Sheet:
    name: str
    path: str


class Workbook:
    """One workbook, read once."""

    def __init__(self, package: FormPackage) -> None:
        self._package = package
        main = next((path for kind, path in package.links("").values() if kind == "officeDocument"), "xl/workbook.xml")
        self._root = package.xml(main)
        links = package.links(main)
        self._sheets: list[tuple[_Sheet, bool]] = []
        for node in self._root.iter(f"{M}sheet"):
            kind, path = links.get(node.get(f"{{{RELATIONS}}}id", ""), ("", ""))
            if kind == "worksheet" and path in package.names:
                shown = node.get("state", "visible") == "visible"
                self._sheets.append((_Sheet(node.get("name", ""), path), shown))
        parts = {kind: path for kind, path in links.values() if path in package.names}
        self._strings = _shared_strings(package.xml(parts["sharedStrings"])) if "sharedStrings" in parts else []
        self._looks = _looks(package.xml(parts["styles"])) if "styles" in parts else []
        self._trees: dict[str, Element] = {}

    @property
    def visible(self) -> list[_Sheet]:
        """The sheets that a person sees, in order."""
        return [sheet for sheet, shown in self._sheets if shown][:MOST_SHEETS]

    def tree(self, sheet: _Sheet) -> Element:
        """The XML of a sheet."""
        if sheet.path not in self._trees:
            self._trees[sheet.path] = self._package.xml(sheet.path)
        return self._trees[sheet.path]

    def grids(self) -> Iterator[Grid]:
        """Each visible sheet as a grid."""
        for sheet in self.visible:
            yield Grid(sheet.name, self._grid(sheet))

    def _grid(self, sheet: _Sheet) -> dict[int, dict[int, GridCell]]:
        root = self.tree(sheet)
        hidden = _hidden_columns(root)
        merged = {(top, left): (bottom, right) for top, left, bottom, right in _merges(root)}
        inside = _inside(merged)
        protected = any(node.get("sheet") in {"1", "true"} for node in root.iter(f"{M}sheetProtection"))
        lists = list(self._lists(sheet, root))
        rows: dict[int, dict[int, GridCell]] = {}
        count = 0
        for row in root.iter(f"{M}row"):
            number = int(row.get("r", len(rows) + 1))
            if row.get("hidden") in {"1", "true"}:
                continue
            cells: dict[int, GridCell] = {}
            for cell in row.iter(f"{M}c"):
                column = place_of(cell.get("r", ""))[1]
                count += 1
                if not 1 <= column <= MOST_COLUMNS or column in hidden:
                    continue
                look = self._look(cell)
                end = merged.get((number, column), (number, column))
                free = (number, column) not in inside and cell.find(f"{M}f") is None
                cells[column] = GridCell(
                    text=self.text(cell)[:LONGEST_TEXT],
                    bold=look.bold or self._is_all_bold(cell),
                    width=end[1] - column + 1,
                    is_free=free and not (protected and look.locked),
                    kind=CellKind.DATE if look.is_date else CellKind.TEXT,
                )
            if cells:
                rows[number] = _constrained(number, cells, lists, inside, hidden, protected=protected)
            if count > MOST_CELLS or len(rows) > MOST_ROWS:
                raise Refused(say("Ce formulaire est trop grand : %(count)s lignes au plus.", count=MOST_ROWS))
        return rows

    def _look(self, cell: Element) -> _Look:
        rank = int(cell.get("s", 0))
        return self._looks[rank] if 0 <= rank < len(self._looks) else _Look()

    def _is_all_bold(self, cell: Element) -> bool:
        runs = list(cell.iter(f"{M}r"))
        return bool(runs) and all(run.find(f"{M}rPr/{M}b") is not None for run in runs)

    def text(self, cell: Element) -> str:
        """What a cell shows, as text."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(node.text or "" for node in cell.iter(f"{M}t"))
        value = cell.findtext(f"{M}v") or ""
        if kind == "s":
            rank = int(value) if value.isdecimal() else -1
            return self._strings[rank] if 0 <= rank < len(self._strings) else ""
        return value

    def _lists(self, sheet: _Sheet, root: Element) -> Iterator[_List]:
        for node in root.iter(f"{M}dataValidation"):
            yield from self._list(sheet, node, node.get("sqref", ""), node.findtext(f"{M}formula1") or "")
        for node in root.iter(f"{X14}dataValidation"):
            formula = node.find(f"{X14}formula1")
            text = formula.findtext(f"{XM}f") or "" if formula is not None else ""
            yield from self._list(sheet, node, node.findtext(f"{XM}sqref") or "", text)

    def _list(self, sheet: _Sheet, node: Element, places: str, formula: str) -> Iterator[_List]:
        kinds = {
            "list": CellKind.UNKNOWN_LIST,
            "date": CellKind.DATE,
            "decimal": CellKind.NUMBER,
            "whole": CellKind.NUMBER,
        }
        kind = kinds.get(node.get("type", ""))
        if kind is None:
            return
        options = self._options(sheet, formula.strip()) if kind is CellKind.UNKNOWN_LIST else ()
        for place in places.split()[:500]:
            top, left, bottom, right = span_of(place)
            yield _List((top, left), (bottom, right), CellKind.TEXT if options else kind, options)

    def _options(self, sheet: _Sheet, formula: str, depth: int = 0) -> tuple[str, ...]:
        """The entries of a list: written out, in a range of this or another sheet, or under a name."""
        formula = formula.lstrip("=")
        if formula.startswith('"'):
            return tuple(part.strip() for part in formula.strip('"').split(",") if part.strip())[:MOST_OPTIONS]
        found = _RANGE.fullmatch(formula)
        if found:
            wanted = (found[1] or found[2]).replace("''", "'")
            other = next((each for each, _shown in self._sheets if each.name == wanted), None)
            return self._texts(other, found[3], found[4], found[5], found[6]) if other else ()
        local = _LOCAL_RANGE.fullmatch(formula)
        if local:
            return self._texts(sheet, local[1], local[2], local[3], local[4])
        if _NAME.fullmatch(formula) and depth < 3:
            for node in self._root.iter(f"{M}definedName"):
                if node.get("name") == formula:
                    return self._options(sheet, (node.text or "").strip(), depth + 1)
        return ()

    def _texts(self, sheet: _Sheet, left: str, top: str, right: str | None, bottom: str | None) -> tuple[str, ...]:
        first = (int(top), column_number(left))
        last = (int(bottom or top), column_number(right or left))
        texts = []
        for row in self.tree(sheet).iter(f"{M}row"):
            number = int(row.get("r", 0))
            if first[0] <= number <= last[0]:
                for cell in row.iter(f"{M}c"):
                    text = self.text(cell).strip()
                    if text and first[1] <= place_of(cell.get("r", ""))[1] <= last[1]:
                        texts.append(text)
        return tuple(texts[:MOST_OPTIONS])

    def fill(self, fills: tuple[CellFill, ...]) -> None:
        """Write the answers, then say beside each where it comes from."""
        for sheet in self.visible:
            mine = [fill for fill in fills if fill.sheet == sheet.name]
            if not mine:
                continue
            root = self.tree(sheet)
            rows = {int(row.get("r", 0)): row for row in root.iter(f"{M}row")}
            for fill in mine:
                if fill.row in rows:
                    _write(self._cell(root, rows[fill.row], fill), fill)
            notes = [(f"{column_letters(fill.column)}{fill.row}", fill.note) for fill in mine if fill.note]
            if notes:
                add_notes(self._package, sheet.path, root, notes)
            self._package.change(sheet.path, root)

    def _cell(self, root: Element, row: Element, fill: CellFill) -> Element:
        """The cell, made in its place when the sheet has none there: it takes the style of its row or column."""
        place = 0
        for rank, cell in enumerate(row.findall(f"{M}c")):
            column = place_of(cell.get("r", ""))[1]
            if column == fill.column:
                return cell
            if column < fill.column:
                place = rank + 1
        made = etree.Element(f"{M}c", r=f"{column_letters(fill.column)}{fill.row}")
        style = row.get("s") if row.get("customFormat") in {"1", "true"} else _column_style(root, fill.column)
        if style:
            made.set("s", style)
        row.insert(place, made)
        return made


def _write(cell: Element, fill: CellFill) -> None:
    if cell.find(f"{M}f") is not None:
        return
    for child in list(cell):
        cell.remove(child)
    if fill.kind in {CellKind.DATE, CellKind.NUMBER}:
        cell.attrib.pop("t", None)
        value = fill.text
        if fill.kind is CellKind.DATE:
            value = str((date.fromisoformat(fill.text) - date(1899, 12, 30)).days)
        etree.SubElement(cell, f"{M}v").text = value
        return
    cell.set("t", "inlineStr")
    text = etree.SubElement(etree.SubElement(cell, f"{M}is"), f"{M}t")
    text.text = fill.text[:LONGEST_ANSWER]
    text.set(_SPACE, "preserve")


def _constrained(
    number: int, cells: dict[int, GridCell], lists: list[_List], inside: set[tuple[int, int]], hidden: set[int],
    *, protected: bool,
) -> dict[int, GridCell]:  # fmt: skip
    """The cells with what their constraints ask; a cell that the sheet does not store but that has one is there too."""
    for one in lists:
        if one.first[0] <= number <= one.last[0]:
            for column in range(one.first[1], min(one.last[1], MOST_COLUMNS) + 1):
                if column not in hidden:
                    cells.setdefault(column, GridCell(is_free=not protected and (number, column) not in inside))
    for column, cell in cells.items():
        mine = next((one for one in lists if one.holds(number, column)), None)
        if mine is not None:
            cells[column] = replace(cell, options=mine.options, kind=mine.kind)
    # An empty cell of a merged one that begins elsewhere is stored or not, as the program that wrote it likes.
    for row, column in inside:
        if row == number and column not in cells and column <= MOST_COLUMNS:
            cells[column] = GridCell(is_free=False)
    return dict(sorted(cells.items()))


def _inside(merged: Mapping[tuple[int, int], tuple[int, int]]) -> set[tuple[int, int]]:
    """Every cell that is hidden by a merged one."""
    found: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in merged.items():
        for row in range(top, min(bottom, top + MOST_ROWS) + 1):
            for column in range(left, min(right, MOST_COLUMNS) + 1):
                if (row, column) != (top, left):
                    found.add((row, column))
        if len(found) > MOST_CELLS:
            raise Refused(say("Ce formulaire est trop grand : %(count)s lignes au plus.", count=MOST_ROWS))
    return found


def _merges(root: Element) -> Iterator[tuple[int, int, int, int]]:
    for node in root.iter(f"{M}mergeCell"):
        yield span_of(node.get("ref", ""))


def _hidden_columns(root: Element) -> set[int]:
    found: set[int] = set()
    for node in root.iter(f"{M}col"):
        if node.get("hidden") in {"1", "true"}:
            found.update(range(int(node.get("min", 1)), min(int(node.get("max", 1)), MOST_COLUMNS) + 1))
    return found


def _column_style(root: Element, column: int) -> str | None:
    for node in root.iter(f"{M}col"):
        if int(node.get("min", 0)) <= column <= int(node.get("max", 0)):
            style: str | None = node.get("style")
            return style
    return None


def _shared_strings(root: Element) -> list[str]:
    return [
        "".join(node.text or "" for node in item.iter(f"{M}t") if node.getparent().tag != f"{M}rPh")
        for item in root.iter(f"{M}si")
    ]


def _looks(root: Element) -> list[_Look]:
    bold = [font.find(f"{M}b") is not None and font.find(f"{M}b").get("val", "1") not in {"0", "false"}
            for font in root.iterfind(f"{M}fonts/{M}font")]  # fmt: skip
    formats = {int(node.get("numFmtId", 0)): node.get("formatCode", "") for node in root.iter(f"{M}numFmt")}
    looks = []
    for xf in root.iterfind(f"{M}cellXfs/{M}xf"):
        font, number = int(xf.get("fontId", 0)), int(xf.get("numFmtId", 0))
        code = _QUOTED.sub("", formats.get(number, "")[:255].lower())
        protection = xf.find(f"{M}protection")
        locked = protection is None or protection.get("locked", "1") not in {"0", "false"}
        looks.append(
            _Look(
                bold=font < len(bold) and bold[font],
                is_date=number in _DATE_FORMATS or _DATE_LETTERS.search(code) is not None,
                locked=locked,
            )
        )
    return looks


def place_of(address: str) -> tuple[int, int]:
    """Row and column of an address.

    >>> place_of("AB12")
    (12, 28)
    """
    found = _ADDRESS.fullmatch(address)
    return (int(found[2]), column_number(found[1])) if found else (0, 0)


def span_of(reference: str) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of a range.

    >>> span_of("B2:C4"), span_of("A1")
    ((2, 2, 4, 3), (1, 1, 1, 1))
    """
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = place_of(first), place_of(last or first)
    return top, left, bottom, right


def column_number(letters: str) -> int:
    """The number of a column from its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """The letters of a column.

    >>> column_letters(28)
    'AB'
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_workbook(package: FormPackage) -> list[Grid]:
    """Every visible sheet of a workbook."""
    return list(Workbook(package).grids())


def fill_workbook(package: FormPackage, fills: tuple[CellFill, ...]) -> Any:
    """Write answers in a workbook."""
    Workbook(package).fill(fills)
