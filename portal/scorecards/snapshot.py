"""The derivation of a score as JSON and back: exact decimals as text, sentences with their values, in any language."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.language import Sentence
from portal.scorecards import rules


def freeze_detail(score: rules.Score, movers: tuple[rules.Improvement, ...], scale: rules.Scale) -> dict[str, Any]:
    """All that the page shows, scale included: what a score meant on its day never changes afterwards."""
    return {
        "contribution": str(score.contribution),
        "maximum": score.maximum,
        "before_cap": f"{score.before_cap.numerator}/{score.before_cap.denominator}",
        "answered": score.answered,
        "expected": score.expected,
        "terms": [_term(term) for term in score.terms],
        "caps": [
            {"question": cap.question_key, "limit": str(cap.limit), "reason": freeze_sentence(cap.reason)}
            for cap in score.caps
        ],
        "movers": [_mover(mover) for mover in movers],
        "scale": _scale(scale),
    }


def _term(term: rules.ScoreTerm) -> dict[str, Any]:
    return {
        "question": term.question_key,
        "section": term.section_key,
        "weight": term.weight,
        "critical": term.critical,
        "mark": None if term.mark is None else str(term.mark),
        "multiplier": str(term.multiplier),
        "freshness": str(term.freshness),
        "contribution": str(term.contribution),
        "maximum": term.maximum,
        "reasons": [freeze_sentence(reason) for reason in term.reasons],
    }


def _mover(mover: rules.Improvement) -> dict[str, Any]:
    return {
        "question": mover.question_key,
        "change": mover.change.value,
        "basis_points": mover.basis_points,
        "gain_points": int(mover.gain * 10_000),
        "grade": mover.grade.key,
        "moves_grade": mover.moves_grade,
        "action": freeze_sentence(mover.action),
        "effect": freeze_sentence(mover.effect),
    }


def _scale(scale: rules.Scale) -> dict[str, Any]:
    return {
        "valid_from": scale.valid_from.isoformat(),
        "source": dict(scale.source),
        "note": dict(scale.note),
        "grades": [{"key": g.key, "from": str(g.threshold), "fr": g.fr, "en": g.en} for g in scale.grades],
        "critical_cap": str(scale.critical_cap),
        "evidence": {
            name: str(getattr(scale, name)) for name in ("not_requested", "declared", "supplied", "verified", "expired")
        },
        "verdict": {verdict.value: str(mark) for verdict, mark in scale.verdicts.items()},
        "floor": str(scale.decay.floor),
        "grace_months": scale.decay.grace_months,
    }


def freeze_sentence(sentence: Sentence) -> dict[str, Any]:
    """A sentence as JSON; its dates and decimals are marked as such, to be written later as each language does.

    >>> freeze_sentence(Sentence("Le %(day)s", {"day": date(2026, 11, 24)}))
    {'text': 'Le %(day)s', 'values': {'day': {'date': '2026-11-24'}}}
    """
    frozen: dict[str, Any] = {
        "text": sentence.text, "values": {name: _value(value) for name, value in sentence.values.items()},
    }  # fmt: skip
    return {**frozen, "plural": sentence.plural} if sentence.plural else frozen


def _value(value: object) -> Any:
    match value:
        case Sentence():
            return freeze_sentence(value)
        case date():
            return {"date": value.isoformat()}
        case Decimal():
            return {"decimal": str(value)}
        case int() | str():
            return value
        case _:
            return str(value)


def thaw_sentence(raw: Mapping[str, Any]) -> Sentence:
    """The sentence that `freeze_sentence` wrote.

    >>> said = Sentence("%(percent)s %%, %(why)s", {"percent": Decimal("12.5"), "why": Sentence("bon")})
    >>> thaw_sentence(freeze_sentence(said)) == said
    True
    """
    values = {name: _given(value) for name, value in raw["values"].items()}
    return Sentence(raw["text"], values, raw.get("plural", ""))


def _given(raw: Any) -> object:
    match raw:
        case {"text": _, "values": _}:
            return thaw_sentence(raw)
        case {"date": day}:
            return date.fromisoformat(day)
        case {"decimal": digits}:
            return Decimal(digits)
        case _:
            return raw
