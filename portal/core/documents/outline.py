"""The sections of a document in reading order, and those its table of contents names."""

from collections.abc import Iterator

from portal.core.dataclass import dataclass
from portal.core.documents.tree import Block, Document, Items, Note, Paragraph, Section, Signatures

ENTRIES_ON_A_PAGE = 34
"""Entries of a table of contents that fit on one page."""


@dataclass(frozen=True)
class Heading:
    """A section with its rank in reading order (from 1) and its level among titles (1 for a title under no other)."""

    rank: int
    level: int
    section: Section


def headings(document: Document) -> list[Heading]:
    """Every section, titled or not, parents before children."""
    found = _sections(document.blocks, level=1)
    return [Heading(rank, level, section) for rank, (level, section) in enumerate(found, start=1)]


def contents_entries(document: Document) -> list[Heading]:
    """The titled sections of the first two levels; of the first alone when both would not fit on a page.

    >>> from portal.core.language import Language
    >>> [entry.section.title for entry in contents_entries(Document("D", Language.FR, (Section("Objet", ()),)))]
    ['Objet']
    """
    if not document.contents:
        return []
    entries = [entry for entry in headings(document) if entry.level <= 2 and entry.section.titled]
    return entries if len(entries) <= ENTRIES_ON_A_PAGE else [entry for entry in entries if entry.level == 1]


def targets(document: Document) -> dict[str, int]:
    """The rank of the section behind each anchor; an anchor used twice leads to its first use."""
    found: dict[str, int] = {}
    for heading in headings(document):
        if heading.section.anchor:
            found.setdefault(heading.section.anchor, heading.rank)
    return found


def section_name(rank: int) -> str:
    """What the PDF calls the place where a section begins."""
    return f"s{rank}"


def introduces(following: "Block | None") -> bool:
    """Whether a paragraph must stay on the page of the block that follows it: a list, or places to sign."""
    return isinstance(following, Items | Signatures)


def clause_opening(section: Section) -> tuple[tuple[Note, ...], Paragraph | None, "tuple[Block, ...]"]:
    """How an untitled section opens: remarks set above its number, the paragraph that carries the number, the rest."""
    notes: list[Note] = []
    for position, block in enumerate(section.blocks):
        if isinstance(block, Paragraph):
            return tuple(notes), block, section.blocks[position + 1 :]
        if not isinstance(block, Note):
            break
        notes.append(block)
    return (), None, section.blocks


def level_within(section: Section, level: int) -> int:
    """The level of the titles inside a section of this level: one more, unless it has no title itself.

    Screen readers announce levels; none may be skipped (ISO 14289-1, 7.4.2).
    """
    return level + 1 if section.titled else level


def _sections(blocks: tuple[Block, ...], *, level: int) -> Iterator[tuple[int, Section]]:
    for block in blocks:
        if isinstance(block, Section):
            yield level, block
            yield from _sections(block.blocks, level=level_within(block, level))
