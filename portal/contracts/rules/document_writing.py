"""Writing clauses into the document tree: facts put in place, references resolved, missing facts as blanks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.model import (
    BilingualWords,
    CrossReference,
    Passage,
    ProseList,
    ProseParagraph,
    ProsePiece,
    headed,
    words,
)
from portal.core.dataclass import dataclass
from portal.core.documents.tree import Blank, Block, Inline, Items, Note, Paragraph, Reference, Table, Text
from portal.core.expressions import expression
from portal.core.language import NARROW, NO_BREAK, Language

AND = BilingualWords(" et ", " and ")
ARTICLE, ARTICLES = BilingualWords("article", "Article"), BilingualWords("articles", "Articles")
ANNEX = BilingualWords("annexe", "Annex")
POINT, POINTS = BilingualWords("point", "point"), BilingualWords("points", "points")
_JOINT = BilingualWords(f"{NARROW}; ", "; ")
DASH = "—"
FILE_NAME = expression(
    r"[\w .()-]{1,200}\.(?:pdf|docx?|xlsx?|csv|odt|ods|pptx?|zip|png|jpe?g|txt|eml|msg)", re.IGNORECASE
)
"""A cell that is the name of a file and nothing else: ours, it means nothing to the other party."""
_HEADER = (words("Élément", "Item"), words("Contenu", "Content"))
_PROVISIONAL = words(
    "Rédaction provisoire, à confirmer selon : ", "Provisional wording, to be confirmed according to: "
)


@dataclass(frozen=True)
class MissingFact:
    """A fact to be given before the contract can be signed."""

    key: str
    label: str
    places: tuple[str, ...]
    """Where it is awaited, as a reader finds it: « article 3.2 », « annexe A »."""
    decides: bool = False
    """Whether a clause or a passage is provisional until it is known."""


@dataclass(frozen=True)
class ReferenceTarget:
    """What a reference leads to."""

    anchor: str
    number: str
    annex: bool = False


@dataclass
class BlankList:
    """The blanks of one document, in order of appearance."""

    found: dict[str, tuple[str, list[str], bool]] = field(default_factory=dict)

    def leave(self, key: str, label: str, place: str, *, decides: bool = False) -> Blank:
        """Note a blank and return what shows it."""
        label, places, decided = self.found.setdefault(key, (label, [], False))
        if place not in places:
            places.append(place)
        self.found[key] = (label, places, decided or decides)
        return Blank(key, label)

    def listed(self) -> tuple[MissingFact, ...]:
        """All of them, each once."""
        return tuple(
            MissingFact(key, label, tuple(places), decides) for key, (label, places, decides) in self.found.items()
        )


def enumeration(items: Iterable[str], language: Language) -> str:
    """A list within a sentence; items that hold a comma or an « and » of their own are kept apart by semicolons.

    >>> enumeration(["nom", "courriel", "adresse"], Language.FR)
    'nom, courriel et adresse'
    >>> enumeration(["identité, coordonnées", "santé"], Language.FR)
    'identité, coordonnées\u202f; santé'
    >>> enumeration(["orders and returns", "call recordings"], Language.EN)
    'orders and returns; call recordings'
    """
    *start, last = listed = tuple(items)
    if start and any("," in item or AND.said_in(language) in item for item in listed):
        return _JOINT.said_in(language).join(listed)
    return AND.said_in(language).join([", ".join(start), last]) if start else last


def _is_repeated(run: Sequence[Inline], found: tuple[Inline, ...]) -> bool:
    """Whether what comes after a comma is what stands before it already, alone or at the end of an enumeration."""
    last = [inline.text for inline in (*run[-2:], *found) if isinstance(inline, Text)]
    if len(last) != 3 or last[1] != ", ":
        return False
    return last[0] == last[2] or last[0].endswith(f", {last[2]}")


def _printable(cell: str | None) -> str:
    """A cell as the contract may print it: never the bare name of a file of ours."""
    text = (cell or "").strip()
    return "" if FILE_NAME.fullmatch(text) else text


def quoted(passage: Iterable[Block]) -> str:
    """The words of written blocks, for a quotation; a blank is shown by its label between brackets."""
    return " ".join(
        "".join(f"[{piece.label}]" if isinstance(piece, Blank) else piece.text for piece in run)
        for block in passage
        for run in _runs(block)
    ).strip()


def _runs(block: Block) -> tuple[tuple[Inline, ...], ...]:
    if isinstance(block, Paragraph):
        return (block.inlines,)
    return block.items if isinstance(block, Items) else ()


@dataclass(frozen=True)
class DocumentWriter:
    """Writes passages and tables of one document."""

    facts: ContractFacts
    language: Language
    targets: Mapping[str, tuple[ReferenceTarget, ...]]
    blanks: BlankList
    in_points: bool = False
    """Whether what is numbered is a point of a letter, not an article."""

    def passage(self, passage: Passage, place: str, labels: Mapping[str, BilingualWords]) -> tuple[Block, ...]:
        """A passage's blocks; a list alone in its paragraph becomes a list of the document."""
        written: list[Block] = []
        for block in passage.blocks:
            if isinstance(block, ProseList):
                items = tuple(self._run(item, place, labels) for item in block.items)
                written.append(Items(items, block.ordered))
            else:
                written.append(self._paragraph(block, place, labels))
        return tuple(written)

    def provisional(self, keys: Iterable[str], place: str, labels: Mapping[str, BilingualWords]) -> Note:
        """The boxed remark that a wording waits for facts."""
        inlines: list[Inline] = [Text(_PROVISIONAL.said_in(self.language))]
        for index, key in enumerate(keys):
            inlines += [Text(", ")] if index else []
            inlines.append(self.blanks.leave(key, self._label(key, labels), place, decides=True))
        return Note((*inlines, Text(".")), kind="draft")

    def sheet(self, caption: str, keys: Iterable[str], place: str) -> Table:
        """Facts as a table of two columns."""
        rows = []
        for key in keys:
            label = FACTS[key].label.said_in(self.language)
            rows.append(
                (
                    (Text(headed(label)),),
                    self._fact(key, place, {}, joint=_JOINT.said_in(self.language)),
                )
            )
        header = tuple(column.said_in(self.language) for column in _HEADER)
        return Table(caption, header, tuple(rows), widths=(1, 2))

    def table(self, key: str, place: str) -> Block:
        """A fact in rows as a table; an unknown one as a blank, an empty one in its own words."""
        fact = FACTS[key]
        label = fact.label.said_in(self.language)
        if not self.facts.is_known(key):
            return Paragraph((self.blanks.leave(key, label, place),))
        rows = self.facts.rows(key)
        if not rows:
            return Paragraph((Text(fact.none.said_in(self.language) if fact.none else DASH),))
        columns = [
            column
            for column in fact.columns
            if column.printed and not (column.optional and not any(_printable(row.get(column.key)) for row in rows))
        ]
        return Table(
            headed(label),
            tuple(column.label.said_in(self.language) for column in columns),
            tuple(
                tuple(self._cell(key, index, column.key, _printable(row.get(column.key)), place) for column in columns)
                for index, row in enumerate(rows)
            ),
            widths=tuple(column.width for column in columns),
        )

    def line(self, key: str, place: str) -> tuple[Inline, ...]:
        """A fact on a line of its own, for a cover or a signature."""
        return self._fact(key, place, {})

    def _cell(self, key: str, index: int, column_key: str, text: str, place: str) -> tuple[Inline, ...]:
        if text:
            return (Text(text),)
        column = next(column for column in FACTS[key].columns if column.key == column_key)
        if column.optional:
            return (Text(DASH),)
        name = next((value for value in self.facts.rows(key)[index].values() if value), str(index + 1))
        label = f"{column.label.said_in(self.language)} ({name})"
        return (self.blanks.leave(f"{key}.{index}.{column_key}", label, place),)

    def _paragraph(self, block: ProseParagraph, place: str, labels: Mapping[str, BilingualWords]) -> Block:
        return Paragraph(self._run(block.pieces, place, labels))

    def _run(
        self, pieces: tuple[ProsePiece, ...], place: str, labels: Mapping[str, BilingualWords]
    ) -> tuple[Inline, ...]:
        run: list[Inline] = []
        for piece in pieces:
            if isinstance(piece, Text):
                if piece.text.startswith(".") and run and isinstance(run[-1], Text):
                    run[-1] = Text(run[-1].text.removesuffix("."))  # a fact that ends with its own full stop
                run.append(piece)
            elif isinstance(piece, CrossReference):
                run += self._reference(piece.target, place)
            else:
                found = self._fact(piece.key, place, labels)
                if _is_repeated(run, found):
                    run.pop()  # an address that names its country, which comes next
                else:
                    run += found
        return tuple(run)

    def _label(self, key: str, labels: Mapping[str, BilingualWords]) -> str:
        return (labels[key] if key in labels else FACTS[key].label).said_in(self.language)

    def _fact(
        self, key: str, place: str, labels: Mapping[str, BilingualWords], *, joint: str = ""
    ) -> tuple[Inline, ...]:
        fact = FACTS[key]
        if not self.facts.is_known(key):
            return (self.blanks.leave(key, self._label(key, labels), place),)
        if fact.kind is FactKind.TEXT:
            return (Text(self.facts.text(key)),)
        items = self.facts.items(key)
        if not items:
            return (Text(fact.none.said_in(self.language) if fact.none else DASH),)
        if fact.kind is FactKind.CODES:
            items = tuple(fact.choices[item].said_in(self.language) for item in items)
        return (Text(joint.join(items) if joint else enumeration(items, self.language)),)

    def _reference(self, target: str, place: str) -> tuple[Inline, ...]:
        targets = self.targets.get(target, ())
        if not targets:
            return (self.blanks.leave(f"ref:{target}", target, place),)
        one, several = (POINT, POINTS) if self.in_points else (ARTICLE, ARTICLES)
        word = ANNEX if targets[0].annex else several if len(targets) > 1 else one
        first, *others = targets
        run: list[Inline] = [Reference(first.anchor, f"{word.said_in(self.language)}{NO_BREAK}{first.number}")]
        for index, other in enumerate(others, start=1):
            run.append(Text(AND.said_in(self.language) if index == len(others) else ", "))
            run.append(Reference(other.anchor, other.number))
        return tuple(run)
