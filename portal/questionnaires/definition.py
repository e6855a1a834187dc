"""What a questionnaire is made of, in both languages: sections, questions, choices, columns, conditions, answers."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from portal.core.dataclass import dataclass
from portal.core.language import Language, colon, english, french
from portal.findings.rules import RelationStage, Severity

if TYPE_CHECKING:
    from portal.questionnaires.kinds.column_kind import ColumnKind
    from portal.questionnaires.kinds.question_kind import QuestionKind

YES, NO, PARTIAL, NOT_APPLICABLE = "oui", "non", "partiel", "na"


class EvidenceDemand(StrEnum):
    """Whether a file must support the answer."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True)
class Bilingual:
    """A text of the data in both languages.

    >>> print(Bilingual("D'accord ?", "All right?").read(Language.EN))
    All right?
    """

    fr: str = ""
    en: str = ""

    def __str__(self) -> str:
        """The text in French, typeset."""
        return french(self.fr)

    def __bool__(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.fr or self.en)

    def read(self, language: Language) -> str:
        """The text in one language; typeset on the way out."""
        return english(self.en) if language is Language.EN else french(self.fr)


@dataclass(frozen=True)
class AnswerAmong:
    """True when the answer to an earlier question is one of these values (any of them, for a multiple choice)."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class AllOf:
    """True when every condition is."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True)
class AnyOf:
    """True when one condition is."""

    conditions: "tuple[Condition, ...]"


Condition: TypeAlias = AnswerAmong | AllOf | AnyOf


@dataclass(frozen=True)
class Choice:
    """One offered answer."""

    value: str
    label: Bilingual
    mark: float | None = None
    """0 to 1; None when choosing it says nothing of the guarantees. In a multiple choice, marks add up to at most 1."""
    justify: bool = False
    """Whether choosing it asks for a comment."""
    group: Bilingual = Bilingual()
    """In a multiple choice: the heading it stands under (« Sauvegardes »)."""
    exclusive: bool = False
    """In a multiple choice: cannot go with another (« aucune de ces mesures »)."""

    def placed(self, language: Language) -> str:
        """Its label after the heading it stands under, where a list shows no headings.

        >>> Choice("a", Bilingual("chiffrées", "encrypted"), group=Bilingual("Copies", "Backups")).placed(Language.EN)
        'Backups: encrypted'
        """
        return colon(language).join(part.read(language) for part in (self.group, self.label) if part)


@dataclass(frozen=True)
class TableColumn:
    """One column of a table question."""

    key: str
    label: Bilingual
    kind: "ColumnKind"
    required: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class FindingRule:
    """Which answers open a finding, how grave, and the corrective action it is prefilled with."""

    on: tuple[tuple[str, Severity], ...]
    action: Bilingual
    proof: Bilingual
    """The proof that will close the finding."""
    gap: Bilingual = Bilingual()
    """The fault in plain words, as the title of the finding: what is wrong, never the question."""


@dataclass(frozen=True)
class Question:
    """One question, with what the vendor reads and what only the reviewer does."""

    key: str
    kind: "QuestionKind"
    text: Bilingual
    help: Bilingual = Bilingual()
    why: Bilingual = Bilingual()
    """« Pourquoi nous le demandons »."""
    articles: tuple[str, ...] = ()
    """Articles of the RGPD, as in `28(3)(h)`, or of a code, as in `conso L221-18`."""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    columns: tuple[TableColumn, ...] = ()
    max_rows: int = 100
    max_length: int = 5000
    minimum: float | None = None
    maximum: float | None = None
    unit: Bilingual = Bilingual()
    evidence: EvidenceDemand = EvidenceDemand.NONE
    evidence_on: tuple[str, ...] = ()
    """The choices for which the proof is expected; empty = whatever the answer."""
    evidence_label: Bilingual = Bilingual()
    evidence_max_age_months: int | None = None
    evidence_kinds: tuple[str, ...] = ()
    """Kinds of proof that answer the demand, by their keys in `preuves.toml`; empty when any document may."""
    visible_if: Condition | None = None
    replaces: str = ""
    """The key, gone from the questionnaires, of the question it takes the place of: the meaning has changed."""
    # Below: never shown to a vendor, see `for_vendor`.
    reviewer_note: Bilingual = Bilingual()
    no_evidence: Bilingual = Bilingual()
    """Why no proof is asked for."""
    stage: RelationStage | None = None
    """The moment of the relation with consumers it belongs to, where it has one."""
    weight: int = 0
    """1 to 5; 0 when the question is not scored."""
    critical: bool = False
    opens_finding: FindingRule | None = None
    obligations: tuple[str, ...] = ()
    """Items of the art. 28 check list, as in `C42`."""
    clauses: tuple[str, ...] = ()
    """Clauses of the library, as in `CL18`."""

    @property
    def scored(self) -> bool:
        """Whether some answer to it is worth a mark."""
        return any(choice.mark is not None for choice in self.choices)

    @cached_property
    def takes_files(self) -> bool:
        """Whether files may be attached to its answer."""
        return self.kind.is_file or self.evidence is not EvidenceDemand.NONE

    def choice(self, value: str) -> Choice | None:
        """The offered answer that has this value."""
        return next((choice for choice in self.choices if choice.value == value), None)

    def column(self, key: str) -> TableColumn | None:
        """The column that has this key."""
        return next((column for column in self.columns if column.key == key), None)


@dataclass(frozen=True)
class QuestionnaireSection:
    """A page of the questionnaire; what is delegated to a colleague."""

    key: str
    title: Bilingual
    introduction: Bilingual
    questions: tuple[Question, ...]
    pack: Bilingual = Bilingual()
    """Title of the questionnaire it comes from, when several were composed."""


@dataclass(frozen=True)
class Questionnaire:
    """A version of a questionnaire; two with the same `sha256` ask the same thing in the same words."""

    key: str
    version: str
    title: Bilingual
    introduction: Bilingual
    sections: tuple[QuestionnaireSection, ...]
    packs: tuple[str, ...] = ()
    """Keys of the questionnaires it was composed of; empty when it is one of the files."""
    minutes: int | None = None
    """Minutes that its author measured; what vendors are told is `rules.effort`, which may be more."""
    sha256: str = ""
    """Digest of the whole text, reviewer notes and marks included; kept when these are stripped for the vendor."""

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order asked."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def _by_key(self) -> Mapping[str, Question]:
        return {question.key: question for question in self.questions}

    @cached_property
    def numbers(self) -> Mapping[str, str]:
        """The number of each question in the questionnaire itself; where answers are shown, see `rules.numbering`."""
        return {
            question.key: f"{rank}.{place}"
            for rank, section in enumerate(self.sections, start=1)
            for place, question in enumerate(section.questions, start=1)
        }

    def question(self, key: str) -> Question | None:
        """The question that has this key, if any."""
        return self._by_key.get(key)


Row: TypeAlias = Mapping[str, str]
Value: TypeAlias = str | tuple[str, ...] | tuple[Row, ...] | None


@dataclass(frozen=True)
class GivenAnswer:
    """What a vendor has answered so far: value, comment, and how many files support it."""

    value: Value = None
    comment: str = ""
    files: int = 0


NO_ANSWER = GivenAnswer()
