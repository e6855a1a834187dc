"""A questionnaire of 80 questions on one page: those shipped, asked again under other keys until there are enough."""

from dataclasses import replace
from itertools import count, islice

from portal.questionnaires.definition import AllOf, AnswerAmong, AnyOf, Condition, Question, Questionnaire

WANTED = 80


def eighty(source: Questionnaire) -> Questionnaire:
    """One section of `WANTED` questions of every kind, conditions kept within each repetition."""
    repeated = (_again(question, turn) for turn in count(1) for question in source.questions)
    section = replace(source.sections[0], questions=tuple(islice(repeated, WANTED)))
    return replace(source, key="quatre-vingts", sections=(section,), sha256="")


def _again(question: Question, turn: int) -> Question:
    condition = question.visible_if
    return replace(
        question,
        key=f"{question.key}-{turn}",
        visible_if=None if condition is None else _condition(condition, turn),
    )


def _condition(condition: Condition, turn: int) -> Condition:
    if isinstance(condition, AnswerAmong):
        return replace(condition, question=f"{condition.question}-{turn}")
    within = tuple(_condition(one, turn) for one in condition.conditions)
    return AllOf(within) if isinstance(condition, AllOf) else AnyOf(within)
