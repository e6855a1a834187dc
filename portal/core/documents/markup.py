"""The document tree as an HTML page for print; every text is escaped by construction (`markupsafe`)."""

import base64
from collections.abc import Iterable, Iterator
from itertools import count, starmap, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from portal.core.documents.columns import MANY_COLUMNS, column_shares
from portal.core.documents.outline import (
    Heading,
    clause_opening,
    contents_entries,
    introduces,
    level_within,
    section_name,
    targets,
)
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
from portal.core.documents.wording import (
    LONGEST_UNBROKEN,
    WORDS,
    edition_line,
    initials_line,
    item_mark,
    printable,
    running,
    section_label,
    set_inlines,
    title_parts,
    typeset,
)
from portal.core.expressions import expression
from portal.core.language import Language
from portal.core.late import late

if TYPE_CHECKING:
    from lxml import etree
else:
    etree = late("lxml.etree")

STYLE = Path(__file__).with_name("print.css").read_text("utf-8")
DEEPEST_HEADING = 6
SPACED_ENTRIES = 28
"""Entries of a table of contents up to which they are set apart; more are set closer, to stay on one page."""
_COMPOUND = expression(rf"(?<![^\s(«])((?=\S{{3,{LONGEST_UNBROKEN}}}(?:\s|$))\S*?\w[-–—/]\w\S*)")


def tag(name: str, *children: str | Markup, **attributes: str) -> Markup:
    """One element; plain strings are escaped, a trailing underscore frees Python's own words.

    >>> tag("p", "a < b", class_="x")
    Markup('<p class="x">a &lt; b</p>')
    """
    opening = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{opening}>{''.join(map(escape, children))}</{name}>")  # noqa: S704 - children are escaped


def page(body: Markup, *, title: str, language: Language, metadata: Iterable[Markup] = (), **attributes: str) -> Markup:
    """A whole page around `body`, with the print style sheet inside: nothing is fetched."""
    head = tag(
        "head",
        Markup('<meta charset="utf-8">'),
        tag("title", typeset(title, language).strip() or "–"),
        *metadata,
        tag("style", Markup(STYLE)),  # noqa: S704 - our own file
    )
    return Markup("<!DOCTYPE html>") + tag("html", head, tag("body", body, **attributes), lang=WORDS[language].locale)


def to_html(document: Document) -> Markup:
    """The whole document as one self-contained page.

    Raises ValueError when a figure is not well-formed SVG.
    """
    return page(
        Markup("").join(_Writer(document).document()),
        title=document.title,
        language=document.language,
        metadata=_metadata(document),
        class_="compact" if document.compact else "text",
        data_title=_stacked(running(document.title, document.language), edition_line(document)),
        data_edition=edition_line(document),
        data_reference=_stacked(running(document.reference, document.language), initials_line(document), apart=2),
        data_draft=WORDS[document.language].draft if document.draft else "",
        data_page=WORDS[document.language].page,
    )


def _stacked(first: str, second: str, apart: int = 1) -> str:
    """Two lines of a running header or footer, with room for a pen between them when they stand further apart."""
    return first + "\n" * apart + second if second else first


def _metadata(document: Document) -> list[Markup]:
    """The metadata WeasyPrint copies into the file; the dates are given, never read from the clock."""
    pairs = {
        "dcterms.created": document.created,
        "dcterms.modified": document.created,
        "description": typeset(document.subtitle, document.language),
        "keywords": ", ".join(typeset(word, document.language) for word in document.keywords),
        "generator": "Vigie",
    }
    return [Markup('<meta name="{}" content="{}">').format(name, content) for name, content in pairs.items() if content]


class _Writer:
    """Walks one tree in reading order; sections are known by their rank, as anchors may repeat or hold anything."""

    def __init__(self, document: Document) -> None:
        self.root = document
        self.language = document.language
        self.entries = contents_entries(document)
        self.targets = targets(document)
        self.ranks = count(1)

    def document(self) -> Iterator[Markup]:
        opening = Markup("").join(self.opening())
        if self.entries:
            yield tag("header", opening, class_="cover")
            yield self.contents()
        else:
            yield tag("header", opening, class_="heading")
        yield tag("main", *self.blocks(self.root.blocks, level=1))

    def opening(self) -> Iterator[Markup]:
        """The cover, or the title block of a short document."""
        if self.root.draft:
            yield tag("p", WORDS[self.language].draft, class_="mention")
        yield tag("h1", self.lines(self.root.title))
        if self.root.subtitle:
            yield tag("p", self.lines(self.root.subtitle), class_="subtitle")
        if self.root.cover:
            rows = (
                tag("tr", tag("th", self.lines(label), scope="row"), tag("td", self.line(value)))
                for label, value in self.root.cover
            )
            yield tag("table", tag("tbody", *rows), class_="facts")

    def contents(self) -> Markup:
        rows = [
            tag(
                "p",
                self.number(entry.section),
                self.entry_title(entry),
                class_=f"entry level{entry.level}",
            )
            for entry in self.entries
        ]
        dense = " dense" if len(rows) > SPACED_ENTRIES else ""
        return tag("nav", tag("h2", WORDS[self.language].contents), *rows, class_=f"contents{dense}")

    def entry_title(self, entry: Heading) -> Markup:
        """The title of an entry; its end in another language is a link of its own, as a link holds text alone."""
        start, end = title_parts(entry.section, self.language)
        first = self.link(start, entry.rank)
        if not end or entry.section.title_end is None:
            return first
        return first + self.link(end, entry.rank, lang=WORDS[entry.section.title_end.language].locale)

    def heading(self, section: Section) -> Markup:
        """A title, whose end may be in another language."""
        start, end = title_parts(section, self.language)
        said = _set_lines(start)
        if end and section.title_end is not None:
            said += tag("span", _set_lines(end), lang=WORDS[section.title_end.language].locale)
        return said

    def number(self, section: Section) -> Markup:
        """The printed number; its space stays inside, where justification cannot stretch it."""
        label = section_label(section, self.language)
        return tag("span", f"{label} ", class_="number") if label else Markup("")

    def blocks(self, blocks: tuple[Block, ...], *, level: int, after: "Block | None" = None) -> Iterator[Markup]:
        """The blocks of a section that `after` follows."""
        for block, following in zip_longest(blocks, blocks[1:], fillvalue=after):
            match block:
                case Section():
                    yield self.section(block, level=level, after=following)
                case Paragraph():
                    yield tag("p", self.inlines(block.inlines), class_="kept" if introduces(following) else "text")
                case Items():
                    yield self.items(block)
                case Table():
                    yield self.table(block)
                case Figure():
                    yield tag("p", _picture(block, self.language), class_="figure")
                case Signatures():
                    yield self.signatures(block)
                case Note():
                    yield self.note(block)
                case Translated() | SideBySide():
                    yield self.spoken(block)

    def translated(self, block: Translated) -> Markup:
        """Its blocks, set as its language is."""
        own, self.language = self.language, block.language
        written = Markup("").join(self.blocks(block.blocks, level=1))
        self.language = own
        return written

    def spoken(self, block: Translated | SideBySide) -> Markup:
        """Blocks in a language of their own, or two languages in two columns."""
        if isinstance(block, Translated):
            return tag("div", self.translated(block), lang=WORDS[block.language].locale)
        heads = (tag("th", WORDS[one].name, scope="col", lang=WORDS[one].locale) for one in block.languages)
        rows = (
            tag(
                "tr",
                *(tag("td", self.translated(one), lang=WORDS[one.language].locale) for one in (row.left, row.right)),
            )
            for row in block.rows
        )
        columns = tag("colgroup", Markup('<col style="width: 50%"><col style="width: 50%">'))
        return tag("table", columns, tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="data beside")

    def section(self, section: Section, *, level: int, after: "Block | None") -> Markup:
        name = section_name(next(self.ranks))
        number, inside = self.number(section), level_within(section, level)
        if number and not section.titled:
            return self.clause(section, number, name=name, level=inside, after=after)
        if section.titled:
            style = "numbered" if number else "plain"
            element = f"h{min(level + 1, DEEPEST_HEADING)}"
            opening = tag(element, number, self.heading(section), id=name, class_=style)
        else:
            opening = tag("div", id=name)
        kind = "annex" if section.kind == "annex" else "part"
        return tag("section", opening, *self.blocks(section.blocks, level=inside, after=after), class_=kind)

    def clause(self, section: Section, number: Markup, *, name: str, level: int, after: "Block | None") -> Markup:
        """An untitled section: its number stands before its first paragraph."""
        notes, first, rest = clause_opening(section)
        style = "numbered kept" if introduces(rest[0] if rest else after) else "numbered"
        opening = tag("p", number, self.inlines(first.inlines) if first else "", id=name, class_=style)
        held = self.blocks(rest, level=level, after=after)
        return tag("section", *map(self.note, notes), opening, *held, class_="clause")

    def note(self, note: Note) -> Markup:
        kind = note.kind if note.kind in ("warning", "draft") else "info"
        return tag("div", tag("p", self.inlines(note.inlines)), class_=f"note {kind}")

    def items(self, block: Items) -> Markup:
        rows = (
            tag("li", tag("span", f"{item_mark(rank, ordered=block.ordered)} ", class_="mark"), self.inlines(item))
            for rank, item in enumerate(block.items, start=1)
        )
        return tag("ol" if block.ordered else "ul", *rows) if block.items else Markup("")

    def table(self, table: Table) -> Markup:
        shares = column_shares(table, self.language)
        columns = (Markup('<col style="width: {:.2f}%">').format(100 * share) for share in shares)
        head = tag("tr", *(tag("th", self.lines(cell), scope="col") for cell in table.header))
        rows = (tag("tr", *(tag("td", self.inlines(cell)) for cell in row)) for row in table.rows)
        caption = tag("caption", self.lines(table.caption)) if table.caption.strip() else Markup("")
        look = "data many" if len(table.header) >= MANY_COLUMNS else "data"
        return tag("table", caption, tag("colgroup", *columns), tag("thead", head), tag("tbody", *rows), class_=look)

    def signatures(self, block: Signatures) -> Markup:
        parties = (
            tag(
                "div",
                tag("p", self.lines(party), class_="party"),
                *(tag("p", self.line(line)) for line in lines),
                tag("div", class_="sign-here") if block.by_hand else "",
                class_="signatory",
            )
            for party, lines in block.parties
        )
        return tag("div", *parties, class_="signatures")

    def line(self, line: Line) -> Markup:
        return self.lines(line) if isinstance(line, str) else self.inlines(line)

    def link(self, text: str, rank: int, **attributes: str) -> Markup:
        """A link to a section; it holds text alone, as WeasyPrint tags an element inside a link as a second link."""
        short = "kept-whole" if len(text) <= LONGEST_UNBROKEN else "long"
        return tag("a", text, href=f"#{section_name(rank)}", class_=short, **attributes)

    def lines(self, text: str) -> Markup:
        """Plain text; a line end in it is a line end on paper."""
        return _set_lines(typeset(text, self.language))

    def inlines(self, inlines: tuple[Inline, ...]) -> Markup:
        return Markup("").join(starmap(self.inline, set_inlines(inlines, self.language)))

    def inline(self, inline: Inline, text: str) -> Markup:
        words = _set_lines(text)
        match inline:
            case Blank():
                return tag("span", words, class_="blank")
            case Reference():
                target = self.targets.get(inline.target)
                return self.link(text, target) if target else words
            case Text():
                words = tag("em", words) if inline.emphasis else words
                return tag("strong", words) if inline.strong else words


def _set_lines(text: str) -> Markup:
    """Text with its line ends, and with short compounds (« sous-traitant », « et/ou ») kept on one line.

    A line never ends inside a word, so that searching, copying and reading aloud meet the word as it is written.
    """
    return Markup("<br>").join(
        Markup("").join(
            tag("span", part, class_="kept-whole") if rank % 2 else escape(part)
            for rank, part in enumerate(_COMPOUND.split(line))
        )
        for line in text.split("\n")
    )


def _picture(figure: Figure, language: Language) -> Markup:
    """An SVG as an image of its own, so that nothing in it can reach the page or the network.

    Raises ValueError when it is not well-formed.
    """
    svg = printable(figure.svg).encode()
    try:
        etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as error:
        raise ValueError(f"Figure « {figure.alternative} » : SVG illisible ({error}).") from error
    source = "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
    return Markup('<img src="{}" alt="{}">').format(source, typeset(figure.alternative, language).strip() or "–")
