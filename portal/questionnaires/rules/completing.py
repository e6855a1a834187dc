"""What is asked of a vendor given what it answered, what it still owes, and what an answer is worth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.core.language import Sentence, say
from portal.questionnaires.rules.model import (
    NO_ANSWER,
    AllOf,
    Among,
    AnyOf,
    Choice,
    Condition,
    Evidence,
    GivenAnswer,
    Kind,
    Question,
    Questionnaire,
    Severity,
)

Answers = Mapping[str, GivenAnswer]
"""By question key."""

_GRAVEST = tuple(Severity)


class Reason(StrEnum):
    """Why a question is not finished."""

    UNANSWERED = "unanswered"
    COMMENT = "comment"
    EVIDENCE = "evidence"
    CELL = "cell"


@dataclass(frozen=True)
class Missing:
    """Something a vendor still owes before it may submit."""

    section: str
    question: str
    reason: Reason
    why: Sentence


@dataclass(frozen=True)
class Progress:
    """How far a section is: `answered` of `total` questions are finished."""

    section: str
    answered: int
    total: int


def visible(questionnaire: Questionnaire, answers: Answers) -> tuple[Question, ...]:
    """The questions to ask, in order; an answer to a question that is not asked any more counts for nothing."""
    shown: dict[str, Question] = {}
    for question in questionnaire.questions:
        if question.visible_if is None or _holds(question.visible_if, shown, answers):
            shown[question.key] = question
    return tuple(shown.values())


def _holds(condition: Condition, shown: Mapping[str, Question], answers: Answers) -> bool:
    match condition:
        case Among(key, values):
            return key in shown and any(value in values for value in chosen(answers.get(key, NO_ANSWER)))
        case AllOf(conditions):
            return all(_holds(inner, shown, answers) for inner in conditions)
        case AnyOf(conditions):
            return any(_holds(inner, shown, answers) for inner in conditions)


def chosen(answer: GivenAnswer) -> tuple[str, ...]:
    """The values an answer holds: one, several or none; the rows of a table are not values.

    >>> chosen(GivenAnswer("oui")), chosen(GivenAnswer(("mfa", "sauvegarde"))), chosen(GivenAnswer())
    (('oui',), ('mfa', 'sauvegarde'), ())
    """
    if isinstance(answer.value, str):
        return (answer.value,)
    return tuple(value for value in answer.value or () if isinstance(value, str))


def _choices(question: Question, answer: GivenAnswer) -> list[Choice]:
    values = chosen(answer)
    return [choice for choice in question.choices if choice.value in values]


def evidence_expected(question: Question, answer: GivenAnswer) -> bool:
    """Whether this answer is one that a file should support (required or not)."""
    if question.evidence is Evidence.NONE or not is_answered(question, answer):
        return False
    return not question.evidence_on or any(value in question.evidence_on for value in chosen(answer))


def is_answered(question: Question, answer: GivenAnswer) -> bool:
    """Whether something was answered, complete or not."""
    return answer.files > 0 if question.kind is Kind.FILE else bool(answer.value)


def missing(questionnaire: Questionnaire, answers: Answers) -> tuple[Missing, ...]:
    """All that keeps the questionnaire from being submitted, in order; empty when it may be."""
    asked = frozenset(question.key for question in visible(questionnaire, answers))
    return tuple(
        Missing(section.key, question.key, reason, why)
        for section in questionnaire.sections
        for question in section.questions
        if question.key in asked
        for reason, why in _owed(question, answers.get(question.key, NO_ANSWER))
    )


def _owed(question: Question, answer: GivenAnswer) -> Iterator[tuple[Reason, Sentence]]:
    if not is_answered(question, answer):
        if question.required and question.kind is Kind.FILE:
            yield Reason.UNANSWERED, say("Le fichier demandé n'est pas joint.")
        elif question.required:
            yield Reason.UNANSWERED, say("Cette question attend une réponse.")
        return
    for choice in _choices(question, answer):
        if choice.justify and not answer.comment.strip():
            yield Reason.COMMENT, say("Expliquez en commentaire pourquoi « %(choice)s ».", choice=choice.label)
    yield from _empty_cells(question, answer)
    if question.evidence is Evidence.REQUIRED and answer.files < 1 and evidence_expected(question, answer):
        yield (
            Reason.EVIDENCE,
            say("La preuve demandée n'est pas jointe : %(evidence)s", evidence=question.evidence_label),
        )


def _empty_cells(question: Question, answer: GivenAnswer) -> Iterator[tuple[Reason, Sentence]]:
    if question.kind is not Kind.TABLE:
        return
    for number, row in enumerate(answer.value or (), start=1):
        for column in question.columns:
            if column.required and not (isinstance(row, Mapping) and row.get(column.key)):
                yield (
                    Reason.CELL,
                    say("Ligne %(row)s : « %(column)s » est à remplir.", row=number, column=column.label),
                )


def progress(questionnaire: Questionnaire, answers: Answers) -> tuple[Progress, ...]:
    """Per section, how many questions are finished; all are when nothing is `missing`.

    Optional questions left alone are not counted: a section where only they remain is complete.
    """
    asked = frozenset(question.key for question in visible(questionnaire, answers))
    unfinished = {owed.question for owed in missing(questionnaire, answers)}
    found = []
    for section in questionnaire.sections:
        counted = [
            question.key
            for question in section.questions
            if question.key in asked
            and (question.required or is_answered(question, answers.get(question.key, NO_ANSWER)))
        ]
        found.append(Progress(section.key, sum(key not in unfinished for key in counted), len(counted)))
    return tuple(found)


def mark(question: Question, answer: GivenAnswer) -> float | None:
    """What an answer declares, from 0 to 1; None when it says nothing (not concerned, or question not scored).

    A scored question left unanswered is worth 0: silence must never improve a score.
    """
    if not question.scored:
        return None
    picked = _choices(question, answer)
    if picked and all(choice.mark is None for choice in picked):
        # In a multiple choice, « autre » alone earns nothing; only what excludes the rest takes the question out.
        return None if question.kind is not Kind.MULTIPLE or any(choice.exclusive for choice in picked) else 0.0
    # Rounded, so that ten tenths are worth 1 and not a hair less.
    return min(1.0, round(sum(choice.mark or 0.0 for choice in picked), 6))


def opens(question: Question, answer: GivenAnswer) -> Severity | None:
    """How grave a finding this answer opens by itself, if it opens one."""
    if question.opens_finding is None:
        return None
    values = chosen(answer)
    found = [severity for value, severity in question.opens_finding.on if value in values]
    return min(found, key=_GRAVEST.index, default=None)
