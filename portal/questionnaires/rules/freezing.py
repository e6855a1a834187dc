"""Freezing a questionnaire at launch: lossless JSON under a digest, readable for ever even when the format grows.

What a vendor answered must be shown as it was asked (accountability, RGPD art. 5(2)). Thawing therefore never applies
today's checks to yesterday's text; it only verifies that the text is the one that was frozen. Fields that hold
their default are left out, so that a field added later changes no older digest.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any

from portal.core.language import Sentence, say
from portal.questionnaires.rules.fields import Problem, Unsound
from portal.questionnaires.rules.model import (
    AllOf,
    Among,
    AnyOf,
    Bilingual,
    Choice,
    Column,
    ColumnKind,
    Condition,
    Evidence,
    FindingRule,
    Kind,
    Question,
    Questionnaire,
    Section,
    Severity,
)

FORMAT = 1


def freeze(questionnaire: Questionnaire) -> dict[str, Any]:
    """The questionnaire as JSON values: format, digest and content."""
    content = _content(questionnaire)
    return {"format": FORMAT, "sha256": _sha256(content), "questionnaire": content}


def digest(questionnaire: Questionnaire) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of the whole text."""
    return _sha256(_content(questionnaire))


def canonical(content: object) -> bytes:
    """JSON in one way only: sorted keys, no spaces, ASCII.

    >>> canonical({"b": 1, "a": "é"})
    b'{"a":"\\\\u00e9","b":1}'
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def thaw(frozen: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire that was frozen; raises `Unsound` when its text is no longer the one frozen."""
    try:
        content, expected = frozen["questionnaire"], frozen["sha256"]
        if frozen["format"] != FORMAT:
            raise _unsound(say("Ce questionnaire figé est d'un format que cette version ne connaît pas."))
        if _sha256(content) != expected:
            raise _unsound(say("Le texte figé de ce questionnaire ne correspond plus à son empreinte."))
        return _questionnaire(content, expected)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        if isinstance(error, Unsound):
            raise
        raise _unsound(say("Ce questionnaire figé est illisible.")) from error


def _unsound(sentence: Sentence) -> Unsound:
    return Unsound((Problem("", sentence),))


def _sha256(content: object) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def _content(questionnaire: Questionnaire) -> dict[str, Any]:
    return {name: value for name, value in _plain(questionnaire).items() if name != "sha256"}


def _plain(value: Any) -> Any:
    """Dataclasses, tuples and enumerations as JSON values, without what holds its default."""
    match value:
        case StrEnum():
            return value.value
        case Among() | AllOf() | AnyOf():
            return _plain_condition(value)
        case tuple():
            return [_plain(item) for item in value]
        case Bilingual() | Choice() | Column() | FindingRule() | Question() | Section() | Questionnaire():
            return {
                field.name: _plain(held)
                for field in fields(value)
                if (held := getattr(value, field.name)) != field.default
            }
        case _:
            return value


def _plain_condition(condition: Condition) -> dict[str, Any]:
    match condition:
        case Among(question, values):
            return {"question": question, "in": list(values)}
        case AllOf(conditions):
            return {"all": [_plain_condition(inner) for inner in conditions]}
        case AnyOf(conditions):
            return {"any": [_plain_condition(inner) for inner in conditions]}


def _bilingual(raw: Any) -> Bilingual:
    return Bilingual(**raw) if raw else Bilingual()


def _choice(raw: Any) -> Choice:
    texts = {name: _bilingual(raw[name]) for name in ("label", "group") if name in raw}
    return Choice(**{**raw, **texts})


def _column(raw: Any) -> Column:
    return Column(
        raw["key"],
        _bilingual(raw["label"]),
        ColumnKind(raw.get("kind", ColumnKind.TEXT)),
        raw.get("required", False),
        tuple(map(_choice, raw.get("choices", ()))),
    )


def _condition(raw: Any) -> Condition:
    if "all" in raw:
        return AllOf(tuple(map(_condition, raw["all"])))
    if "any" in raw:
        return AnyOf(tuple(map(_condition, raw["any"])))
    return Among(raw["question"], tuple(raw["in"]))


def _finding(raw: Any) -> FindingRule:
    on = tuple((value, Severity(severity)) for value, severity in raw["on"])
    return FindingRule(on, _bilingual(raw["action"]), _bilingual(raw["proof"]))


_THAWED: dict[str, Callable[[Any], Any]] = {
    "kind": Kind,
    "text": _bilingual,
    "help": _bilingual,
    "why": _bilingual,
    "unit": _bilingual,
    "reviewer_note": _bilingual,
    "evidence": Evidence,
    "evidence_on": tuple,
    "evidence_label": _bilingual,
    "articles": tuple,
    "obligations": tuple,
    "clauses": tuple,
    "choices": lambda raw: tuple(map(_choice, raw)),
    "columns": lambda raw: tuple(map(_column, raw)),
    "visible_if": _condition,
    "opens_finding": _finding,
}


def _question(raw: Mapping[str, Any]) -> Question:
    return Question(**{name: _THAWED[name](value) if name in _THAWED else value for name, value in raw.items()})


def _section(raw: Mapping[str, Any]) -> Section:
    return Section(
        raw["key"], _bilingual(raw["title"]), _bilingual(raw["introduction"]), tuple(map(_question, raw["questions"]))
    )


def _questionnaire(raw: Mapping[str, Any], sha256: str) -> Questionnaire:
    return Questionnaire(
        key=raw["key"],
        version=raw["version"],
        title=_bilingual(raw["title"]),
        introduction=_bilingual(raw["introduction"]),
        sections=tuple(map(_section, raw["sections"])),
        minutes=raw.get("minutes"),
        sha256=sha256,
    )
