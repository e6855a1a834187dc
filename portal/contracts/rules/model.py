"""What the clause library is made of: obligations, clauses, templates; frozen; `contracts.library` reads them."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TypeAlias

from portal.contracts.rules.document_kind import DocumentKind
from portal.core.dataclass import dataclass
from portal.core.documents.tree import Text
from portal.core.expressions import expression
from portal.core.language import NO_BREAK, Language, Sentence, french

_QUOTED = expression(r'"([^"]*)"')
_TOGETHER = expression(
    r"(?<=n°) |(?<=§) |(?<=\w) (?=\(\d+\))"
    r"|(?<=[Aa]rticle) (?=\d)|(?<=[Aa]rticles) (?=\d)|(?<=[Cc]lause) (?=\d)"
    r"|(?<=[Aa]nnex) (?=[IVX])|(?<=[Aa]nnexe) (?=[IVX])"
    r"|(?<=\b[LRD]\.) (?=\d)|(?<=no\.) (?=\d)"
    r"|(?<=[\d)]) (?=(?:heures?|jours?|mois|ans?|hours?|days?|months?|years?)\b)"
)
"""Spaces at which a line never ends: before a number, before the figures of a number in words, before its unit."""


@lru_cache(maxsize=8192)
def typeset(text: str, language: Language) -> str:
    """Set library prose as printed: French typography, or curly English quotation marks.

    The same lines come back with each edition of the library and each contract.

    >>> typeset("the Controller's data", Language.EN)
    'the Controller’s data'
    >>> typeset("la loi n° 78-17, dans les cinq (5) jours", Language.FR)
    'la loi n°\xa078-17, dans les cinq\xa0(5)\xa0jours'
    """
    text = french(text) if language is Language.FR else _QUOTED.sub(r"“\1”", text)
    return _TOGETHER.sub(NO_BREAK, text).replace("'", "’")


def headed(label: str) -> str:
    """A label at the head of a line.

    >>> headed("lieux de traitement")
    'Lieux de traitement'
    """
    return label[:1].upper() + label[1:]


@dataclass(frozen=True)
class BilingualWords:
    """The same words in the two languages of the library.

    >>> BilingualWords(fr="Durée", en="Duration").said_in(Language.EN)
    'Duration'
    """

    fr: str
    en: str

    def __str__(self) -> str:
        """The words in French, as a sentence that names them is said by itself."""
        return self.fr

    def said_in(self, language: Language | str) -> str:
        """The words in one language, which a template knows by its code."""
        return self.fr if language == Language.FR else self.en

    def read(self, language: Language, /) -> str:
        """The words in one language, as the value of a sentence is read."""
        return self.said_in(language)


def words(fr: str, en: str) -> BilingualWords:
    """The words as printed in each language."""
    return BilingualWords(typeset(fr, Language.FR), typeset(en, Language.EN))


class ObligationClass(StrEnum):
    """What the law asks of the contract itself; only a missing C item breaches RGPD art. 28."""

    CONTRACT = "C"
    """Must be written in the contract (art. 28(2) to (4) and (9))."""
    STATUTE = "S"
    """Binds the parties even when the contract is silent."""
    PRACTICE = "G"
    """Good practice or an expectation of the authorities."""


class ObligationSeverity(StrEnum):
    """How much a gap weighs when several must be closed."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True)
class Obligation:
    """One thing a contract with a processor should say, with its legal basis (`obligations.toml`)."""

    key: str
    kind: ObligationClass
    title: BilingualWords
    basis: str
    """Article in the short French form, e.g. `28(3)(a)`."""
    satisfied_when: BilingualWords
    severity: ObligationSeverity


@dataclass(frozen=True)
class FactCondition:
    """A structured test on one fact; never an expression in a string."""

    fact: str
    among: frozenset[str]
    negated: bool = False

    def implies(self, other: "FactCondition") -> bool:
        """Whether the other surely holds when this one does.

        >>> critical = FactCondition("tier", frozenset({"critique"}))
        >>> critical.implies(FactCondition("tier", frozenset({"critique", "renforce"})))
        True
        """
        if self.fact != other.fact or self.negated != other.negated:
            return False
        return self.among >= other.among if self.negated else self.among <= other.among


@dataclass(frozen=True)
class FactPlaceholder:
    """Where a fact goes: `{{ service.purpose }}`."""

    key: str


@dataclass(frozen=True)
class CrossReference:
    """Where the number of another article or annex goes: `{{ ref:CL18 }}`, `{{ ref:annex.measures }}`."""

    target: str


ProsePiece: TypeAlias = Text | FactPlaceholder | CrossReference


@dataclass(frozen=True)
class ProseParagraph:
    """A paragraph of prose, facts and references still open."""

    pieces: tuple[ProsePiece, ...]


@dataclass(frozen=True)
class ProseList:
    """A list of prose, lettered when ordered."""

    items: tuple[tuple[ProsePiece, ...], ...]
    ordered: bool = False


ProseBlock: TypeAlias = ProseParagraph | ProseList


@dataclass(frozen=True)
class Passage:
    """One numbered sub-paragraph, with the obligations it meets and the condition under which it is there."""

    blocks: tuple[ProseBlock, ...]
    obligations: tuple[str, ...] = ()
    condition: str = ""
    """Name declared under `[conditions]` of the clause; empty = always."""
    line: int = 0
    """Line of the file, for whoever must correct it."""

    @cached_property
    def pieces(self) -> tuple[ProsePiece, ...]:
        """Every piece in reading order."""
        found: list[ProsePiece] = []
        for block in self.blocks:
            for run in (block.pieces,) if isinstance(block, ProseParagraph) else block.items:
                found.extend(run)
        return tuple(found)

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """Keys of the facts it shows."""
        return frozenset(piece.key for piece in self.pieces if isinstance(piece, FactPlaceholder))

    @cached_property
    def links(self) -> frozenset[str]:
        """What it refers to."""
        return frozenset(piece.target for piece in self.pieces if isinstance(piece, CrossReference))


Prose: TypeAlias = Mapping[Language, tuple[Passage, ...]]


class FigureSense(StrEnum):
    """Which way a figure binds the vendor."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


class FigureUnit(StrEnum):
    """What a figure counts; a business day lasts at least one day, a month at least twenty-eight."""

    HOURS = "hours"
    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"

    @property
    def hours(self) -> int:
        """Hours of one of them."""
        return {FigureUnit.HOURS: 1, FigureUnit.MONTHS: 28 * 24}.get(self, 24)


@dataclass(frozen=True)
class Quantity:
    """A number with its unit: « 24 hours »."""

    number: int
    unit: FigureUnit

    @property
    def hours(self) -> int:
        """Its length, to be compared."""
        return self.number * self.unit.hours


_WRITTEN = expression(rf"(\d{{1,4}}) ({'|'.join(FigureUnit)})")


def read_quantity(text: str) -> Quantity | None:
    """What a front matter writes, None when it is none.

    >>> read_quantity("2 business_days").hours, read_quantity("two days")
    (48, None)
    """
    found = _WRITTEN.fullmatch(text)
    return Quantity(int(found[1]), FigureUnit(found[2])) if found else None


@dataclass(frozen=True)
class PositionFigure:
    """One figure under negotiation: what we ask first, what we accept, and beyond what we never go."""

    what: BilingualWords
    sense: FigureSense
    preferred: Quantity | None
    """None: what we ask first has no limit."""
    fallback: Quantity
    red_line: Quantity | None = None

    def is_stricter(self, one: Quantity, other: Quantity) -> bool:
        """Whether the vendor is bound more tightly by the first of two quantities."""
        return one.hours < other.hours if self.sense is FigureSense.AT_MOST else one.hours > other.hours


class Approver(StrEnum):
    """Who on our side agrees to a fallback; nobody agrees to a red line."""

    LEGAL = "legal"
    OFFICER = "dpo"
    MANAGEMENT = "management"


@dataclass(frozen=True)
class NegotiationPoint:
    """How far we may give way on one paragraph of a clause, and where we stop; the paragraph is what we ask first."""

    paragraph: int
    """Its number in the file, from 1."""
    fallback: Prose
    """The whole wording we accept in its place: one passage per language."""
    red_line: BilingualWords
    """What we never accept."""
    approver: Approver
    figures: tuple[PositionFigure, ...] = ()
    """The numbers of these texts, to be compared."""


@dataclass(frozen=True)
class OperativeWords:
    """Words without which a clause no longer says an obligation, whatever the position taken."""

    meets: tuple[str, ...]
    """The obligations and requirements that rest on them."""
    text: BilingualWords


@dataclass(frozen=True)
class Clause:
    """One clause, in French and in English, as its file gives it."""

    key: str
    version: str
    title: BilingualWords
    position: str
    """`preferred`, `acceptable`: where it stands among our negotiation positions."""
    covers: tuple[str, ...]
    needs: tuple[str, ...]
    """Facts without which what it covers is not really said."""
    variables: Mapping[str, BilingualWords]
    """Fact key → what to fill in, as the blank of a draft calls it."""
    applies_when: tuple[FactCondition, ...]
    conditions: Mapping[str, FactCondition]
    """Named conditions of the passages between `:::` fences."""
    prose: Prose
    sha256: str
    """Of the file's bytes: two clauses with the same digest say the same thing."""
    path: str
    negotiation: tuple[NegotiationPoint, ...] = ()
    """For the eyes of our side: no contract ever shows it."""
    operative: tuple[OperativeWords, ...] = ()
    not_negotiable: BilingualWords | None = None
    """Why we give way on nothing else in it; for the eyes of our side as well."""

    def point(self, paragraph: int) -> NegotiationPoint | None:
        """Our other positions on a paragraph, when it has some."""
        return next((point for point in self.negotiation if point.paragraph == paragraph), None)


@dataclass(frozen=True)
class ClauseSlot:
    """A place of the template: one clause, or alternatives of which the facts choose."""

    key: str
    among: tuple[str, ...]
    default: str
    """Taken, and marked as provisional, while the facts cannot choose; empty: nothing is taken until they do."""


@dataclass(frozen=True)
class TemplateAnnex:
    """An annex of the template, filled from the facts."""

    key: str
    title: BilingualWords
    intro: Prose
    facts: tuple[str, ...]
    """Shown as a table of two columns."""
    tables: tuple[str, ...]
    """Facts of several rows, each a table of its own."""
    applies_when: tuple[FactCondition, ...] = ()


@dataclass(frozen=True)
class TemplateRefusal:
    """Facts with which a template is never issued, whatever the reason given."""

    when: FactCondition
    unless_written: tuple[str, ...]
    """Facts that lift the refusal once each of them is written at length; empty: nothing lifts it."""
    why: str
    """The reason, as `rules.refusals` names it."""


@dataclass(frozen=True)
class SharedSignature:
    """A document that another one's signature covers: under which facts, and what is said in place of signatures."""

    when: tuple[FactCondition, ...]
    said: Prose


@dataclass(frozen=True)
class ContractTemplate:
    """A kind of document: which clauses in which order, which annexes, who signs."""

    key: str
    version: str
    title: BilingualWords
    subtitle: BilingualWords
    slots: tuple[ClauseSlot, ...]
    annexes: tuple[TemplateAnnex, ...]
    cover: tuple[tuple[BilingualWords, str], ...]
    """Lines of the cover: label, fact."""
    signatures: tuple[tuple[BilingualWords, str, str], ...]
    """Per signatory: its title, the fact with its name, the fact with its representative."""
    sha256: str
    path: str
    role: str = ""
    """The capacity that the vendor must have for some of the processing: a code of `service.roles`; empty: any."""
    kind: DocumentKind = DocumentKind.PROCESSING
    when: BilingualWords = BilingualWords("", "")
    """In one sentence, when to take it: for whoever begins a document."""
    opening: BilingualWords | None = None
    """How a letter greets whom it is addressed to."""
    closing: BilingualWords | None = None
    refusals: tuple[TemplateRefusal, ...] = ()
    place: int = 1
    """Where it stands among those offered."""
    shared_signature: SharedSignature | None = None

    @cached_property
    def clause_keys(self) -> tuple[str, ...]:
        """Every clause the template may take, in order."""
        return tuple(key for slot in self.slots for key in slot.among)


@dataclass(frozen=True)
class ContractRequirement:
    """Something we ask of some vendors beyond art. 28: the paragraph that says it, the question and the proof."""

    key: str
    """As a paragraph bears it in front: `{R03}`."""
    title: BilingualWords
    basis: tuple[str, ...]
    """Articles, as a questionnaire cites them: `conso L221-21`, `12(3)`."""
    questions: tuple[str, ...]
    """Keys of the questions that ask whether it is done."""
    evidence: str
    """Key of the question whose file proves it."""
    verified_by: BilingualWords
    """What whoever audits does with that proof."""


@dataclass(frozen=True)
class RequirementTable:
    """The requirements that go with one questionnaire (`exigences/*.toml`)."""

    questionnaire: str
    title: BilingualWords
    intro: BilingualWords
    requirements: tuple[ContractRequirement, ...]
    path: str


@dataclass(frozen=True)
class ClauseTheme:
    """A shelf of the library: what its clauses are about (`themes.toml`)."""

    key: str
    title: BilingualWords
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class ClauseLibrary:
    """All that was read; duplicates are kept so that they can be reported."""

    obligations: tuple[Obligation, ...] = ()
    clauses: tuple[Clause, ...] = ()
    templates: tuple[ContractTemplate, ...] = ()
    obligations_path: str = "obligations.toml"
    tables: tuple[RequirementTable, ...] = ()
    themes: tuple[ClauseTheme, ...] = ()
    themes_path: str = "themes.toml"

    @cached_property
    def clause(self) -> Mapping[str, Clause]:
        """By id."""
        return {clause.key: clause for clause in self.clauses}

    @cached_property
    def template(self) -> Mapping[str, ContractTemplate]:
        """By key."""
        return {template.key: template for template in self.templates}

    @cached_property
    def table(self) -> Mapping[str, RequirementTable]:
        """The requirements that go with a questionnaire, by its key."""
        return {table.questionnaire: table for table in self.tables}


@dataclass(frozen=True)
class LibraryDefect:
    """A defect of a library file: where, and what a lawyer must do about it."""

    path: str
    where: str
    """The id of the clause, obligation or template, or the language part."""
    message: Sentence
    line: int | None = None
    column: int | None = None
