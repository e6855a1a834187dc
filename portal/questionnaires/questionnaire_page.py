"""A questionnaire laid out for reading: what the vendor sees of each question, what only the reviewer does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say, say_count
from portal.core.translation import translate
from portal.findings.rules import Severity
from portal.findings.wording import STAGE_NAMES
from portal.questionnaires.definition import (
    AllOf,
    AnswerAmong,
    AnyOf,
    Bilingual,
    Choice,
    Condition,
    EvidenceDemand,
    FindingRule,
    Question,
    Questionnaire,
    QuestionnaireSection,
    TableColumn,
)

_SEVERITIES = {
    Severity.CRITICAL: say("constat critique"),
    Severity.MAJOR: say("constat majeur"),
    Severity.MINOR: say("constat mineur"),
}


@dataclass(frozen=True)
class OfferedChoice:
    """An answer that may be chosen, and what the reviewer knows of it."""

    label: str
    group: str
    must_explain: bool
    mark: str
    """« 50 % », or empty when it is worth nothing either way."""
    severity: str


@dataclass(frozen=True)
class QuestionPreview:
    """One question, laid out."""

    question: Question
    number: str
    how: str
    """How it is answered."""
    when: str
    """The condition under which it is asked, in words; empty when always."""
    offered: Sequence[OfferedChoice]
    columns: Sequence[tuple[str, str, bool]]
    """Label, kind, required."""
    proof: str
    stage: str
    """The stage of the relation with consumers, in words; empty when it has none."""


@dataclass(frozen=True)
class QuestionnairePage:
    """A questionnaire, section by section."""

    sections: Sequence[tuple[str, str, str, Sequence[QuestionPreview], str]]
    """Key, title, introduction, questions, and the questionnaire it comes from when several were composed."""
    questions: int
    critical: int
    proofs: int


def readable_draft(draft: Questionnaire) -> tuple[Questionnaire, Language]:
    """A draft where a text that lacks a language is read in the other, and the language most of it is written in."""
    texts = [question.text for question in draft.questions]
    in_french = sum(bool(text.fr) for text in texts)
    language = Language.FR if in_french * 2 >= len(texts) else Language.EN
    filled: Questionnaire = _filled(draft)
    return filled, language


def _filled(value: Any) -> Any:
    match value:
        case Bilingual(fr, en):
            return Bilingual(fr or en, en or fr)
        case tuple():
            return tuple(map(_filled, value))
        case Questionnaire() | QuestionnaireSection() | Question() | Choice() | TableColumn() | FindingRule():
            return replace(value, **{one.name: _filled(getattr(value, one.name)) for one in fields(value)})
        case _:
            return value


def questionnaire_page(questionnaire: Questionnaire, language: Language) -> QuestionnairePage:
    """The reading copy of a questionnaire in a language."""
    number = questionnaire.numbers
    return QuestionnairePage(
        sections=[
            (
                section.key,
                section.title.read(language),
                section.introduction.read(language),
                [_question(questionnaire, question, number, language) for question in section.questions],
                section.pack.read(language),
            )
            for section in questionnaire.sections
        ],
        questions=len(questionnaire.questions),
        critical=sum(question.critical for question in questionnaire.questions),
        proofs=sum(question.evidence is not EvidenceDemand.NONE for question in questionnaire.questions),
    )


def _question(
    questionnaire: Questionnaire, question: Question, number: Mapping[str, str], language: Language
) -> QuestionPreview:
    return QuestionPreview(
        question=question,
        number=number[question.key],
        how=translate(question.kind.description(question), language),
        when=_when(questionnaire, question.visible_if, number, language) if question.visible_if else "",
        offered=list(_offered(question, language)),
        columns=[
            (column.label.read(language), translate(column.kind.label, language), column.required)
            for column in question.columns
        ],
        proof=translate(_proof(question), language),
        stage=translate(STAGE_NAMES[question.stage], language) if question.stage else "",
    )


def _proof(question: Question) -> Sentence | str:
    if question.evidence is EvidenceDemand.NONE:
        return ""
    required = question.evidence is EvidenceDemand.REQUIRED
    months = question.evidence_max_age_months
    if months is None:
        return say("Pièce exigée") if required else say("Pièce souhaitée")
    if required:
        return say_count(months, "Pièce exigée, de moins de %(num)s mois", "Pièce exigée, de moins de %(num)s mois")
    return say_count(months, "Pièce souhaitée, de moins de %(num)s mois", "Pièce souhaitée, de moins de %(num)s mois")


def _offered(question: Question, language: Language) -> Iterator[OfferedChoice]:
    rule = question.opens_finding
    opened = dict(rule.on) if rule is not None else {}
    for choice in question.choices:
        severity = opened.get(choice.value)
        yield OfferedChoice(
            label=choice.label.read(language),
            group=choice.group.read(language),
            must_explain=choice.justify,
            mark="" if choice.mark is None else f"{choice.mark * 100:g}",
            severity=translate(_SEVERITIES[severity], language) if severity is not None else "",
        )


def _when(questionnaire: Questionnaire, condition: Condition, number: Mapping[str, str], language: Language) -> str:
    """A condition in words: « si 2.1 est « Oui » »."""
    match condition:
        case AnswerAmong(key, values):
            asked = questionnaire.question(key)
            labels = [
                choice.label.read(language) if asked and (choice := asked.choice(value)) else value for value in values
            ]
            quoted = _joined(say("ou"), [translate(say("« %(label)s »", label=x), language) for x in labels], language)
            return translate(say("%(number)s est %(labels)s", number=number.get(key, key), labels=quoted), language)
        case AllOf(conditions):
            return _joined(say("et"), [_when(questionnaire, c, number, language) for c in conditions], language)
        case AnyOf(conditions):
            return _joined(say("ou si"), [_when(questionnaire, c, number, language) for c in conditions], language)


def _joined(word: Sentence, parts: Sequence[str], language: Language) -> str:
    return f" {translate(word, language)} ".join(parts)
