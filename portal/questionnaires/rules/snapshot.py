"""Freezing a questionnaire at launch: lossless JSON under a digest, readable for ever even when the format grows.

What a vendor answered must be shown as it was asked (accountability, RGPD art. 5(2)). Reading a snapshot therefore
never applies today's checks to yesterday's text; it only verifies that the text is the one that was frozen. Fields
that hold their default are left out, so that a field added later changes no older digest.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any

from portal.core.canonical_json import canonical_json
from portal.core.language import Sentence, say
from portal.findings.rules import RelationStage, Severity
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
from portal.questionnaires.kinds import QUESTION_KINDS, QuestionKind
from portal.questionnaires.kinds.column_kind import COLUMN_KINDS, ColumnKind
from portal.questionnaires.toml_fields import QuestionnaireDefect, UnsoundQuestionnaire

FORMAT = 1
_USUAL_COLUMN = COLUMN_KINDS["text"]
"""The kind of a column that does not say otherwise, left out as defaults are."""


def snapshot_of(questionnaire: Questionnaire) -> dict[str, Any]:
    """The questionnaire as JSON values: format, digest and content."""
    content = _content(questionnaire)
    return {"format": FORMAT, "sha256": _sha256(content), "questionnaire": content}


def digest_of(questionnaire: Questionnaire) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of the whole text."""
    return _sha256(_content(questionnaire))


def read_snapshot(frozen: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire that was frozen; raises `UnsoundQuestionnaire` when its text is no longer the one frozen."""
    try:
        content, expected = frozen["questionnaire"], frozen["sha256"]
        if frozen["format"] != FORMAT:
            raise _unsound(say("Ce questionnaire figé est d'un format que cette version ne connaît pas."))
        if _sha256(content) != expected:
            raise _unsound(say("Le texte figé de ce questionnaire ne correspond plus à son empreinte."))
        return _questionnaire(content, expected)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        if isinstance(error, UnsoundQuestionnaire):
            raise
        raise _unsound(say("Ce questionnaire figé est illisible.")) from error


def _unsound(sentence: Sentence) -> UnsoundQuestionnaire:
    return UnsoundQuestionnaire((QuestionnaireDefect("", sentence),))


def _sha256(content: object) -> str:
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _content(questionnaire: Questionnaire) -> dict[str, Any]:
    return {name: value for name, value in _plain(questionnaire).items() if name != "sha256"}


def _plain(value: Any) -> Any:
    """Dataclasses, tuples and enumerations as JSON values, without what holds its default."""
    match value:
        case StrEnum():
            return value.value
        case QuestionKind() | ColumnKind():
            return value.name
        case AnswerAmong() | AllOf() | AnyOf():
            return _plain_condition(value)
        case tuple():
            return [_plain(item) for item in value]
        case (
            Bilingual()
            | Choice()
            | TableColumn()
            | FindingRule()
            | Question()
            | QuestionnaireSection()
            | Questionnaire()
        ):
            return {
                field.name: _plain(held)
                for field in fields(value)
                if (held := getattr(value, field.name)) != field.default and held is not _USUAL_COLUMN
            }
        case _:
            return value


def _plain_condition(condition: Condition) -> dict[str, Any]:
    match condition:
        case AnswerAmong(question, values):
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


def _column(raw: Any) -> TableColumn:
    return TableColumn(
        raw["key"],
        _bilingual(raw["label"]),
        COLUMN_KINDS[raw["kind"]] if "kind" in raw else _USUAL_COLUMN,
        raw.get("required", False),
        tuple(map(_choice, raw.get("choices", ()))),
    )


def _condition(raw: Any) -> Condition:
    if "all" in raw:
        return AllOf(tuple(map(_condition, raw["all"])))
    if "any" in raw:
        return AnyOf(tuple(map(_condition, raw["any"])))
    return AnswerAmong(raw["question"], tuple(raw["in"]))


def _finding(raw: Any) -> FindingRule:
    on = tuple((value, Severity(severity)) for value, severity in raw["on"])
    return FindingRule(on, _bilingual(raw["action"]), _bilingual(raw["proof"]), _bilingual(raw.get("gap")))


_READERS: dict[str, Callable[[Any], Any]] = {
    "kind": QUESTION_KINDS.__getitem__,
    "text": _bilingual,
    "help": _bilingual,
    "why": _bilingual,
    "unit": _bilingual,
    "reviewer_note": _bilingual,
    "evidence": EvidenceDemand,
    "evidence_on": tuple,
    "evidence_label": _bilingual,
    "evidence_kinds": tuple,
    "no_evidence": _bilingual,
    "articles": tuple,
    "obligations": tuple,
    "clauses": tuple,
    "choices": lambda raw: tuple(map(_choice, raw)),
    "columns": lambda raw: tuple(map(_column, raw)),
    "visible_if": _condition,
    "opens_finding": _finding,
    "stage": RelationStage,
}


def frozen_question(raw: Mapping[str, Any]) -> Question:
    """One question of a snapshot."""
    return Question(**{name: _READERS[name](value) if name in _READERS else value for name, value in raw.items()})


def _section(raw: Mapping[str, Any]) -> QuestionnaireSection:
    return QuestionnaireSection(
        raw["key"],
        _bilingual(raw["title"]),
        _bilingual(raw["introduction"]),
        tuple(map(frozen_question, raw["questions"])),
        _bilingual(raw.get("pack")),
    )


def _questionnaire(raw: Mapping[str, Any], sha256: str) -> Questionnaire:
    return Questionnaire(
        key=raw["key"],
        version=raw["version"],
        title=_bilingual(raw["title"]),
        introduction=_bilingual(raw["introduction"]),
        sections=tuple(map(_section, raw["sections"])),
        packs=tuple(raw.get("packs", ())),
        minutes=raw.get("minutes"),
        sha256=sha256,
    )
