"""A frozen questionnaire as its vendor reads it: one language, nothing of the reviewer's, made once per process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from portal.core.language import Language, Sentence, french, say
from portal.questionnaires.rules import (
    Bilingual,
    Choice,
    Column,
    ColumnKind,
    Evidence,
    Kind,
    Question,
    Questionnaire,
    cited,
    for_vendor,
)
from portal.vendor_space.wording import spoken

_KEPT: dict[tuple[str, Language], "Copy"] = {}
_KEEP_AT_MOST = 64


@dataclass(frozen=True)
class Option:
    """An offered answer; `justify` when it asks for a comment."""

    value: str
    label: str
    justify: bool


@dataclass(frozen=True)
class CellCopy:
    """A column of a table question."""

    key: str
    label: str
    kind: ColumnKind
    required: bool
    options: tuple[Option, ...]


@dataclass(frozen=True)
class QuestionCopy:
    """A question in one language."""

    key: str
    kind: Kind
    number: str
    text: str
    help: str
    why: str
    refs: str
    required: bool
    is_conditional: bool
    options: tuple[Option, ...]
    columns: tuple[CellCopy, ...]
    unit: str
    max_length: int
    max_rows: int
    evidence: str
    """What may or must be attached, as a sentence; empty when no file is taken."""
    max_age_months: int | None

    @property
    def takes_files(self) -> bool:
        """Whether files may be attached to its answer."""
        return bool(self.evidence)

    @property
    def has_countries(self) -> bool:
        """Whether a cell of its table is a country."""
        return any(column.kind is ColumnKind.COUNTRY for column in self.columns)


@dataclass(frozen=True)
class SectionCopy:
    """A section in one language."""

    key: str
    number: int
    title: str
    introduction: str
    questions: tuple[QuestionCopy, ...]


@dataclass(frozen=True)
class Copy:
    """The whole, in one language."""

    title: str
    introduction: str
    minutes: int | None
    sections: tuple[SectionCopy, ...]

    @cached_property
    def by_question(self) -> Mapping[str, tuple[SectionCopy, QuestionCopy]]:
        """Each question with its section, by key."""
        return {question.key: (section, question) for section in self.sections for question in section.questions}

    def section(self, key: str) -> SectionCopy | None:
        """The section that has this key."""
        return next((section for section in self.sections if section.key == key), None)


def copy_of(questionnaire: Questionnaire, language: Language) -> Copy:
    """The vendor's copy; its text never changes, so it is made once for each hash and language."""
    found = _KEPT.get((questionnaire.sha256, language))
    if found is None:
        found = _copied(for_vendor(questionnaire), language)
        if len(_KEPT) >= _KEEP_AT_MOST:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[questionnaire.sha256, language] = found
    return found


def _copied(source: Questionnaire, language: Language) -> Copy:
    return Copy(
        title=source.title.read(language),
        introduction=source.introduction.read(language).strip(),
        minutes=source.minutes,
        sections=tuple(
            SectionCopy(
                key=section.key,
                number=rank,
                title=section.title.read(language),
                introduction=section.introduction.read(language).strip(),
                questions=tuple(
                    _question(question, f"{rank}.{place}", language)
                    for place, question in enumerate(section.questions, start=1)
                ),
            )
            for rank, section in enumerate(source.sections, start=1)
        ),
    )


def _question(question: Question, number: str, language: Language) -> QuestionCopy:
    refs = " · ".join(_set(spoken(text, language), language) for text in cited(question.articles))
    return QuestionCopy(
        key=question.key,
        kind=question.kind,
        number=number,
        text=question.text.read(language),
        help=question.help.read(language),
        why=question.why.read(language),
        refs=refs,
        required=question.required,
        is_conditional=question.visible_if is not None,
        options=_options(question.choices, language),
        columns=tuple(_column(column, language) for column in question.columns),
        unit=question.unit.read(language),
        max_length=question.max_length,
        max_rows=question.max_rows,
        evidence=_evidence(question, language),
        max_age_months=question.evidence_max_age_months,
    )


def _set(text: str, language: Language) -> str:
    """Typography that depends on the values: « art. » keeps to its number."""
    return french(text) if language is Language.FR else text


def _options(choices: tuple[Choice, ...], language: Language) -> tuple[Option, ...]:
    return tuple(Option(choice.value, choice.label.read(language), choice.justify) for choice in choices)


def _column(column: Column, language: Language) -> CellCopy:
    label = column.label.read(language)
    return CellCopy(column.key, label, column.kind, column.required, _options(column.choices, language))


def _evidence(question: Question, language: Language) -> str:
    """« Preuve demandée si vous répondez « Oui » : votre politique. Datée de moins de 12 mois. »"""
    if question.kind is not Kind.FILE and question.evidence is Evidence.NONE:
        return ""
    label = question.evidence_label or Bilingual("un document de votre choix.", "a document of your choice.")
    parts = [spoken(_asking(question, label, language), language)]
    if question.evidence_max_age_months is not None:
        fresh = say("Daté de moins de %(months)s mois.", months=question.evidence_max_age_months)
        parts.append(spoken(fresh, language))
    return " ".join(parts)


def _quoted(choices: Iterable[Choice], language: Language) -> str:
    quoted = [spoken(say("« %(answer)s »", answer=choice.label.read(language)), language) for choice in choices]
    return f" {spoken(say('ou'), language)} ".join(quoted)


def _asking(question: Question, label: Bilingual, language: Language) -> Sentence:
    what = label.read(language)
    if question.kind is Kind.FILE:
        return say("À joindre : %(what)s", what=what)
    given = [choice for choice in question.choices if choice.value in question.evidence_on]
    others = [choice for choice in question.choices if choice not in given]
    if question.evidence is Evidence.OPTIONAL:
        return say("Si vous l'avez, joignez : %(what)s", what=what)
    if question.kind is Kind.MULTIPLE and others and all(choice.exclusive for choice in others):
        # Naming the one answer that spares the file is shorter than naming the fourteen that ask for it.
        return say(
            "À joindre, sauf si vous répondez %(answers)s : %(what)s", answers=_quoted(others, language), what=what
        )
    answers = _quoted(given, language)
    if answers:
        return say("À joindre si vous répondez %(answers)s : %(what)s", answers=answers, what=what)
    return say("À joindre : %(what)s", what=what)
