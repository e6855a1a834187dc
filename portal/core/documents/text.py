"""What a document says, as plain text: the measure by which its two files are compared.

The cover, the body and the annexes count; the table of contents and the running headers repeat them and do not.
"""

from collections.abc import Iterator

from portal.core.documents.outline import clause_opening
from portal.core.documents.tree import (
    Block,
    Document,
    Figure,
    Inline,
    Items,
    Line,
    Note,
    Paragraph,
    Section,
    SideBySide,
    Signatures,
    Table,
    Translated,
)
from portal.core.documents.wording import WORDS, item_mark, section_label, set_inlines, typeset
from portal.core.language import Language


def fold(text: str) -> str:
    """The text with every run of white space made one plain space: where lines break is layout, not wording.

    >>> fold("Article\\xa03  Durée\\n")
    'Article 3 Durée'
    """
    return " ".join(text.split())


def tree_text(document: Document) -> str:
    """The whole document as text, numbers and marks included, one line per paragraph or cell.

    >>> from portal.core.documents.tree import Text
    >>> body = Section("Durée", (Paragraph((Text("L'accord dure un an."),)),), number="3", kind="article")
    >>> tree_text(Document("Accord", Language.FR, (body,)))
    'Accord\\nArticle\\xa03 Durée\\nL’accord dure un an.'
    """
    return "\n".join(_opening(document, document.language) + list(_lines(document.blocks, document.language)))


def _opening(document: Document, language: Language) -> list[str]:
    lines = [WORDS[language].draft] if document.draft else []
    lines += [typeset(line, language) for line in (document.title, document.subtitle) if line]
    for label, value in document.cover:
        lines += [typeset(label, language), line_in(value, language)]
    return lines


def _lines(blocks: tuple[Block, ...], language: Language) -> Iterator[str]:
    for block in blocks:
        match block:
            case Section():
                yield from _section(block, language)
            case Paragraph() | Note():
                yield said_in(block.inlines, language)
            case Items():
                for rank, item in enumerate(block.items, start=1):
                    yield f"{item_mark(rank, ordered=block.ordered)} {said_in(item, language)}"
            case Table():
                yield typeset(block.caption, language)
                yield from (typeset(cell, language) for cell in block.header)
                yield from (said_in(cell, language) for row in block.rows for cell in row)
            case Figure():
                yield typeset(block.alternative, language)
            case Translated() | SideBySide():
                yield from _spoken(block)
            case Signatures():
                yield from _signatures(block, language)


def _spoken(block: Translated | SideBySide) -> Iterator[str]:
    if isinstance(block, Translated):
        yield from _lines(block.blocks, block.language)
        return
    yield from (WORDS[one].name for one in block.languages)
    for row in block.rows:
        yield from (*_spoken(row.left), *_spoken(row.right))


def _signatures(block: Signatures, language: Language) -> Iterator[str]:
    for party, lines in block.parties:
        yield typeset(party, language)
        yield from (line_in(line, language) for line in lines)


def _section(section: Section, language: Language) -> Iterator[str]:
    label, title = section_label(section, language), typeset(section.title, language)
    if section.titled:
        yield f"{label} {title}".strip()
        yield from _lines(section.blocks, language)
    elif label:
        notes, first, rest = clause_opening(section)
        yield from _lines(notes, language)
        yield f"{label} {said_in(first.inlines, language) if first else ''}".strip()
        yield from _lines(rest, language)
    else:
        yield from _lines(section.blocks, language)


def line_in(line: Line, language: Language) -> str:
    """One line of a cover or of a signature, as printed."""
    return typeset(line, language) if isinstance(line, str) else said_in(line, language)


def said_in(inlines: tuple[Inline, ...], language: Language) -> str:
    """A run of inlines, as printed."""
    return "".join(text for _, text in set_inlines(inlines, language))
