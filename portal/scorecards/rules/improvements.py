"""« Three answers that would move the grade »: single changes, the one that gains most first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.evidence.rules import Standing, StandingKind
from portal.scorecards.rules.scale import Grade, Scale
from portal.scorecards.rules.scoring import Score, is_capping, level, score
from portal.scorecards.rules.terms import ScoredQuestion, ScoreTerm, term_of


class ImprovementKind(StrEnum):
    """What would be done about one question."""

    ANSWER = "answer"
    JUSTIFY = "justify"
    PROVE = "prove"
    VERIFY = "verify"
    RENEW = "renew"


ACTIONS = {
    ImprovementKind.ANSWER: say("Mettre en œuvre ce que la question demande, jusqu'à la meilleure réponse."),
    ImprovementKind.JUSTIFY: say("Justifier que la question est sans objet."),
    ImprovementKind.PROVE: say("Fournir la preuve demandée et la faire vérifier."),
    ImprovementKind.VERIFY: say("Vérifier la preuve déjà fournie."),
    ImprovementKind.RENEW: say("Renouveler la preuve et la faire vérifier."),
}


VERIFIED_PROOF = Standing(StandingKind.VERIFIED, Decimal(1), None, say("Preuve vérifiée, sans échéance."))
"""The proof a change would bring: verified and new."""


@dataclass(frozen=True)
class Improvement:
    """One change, alone, and where it would bring the level; `effect` is honest when the grade stays."""

    question_key: str
    change: ImprovementKind
    value: Fraction
    grade: Grade
    gain: Fraction
    """Rise of the level; 0 when another critical question still caps it."""
    moves_grade: bool
    action: Sentence
    effect: Sentence

    @property
    def basis_points(self) -> int:
        """The new level out of 10,000, rounded down."""
        return int(self.value * 10_000)


def best_improvements(
    items: Sequence[ScoredQuestion], scale: Scale, today: date, n: int = 3
) -> tuple[Improvement, ...]:
    """The single changes that would raise the level most, at most one per question, best first.

    Under the cap of one critical question, the change that lifts it comes first. Where several are at zero no single
    change moves the level: those questions are named first, each saying that the grade stays.

    :raises ValueError: a question appears twice.
    """
    now = score(items, scale, today)
    best = []
    for place, (item, term) in enumerate(zip(items, now.terms, strict=True)):
        offers = [
            _offer(now, term, change, term_of(changed, scale), scale)
            for change, changed in possible_improvements(item, term)
        ]
        useful = [offer for offer in offers if offer.before_cap > now.before_cap or offer.lifts_cap]
        if useful:
            top = min(useful, key=_rank)
            best.append((_rank(top), place, top.mover))
    return tuple(mover for *_, mover in sorted(best, key=lambda found: found[:2])[:n])


def possible_improvements(item: ScoredQuestion, term: ScoreTerm) -> Iterator[tuple[ImprovementKind, ScoredQuestion]]:
    """What could be done about one question, each with the question as it would then be."""
    if term.mark is None:
        return
    if item.not_applicable and not item.justified:
        yield ImprovementKind.JUSTIFY, replace(item, justified=True, verdict=None)
    elif term.mark < 1:
        yield ImprovementKind.ANSWER, replace(item, not_applicable=False, answered=True, mark=1.0, verdict=None)
    if term.mark > 0 and item.evidence_requested:
        yield _proving(item.evidence), replace(item, evidence=VERIFIED_PROOF)


def _proving(proof: Standing | None) -> ImprovementKind:
    if proof is None or proof.kind == StandingKind.REJECTED:
        return ImprovementKind.PROVE
    if proof.kind == StandingKind.SUPPLIED and proof.freshness == 1:
        return ImprovementKind.VERIFY
    return ImprovementKind.RENEW


@dataclass(frozen=True)
class _Offer:
    mover: Improvement
    before_cap: Fraction
    lifts_cap: bool


def _rank(offer: _Offer) -> tuple[Fraction, bool, Fraction]:
    return -offer.mover.value, not offer.lifts_cap, -offer.before_cap


def _offer(now: Score, old: ScoreTerm, change: ImprovementKind, new: ScoreTerm, scale: Scale) -> _Offer:
    """The level with one line replaced: the two sums move by one line, the caps by at most one."""
    contribution = now.contribution - old.contribution + new.contribution
    maximum = now.maximum - old.maximum + new.maximum
    capping = len(now.caps) - is_capping(old) + is_capping(new)
    before_cap, value = level(contribution, maximum, scale, capped=capping > 0)
    grade = scale.grade(value)
    mover = Improvement(
        question_key=old.question_key,
        change=change,
        value=value,
        grade=grade,
        gain=value - now.value,
        moves_grade=grade != now.grade,
        action=ACTIONS[change],
        effect=_effect(now.grade or grade, grade, rises=value > now.value),
    )
    return _Offer(mover, before_cap, lifts_cap=is_capping(old) and not is_capping(new))


def _effect(before: Grade, after: Grade, *, rises: bool) -> Sentence:
    if after != before:
        return say("La note passe de %(before)s à %(after)s.", before=before.key, after=after.key)
    if rises:
        return say("Le niveau monte, la note reste %(grade)s.", grade=after.key)
    return say("La note reste %(grade)s, plafonnée par une autre question critique.", grade=after.key)
