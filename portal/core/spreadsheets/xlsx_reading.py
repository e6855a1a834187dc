"""Reading the first sheet of an XLSX: values only, nothing computed, nothing fetched, nothing unpacked on trust.

The values are read by calamine. It is given an archive made here, with the one sheet that was looked into and what its
values need, so that it cannot read another part than the one that was checked.
"""

import io
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import IO
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_STORED, ZipFile

from defusedxml.ElementTree import fromstring
from python_calamine import CalamineSheet, CalamineWorkbook

from portal.core import archives
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.files import identify_office_file
from portal.core.language import Sentence, say
from portal.core.spreadsheets.sheet_scan import CellFault, SheetScan, scan_sheet
from portal.core.spreadsheets.table import (
    Limits,
    NamedTable,
    Problem,
    Row,
    Stream,
    Unreadable,
    check_header,
    cut_cells,
    miscounted,
    repeated_names,
)

Line = tuple[int, list[str], list[Problem]]
MOST_SHEETS = 100
EXACT = 2**53
"""Whole numbers that a spreadsheet holds without loss are below."""


@contextmanager
def stream(data: bytes, limits: Limits) -> Iterator[Stream]:
    """The first visible sheet row by row, while the workbook is open.

    Raises Unreadable, or the refusals of `files` for a bomb or macros, on opening it or on the way.
    """
    with _damage_told():
        book = _opened(data, limits)
        if not book.sheets:
            raise _empty()
        yield _table(_looked_into(book, book.sheets[0], limits), limits, _notes([one.title for one in book.sheets]))


def sheets(data: bytes, limits: Limits) -> tuple[NamedTable, ...]:
    """Every visible sheet that holds something, whole, in order; raises as `stream`, or past `MOST_SHEETS`."""
    with _damage_told():
        book = _opened(data, limits)
        if len(book.sheets) > MOST_SHEETS:
            raise Unreadable(say("Ce classeur compte plus de %(count)s feuilles.", count=MOST_SHEETS))
        whole = []
        for part in book.sheets:
            lines = list(_looked_into(book, part, limits))
            if any(text.strip() for _, texts, _ in lines for text in texts):
                whole.append(NamedTable(part.title, _table(iter(lines), limits, ()).whole()))
        return tuple(whole)


def _opened(data: bytes, limits: Limits) -> "_Book":
    """A workbook that may be read: its parts checked, and no other workbook needed."""
    file = io.BytesIO(data)
    unpacked = archives.Limits(members=2_000, unpacked=limits.unpacked, ratio=100, always_fine=8 * 1024 * 1024)
    if identify_office_file(file, unpacked) != "xlsx":
        raise Unreadable(say("Ce fichier n'est pas un classeur Excel : enregistrez le tableau en XLSX ou en CSV."))
    if any(m.filename.lower().startswith("xl/externallinks/") for m in archives.directory(file, unpacked)):
        raise Unreadable(
            say("Ce classeur dépend d'autres classeurs : copiez ses valeurs dans un classeur neuf, puis réessayez.")
        )
    return _book(_Parts(file, limits.unpacked))


def _looked_into(book: "_Book", part: "_SheetPart", limits: Limits) -> Iterator[Line]:
    """The lines of one sheet, alone, and what its XML holds beside its values."""
    xml = book.parts.read(part.path)
    found = scan_sheet(xml, limits)
    if len(xml) > CUT and found.cuts:
        return _by_pieces(book, part, xml[: found.cuts[0]], found.cuts)
    alone = _alone(book, xml)
    del xml  # held once: the archive has it now
    return _lines(_sheet_of(alone), found)


CUT, BESIDE = 1024 * 1024, 8
"""Bytes of a sheet that are read at once, or so many times what every piece needs beside when that is more: calamine
holds each value of what it reads, and reads what the sheets share each time."""


def _by_pieces(book: "_Book", part: "_SheetPart", head: bytes, cuts: Sequence[int]) -> Iterator[Line]:
    """The lines of a long sheet, so many rows read at a time: each piece is a sheet with the same head.

    It is unpacked a second time, as it is read: held whole meanwhile, it would be most of what reading it takes.
    """
    shared = {kind: book.parts.read(path) for kind, path in book.shared.items()}
    most = max(CUT, BESIDE * sum(map(len, shared.values())))
    start, last = cuts[0], 0
    with book.parts.opened(part.path) as sheet:
        sheet.read(start)
        for place, stop in enumerate(cuts[1:], start=1):
            is_end = place == len(cuts) - 1
            if stop - start < most and not is_end:
                continue
            closed = b"".join((head, sheet.read(stop - start), b"" if is_end else b"</sheetData>", b"</worksheet>"))
            start = stop
            for line, texts, faults in _lines(_sheet_of(_packed(book, closed, shared)), SheetScan(), last):
                last = line
                yield line, texts, faults


def _sheet_of(alone: IO[bytes]) -> CalamineSheet:
    return CalamineWorkbook.from_filelike(alone).get_sheet_by_index(0)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Whatever a reader stumbles over becomes one refusal: a bad file raises some ten different errors."""
    try:
        yield
    except Refused:
        raise
    except Exception as failure:
        raise Unreadable(
            say("Ce classeur est endommagé : ouvrez-le, enregistrez-le à nouveau en XLSX, puis réessayez.")
        ) from failure


class _Parts:
    """The parts of the archive by name; their sizes were checked before."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._most = file, most

    def read(self, name: str) -> bytes:
        """One part; raises Unsafe when it is missing."""
        return archives.read(self._file, name, self._most)

    def opened(self, name: str) -> IO[bytes]:
        """One part that was read whole before, from its beginning again."""
        return ZipFile(self._file).open(name)

    def links(self, owner: str) -> Mapping[str, tuple[str, str]]:
        """Where the relationships of a part lead: their kind and the part's name, by identifier."""
        folder, name = posixpath.split(owner)
        found = fromstring(self.read(posixpath.join(folder, "_rels", f"{name}.rels")))
        return {
            link.get("Id", ""): (
                link.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/"),
            )
            for link in found
        }


@dataclass(frozen=True)
class _SheetPart:
    title: str
    path: str


@dataclass(frozen=True)
class _Book:
    """What the workbook's own part says."""

    parts: _Parts
    sheets: tuple[_SheetPart, ...]
    """Those that are visible and hold cells, in order."""
    shared: Mapping[str, str]
    """The parts that every sheet needs: styles and shared strings, by kind."""
    since_1904: bool


def _book(parts: _Parts) -> _Book:
    main = next((path for kind, path in parts.links("").values() if kind == "officeDocument"), "xl/workbook.xml")
    root, links = fromstring(parts.read(main)), parts.links(main)
    sheets = []
    for node in root.iter():
        if _local(node.tag) != "sheet" or node.get("state", "visible") != "visible":
            continue
        target = next((value for name, value in node.items() if _local(name) == "id"), "")
        kind, path = links.get(target, ("", ""))
        if kind == "worksheet":
            sheets.append(_SheetPart(node.get("name", ""), path))
    shared = {kind: path for kind, path in links.values() if kind in {"styles", "sharedStrings"}}
    dated = next((node.get("date1904", "") for node in root if _local(node.tag) == "workbookPr"), "")
    return _Book(parts, tuple(sheets), shared, dated in {"1", "true", "on"})


def _local(name: str) -> str:
    return name.rpartition("}")[2]


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _alone(book: _Book, xml: bytes) -> IO[bytes]:
    """The archive of one sheet, whole."""
    return _packed(book, xml, {kind: book.parts.read(path) for kind, path in book.shared.items()})


def _packed(book: _Book, xml: bytes, shared: Mapping[str, bytes]) -> IO[bytes]:
    """An archive of one sheet and of what its values need, not packed: nothing in it is larger than was checked."""
    file = io.BytesIO()
    links = [(f"rId{rank}", kind, f"{kind}.xml") for rank, kind in enumerate(book.shared, start=2)]
    with ZipFile(file, "w", ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", _declared([f"{kind}.xml" for kind in book.shared]))
        archive.writestr("_rels/.rels", _linked([("rId1", "officeDocument", "xl/workbook.xml")]))
        archive.writestr("xl/_rels/workbook.xml.rels", _linked([("rId1", "worksheet", "sheet1.xml"), *links]))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><workbookPr date1904="{int(book.since_1904)}"/>'
            '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        for kind, content in shared.items():
            archive.writestr(f"xl/{kind}.xml", content)
        archive.writestr("xl/sheet1.xml", xml)
    file.seek(0)
    return file


def _linked(links: list[tuple[str, str, str]]) -> str:
    each = "".join(
        f"<Relationship Id={quoteattr(one)} Type={quoteattr(f'{_LINKS}/{kind}')} Target={quoteattr(target)}/>"
        for one, kind, target in links
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _declared(names: list[str]) -> str:
    kinds = {
        "workbook.xml": "sheet.main",
        "sheet1.xml": "worksheet",
        **{name: name.removesuffix(".xml") for name in names},
    }
    each = "".join(
        f'<Override PartName="/xl/{name}" ContentType="{_TYPES}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{rels}{each}</Types>'


def _notes(titles: list[str]) -> tuple[Sentence, ...]:
    if len(titles) == 1:
        return ()
    ignored = ", ".join(titles[1:])
    return (say("Seule la feuille « %(read)s » a été lue ; ignorées : %(ignored)s.", read=titles[0], ignored=ignored),)


def _lines(sheet: CalamineSheet, found: SheetScan, after: int = 0) -> Iterator[Line]:
    """Every line after one, with its cells as text and what is wrong in them; empty cells at its end are left out."""
    left = sheet.start[1] if sheet.start else 0
    height = sheet.end[0] + 1 if sheet.end else 0
    # A piece begins where its cells do; asked row by row, it would give every empty line above them.
    top = sheet.start[0] if after and sheet.start else 0
    lines = iter(sheet.to_python() if after else sheet.iter_rows()) if height else iter(())
    faults = found.faults
    for line in range(after + 1, max(height, found.last_line) + 1):
        values = next(lines, ()) if line > top else ()
        texts = [""] * left
        texts += [value if value.__class__ is str else as_text(value) for value in values]
        while texts and not texts[-1]:
            texts.pop()
        yield line, texts, _faults(line, texts, faults[line]) if line in faults else []


def _faults(line: int, texts: list[str], found: Mapping[int, CellFault]) -> list[Problem]:
    """The problems of a line; each cell shows what is wrong with it, even when it has no value."""
    problems = []
    for column, fault in sorted(found.items()):
        texts += [""] * (column - len(texts))
        texts[column - 1] = fault.text.strip() or texts[column - 1] or "="
        problems.append(Problem(line, column, _said(fault)))
    return problems


def _said(fault: CellFault) -> Sentence:
    if fault.is_formula:
        return say("Cellule %(cell)s : formule ; remplacez-la par sa valeur.", cell=fault.address)
    return say("Cellule %(cell)s : erreur %(error)s.", cell=fault.address, error=fault.text.strip())


def _table(lines: Iterator[Line], limits: Limits, notes: tuple[Sentence, ...]) -> Stream:
    header_line, header, problems = next(((n, t, p) for n, t, p in lines if any(x.strip() for x in t)), (0, [], []))
    if not header_line:
        raise _empty()
    names = tuple(header)
    check_header(names, limits)
    problems += repeated_names(names, header_line)
    return Stream("xlsx", header_line, names, _body(lines, names, limits, problems), problems, notes)


def _body(lines: Iterator[Line], names: tuple[str, ...], limits: Limits, problems: list[Problem]) -> Iterator[Row]:
    rows_seen = 0
    for line, texts, faults in lines:
        if not any(text.strip() for text in texts):
            continue  # a blank line holds nothing: it is no fault, wherever it stands
        if rows_seen == limits.rows:
            raise limits.too_many_rows()
        rows_seen += 1
        # A sheet does not store empty cells at the end of a row: only cells beyond the header are a fault.
        texts.extend([""] * (len(names) - len(texts)))
        if len(texts) > len(names):
            faults.append(Problem(line, None, miscounted(len(texts), len(names))))
        shown = cut_cells(line, texts, faults)
        problems += faults
        yield Row(line, tuple(shown), not faults)


def as_text(value: object) -> str:
    """A cell as a person would retype it, dates in ISO form.

    >>> as_text(datetime(2026, 11, 24)), as_text(3.0), as_text(0.5), as_text(True), as_text(" x ")
    ('2026-11-24', '3', '0.5', 'oui', ' x ')
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _empty() -> Unreadable:
    return Unreadable(say("Ce fichier est vide : sa première ligne doit nommer les colonnes."))
