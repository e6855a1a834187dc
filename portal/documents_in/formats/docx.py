"""Word files: what they say once every tracked change is accepted, numbers included.

Hidden text is read where it stands, headers and footers at the end, each once: they may hold a clause as well as the
body, and the reader is told of both. Comments are left out. A footnote follows the paragraph that calls it.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from portal.core.documents.word_xml import Element, W
from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.documents_in.document import ParagraphKind, SourceDocument
from portal.documents_in.formats.docx_numbers import DocxCounters, as_integer, attribute_value, style_chain
from portal.documents_in.formats.packages import ZipPackage, damaged_part, tracked_change_remarks
from portal.documents_in.structure import document_builder, table_cells
from portal.documents_in.structure.blocks import Block
from portal.documents_in.structure.characters import normalise
from portal.documents_in.structure.running_headers import is_page_number

MAIN = "word/document.xml"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DROPPED = frozenset(
    W + name for name in ("del", "moveFrom", "pPr", "instrText", "delText", "sdtPr", "tblPr", "trPr", "tcPr", "rPr")
) | {_MC + "Fallback"}
_SHOWN = {W + "tab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "ptab": " "}
_HEADING_NAME = expression(r"(?:heading|titre|überschrift|título|titolo|kop)\s?([1-9])", re.IGNORECASE)
_TITLE_NAME = expression(r"title|titre|document title|titre du document", re.IGNORECASE)
_CONTENTS_NAME = expression(r"(?:toc|tm|table des matières)\s?\d|toc heading|en-tête de table des matières", re.I)
MAX_OUTLINE = 8
_NOTES = {"footnote": "word/footnotes.xml", "endnote": "word/endnotes.xml"}


def read(data: bytes) -> SourceDocument:
    """The document; raises UnreadableDocument when the file is damaged, protected or a bomb."""
    package = ZipPackage(data)
    root = package.xml(MAIN)
    body = root.find(W + "body")
    if body is None:
        raise damaged_part(MAIN)
    reader = _DocxReader(package)
    blocks = [*reader.blocks(body)]
    around = [*reader.around(root)]
    remarks = (*_remarks(root, package), *_unseen_remarks(len(around), sum(map(_is_hidden, root.iter(W + "r")))))
    return document_builder.build_document([*blocks, *around], remarks)


def _unseen_remarks(around: int, hidden: int) -> Iterator[Sentence]:
    """What the reader must know of text that stands out of the body, or that Word does not show."""
    if around:
        yield say("En-têtes et pieds de page, lus à la fin du texte : %(count)s.", count=around)
    if hidden:
        yield say("Passages masqués dans Word, lus avec le reste : %(count)s.", count=hidden)


def _remarks(root: Element, package: ZipPackage) -> tuple[Sentence, ...]:
    inserted, deleted, moved = (sum(1 for _ in root.iter(W + name)) for name in ("ins", "del", "moveTo"))
    part = "word/comments.xml"
    comments = sum(1 for _ in package.xml(part).iter(W + "comment")) if part in package else 0
    return tracked_change_remarks(inserted=inserted, deleted=deleted, moved=moved, comments=comments)


class _DocxReader:
    """Walks one body in reading order."""

    def __init__(self, package: ZipPackage) -> None:
        self._package = package
        styles = package.xml("word/styles.xml") if "word/styles.xml" in package else None
        found = [] if styles is None else styles.iter(W + "style")
        self._styles: dict[str, Element] = {each.get(W + "styleId", ""): each for each in found}
        numbering = package.xml("word/numbering.xml") if "word/numbering.xml" in package else None
        self._counters = DocxCounters(numbering, self._styles)
        self._carried = ""
        self._notes_read = 0

    def blocks(self, parent: Element, kind: ParagraphKind | None = None) -> Iterator[Block]:
        """The blocks under an element, tables row by row."""
        for child in parent:
            if child.tag == W + "p":
                yield from self._paragraph(child, kind)
            elif child.tag == W + "tbl":
                yield from self._table(child)
            elif child.tag == W + "sdt":
                gallery = child.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
                contents = gallery is not None and gallery.get(W + "val") == "Table of Contents"
                for content in child.iterchildren(W + "sdtContent"):
                    yield from self.blocks(content, ParagraphKind.CONTENTS if contents else kind)
            elif child.tag not in _DROPPED and isinstance(child.tag, str):
                yield from self.blocks(child, kind)

    def around(self, root: Element) -> Iterator[Block]:
        """The headers and footers that sections refer to, each text once, page numbers left out."""
        told: set[str] = set()
        for part in self._around_parts(root):
            for block in self.blocks(self._package.xml(part)):
                if block.text not in told and not is_page_number(block.text, alone=True):
                    told.add(block.text)
                    yield Block(block.text, ParagraphKind.NOTE)

    def _around_parts(self, root: Element) -> Iterator[str]:
        """The names of those parts, in the order of the sections."""
        relations = "word/_rels/document.xml.rels"
        if relations not in self._package:
            return
        targets = {one.get("Id", ""): one.get("Target", "") for one in self._package.xml(relations)}
        references = list(root.iter(W + "headerReference", W + "footerReference"))
        for name in dict.fromkeys(targets.get(one.get(_R + "id", ""), "") for one in references):
            part = name.removeprefix("/") if name.startswith("/") else f"word/{name}"
            if name and part in self._package:
                yield part

    def _paragraph(self, paragraph: Element, kind: ParagraphKind | None) -> Iterator[Block]:
        style = attribute_value(paragraph, "pPr", "pStyle")
        label, level = self._counters.label(paragraph, style)
        text = self._carried + "".join(_texts(paragraph))
        self._carried = ""
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            self._carried = text  # its end was deleted: the next paragraph goes on
            return
        heading = self._heading_level(paragraph, style)
        if kind is None and _CONTENTS_NAME.fullmatch(self._name(style)):
            kind = ParagraphKind.CONTENTS
        lines = _lines(text)
        for rank, line in enumerate(lines):
            first = rank == 0
            paragraph_kind = kind or (ParagraphKind.HEADING if heading and len(lines) < 3 else None)
            if paragraph_kind is None and first and label and not any(char.isalnum() for char in label.strip("o§q")):
                paragraph_kind = ParagraphKind.ITEM
            yield Block(
                line,
                paragraph_kind,
                heading if paragraph_kind is ParagraphKind.HEADING else level,
                label if first and label else None,
                apart=first,
                strong=_strong(paragraph),
            )
        for box in _boxes(paragraph):
            yield from self.blocks(box)
        yield from self._notes(paragraph)

    def _table(self, table: Element) -> Iterator[Block]:
        yield from table_cells.table_rows([[list(self.blocks(cell)) for cell in _cells(row)] for row in _rows(table)])

    def _heading_level(self, paragraph: Element, style: str) -> int:
        """1 to 9 for a heading, by its outline level or the name of its style; 0 for any other paragraph."""
        own = attribute_value(paragraph, "pPr", "outlineLvl")
        if own:
            return 0 if as_integer(own, 9) > MAX_OUTLINE else as_integer(own, 9) + 1
        for name in style_chain(self._styles, style):
            outline = attribute_value(self._styles[name], "pPr", "outlineLvl")
            if outline:
                return 0 if as_integer(outline, 9) > MAX_OUTLINE else as_integer(outline, 9) + 1
            if found := _HEADING_NAME.fullmatch(self._name(name)):
                return int(found[1])
        return 1 if _TITLE_NAME.fullmatch(self._name(style)) else 0

    def _name(self, style: str) -> str:
        return attribute_value(self._styles[style], "name") if style in self._styles else style

    def _notes(self, paragraph: Element) -> Iterator[Block]:
        for what in _NOTES:
            for call in paragraph.iter(f"{W}{what}Reference"):
                note = self._all_notes.get((what, call.get(W + "id", "")))
                if note is not None:
                    self._notes_read += 1
                    text = normalise(" ".join("".join(_texts(each)) for each in note.iter(W + "p")))
                    yield Block(text, ParagraphKind.NOTE, label=str(self._notes_read))

    @cached_property
    def _all_notes(self) -> dict[tuple[str, str], Element]:
        return {
            (what, note.get(W + "id", "")): note
            for what, part in _NOTES.items()
            if part in self._package
            for note in self._package.xml(part).iter(W + what)
        }


def _texts(parent: Element) -> Iterator[str]:
    """The text under an element, hidden or not; what is inside a text box is not in its paragraph."""
    for child in parent:
        if child.tag == W + "t":
            yield child.text or ""
        elif child.tag in _SHOWN:
            yield _SHOWN[child.tag]
        elif child.tag not in _DROPPED and child.tag != W + "txbxContent" and isinstance(child.tag, str):
            yield from _texts(child)


def _is_hidden(run: Element) -> bool:
    """Whether Word does not show a run that says something."""
    vanish = run.find(f"{W}rPr/{W}vanish")
    said = any((text.text or "").strip() for text in run.iter(W + "t"))
    return said and vanish is not None and vanish.get(W + "val") not in ("0", "false")


def _lines(text: str) -> list[str]:
    """The paragraphs that forced line ends make of one; a line end inside a sentence is none."""
    lines: list[str] = []
    for line in map(normalise, text.split("\n")):
        if lines and line[:1].islower() and not lines[-1].endswith((":", ";", ".")):
            lines[-1] = f"{lines[-1]} {line}"
        elif line:
            lines.append(line)
    return lines


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == W + "tr" and child.find(f"{W}trPr/{W}del") is None:
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "ins", W + "customXml"):
            yield from _rows(child)


def _cells(row: Element) -> Iterator[Element]:
    for child in row:
        if child.tag == W + "tc":
            merged = child.find(f"{W}tcPr/{W}vMerge")
            if merged is None or merged.get(W + "val") == "restart":
                yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml"):
            yield from _cells(child)


def _boxes(paragraph: Element) -> Iterator[Element]:
    """The text boxes anchored to a paragraph, once each: older Word finds the same again in a fallback."""
    for box in paragraph.iter(W + "txbxContent"):
        if not any(parent.tag == _MC + "Fallback" for parent in box.iterancestors()):
            yield box


def _strong(paragraph: Element) -> bool:
    runs = [run for run in paragraph.iter(W + "r") if any((t.text or "").strip() for t in run.iter(W + "t"))]
    return bool(runs) and all(
        (bold := run.find(f"{W}rPr/{W}b")) is not None and bold.get(W + "val") not in ("0", "false") for run in runs
    )
