"""The page of a scorecard: every term of its sum with all its digits, in the language of the reader."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from babel.numbers import format_decimal

from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.language import Language, printed
from portal.core.translation import translate
from portal.questionnaires.definition import Questionnaire
from portal.scorecards import rules
from portal.scorecards.models import Scorecard
from portal.scorecards.queries import ScorecardRow
from portal.scorecards.snapshot import thaw_sentence

_EXACT = "#,##0.####################"
"""No digit is dropped: the reader adds up what is printed and finds the total."""


@dataclass(frozen=True)
class TermRow:
    """One term: points = weight × mark × proof × freshness."""

    key: str
    text: str
    weight: int
    critical: bool
    counts: bool
    mark: str
    multiplier: str
    freshness: str
    points: str
    maximum: int
    reasons: Sequence[str]


@dataclass(frozen=True)
class SectionRows:
    """The terms of a section and their sum."""

    key: str
    title: str
    lines: Sequence[TermRow]
    points: str
    maximum: int
    share: float
    """Between 0 and 1."""
    value: float


@dataclass(frozen=True)
class PointsLost:
    """Where the points went: obtained, missing for want of proof, missing because of the answers."""

    kept: Decimal
    to_proofs: Decimal
    to_answers: Decimal
    whole: int


@dataclass(frozen=True)
class Suggestion:
    """An answer that would move the level."""

    key: str
    text: str
    action: str
    effect: str
    level: int
    """In basis points."""
    gain: int


@dataclass(frozen=True)
class Explanation:
    """The whole page of a snapshot."""

    parts: Sequence[SectionRows]
    points: str
    maximum: int
    before_cap: int
    """In basis points, rounded down."""
    is_capped: bool
    caps: Sequence[tuple[str, str]]
    """The question's text and what its zero does."""
    suggestions: Sequence[Suggestion]
    loss: PointsLost
    answered: int
    expected: int
    grades: Sequence[tuple[str, str, str]]
    """Letter, threshold as a percentage, meaning."""
    bands: Sequence[tuple[str, float, float]]
    meaning: str
    source: str
    note: str
    valid_from: date
    factors: Mapping[str, str]
    """What each kind of proof and verdict is worth, as percentages."""
    grace_months: int


def explain(card: Scorecard, questionnaire: Questionnaire, language: Language) -> Explanation:
    """A snapshot explained from its own derivation and scale, whatever these have become since."""
    detail = card.detail
    contribution, scale = Decimal(detail["contribution"]), detail["scale"]
    before = Fraction(detail["before_cap"])
    text = {question.key: question.text.read(language) for question in questionnaire.questions}
    title = {section.key: section.title.read(language) for section in questionnaire.sections}
    return Explanation(
        parts=list(_parts(detail["terms"], text, title, language)),
        points=exact(contribution, language),
        maximum=detail["maximum"],
        before_cap=floor(before * 10_000),
        is_capped=card.basis_points < floor(before * 10_000),
        caps=[(text.get(cap["question"], cap["question"]), _said(cap["reason"], language)) for cap in detail["caps"]],
        suggestions=[_suggestion(mover, text, language) for mover in detail["movers"]],
        loss=_loss(detail["terms"], contribution, detail["maximum"]),
        answered=detail["answered"],
        expected=detail["expected"],
        grades=[
            (g["key"], percent(g["from"], language), printed(g[language.value], language)) for g in scale["grades"]
        ],
        bands=_bands(scale["grades"]),
        meaning=printed(next((g[language.value] for g in scale["grades"] if g["key"] == card.grade), ""), language),
        source=printed(scale["source"][language.value], language),
        note=printed(scale["note"][language.value], language),
        valid_from=date.fromisoformat(scale["valid_from"]),
        factors={
            name: percent(value, language)
            for name, value in {
                **scale["evidence"], **scale["verdict"], "critical_cap": scale["critical_cap"], "floor": scale["floor"],
            }.items()
        },
        grace_months=scale["grace_months"],
    )  # fmt: skip


def _parts(
    terms: Sequence[Mapping[str, Any]], text: Mapping[str, str], title: Mapping[str, str], language: Language
) -> Iterator[SectionRows]:
    for key in dict.fromkeys(term["section"] for term in terms):
        own = [term for term in terms if term["section"] == key]
        points = sum((Decimal(term["contribution"]) for term in own), Decimal(0))
        maximum = sum(term["maximum"] for term in own)
        yield SectionRows(
            key=key,
            title=title.get(key, key),
            lines=[_line(term, text, language) for term in own],
            points=exact(points, language),
            maximum=maximum,
            share=float(points / maximum) if maximum else 0.0,
            value=float(points),
        )


def _line(term: Mapping[str, Any], text: Mapping[str, str], language: Language) -> TermRow:
    return TermRow(
        key=term["question"],
        text=text.get(term["question"], term["question"]),
        weight=term["weight"],
        critical=term["critical"],
        counts=term["mark"] is not None,
        mark="" if term["mark"] is None else exact(Decimal(term["mark"]), language),
        multiplier=exact(Decimal(term["multiplier"]), language),
        freshness=exact(Decimal(term["freshness"]), language),
        points=exact(Decimal(term["contribution"]), language),
        maximum=term["maximum"],
        reasons=[_said(reason, language) for reason in term["reasons"]],
    )


def _suggestion(mover: Mapping[str, Any], text: Mapping[str, str], language: Language) -> Suggestion:
    return Suggestion(
        key=mover["question"],
        text=text.get(mover["question"], mover["question"]),
        action=_said(mover["action"], language),
        effect=_said(mover["effect"], language),
        level=mover["basis_points"],
        gain=mover["gain_points"],
    )


def _loss(terms: Sequence[Mapping[str, Any]], contribution: Decimal, maximum: int) -> PointsLost:
    """What proofs cost is what the answers alone would have brought, less what they bring."""
    declared = sum((term["weight"] * Decimal(term["mark"]) for term in terms if term["mark"] is not None), Decimal(0))
    return PointsLost(contribution, declared - contribution, maximum - declared, maximum)


def _bands(grades: Sequence[Mapping[str, Any]]) -> list[tuple[str, float, float]]:
    """Each grade with the part of the scale it covers, from the worst up, on 0–100."""
    rising = [(grade["key"], float(Decimal(grade["from"]) * 100)) for grade in reversed(grades)]
    ends = [start for _, start in rising[1:]] + [100.0]
    return [(key, start, end) for (key, start), end in zip(rising, ends, strict=True)]


def _said(raw: Mapping[str, Any], language: Language) -> str:
    return translate(thaw_sentence(raw), language)


def exact(number: Decimal, language: Language) -> str:
    """A number with all its digits and no idle zero.

    >>> exact(Decimal("1.236750"), Language.FR), exact(Decimal("2.0"), Language.EN)
    ('1,23675', '2')
    """
    return format_decimal(
        number, _EXACT, locale="en_GB" if language is Language.EN else "fr_FR", decimal_quantization=False
    )


def percent(factor: str, language: Language) -> str:
    """A factor kept as text, as a percentage.

    >>> percent("0.85", Language.FR), percent("1", Language.EN)
    ('85\\u202f%', '100%')
    """
    number = exact(Decimal(factor) * 100, language)
    return f"{number}%" if language is Language.EN else f"{number}\u202f%"


def trend_of(
    measures: Sequence[ScorecardRow], card_id: int | None = None
) -> tuple[rules.Trend | None, Sequence[ScorecardRow]]:
    """The trend of the questionnaire a vendor is known by, and its measures, one a day, oldest first.

    Without the card, or when it is none of these, that of the last measure.
    """
    if not measures:
        return None, ()
    shown = next((measure for measure in measures if measure.id == card_id), measures[-1])
    own = [measure for measure in measures if measure.questionnaire == shown.questionnaire]
    kept = list({legal_date(measure.taken_at): measure for measure in own}.values())
    snapshots = [rules.TrendPoint(legal_date(m.taken_at), m.basis_points, m.grade) for m in kept]
    return rules.trend(snapshots), kept
