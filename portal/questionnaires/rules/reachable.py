"""Whether a question can be asked at all: a condition that no set of answers meets hides what it was written for."""

from collections.abc import Iterator, Mapping
from itertools import product

from portal.core.language import say
from portal.questionnaires.definition import AllOf, AnswerAmong, AnyOf, Condition, Question, Questionnaire
from portal.questionnaires.toml_fields import QuestionnaireDefect

_MOST_WAYS = 2_000
"""Ways of meeting a condition that are tried; one that has more is taken to be possible."""
_Way = Mapping[str, frozenset[str]]
"""One way of meeting a condition: for each question it rests on, the values of which one must be given."""


def never_asked(questionnaire: Questionnaire) -> Iterator[QuestionnaireDefect]:
    """The questions that nobody would ever be asked, whatever the answers to those above."""
    ways: dict[str, tuple[_Way, ...]] = {}
    seen: dict[str, Question] = {}
    for question in questionnaire.questions:
        found: tuple[_Way, ...] = ({},)
        if question.visible_if is not None:
            found = _ways(question.visible_if, seen, ways)
            if not found:
                yield QuestionnaireDefect(
                    question.key,
                    say("La condition ne peut jamais être remplie : la question ne serait posée à personne."),
                )
        seen.setdefault(question.key, question)
        ways.setdefault(question.key, found)


def _ways(condition: Condition, seen: Mapping[str, Question], ways: Mapping[str, tuple[_Way, ...]]) -> tuple[_Way, ...]:
    match condition:
        case AnswerAmong(key, values):
            asked = seen.get(key)
            if asked is None:
                return ({},)  # said elsewhere: a condition on a question that is not above
            offered = frozenset(value for value in values if asked.choice(value) is not None)
            if not offered:
                return ({},) if not asked.choices else ()
            return _together([({key: offered},), ways[key]], seen)
        case AllOf(conditions):
            return _together([_ways(inner, seen, ways) for inner in conditions], seen)
        case AnyOf(conditions):
            return tuple(way for inner in conditions for way in _ways(inner, seen, ways))[:_MOST_WAYS]


def _together(parts: list[tuple[_Way, ...]], seen: Mapping[str, Question]) -> tuple[_Way, ...]:
    """The ways of meeting all the parts at once; a question of one answer cannot give two."""
    found: tuple[_Way, ...] = ({},)
    for part in parts:
        if len(found) * len(part) > _MOST_WAYS:
            return ({},)
        found = tuple(
            joined for one, other in product(found, part) if (joined := _joined(one, other, seen)) is not None
        )
    return found


def _joined(one: _Way, other: _Way, seen: Mapping[str, Question]) -> _Way | None:
    joined = dict(one)
    for key, values in other.items():
        held = joined.get(key)
        if held is None:
            joined[key] = values
        elif not seen[key].kind.takes_several:
            joined[key] = held & values
            if not joined[key]:
                return None
        elif not held & values and _exclude(seen[key], held, values):
            return None
    return joined


def _exclude(question: Question, held: frozenset[str], values: frozenset[str]) -> bool:
    """Whether no two of these values can be ticked together."""
    alone = frozenset(choice.value for choice in question.choices if choice.exclusive)
    return held <= alone or values <= alone
