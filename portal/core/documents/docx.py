"""The document tree as a Word file that a lawyer can go on editing: named styles, Word's numbering, live fields."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from itertools import count, zip_longest

from portal.core.documents.columns import column_shares
from portal.core.documents.outline import clause_opening, contents_entries, introduces, level_within, targets
from portal.core.documents.section_pages import section_pages
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
from portal.core.documents.word_numbering import (
    BULLETS,
    CLAUSE_INDENT,
    IN_COLUMNS,
    SCHEMES,
    UNNUMBERED,
    WIDER_PER_LEVEL,
    Number,
    Numbering,
)
from portal.core.documents.word_package import describe, head_and_foot, open_blank, save
from portal.core.documents.word_xml import (
    Element,
    bookmark,
    bookmark_name,
    content_control,
    field,
    link,
    numbering,
    paragraph,
    run,
    spacer,
    speak,
    speak_run,
    tab,
    w,
)
from portal.core.documents.wording import WORDS, section_label, set_inlines, title_parts, typeset

TEXT_WIDTH = 8844
"""Between the margins, in twentieths of a point (A4, 27 mm on each side)."""
FACT_WIDTH = 2608
COVER_DROP = 2900
DEEPEST_HEADING = 9
PARTIES_IN_A_ROW = 2
LONG_NUMBER = 4
"""Digits from which the number of a clause no longer holds in the indent of its words."""


def render_docx(document: Document, printed: bytes = b"") -> bytes:
    """The document as DOCX; equal trees give equal bytes.

    `printed` is its PDF, from which the table of contents takes its page numbers; without it they are left to Word.
    Raises ValueError when `created` is not an ISO instant with its offset.
    """
    word = open_blank(document.language)
    numbers = Numbering(word.part.numbering_part.element, document.language)
    writer = _Writer(document, numbers, printed)
    cover = bool(writer.entries)
    end = word.element.body.get_or_add_sectPr()
    head_and_foot(word, document, cover=cover)
    for element in writer.opening():
        end.addprevious(element)
    if cover:
        end.addprevious(writer.contents())
        word.add_section().different_first_page_header_footer = False
    for element in writer.blocks(document.blocks):
        end.addprevious(element)
    describe(word, document)
    return save(word)


class _Writer:
    """Walks one tree in reading order."""

    def __init__(self, document: Document, numbers: Numbering, printed: bytes) -> None:
        self.root = document
        self.language = document.language
        self.entries = contents_entries(document)
        self.targets = targets(document)
        self.numbers = numbers
        self.pages = section_pages(printed, (entry.rank for entry in self.entries)) if printed else {}
        self.ranks = count(1)
        self.controls = count(1)
        self.past_annexes = False
        self.in_columns = False

    def opening(self) -> Iterator[Element]:
        """The cover, or the title block of a short document."""
        words = WORDS[self.language]
        drop = (w("spacing", before=COVER_DROP),) if self.entries else ()
        if self.root.draft:
            yield paragraph("Mention", run(words.draft), properties=drop)
            drop = ()
        yield paragraph("Filet", properties=drop)
        yield paragraph("Title", self.plain(self.root.title))
        if self.root.subtitle:
            yield paragraph("Subtitle", self.plain(self.root.subtitle))
        if self.root.cover:
            yield spacer(CLAUSE_INDENT * 2 if self.entries else CLAUSE_INDENT // 3)
            yield self.facts()
        if self.root.cover or not self.entries:
            yield spacer(CLAUSE_INDENT // 2)

    def facts(self) -> Element:
        widths = (FACT_WIDTH, TEXT_WIDTH - FACT_WIDTH)
        rows = (
            w(
                "tr",
                w("trPr", w("cantSplit")),
                _cell(widths[0], paragraph("FicheLibelle", self.plain(label))),
                _cell(widths[1], paragraph("FicheValeur", *self.line(value))),
            )
            for label, value in self.root.cover
        )
        return w("tbl", _table_properties("Fiche"), _grid(widths), *rows)

    def contents(self) -> Element:
        """The table of contents, filled in; it stays a field, which Word refreshes."""
        entries = [self.entry(rank) for rank in range(len(self.entries))]
        deepest = max(entry.level for entry in self.entries)
        begin, code, separate, end = field(rf'TOC \o "1-{deepest}" \h \z \u')
        for position, mark in enumerate((begin, code, separate), start=1):
            entries[0].insert(position, mark)
        entries[-1].append(end)
        gallery = w("docPartObj", w("docPartGallery", val="Table of Contents"), w("docPartUnique"))
        words = WORDS[self.language]
        title = paragraph("TOCHeading", run(words.contents))
        told = (paragraph("SommaireNote", self.plain(words.contents_pages)),) if self.pages else ()
        return w("sdt", w("sdtPr", gallery), w("sdtContent", title, *entries, *told))

    def entry(self, position: int) -> Element:
        entry = self.entries[position]
        label = section_label(entry.section, self.language)
        number = (*((run(label),) if label else ()), tab())
        printed_on = self.pages.get(entry.rank)
        shown = (run(str(printed_on)),) if printed_on else ()
        page = field(rf"PAGEREF {bookmark_name(entry.rank)} \h", *shown)
        words = link(entry.rank, *number, *self.title(entry.section), tab(), *page)
        return paragraph(f"TOC{entry.level}", words)

    def title(self, section: Section) -> Iterator[Element]:
        """The runs of a title; its end in another language is said to be in it."""
        start, end = title_parts(section, self.language)
        yield run(start)
        if end and section.title_end is not None:
            told = run(end)
            speak_run(told, WORDS[section.title_end.language].locale)
            yield told

    def blocks(
        self,
        blocks: tuple[Block, ...],
        *,
        level: int = 1,
        parent: Number = UNNUMBERED,
        inside: bool = False,
        after: "Block | None" = None,
        anchor: str = "",
    ) -> Iterator[Element]:
        """The blocks of a section that `after` follows; `inside` a numbered clause they are set under its text.

        Under a title, each is in a control of its own, named after the section's `anchor` and its rank under it.
        """
        for rank, (block, following) in enumerate(zip_longest(blocks, blocks[1:], fillvalue=after), start=1):
            if isinstance(block, Section):
                yield from self.section(block, level=level, parent=parent, after=following)
            elif block is not None:
                written = self.block(block, inside=inside, following=following)
                yield from self.controlled(f"{anchor}.{rank}" if anchor else "", written)

    def block(self, block: Block, *, inside: bool, following: "Block | None") -> Iterator[Element]:
        match block:
            case Paragraph():
                # In a table, Word and LibreOffice would keep the whole row with what follows it.
                kept = (w("keepNext"),) if introduces(following) and not self.in_columns else ()
                style = "Colonne" if self.in_columns else "ClauseSuite" if inside else "BodyText"
                yield paragraph(style, *self.inlines(block.inlines), properties=kept)
            case Items():
                yield from self.items(block, level=IN_COLUMNS if self.in_columns else int(inside))
            case Table():
                yield from self.table(block)
            case Figure():
                yield paragraph("Figure", self.plain(block.alternative))
            case Signatures():
                yield from self.signatures(block)
            case Note():
                yield self.note(block)
            case Translated():
                yield from self.translated(block)
            case SideBySide():
                yield self.side_by_side(block)
                # What separates two tables; a title has its own space above it.
                yield spacer(20 if isinstance(following, Section) else 160)

    def translated(self, block: Translated) -> list[Element]:
        """Its blocks, set as its language is, and said to be in it."""
        own, self.language = self.language, block.language
        written = list(self.blocks(block.blocks))
        self.language = own
        if block.language is not own:
            for element in written:
                speak(element, WORDS[block.language].locale)
        return written

    def side_by_side(self, block: SideBySide) -> Element:
        """A table of two columns; each row is in a control that names its passage."""
        widths = (TEXT_WIDTH // 2,) * 2
        heads = [
            paragraph("TableauTitre", run(WORDS[one].name), properties=(w("spacing", before=0, after=0),))
            for one in block.languages
        ]
        for head, language in zip(heads, block.languages, strict=True):
            speak(head, WORDS[language].locale)
        first = w("tr", w("trPr", w("cantSplit"), w("tblHeader")), *map(_cell, widths, heads))
        rows: list[Element] = []
        self.in_columns = True
        for row in block.rows:
            cells = (
                _cell(width, *self.translated(one)) for width, one in zip(widths, (row.left, row.right), strict=True)
            )
            rows += self.controlled(row.anchor, [w("tr", *cells)])
        self.in_columns = False
        names = " / ".join(WORDS[one].name for one in block.languages)
        return w("tbl", _table_properties("Colonnes", caption=names), _grid(widths), first, *rows)

    def controlled(self, tag: str, written: Iterable[Element]) -> Iterator[Element]:
        """What is written, in a content control that names it; as it is when there is no name, or nothing to name."""
        elements = list(written)
        if tag and elements:
            yield content_control(tag, next(self.controls), *elements)
        else:
            yield from elements

    def section(self, section: Section, *, level: int, parent: Number, after: "Block | None") -> Iterator[Element]:
        rank = next(self.ranks)
        number = self.numbers.heading(section, parent)
        inside = level_within(section, level)
        if section.titled:
            title = self.titled(section, number, rank=rank, level=level)
            yield from self.controlled(section.anchor, [title])
            yield from self.blocks(section.blocks, level=inside, parent=number, after=after, anchor=section.anchor)
        elif number.label:
            yield from self.controlled(section.anchor, self.clause(section, number, rank, level=inside, after=after))
        else:
            yield from bookmark(rank)
            yield from self.blocks(section.blocks, level=inside, parent=number, after=after)

    def clause(
        self, section: Section, number: Number, rank: int, *, level: int, after: "Block | None"
    ) -> Iterator[Element]:
        """An untitled section: its number stands before its first paragraph, its other blocks under its words."""
        notes, first, blocks = clause_opening(section)
        yield from map(self.note, notes)
        words = self.inlines(first.inlines) if first else []
        kept = (w("keepNext"),) if introduces(blocks[0] if blocks else after) else ()
        own = (numbering(number.num_id, number.level), *_overhang(number)) if number.num_id else (_hanging(),)
        yield paragraph("Clause", *bookmark(rank, *_typed(number), *words), properties=(*kept, *own))
        yield from self.blocks(blocks, level=level, parent=number, inside=True, after=after)

    def note(self, note: Note) -> Element:
        style = "EncadreAlerte" if note.kind in ("warning", "draft") else "Encadre"
        return paragraph(style, *self.inlines(note.inlines))

    def titled(self, section: Section, number: Number, *, rank: int, level: int) -> Element:
        annex = section.kind == "annex" and level == 1
        apart = (w("pageBreakBefore"),) if self.past_annexes and level == 1 and not annex else ()
        self.past_annexes = self.past_annexes or annex
        level = min(level, DEEPEST_HEADING)
        brought = (SCHEMES["annex"], 0) if annex else (SCHEMES["article"], level - 1)
        properties: tuple[Element, ...] = ()
        if not number.num_id:
            properties = (numbering(0), *((_hanging(),) if number.label else ()))
        elif (number.num_id, number.level) != brought:
            properties = (numbering(number.num_id, number.level),)
        words = bookmark(rank, *_typed(number), *self.title(section))
        return paragraph("Annexe" if annex else f"Heading{level}", *words, properties=(*apart, *properties))

    def items(self, block: Items, *, level: int) -> Iterator[Element]:
        if not block.items:
            return
        style, num_id = ("ListNumber", self.numbers.lettered(level)) if block.ordered else ("ListBullet", BULLETS)
        style, gap = ("ColonneListe", 91) if self.in_columns else (style, 136)
        for rank, item in enumerate(block.items, start=1):
            last = (w("spacing", after=gap),) if rank == len(block.items) else ()
            yield paragraph(style, *self.inlines(item), properties=(numbering(num_id, level), *last))

    def table(self, table: Table) -> Iterator[Element]:
        if table.caption.strip():
            yield paragraph("Caption", self.plain(table.caption))
        if not table.header:
            return
        widths = tuple(int(TEXT_WIDTH * share) for share in column_shares(table, self.language))
        head = (
            _cell(width, paragraph("TableauTitre", self.plain(cell)))
            for width, cell in zip(widths, table.header, strict=True)
        )
        yield w(
            "tbl",
            _table_properties("Tableau", caption=typeset(table.caption, self.language)),
            _grid(widths),
            w("tr", w("trPr", w("cantSplit"), w("tblHeader")), *head),
            *(self.row(row, widths) for row in table.rows),
        )
        yield spacer(240)

    def row(self, row: tuple[tuple[Inline, ...], ...], widths: tuple[int, ...]) -> Element:
        cells = (
            _cell(width, paragraph("TableauTexte", *self.inlines(cell)))
            for width, cell in zip(widths, row, strict=True)
        )
        return w("tr", w("trPr", w("cantSplit")), *cells)

    def signatures(self, block: Signatures) -> Iterator[Element]:
        if not block.parties:
            return
        width = TEXT_WIDTH // PARTIES_IN_A_ROW
        rows: list[Element] = []
        for start in range(0, len(block.parties), PARTIES_IN_A_ROW):
            parties = block.parties[start : start + PARTIES_IN_A_ROW]
            empty = [_cell(width, w("p"))] * (PARTIES_IN_A_ROW - len(parties))
            said = [_cell(width, *self.signatory(party, lines)) for party, lines in parties]
            frames = [_cell(width, _frame()) for _ in parties]
            set_out = (said, frames) if block.by_hand else (said,)
            rows += [w("tr", w("trPr", w("cantSplit")), *row, *map(deepcopy, empty)) for row in set_out]
        yield w("tbl", _table_properties("Signatures"), _grid((width,) * PARTIES_IN_A_ROW), *rows)
        yield spacer(240)

    def signatory(self, party: str, lines: tuple[Line, ...]) -> Iterator[Element]:
        yield paragraph("SignataireNom", self.plain(party))
        for line in lines:
            yield paragraph("SignataireLigne", *self.line(line))

    def line(self, line: Line) -> list[Element]:
        return [self.plain(line)] if isinstance(line, str) else self.inlines(line)

    def plain(self, text: str) -> Element:
        return run(typeset(text, self.language))

    def inlines(self, inlines: tuple[Inline, ...]) -> list[Element]:
        return [self.inline(inline, text) for inline, text in set_inlines(inlines, self.language)]

    def inline(self, inline: Inline, text: str) -> Element:
        match inline:
            case Blank():
                return run(text, "ACompleter")
            case Reference():
                target = self.targets.get(inline.target)
                return link(target, run(text)) if target else run(text)
            case Text():
                if inline.strong:
                    return run(text, "Strong", *((w("i"), w("iCs")) if inline.emphasis else ()))
                return run(text, "Emphasis" if inline.emphasis else "")


def _typed(number: Number) -> tuple[Element, ...]:
    """A number Word would not count to, as text."""
    return (run(number.label, "Numero"), tab()) if number.label and not number.num_id else ()


def _hanging() -> Element:
    return w("ind", left=CLAUSE_INDENT, hanging=CLAUSE_INDENT)


def _overhang(number: Number) -> tuple[Element, ...]:
    """Room for « 17.10 », which would touch the words it numbers: it starts further out, the words stay aligned."""
    if number.level != 1 or len("".join(map(str, number.parts))) < LONG_NUMBER:
        return ()
    return (w("ind", left=CLAUSE_INDENT, hanging=CLAUSE_INDENT + WIDER_PER_LEVEL),)


def _frame() -> Element:
    """Where a party signs; in a row of its own, so that frames stand side by side whatever is written above them."""
    return paragraph("SignataireCadre", properties=(w("spacing", line=1360, lineRule="exact"),))


def _cell(width: int, *content: Element) -> Element:
    return w("tc", w("tcPr", w("tcW", w=width, type="dxa")), *content)


def _grid(widths: tuple[int, ...]) -> Element:
    return w("tblGrid", *(w("gridCol", w=width) for width in widths))


def _table_properties(style: str, caption: str = "") -> Element:
    look = w(
        "tblLook",
        firstRow=int(style in ("Tableau", "Colonnes")),
        lastRow=0,
        firstColumn=0,
        lastColumn=0,
        noHBand=1,
        noVBand=1,
    )
    described = (w("tblCaption", val=caption),) if caption else ()
    return w(
        "tblPr",
        w("tblStyle", val=style),
        w("tblW", w=TEXT_WIDTH, type="dxa"),
        w("tblLayout", type="fixed"),
        look,
        *described,
    )
