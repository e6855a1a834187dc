"""A questionnaire laid out for reading: what the vendor sees of each question, what only the reviewer does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.questionnaires.rules import (
    AllOf,
    Among,
    AnyOf,
    ColumnKind,
    Condition,
    Evidence,
    Kind,
    Question,
    Questionnaire,
    Severity,
)

_KINDS = {
    Kind.YES_NO: say("une réponse"),
    Kind.SINGLE: say("une réponse"),
    Kind.MULTIPLE: say("plusieurs réponses possibles"),
    Kind.TEXT: say("un texte, %(limit)s caractères au plus"),
    Kind.NUMBER: say("un nombre"),
    Kind.DATE: say("une date"),
    Kind.FILE: say("un fichier"),
    Kind.TABLE: say("un tableau, %(rows)s lignes au plus"),
}
_COLUMNS = {
    ColumnKind.TEXT: say("texte"),
    ColumnKind.NUMBER: say("nombre"),
    ColumnKind.DATE: say("date"),
    ColumnKind.EMAIL: say("adresse e-mail"),
    ColumnKind.COUNTRY: say("pays"),
    ColumnKind.SINGLE: say("au choix"),
}
_SEVERITIES = {
    Severity.CRITICAL: say("constat critique"),
    Severity.MAJOR: say("constat majeur"),
    Severity.MINOR: say("constat mineur"),
}


@dataclass(frozen=True)
class Offered:
    """An answer that may be chosen, and what the reviewer knows of it."""

    label: str
    group: str
    must_explain: bool
    mark: str
    """« 50 % », or empty when it is worth nothing either way."""
    severity: str


@dataclass(frozen=True)
class Reading:
    """One question, laid out."""

    question: Question
    number: str
    how: str
    """How it is answered."""
    when: str
    """The condition under which it is asked, in words; empty when always."""
    offered: Sequence[Offered]
    columns: Sequence[tuple[str, str, bool]]
    """Label, kind, required."""
    proof: str


@dataclass(frozen=True)
class Copy:
    """A questionnaire, section by section."""

    sections: Sequence[tuple[str, str, str, Sequence[Reading]]]
    """Key, title, introduction, questions."""
    questions: int
    critical: int
    proofs: int


def copy_of(questionnaire: Questionnaire, language: Language) -> Copy:
    """The reading copy of a questionnaire in a language."""
    number = {
        question.key: f"{chapter}.{place}"
        for chapter, section in enumerate(questionnaire.sections, start=1)
        for place, question in enumerate(section.questions, start=1)
    }
    return Copy(
        sections=[
            (
                section.key,
                section.title.read(language),
                section.introduction.read(language),
                [_reading(questionnaire, question, number, language) for question in section.questions],
            )
            for section in questionnaire.sections
        ],
        questions=len(questionnaire.questions),
        critical=sum(question.critical for question in questionnaire.questions),
        proofs=sum(question.evidence is not Evidence.NONE for question in questionnaire.questions),
    )


def _reading(questionnaire: Questionnaire, question: Question, number: dict[str, str], language: Language) -> Reading:
    return Reading(
        question=question,
        number=number[question.key],
        how=translate(_how(question), language),
        when=_when(questionnaire, question.visible_if, number, language) if question.visible_if else "",
        offered=list(_offered(question, language)),
        columns=[
            (column.label.read(language), translate(_COLUMNS[column.kind], language), column.required)
            for column in question.columns
        ],
        proof=translate(_proof(question), language),
    )


def _how(question: Question) -> Sentence:
    kind = _KINDS[question.kind]
    values = {"limit": question.max_length, "rows": question.max_rows}
    used = {name: value for name, value in values.items() if f"%({name})s" in kind.text}
    return Sentence(kind.text, used)


def _proof(question: Question) -> Sentence | str:
    if question.evidence is Evidence.NONE:
        return ""
    required = question.evidence is Evidence.REQUIRED
    months = question.evidence_max_age_months
    if months is None:
        return say("Pièce exigée") if required else say("Pièce souhaitée")
    if required:
        return say("Pièce exigée, de moins de %(months)s mois", months=months)
    return say("Pièce souhaitée, de moins de %(months)s mois", months=months)


def _offered(question: Question, language: Language) -> Iterator[Offered]:
    rule = question.opens_finding
    opened = dict(rule.on) if rule is not None else {}
    for choice in question.choices:
        severity = opened.get(choice.value)
        yield Offered(
            label=choice.label.read(language),
            group=choice.group.read(language),
            must_explain=choice.justify,
            mark="" if choice.mark is None else f"{choice.mark * 100:g}",
            severity=translate(_SEVERITIES[severity], language) if severity is not None else "",
        )


def _when(questionnaire: Questionnaire, condition: Condition, number: dict[str, str], language: Language) -> str:
    """A condition in words: « si 2.1 est « Oui » »."""
    match condition:
        case Among(key, values):
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
