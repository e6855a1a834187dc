"""Conditions of other tools: a small algebra, and the nearest condition that a questionnaire of ours can say.

Ours bear on choices made earlier, without negation. What cannot be said is replaced by a wider condition, never by a
narrower one: a question may then be asked once too often, and is never hidden from who had to answer it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from portal.core.dataclass import dataclass
from portal.questionnaires.definition import AllOf, AnswerAmong, AnyOf, Condition
from portal.questionnaires.rules.conditions import MAX_DEPTH

MOST_LEAVES = 200


@dataclass(frozen=True)
class Picked:
    """True when one of these choices of this question is made; both by the identifiers of the source."""

    question: str
    choices: frozenset[str]


@dataclass(frozen=True)
class Opposite:
    """True when the other is not, an unanswered question included."""

    inner: "Expression"


@dataclass(frozen=True)
class Every:
    """True when each is."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Either:
    """True when one is."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Unsayable:
    """What no condition of ours says, as the source wrote it."""

    text: str


Expression: TypeAlias = Picked | Opposite | Every | Either | Unsayable


@dataclass(frozen=True)
class AskedEarlier:
    """A question that may be the object of a condition: its key, and its choices by the source's identifiers."""

    key: str
    values: Mapping[str, str]
    is_exclusive: bool
    """One choice at most, always made: what is not one choice is then another."""


@dataclass(frozen=True)
class Said:
    """What became of an expression."""

    condition: Condition | None
    """None: always asked."""
    is_exact: bool


def every(parts: Iterable[Expression | None]) -> Expression | None:
    """All the conditions that are there; None when there is none."""
    given = tuple(dict.fromkeys(part for part in parts if part is not None))
    return given[0] if len(given) == 1 else Every(given) if given else None


def say_condition(expression: Expression | None, earlier: Mapping[str, AskedEarlier]) -> Said:
    """The condition of ours that says this expression, or the nearest wider one."""
    if expression is None:
        return Said(None, is_exact=True)
    if sum(1 for _ in leaves(expression)) > MOST_LEAVES:
        return Said(None, is_exact=False)
    said = _wider(expression, earlier, is_true=True)
    if said.condition is not None and _depth(said.condition) > MAX_DEPTH:
        return Said(None, is_exact=False)
    return said


def leaves(expression: Expression) -> Iterator[Picked | Unsayable]:
    """What an expression is made of."""
    match expression:
        case Opposite(inner):
            yield from leaves(inner)
        case Every(parts) | Either(parts):
            for part in parts:
                yield from leaves(part)
        case Picked() | Unsayable():
            yield expression


def _wider(expression: Expression, earlier: Mapping[str, AskedEarlier], *, is_true: bool) -> Said:
    match expression:
        case Opposite(inner):
            return _wider(inner, earlier, is_true=not is_true)
        case Every(parts) | Either(parts):
            said = [_wider(part, earlier, is_true=is_true) for part in parts]
            return _all(said) if isinstance(expression, Every) == is_true else _any(said)
        case Picked(question, choices):
            return _picked(earlier.get(question), choices, is_true=is_true)
        case Unsayable():
            return Said(None, is_exact=False)


def _picked(asked: AskedEarlier | None, choices: frozenset[str], *, is_true: bool) -> Said:
    if asked is None or (not is_true and not asked.is_exclusive):
        return Said(None, is_exact=False)
    if is_true and not choices <= set(asked.values):
        return Said(None, is_exact=False)
    values = [value for source, value in asked.values.items() if (source in choices) is is_true]
    if not values:
        return Said(None, is_exact=False)
    return Said(AnswerAmong(asked.key, tuple(values)), is_exact=True)


def _all(said: list[Said]) -> Said:
    parts: list[Condition] = []
    for one in said:
        parts += (
            one.condition.conditions if isinstance(one.condition, AllOf) else [one.condition] if one.condition else []
        )
    kept = tuple(dict.fromkeys(parts))
    whole = all(one.is_exact for one in said)
    return Said(kept[0] if len(kept) == 1 else AllOf(kept) if kept else None, whole)


def _any(said: list[Said]) -> Said:
    if not said or any(one.condition is None for one in said):
        return Said(None, is_exact=bool(said) and all(one.is_exact for one in said))
    values: dict[str, list[str]] = {}
    others: list[Condition] = []
    for one in said:
        for part in one.condition.conditions if isinstance(one.condition, AnyOf) else (one.condition,):
            if isinstance(part, AnswerAmong):
                values.setdefault(part.question, []).extend(part.values)
            elif part is not None:
                others.append(part)
    among = [AnswerAmong(question, tuple(dict.fromkeys(held))) for question, held in values.items()]
    kept = tuple(dict.fromkeys((*among, *others)))
    return Said(kept[0] if len(kept) == 1 else AnyOf(kept), all(one.is_exact for one in said))


def _depth(condition: Condition) -> int:
    match condition:
        case AnswerAmong():
            return 1
        case AllOf(conditions) | AnyOf(conditions):
            return 1 + max(map(_depth, conditions))
