"""The preview of a frozen contract: its document tree as HTML, each article with the obligations it meets.

The page's security policy allows no inline style, so this is not the markup that is printed; the words are the same.
Every text is escaped by construction.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from portal.core.dataclass import dataclass
from portal.core.documents.markup import tag
from portal.core.documents.outline import clause_opening
from portal.core.documents.tree import (
    Blank,
    Block,
    Document,
    Figure,
    Inline,
    Items,
    Line,
    Note,
    Paragraph,
    Reference,
    Section,
    SideBySide,
    Signatures,
    Table,
    Text,
    Translated,
)
from portal.core.documents.wording import WORDS, item_mark, section_label, set_inlines, typeset
from portal.core.language import Language

BlankUrl = Callable[[str], str | None]
"""Where a missing fact is filled in, by its key."""
UnderPassage = Callable[[str], Markup]
"""What stands under a numbered paragraph of an article, by its anchor."""


@dataclass(frozen=True)
class MarginObligation:
    """An obligation that an article meets, as the margin says it."""

    key: str
    title: str
    basis: str
    is_complete: bool


@dataclass(frozen=True)
class PreviewPart:
    """An article, an annex or the signatures."""

    anchor: str
    number: str
    title: str
    body: Markup
    clause: str = ""
    version: str = ""
    duties: tuple[MarginObligation, ...] = ()


@dataclass(frozen=True)
class ContractPreview:
    """The whole contract, ready for the macros `contract_preview` and `clause`."""

    title: str
    subtitle: str
    reference: str
    mark: str
    language: Language
    cover: tuple[tuple[str, Markup], ...]
    parts: tuple[PreviewPart, ...]


def contract_preview(
    document: Document,
    clauses: Sequence[Mapping[str, Any]],
    coverage: Sequence[Mapping[str, Any]],
    blank_url: BlankUrl = lambda key: None,
    under: UnderPassage = lambda anchor: Markup(),
) -> ContractPreview:
    """A document with the clauses and the coverage beside it."""
    pen = _HtmlWriter(document, blank_url, under)
    placed = {clause["id"]: clause for clause in clauses}
    return ContractPreview(
        title=typeset(document.title, document.language),
        subtitle=typeset(document.subtitle, document.language),
        reference=document.reference,
        mark=WORDS[document.language].draft if document.draft else "",
        language=document.language,
        cover=tuple((typeset(label, document.language), pen.line(line)) for label, line in document.cover),
        parts=tuple(_part(block, pen, placed, coverage) for block in document.blocks),
    )


def passage_preview(blocks: tuple[Block, ...], number: int, language: Language) -> Markup:
    """A paragraph on its own under its number, references without links."""
    passage = Section("", blocks, number=f"{number}.")
    return _HtmlWriter(Document("", language, (passage,)), lambda key: None).block(passage)


def passage_body(blocks: tuple[Block, ...], language: Language) -> Markup:
    """A paragraph on its own, without its number; references without links."""
    return _HtmlWriter(Document("", language, ()), lambda key: None).written(blocks)


def _part(
    block: Block, pen: "_HtmlWriter", placed: Mapping[str, Mapping[str, Any]], coverage: Sequence[Mapping[str, Any]]
) -> PreviewPart:
    if not isinstance(block, Section):
        return PreviewPart("signatures" if isinstance(block, Signatures) else "", "", "", pen.written((block,)))
    clause = placed.get(block.anchor, {})
    pen.place = section_label(block, pen.language)
    return PreviewPart(
        anchor=block.anchor,
        number=section_label(block, pen.language),
        title=typeset(block.title, pen.language),
        body=pen.written(block.blocks),
        clause=clause.get("id", ""),
        version=clause.get("version", ""),
        duties=tuple(_duties(clause.get("id", ""), coverage)),
    )


def _duties(clause: str, coverage: Sequence[Mapping[str, Any]]) -> Iterator[MarginObligation]:
    for row in coverage:
        said = [passage for passage in row["passages"] if passage["clause"] == clause]
        if said:
            yield MarginObligation(
                row["id"], row["title"], row["basis"], not any(passage["missing"] for passage in said)
            )


class _HtmlWriter:
    """Writes the blocks of one document."""

    def __init__(self, document: Document, blank_url: BlankUrl, under: UnderPassage = lambda anchor: Markup()) -> None:
        self.language = document.language
        self.blank_url = blank_url
        self.under = under
        self.place = ""
        self.anchors = frozenset(_anchors(document.blocks))

    def written(self, blocks: tuple[Block, ...]) -> Markup:
        return Markup("").join(self.block(block) for block in blocks)

    def block(self, block: Block) -> Markup:
        match block:
            case Section():
                written = self.section(block)
            case Paragraph():
                written = tag("p", self.inlines(block.inlines))
            case Items():
                written = self.items(block)
            case Table():
                written = self.table(block)
            case Figure():
                written = tag("p", typeset(block.alternative, self.language))
            case Signatures():
                written = self.signatures(block)
            case Note():
                written = tag("p", self.inlines(block.inlines), class_="sheet__provisional")
            case Translated():
                written = tag("div", self.translated(block), lang=block.language.value)
            case SideBySide():
                written = self.side_by_side(block)
        return written

    def translated(self, block: Translated) -> Markup:
        own, self.language = self.language, block.language
        written = self.written(block.blocks)
        self.language = own
        return written

    def side_by_side(self, block: SideBySide) -> Markup:
        heads = (tag("th", WORDS[one].name, scope="col", lang=one.value) for one in block.languages)
        rows = (
            tag("tr", *(tag("td", self.translated(one), lang=one.language.value) for one in (row.left, row.right)))
            for row in block.rows
        )
        body = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="sheet__table")
        return tag("div", body, class_="sheet__slide", tabindex="0", role="region", aria_label=self.place or "–")

    def section(self, section: Section) -> Markup:
        label, title = section_label(section, self.language), typeset(section.title, self.language)
        name = {"id": section.anchor} if section.anchor else {}
        if title.strip():
            return tag("div", tag("h4", f"{label} {title}".strip()), self.written(section.blocks), **name)
        notes, first, rest = clause_opening(section)
        opening = tag("p", _number(label), self.inlines(first.inlines) if first else "")
        below = self.under(section.anchor) if section.anchor else ""
        return tag("div", *map(self.block, notes), opening, self.written(rest), below, class_="passage", **name)

    def items(self, block: Items) -> Markup:
        rows = (
            tag(
                "li",
                tag("span", item_mark(rank, ordered=block.ordered), " ", class_="sheet__mark-of-item"),
                tag("span", self.inlines(item)),
            )
            for rank, item in enumerate(block.items, start=1)
        )
        return tag("ul", *rows, class_="sheet__items")

    def table(self, table: Table) -> Markup:
        caption = typeset(table.caption, self.language)
        head = tag("tr", *(tag("th", typeset(cell, self.language), scope="col") for cell in table.header))
        rows = (tag("tr", *(tag("td", self.inlines(cell)) for cell in row)) for row in table.rows)
        body = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *rows), class_="sheet__table")
        name = " – ".join(filter(None, (self.place, caption))) or "–"
        return tag("div", body, class_="sheet__slide", tabindex="0", role="region", aria_label=name)

    def signatures(self, block: Signatures) -> Markup:
        parties = (
            tag(
                "div",
                tag("p", tag("strong", typeset(party, self.language))),
                *(tag("p", self.line(line)) for line in lines),
                class_="sheet__signatory",
            )
            for party, lines in block.parties
        )
        return tag("div", *parties, class_="sheet__signatures")

    def line(self, line: Line) -> Markup:
        return _lines(typeset(line, self.language)) if isinstance(line, str) else self.inlines(line)

    def inlines(self, inlines: tuple[Inline, ...]) -> Markup:
        return Markup("").join(self.inline(inline, text) for inline, text in set_inlines(inlines, self.language))

    def inline(self, inline: Inline, text: str) -> Markup:
        match inline:
            case Blank():
                url = self.blank_url(inline.key)
                # The style sheet draws the brackets that stand on paper.
                words = text.removeprefix("[").removesuffix("]")
                return tag("a", words, class_="blank", href=url) if url else tag("span", words, class_="blank")
            case Reference():
                known = inline.target in self.anchors
                return tag("a", text, href=f"#{inline.target}") if known else _lines(text)
            case Text():
                words = tag("em", _lines(text)) if inline.emphasis else _lines(text)
                return tag("strong", words) if inline.strong else words


def _number(label: str) -> Markup:
    return tag("span", f"{label} ", class_="passage__number") if label else Markup("")


def _lines(text: str) -> Markup:
    return Markup("<br>").join(text.split("\n"))


def _anchors(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Section):
            if block.anchor:
                yield block.anchor
            yield from _anchors(block.blocks)
