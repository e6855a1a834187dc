"""One question of a sheet and the line it becomes: points = weight × mark × evidence × freshness, nothing rounded."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.evidence.rules import Standing, StandingKind
from portal.scorecards.rules.scale import AnswerVerdict, Scale

NOTHING, WHOLE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class ScoredQuestion:
    """One visible question of a sheet with all that decides what its answer is worth.

    :raises ValueError: the weight is not 1–5, or the mark not between 0 and 1.
    """

    question_key: str
    section_key: str
    weight: int = 1
    critical: bool = False
    mark: float | Decimal | None = None
    """What the answer is worth by itself, 0–1; none for a free answer, which counts only once judged."""
    answered: bool = True
    not_applicable: bool = False
    justified: bool = False
    evidence_requested: bool = False
    evidence: Standing | None = None
    """The best of the proofs attached (see `best_evidence`)."""
    verdict: AnswerVerdict | None = None
    required: bool = True
    measured: Sentence | None = None
    """What real cases showed against the answer, when they surely did."""

    def __post_init__(self) -> None:
        if not 1 <= self.weight <= 5:
            raise ValueError(f"{self.question_key}: weight {self.weight} is not between 1 and 5")
        if self.mark is not None and not 0 <= self.mark <= 1:
            raise ValueError(f"{self.question_key}: mark {self.mark} is not between 0 and 1")


@dataclass(frozen=True)
class ScoreTerm:
    """One line of the sum; `contribution` = weight × mark × multiplier × freshness, to the last digit."""

    question_key: str
    section_key: str
    weight: int
    critical: bool
    mark: Decimal | None
    """After the reviewer's verdict; none when the question is left out of the sum."""
    multiplier: Decimal
    freshness: Decimal
    contribution: Decimal
    maximum: int
    """The weight, or 0 when the question is left out."""
    expected: bool
    """Whether coverage waits for an answer here."""
    covered: bool
    reasons: tuple[Sentence, ...]


def term_of(item: ScoredQuestion, scale: Scale) -> ScoreTerm:
    """The line of one question."""
    mark, covered, said = _mark(item, scale)
    multiplier, freshness = WHOLE, WHOLE
    if mark:
        multiplier, freshness, proof = _proof(item, scale)
        said += proof
    return ScoreTerm(
        question_key=item.question_key,
        section_key=item.section_key,
        weight=item.weight,
        critical=item.critical,
        mark=mark,
        multiplier=multiplier,
        freshness=freshness,
        contribution=item.weight * mark * multiplier * freshness if mark else NOTHING,
        maximum=0 if mark is None else item.weight,
        expected=item.required,
        covered=covered,
        reasons=said,
    )


_MarkReading: TypeAlias = tuple[Decimal | None, bool, tuple[Sentence, ...]]
"""The mark after the reviewer's verdict (none: left out), whether the question counts as answered, and why."""


def _mark(item: ScoredQuestion, scale: Scale) -> _MarkReading:
    ceiling = WHOLE if item.verdict is None else scale.verdicts[AnswerVerdict(item.verdict)]
    if item.not_applicable:
        return _not_applicable(item, refused=ceiling == 0)
    if not item.answered:
        if item.required:
            return NOTHING, False, (say("Sans réponse : la question compte zéro."),)
        return None, False, (say("Question facultative sans réponse : elle ne compte pas."),)
    if item.measured is not None:
        return NOTHING, True, (item.measured,)
    return _judged(item, ceiling)


def _judged(item: ScoredQuestion, ceiling: Decimal) -> _MarkReading:
    if item.mark is None:
        if item.verdict is None:
            return None, True, (say("Réponse libre, pas encore jugée : elle ne compte pas."),)
        text = say("Réponse libre : la revue lui donne %(percent)s %% des points.", percent=percent(ceiling))
        return ceiling, True, (text,)
    mark = Decimal(str(item.mark))
    if ceiling >= mark:
        return mark, True, (say("La réponse vaut %(percent)s %% des points.", percent=percent(mark)),)
    if ceiling == 0:
        return NOTHING, True, (say("Réponse jugée à corriger : la question compte zéro."),)
    text = say("Réponse jugée améliorable : elle est ramenée à %(percent)s %% des points.", percent=percent(ceiling))
    return ceiling, True, (text,)


def _not_applicable(item: ScoredQuestion, *, refused: bool) -> _MarkReading:
    if refused:
        return NOTHING, True, (say("« Sans objet » refusé à la revue : la question compte zéro."),)
    if not item.justified:
        return NOTHING, False, (say("« Sans objet » sans justification : la question compte zéro."),)
    return None, True, (say("Sans objet, justifié : la question est retirée du calcul."),)


def _proof(item: ScoredQuestion, scale: Scale) -> tuple[Decimal, Decimal, tuple[Sentence, ...]]:
    """Multiplier and freshness; a proof still good never counts for less than the bare statement it supports."""
    if not item.evidence_requested:
        return scale.not_requested, WHOLE, (say("Aucune preuve n'est demandée."),)
    proof = item.evidence
    if proof is None:
        return scale.declared, WHOLE, (say("Preuve demandée, aucune fournie : la réponse est seulement déclarée."),)
    if proof.kind == StandingKind.REJECTED:
        return scale.declared, WHOLE, (proof.reason, say("La réponse est seulement déclarée."))
    if proof.kind == StandingKind.EXPIRED:
        return scale.expired, WHOLE, (proof.reason,)
    multiplier = scale.verified if proof.kind == StandingKind.VERIFIED else scale.supplied
    if multiplier * proof.freshness < scale.declared:
        weak = say("Trop ancienne ou sans date, elle ne compte pas plus qu'une déclaration.")
        return scale.declared, WHOLE, (proof.reason, weak)
    return multiplier, proof.freshness, (proof.reason,)


def best_evidence(proofs: Iterable[Standing], scale: Scale) -> Standing | None:
    """Which of the proofs attached to an answer counts: the one that gives it most, the first among equals."""

    def worth(proof: Standing) -> Decimal:
        multiplier, freshness, _ = _proof(ScoredQuestion("", "", evidence_requested=True, evidence=proof), scale)
        return multiplier * freshness

    return max(proofs, key=worth, default=None)


def percent(factor: Decimal) -> Decimal:
    """A factor as a percentage without idle zeros.

    >>> percent(Decimal("0.50")), percent(Decimal("1")), percent(Decimal("0.125"))
    (Decimal('50'), Decimal('100'), Decimal('12.5'))
    """
    hundredths = factor * 100
    return hundredths.quantize(WHOLE) if hundredths == hundredths.to_integral_value() else hundredths.normalize()
