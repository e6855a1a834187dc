"""The sections of a document in reading order, and those its table of contents names."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.core.documents.tree import Block, Document, Items, Note, Paragraph, Section, Signatures

ENTRIES_ON_A_PAGE = 34
"""Entries of a table of contents that fit on one page."""


@dataclass(frozen=True)
class Heading:
    """A section with its rank in reading order (from 1) and its depth in the tree (from 1)."""

    rank: int
    depth: int
    section: Section


def headings(document: Document) -> list[Heading]:
    """Every section, titled or not, parents before children."""
    found = _sections(document.blocks, depth=1)
    return [Heading(rank, depth, section) for rank, (depth, section) in enumerate(found, start=1)]


def contents_entries(document: Document) -> list[Heading]:
    """The titled sections of the first two levels; of the first alone when both would not fit on a page.

    >>> from portal.core.language import Language
    >>> [entry.section.title for entry in contents_entries(Document("D", Language.FR, (Section("Objet", ()),)))]
    ['Objet']
    """
    if not document.contents:
        return []
    entries = [entry for entry in headings(document) if entry.depth <= 2 and entry.section.title.strip()]
    return entries if len(entries) <= ENTRIES_ON_A_PAGE else [entry for entry in entries if entry.depth == 1]


def targets(document: Document) -> dict[str, int]:
    """The rank of the section behind each anchor; an anchor used twice leads to its first use."""
    found: dict[str, int] = {}
    for heading in headings(document):
        if heading.section.anchor:
            found.setdefault(heading.section.anchor, heading.rank)
    return found


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


def _sections(blocks: tuple[Block, ...], *, depth: int) -> Iterator[tuple[int, Section]]:
    for block in blocks:
        if isinstance(block, Section):
            yield depth, block
            yield from _sections(block.blocks, depth=depth + 1)
