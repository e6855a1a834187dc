"""The document tree: what a contract or a report says, before any file format.

The rules of a domain build it, `docx` and `pdf` render it; both renderings must carry the same text.
Standard library only, so that rules may build trees.
"""

from dataclasses import field
from typing import TypeAlias

from portal.core.dataclass import dataclass
from portal.core.language import Language


@dataclass(frozen=True)
class Text:
    """A run of text; `strong` and `emphasis` are meaning, not decoration."""

    text: str
    strong: bool = False
    emphasis: bool = False


@dataclass(frozen=True)
class Blank:
    """A fact nobody has given yet: shown as a visible blank, never filled by invention."""

    key: str
    """Where the fact lives, e.g. `vendor.registration`."""
    label: str
    """What is missing, in the document's language."""


@dataclass(frozen=True)
class Reference:
    """A cross-reference to a numbered block, shown as its number (« article 5 »)."""

    target: str
    """`anchor` of the block."""
    text: str
    """The resolved wording; the assembly writes it, the renderers may make it a link."""


Inline: TypeAlias = Text | Blank | Reference

Line: TypeAlias = "str | tuple[Inline, ...]"
"""One line of a cover or of a signature: plain words, or inlines when a fact may be missing."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of inlines."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True)
class Items:
    """A list; ordered lists are lettered (a), (b)…"""

    items: tuple[tuple[Inline, ...], ...]
    ordered: bool = False


@dataclass(frozen=True)
class Table:
    """A table with one header row; every row has as many cells as the header."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    widths: tuple[int, ...] = ()
    """Relative column widths; empty = equal."""

    def __post_init__(self) -> None:
        """Refuse a ragged table at once, where the mistake is: raises ValueError."""
        columns = len(self.header)
        if any(len(row) != columns for row in self.rows):
            raise ValueError(f"Table « {self.caption} » : une ligne n'a pas {columns} cellules.")
        if self.widths and (len(self.widths) != columns or min(self.widths) <= 0):
            raise ValueError(f"Table « {self.caption} » : il faut {columns} largeurs positives.")


@dataclass(frozen=True)
class Figure:
    """A picture in SVG with its text alternative; PDF shows the picture, DOCX its text and table."""

    svg: str
    alternative: str

    def __post_init__(self) -> None:
        """Refuse a picture that a blind reader could not know of: raises ValueError."""
        if not self.alternative.strip():
            raise ValueError("Figure sans texte de remplacement.")


@dataclass(frozen=True)
class Signatures:
    """Places to sign: one (party, name-and-capacity lines) per signatory."""

    parties: tuple[tuple[str, tuple[Line, ...]], ...]
    by_hand: bool = True
    """Whether room is left to write in; a copy signed electronically has none."""


@dataclass(frozen=True)
class Note:
    """A boxed remark (draft warning, source); `kind` is `info`, `warning` or `draft`."""

    inlines: tuple[Inline, ...]
    kind: str = "info"


@dataclass(frozen=True)
class Translated:
    """Blocks in a language of their own, which is not always the document's."""

    language: Language
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True)
class BilingualRow:
    """The same passage in two languages."""

    left: Translated
    right: Translated
    anchor: str = ""


@dataclass(frozen=True)
class SideBySide:
    """Two columns, a language in each: what stands on one row says the same thing."""

    rows: tuple[BilingualRow, ...]

    def __post_init__(self) -> None:
        """Refuse columns that change language on the way: raises ValueError."""
        if len({(row.left.language, row.right.language) for row in self.rows}) != 1:
            raise ValueError("Deux colonnes : une langue pour chacune, et au moins une ligne.")

    @property
    def languages(self) -> tuple[Language, Language]:
        """That of each column."""
        return self.rows[0].left.language, self.rows[0].right.language


Block: TypeAlias = "Paragraph | Items | Table | Figure | Signatures | Note | Section | Translated | SideBySide"


@dataclass(frozen=True)
class TitleEnd:
    """The end of a title, said in another language than the document's: read aloud and spelt as that language is."""

    text: str
    language: Language


@dataclass(frozen=True)
class Section:
    """A titled, possibly numbered part; nests to any depth (article → sub-article; annex)."""

    title: str
    blocks: tuple[Block, ...]
    number: str = ""
    """The number as printed without its word: `3`, `3.2`, `A`; empty when unnumbered."""
    anchor: str = ""
    kind: str = "section"
    """`article` (numbered « Article 3 »), `annex` (« Annexe A », starts a page), or `section`."""
    title_end: TitleEnd | None = None
    """What of the title, at its end, is in another language."""

    @property
    def titled(self) -> bool:
        """Whether its title prints anything: spaces and control characters do not."""
        return any(letter.isprintable() and not letter.isspace() for letter in self.title)


@dataclass(frozen=True)
class Document:
    """A whole document; two equal trees render to identical bytes."""

    title: str
    language: Language
    blocks: tuple[Block, ...]
    subtitle: str = ""
    reference: str = ""
    """Shown in the footer, e.g. the contract's key and version."""
    draft: bool = False
    contents: bool = True
    """Whether a cover page and a table of contents open the document; without, a title block heads the first page."""
    compact: bool = False
    """Whether the PDF is set tightly on narrow margins: a single sheet to hand out, not a text to read."""
    cover: tuple[tuple[str, Line], ...] = ()
    """Label–value lines of the cover (parties, date)."""
    created: str = "2000-01-01T00:00:00+00:00"
    """ISO instant written in the file's metadata; given, never read from the clock, for reproducibility."""
    keywords: tuple[str, ...] = field(default=())
    edition: str = ""
    """Which state of the text this is (« Version 3 »), printed with `sha256` at the head of every page."""
    sha256: str = ""
    """Of its text (`documents.text`); a document that has one carries itself as data in its PDF."""
    initials: bool = False
    """Whether every page has a line for the initials of the parties."""
