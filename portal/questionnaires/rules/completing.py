"""What is asked of a vendor given what it answered, what it still owes, and what an answer is worth."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.findings.rules import Severity
from portal.questionnaires.definition import (
    NO_ANSWER,
    AllOf,
    AnswerAmong,
    AnyOf,
    Choice,
    Condition,
    EvidenceDemand,
    GivenAnswer,
    Question,
    Questionnaire,
)

Answers = Mapping[str, GivenAnswer]
"""By question key."""

_GRAVEST = tuple(Severity)


class MissingReason(StrEnum):
    """Why a question is not finished."""

    UNANSWERED = "unanswered"
    COMMENT = "comment"
    EVIDENCE = "evidence"
    CELL = "cell"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class MissingItem:
    """Something a vendor still owes before it may submit."""

    section: str
    question: str
    reason: MissingReason
    why: Sentence


@dataclass(frozen=True)
class SectionProgress:
    """How far a section is: `answered` of `total` questions are finished."""

    section: str
    answered: int
    total: int


def visible_questions(questionnaire: Questionnaire, answers: Answers) -> tuple[Question, ...]:
    """The questions to ask, in order; an answer to a question that is not asked any more counts for nothing."""
    shown: dict[str, Question] = {}
    for question in questionnaire.questions:
        if question.visible_if is None or _holds(question.visible_if, shown, answers):
            shown[question.key] = question
    return tuple(shown.values())


def _holds(condition: Condition, shown: Mapping[str, Question], answers: Answers) -> bool:
    match condition:
        case AnswerAmong(key, values):
            return key in shown and any(value in values for value in chosen_values(answers.get(key, NO_ANSWER)))
        case AllOf(conditions):
            return all(_holds(inner, shown, answers) for inner in conditions)
        case AnyOf(conditions):
            return any(_holds(inner, shown, answers) for inner in conditions)


def chosen_values(answer: GivenAnswer) -> tuple[str, ...]:
    """The values an answer holds: one, several or none; the rows of a table are not values.

    >>> chosen_values(GivenAnswer("oui")), chosen_values(GivenAnswer(("mfa", "edr"))), chosen_values(GivenAnswer())
    (('oui',), ('mfa', 'edr'), ())
    """
    if isinstance(answer.value, str):
        return (answer.value,)
    return tuple(value for value in answer.value or () if isinstance(value, str))


def _choices(question: Question, answer: GivenAnswer) -> list[Choice]:
    values = chosen_values(answer)
    return [choice for choice in question.choices if choice.value in values]


def evidence_expected(question: Question, answer: GivenAnswer) -> bool:
    """Whether this answer is one that a file should support (required or not)."""
    if question.evidence is EvidenceDemand.NONE or not is_answered(question, answer):
        return False
    return not question.evidence_on or any(value in question.evidence_on for value in chosen_values(answer))


def is_answered(question: Question, answer: GivenAnswer) -> bool:
    """Whether something was answered, complete or not."""
    return question.kind.is_answered(answer)


def missing_items(
    questionnaire: Questionnaire,
    answers: Answers,
    proposed: Answers = MappingProxyType({}),
    asked: Collection[str] | None = None,
) -> tuple[MissingItem, ...]:
    """All that keeps the questionnaire from being submitted, in order; empty when it may be.

    `proposed` are answers of an earlier audit that nobody has confirmed yet: they decide what is asked, and each is
    missing until it is confirmed, be its question required or not. `asked`: the questions that are, by those who have
    worked it out from the same answers.
    """
    if asked is None:
        asked = _asked(questionnaire, answers, proposed)
    return tuple(
        MissingItem(section.key, question.key, reason, why)
        for section in questionnaire.sections
        for question in section.questions
        if question.key in asked
        for reason, why in _owed(question, answers.get(question.key, NO_ANSWER), is_proposed=question.key in proposed)
    )


def _asked(questionnaire: Questionnaire, answers: Answers, proposed: Answers) -> frozenset[str]:
    return frozenset(question.key for question in visible_questions(questionnaire, {**proposed, **answers}))


def _owed(
    question: Question, answer: GivenAnswer, *, is_proposed: bool
) -> Iterator[tuple[MissingReason, Sentence]]:  # fmt: skip
    if is_proposed:
        yield MissingReason.UNCONFIRMED, say("Réponse déjà là, à confirmer.")
        return
    if not is_answered(question, answer):
        if question.required:
            yield MissingReason.UNANSWERED, question.kind.unanswered
        return
    for choice in _choices(question, answer):
        if choice.justify and not answer.comment.strip():
            yield MissingReason.COMMENT, say("Expliquez en commentaire pourquoi « %(choice)s ».", choice=choice.label)
    for sentence in question.kind.incomplete_parts(question, answer):
        yield MissingReason.CELL, sentence
    if question.evidence is EvidenceDemand.REQUIRED and answer.files < 1 and evidence_expected(question, answer):
        yield (
            MissingReason.EVIDENCE,
            say("La preuve demandée n'est pas jointe : %(evidence)s", evidence=question.evidence_label),
        )


def progress_by_section(
    questionnaire: Questionnaire,
    answers: Answers,
    proposed: Answers = MappingProxyType({}),
    optional: Collection[str] = (),
    worked_out: tuple[Collection[str], Iterable[MissingItem]] | None = None,
) -> tuple[SectionProgress, ...]:
    """Per section, how many questions are finished; all are when none is among `missing_items`.

    Optional questions left alone are not counted: a section where only they remain is complete. So are those that the
    caller says to be `optional` here. One whose answer is only `proposed` is counted, and not finished. `worked_out`:
    the questions asked, and all that is missing, by those who have both from the same answers.
    """
    if worked_out is None:
        asked: Collection[str] = _asked(questionnaire, answers, proposed)
        worked_out = asked, missing_items(questionnaire, answers, proposed, asked)
    asked, missing = worked_out
    unfinished = {owed.question for owed in missing}
    found = []
    for section in questionnaire.sections:
        counted = [
            question.key
            for question in section.questions
            if question.key in asked
            and (
                (question.required and question.key not in optional)
                or question.key in proposed
                or is_answered(question, answers.get(question.key, NO_ANSWER))
            )
        ]
        found.append(SectionProgress(section.key, sum(key not in unfinished for key in counted), len(counted)))
    return tuple(found)


def declared_mark(question: Question, answer: GivenAnswer) -> float | None:
    """What an answer declares, from 0 to 1; None when it says nothing (not concerned, or question not scored).

    A scored question left unanswered is worth 0: silence must never improve a score.
    """
    if not question.scored:
        return None
    picked = _choices(question, answer)
    if picked and all(choice.mark is None for choice in picked):
        return question.kind.mark_of_unmarked(picked)
    # Rounded, so that ten tenths are worth 1 and not a hair less.
    return min(1.0, round(sum(choice.mark or 0.0 for choice in picked), 6))


def severity_opened(question: Question, answer: GivenAnswer) -> Severity | None:
    """How grave a finding this answer opens by itself, if it opens one."""
    if question.opens_finding is None:
        return None
    values = chosen_values(answer)
    found = [severity for value, severity in question.opens_finding.on if value in values]
    return min(found, key=_GRAVEST.index, default=None)
