"""One document in two languages: a column for each, passages that say the same thing on one row; pure."""

from collections.abc import Iterator
from dataclasses import replace

from portal.core.documents.outline import clause_opening
from portal.core.documents.tree import (
    BilingualRow,
    Block,
    Document,
    Inline,
    Line,
    Paragraph,
    Section,
    SideBySide,
    Signatures,
    Table,
    Text,
    TitleEnd,
    Translated,
)
from portal.core.documents.wording import section_label
from portal.core.language import NO_BREAK, Language

PREVAILING = {
    Language.FR: "Le présent document est établi en français et en anglais. En cas de divergence, le texte français "
    "prévaut.",
    Language.EN: "This document is drawn up in French and in English. In the event of a discrepancy, the French text "
    "shall prevail.",
}
"""What opens the document; the clauses on language say the same."""


def bilingual(french: Document, english: Document) -> Document:
    """The two texts side by side, French first: it prevails.

    Both are assembled from the same clauses and facts, so that they have the same parts; raises ValueError when they
    have not, for a passage would stand beside another one.
    """
    said, told = (Paragraph((Text(PREVAILING[one.language]),)) for one in (french, english))
    opening = _row(french, english, (said,), (told,))
    return replace(
        french,
        subtitle="\n".join(dict.fromkeys((english.title, f"{french.subtitle} / {english.subtitle}"))),
        blocks=tuple(_beside(french.blocks, english.blocks, french, english, opening)),
        cover=tuple(
            (_both(label, other), _line(value, told))
            for (label, value), (other, told) in zip(french.cover, english.cover, strict=True)
        ),
        draft=french.draft or english.draft,
        keywords=tuple(dict.fromkeys((*french.keywords, *english.keywords))),
    )


def _beside(
    left: tuple[Block, ...], right: tuple[Block, ...], french: Document, english: Document, *first: BilingualRow
) -> Iterator[Block]:
    rows = list(first)
    for one, other in zip(left, right, strict=True):
        if type(one) is not type(other):
            raise ValueError("The two texts have not the same parts.")
        if isinstance(one, Section | Signatures | Table) and not _is_passage(one):
            if rows:
                yield SideBySide(tuple(rows))
            rows = []
        match one, other:
            case Section(), Section() if _is_passage(one):
                rows.append(_row(french, english, _numbered(one), _numbered(other), one.anchor))
            case Section(), Section():
                inside = tuple(_beside(one.blocks, other.blocks, french, english))
                yield _titled(one, other, english.language, inside)
            case Table(), Table():
                yield from (one, Translated(english.language, (other,)))
            case Signatures(), Signatures():
                yield _signed(one, other)
            case _:
                rows.append(_row(french, english, (one,), (other,)))
    if rows:
        yield SideBySide(tuple(rows))


def _is_passage(block: Block) -> bool:
    return isinstance(block, Section) and bool(block.number) and not block.titled


def _row(
    french: Document, english: Document, left: tuple[Block, ...], right: tuple[Block, ...], anchor: str = ""
) -> BilingualRow:
    return BilingualRow(Translated(french.language, left), Translated(english.language, right), anchor)


def _numbered(section: Section) -> tuple[Block, ...]:
    notes, first, rest = clause_opening(section)
    words = first.inlines if first else ()
    return (*notes, Paragraph((Text(f"{section.number}{NO_BREAK}{NO_BREAK}", strong=True), *words)), *rest)


def _titled(left: Section, right: Section, language: Language, blocks: tuple[Block, ...]) -> Section:
    """A section under both titles, the second said to be in its language."""
    told = _told(left, right)
    title = _both(left.title, told)
    return replace(left, title=title, blocks=blocks, title_end=TitleEnd(told, language) if title != told else None)


def _told(left: Section, right: Section) -> str:
    labels = section_label(left, Language.FR), section_label(right, Language.EN)
    return right.title if labels[0] == labels[1] or not right.titled else f"{labels[1]} – {right.title}"


def _both(left: str, right: str) -> str:
    return left if left == right else f"{left} / {right}"


def _line(left: Line, right: Line) -> Line:
    if left == right:
        return left
    one, other = (((Text(line),) if isinstance(line, str) else line) for line in (left, right))
    return (*one, Text(" / "), *other)


def _signed(left: Signatures, right: Signatures) -> Signatures:
    """One place to sign for each party, named in both languages; a line that says the same in both stands once."""
    parties = []
    for (party, lines), (other, told) in zip(left.parties, right.parties, strict=True):
        kept: list[Line] = []
        for pair in zip(lines, told, strict=True):
            kept += pair[:1] if _words(pair[0]) == _words(pair[1]) else pair
        parties.append((_both(party, other), tuple(kept)))
    return Signatures(tuple(parties))


def _words(line: Line) -> str:
    run: tuple[Inline, ...] = (Text(line),) if isinstance(line, str) else line
    said = "".join(one.text if not hasattr(one, "label") else one.label for one in run)
    return "".join(letter for letter in said if letter.isalnum()).casefold()
