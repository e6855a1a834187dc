"""OpenDocument texts: numbered lists and outline, tables, notes, text boxes; tracked changes are read as accepted."""

import re
from collections.abc import Iterator

from portal.core.documents.word_xml import Element
from portal.core.expressions import expression
from portal.core.language import Sentence
from portal.documents_in.document import ParagraphKind, SourceDocument
from portal.documents_in.formats.odt_numbers import TEXT, ListCounters, OdtNumbering
from portal.documents_in.formats.packages import ZipPackage, damaged_part, tracked_change_remarks
from portal.documents_in.structure import document_builder, table_cells
from portal.documents_in.structure.blocks import Block
from portal.documents_in.structure.characters import normalise

CONTENT = "content.xml"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_DROPPED = frozenset(
    (_OFFICE + "annotation", _OFFICE + "annotation-end", _OFFICE + "forms", TEXT + "tracked-changes", TEXT + "note")
) | {TEXT + "sequence-decls", TEXT + "variable-decls", TEXT + "user-field-decls"}
_INDEXES = frozenset(TEXT + name for name in ("table-of-content", "illustration-index", "table-index", "object-index"))
_ROW_GROUPS = frozenset(_TABLE + name for name in ("table-rows", "table-header-rows", "table-row-group"))
_TITLES = expression(r"title|titre", re.IGNORECASE)


def read(data: bytes) -> SourceDocument:
    """The document; raises UnreadableDocument when the file is damaged, protected or a bomb."""
    package = ZipPackage(data)
    root = package.xml(CONTENT)
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise damaged_part(CONTENT)
    numbers = OdtNumbering([root, *([package.xml("styles.xml")] if "styles.xml" in package else [])])
    return document_builder.build_document(list(_OdtReader(numbers).blocks(body)), _remarks(body))


def _remarks(body: Element) -> tuple[Sentence, ...]:
    names = (TEXT + "insertion", TEXT + "deletion", _OFFICE + "annotation")
    inserted, deleted, comments = (sum(1 for _ in body.iter(name)) for name in names)
    return tracked_change_remarks(inserted=inserted, deleted=deleted, moved=0, comments=comments)


class _OdtReader:
    """Walks one body in reading order."""

    def __init__(self, numbers: OdtNumbering) -> None:
        self._numbers = numbers
        self._counters = ListCounters(numbers)
        self._notes = 0

    def blocks(self, parent: Element, kind: ParagraphKind | None = None) -> Iterator[Block]:
        """The blocks under an element."""
        for child in parent:
            if child.tag == TEXT + "h":
                yield from self._title(child, kind)
            elif child.tag == TEXT + "p":
                yield from self._paragraph(child, kind, None, 0)
            elif child.tag == TEXT + "list":
                yield from self._list(child, kind, "", 1)
            elif child.tag == _TABLE + "table":
                yield from table_cells.table_rows([[list(self.blocks(cell)) for cell in row] for row in _rows(child)])
            elif child.tag in _INDEXES:
                yield from self.blocks(child, ParagraphKind.CONTENTS)
            elif child.tag not in _DROPPED and isinstance(child.tag, str) and not child.tag.endswith("-source"):
                yield from self.blocks(child, kind)

    def _title(self, title: Element, kind: ParagraphKind | None, label: str = "") -> Iterator[Block]:
        level = self._numbers.integer(title.get(TEXT + "outline-level", ""), 1)
        label = label or self._counters.outline(level, self._numbers.list_style(title.get(TEXT + "style-name", "")))
        yield from self._paragraph(title, kind or ParagraphKind.HEADING, label, level)

    def _list(self, parent: Element, kind: ParagraphKind | None, style: str, level: int) -> Iterator[Block]:
        style = parent.get(TEXT + "style-name", "") or style
        if level == 1 and parent.get(TEXT + "continue-numbering") != "true" and not parent.get(TEXT + "continue-list"):
            self._counters.restart(style)
        for item in parent.iterchildren(TEXT + "list-item", TEXT + "list-header"):
            label: str | None = None
            for child in item:
                if child.tag == TEXT + "list":
                    yield from self._list(child, kind, style, level + 1)
                elif child.tag in (TEXT + "p", TEXT + "h"):
                    if label is None and item.tag == TEXT + "list-item":
                        start = item.get(TEXT + "start-value", "")
                        label = self._counters.item(style, level, start)
                    if child.tag == TEXT + "h":
                        yield from self._title(child, kind, label or "")
                    else:
                        yield from self._paragraph(child, kind, label, level)
                    label = ""
                else:
                    yield from self.blocks(child, kind)

    def _paragraph(
        self, element: Element, kind: ParagraphKind | None, label: str | None, level: int
    ) -> Iterator[Block]:
        if kind is None and _TITLES.fullmatch(self._numbers.style_name(element.get(TEXT + "style-name", ""))):
            kind, level = ParagraphKind.HEADING, 1
        for rank, line in enumerate("".join(_texts(element)).split("\n")):
            if words := normalise(line):
                yield Block(words, kind, level, (label or None) if rank == 0 else None, apart=rank == 0)
        for note in element.iter(TEXT + "note"):
            self._notes += 1
            body = note.find(TEXT + "note-body")
            if body is not None:
                words = normalise(" ".join("".join(_texts(each)) for each in body))
                yield Block(words, ParagraphKind.NOTE, label=str(self._notes))
        for box in element.iter(_DRAW + "text-box"):
            yield from self.blocks(box)


def _texts(parent: Element) -> Iterator[str]:
    """The visible text of a paragraph; boxes and notes are not in it."""
    yield _collapse_spaces(parent.text)
    for child in parent:
        if child.tag == TEXT + "s" or child.tag == TEXT + "tab":
            yield " "
        elif child.tag == TEXT + "line-break":
            yield "\n"
        elif isinstance(child.tag, str) and child.tag not in _DROPPED and child.tag != _DRAW + "text-box":
            yield from _texts(child)
        yield _collapse_spaces(child.tail)


def _collapse_spaces(words: str | None) -> str:
    return re.sub(r"\s+", " ", words) if words else ""


def _rows(table: Element) -> Iterator[list[Element]]:
    for child in table:
        if child.tag == _TABLE + "table-row":
            yield [cell for cell in child if cell.tag == _TABLE + "table-cell"]
        elif (
            isinstance(child.tag, str)
            and child.tag.startswith(_TABLE + "table-")
            and child.tag != _TABLE + "table-cell"
        ):
            yield from _rows(child)
