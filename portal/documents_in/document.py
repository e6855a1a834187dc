"""A document as it was read, whatever its file format: paragraphs in reading order, each at its place in one text.

Standard library only, so that rules may use it.
"""

from enum import StrEnum
from functools import cached_property

from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence


class ParagraphKind(StrEnum):
    """What a paragraph is in its document."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    """One item of a list, whatever its mark."""
    ROW = "row"
    """One row of a table, its cells joined by « | »."""
    NOTE = "note"
    """A footnote or an endnote."""
    CONTENTS = "contents"
    """A line of a table of contents: it announces, it does not bind."""


@dataclass(frozen=True, slots=True)
class SourceParagraph:
    """One paragraph; `text` stands at `[start, start + len(text)[` of the document's text, in characters."""

    text: str
    start: int
    kind: ParagraphKind = ParagraphKind.TEXT
    level: int = 0
    """Depth of a heading (1 = chapter) or of a list item (1 = outermost); 0 when it has none."""
    number: str = ""
    """The printed number without its punctuation (`4.2`, `a`, `iii`); it is not repeated in `text`."""
    page: int | None = None
    """Printed page, from 1; None where the format has no pages."""
    language: Language | None = None
    """Language of the section it belongs to; None when too short to tell and nothing around it tells."""

    @property
    def end(self) -> int:
        """Offset just after the last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex the text has or only refers to."""

    label: str
    """As printed: « Annexe 2 », "Schedule A", "Exhibit 1"."""
    start: int
    """Where it begins when supplied, else where it is first named."""
    supplied: bool


@dataclass(frozen=True)
class SourceDocument:
    """A whole document as read."""

    text: str
    """All paragraphs joined by one line feed."""
    paragraphs: tuple[SourceParagraph, ...]
    language: Language
    """The main language."""
    annexes: tuple[Annex, ...] = ()
    remarks: tuple[Sentence, ...] = ()
    """What the reader must know of how it was read (tracked changes taken as accepted, pages without text…)."""
    pages: int | None = None

    @cached_property
    def headings(self) -> tuple[tuple[str, ...], ...]:
        """For each paragraph, the titles of the sections it stands in, outermost first (its own not included)."""
        path: list[tuple[int, str]] = []
        found = []
        for paragraph in self.paragraphs:
            if paragraph.kind is ParagraphKind.HEADING:
                path = [entry for entry in path if entry[0] < paragraph.level]
            found.append(tuple(title for _, title in path))
            if paragraph.kind is ParagraphKind.HEADING:
                path.append((paragraph.level, paragraph.text))
        return tuple(found)


def assemble_paragraphs(
    paragraphs: list[tuple[str, ParagraphKind, int, str, int | None]],
) -> tuple[str, tuple[SourceParagraph, ...]]:
    """Place (text, kind, level, number, page) one after the other: the text and its paragraphs.

    >>> title, body = ("Objet", ParagraphKind.HEADING, 1, "1", 1), ("Le client…", ParagraphKind.TEXT, 0, "", 1)
    >>> text, (first, second) = assemble_paragraphs([title, body])
    >>> text[second.start : second.end], first.number
    ('Le client…', '1')
    """
    placed, offset = [], 0
    for text, kind, level, number, page in paragraphs:
        placed.append(SourceParagraph(text, offset, kind, level, number, page))
        offset += len(text) + 1
    return "\n".join(paragraph.text for paragraph in placed), tuple(placed)
