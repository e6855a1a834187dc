"""How many cases to ask for, and which: a draw that anyone repeats from its seed, on any machine."""

import heapq
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from hashlib import sha256

from portal.consumer_law.rules.periods import Unsupported
from portal.core.dataclass import dataclass
from portal.core.language import say

QUANTILES: Mapping[Decimal, Decimal] = {
    Decimal("0.90"): Decimal("1.6448536269514722"),
    Decimal("0.95"): Decimal("1.9599639845400545"),
    Decimal("0.99"): Decimal("2.5758293035489004"),
}
"""Two-sided quantiles of the normal law, by confidence."""
MOST = 10_000_000
"""Cases of one list; a vendor with more of them draws by period."""
FINEST = Decimal("0.001")


def sample_size(population: int, *, confidence: Decimal, margin: Decimal, expected: Decimal = Decimal("0.5")) -> int:
    """How many cases estimate a rate within a margin.

    The normal approximation, z² p (1 - p) / margin², corrected for a population that is not infinite. It serves to plan
    only: once the cases are judged, their interval is the exact one (`statistics.interval`). `expected` is the rate one
    expects; one half is the worst case.

    >>> sample_size(100_000, confidence=Decimal("0.95"), margin=Decimal("0.05"))
    383

    :raises Unsupported: a figure is out of its bounds.
    """
    _check_population(population)
    quantile = QUANTILES[known_confidence(confidence)]
    if not FINEST <= margin <= Decimal("0.5"):
        raise Unsupported(say("La marge va de 0,1 à 50 points de pourcentage."), "margin")
    if not 0 < expected < 1:
        raise Unsupported(say("Le taux attendu est compris entre 0 et 1, bornes exclues."), "expected")
    infinite = quantile * quantile * expected * (1 - expected) / (margin * margin)
    corrected = infinite / (1 + (infinite - 1) / population)
    return min(population, max(1, int(corrected.to_integral_value(ROUND_CEILING))))


def discovery_size(population: int, *, confidence: Decimal, tolerated: Decimal) -> int:
    """The fewest cases such that, when not one fails, the failure rate of the whole list is under `tolerated`.

    Exact: drawn without replacement, a list where that share fails shows no failure with a probability that is at most
    1 - confidence (hypergeometric law, in whole numbers).

    >>> discovery_size(10_000, confidence=Decimal("0.95"), tolerated=Decimal("0.05"))
    59

    :raises Unsupported: a figure is out of its bounds.
    """
    _check_population(population)
    known_confidence(confidence)
    if not FINEST <= tolerated <= Decimal("0.5"):
        raise Unsupported(say("Le taux toléré va de 0,1 % à 50 %."), "tolerated")
    failing = max(1, int((tolerated * population).to_integral_value(ROUND_CEILING)))
    risk = 1 - Fraction(confidence)
    unseen, possible = risk.denominator, risk.numerator
    for drawn in range(population):
        # P(no failure in n) = Π (N - K - i) / (N - i), kept as two whole numbers: no rounding decides a tie.
        if unseen <= possible:
            return drawn
        unseen *= population - failing - drawn
        possible *= population - drawn
    return population


def draw(references: Sequence[str], size: int, seed: str) -> tuple[str, ...]:
    """So many references, in the order of the SHA-256 of the seed and each: the file's own order changes nothing.

    A larger draw from the same seed begins with the smaller one, so a sample may be extended.

    :raises Unsupported: no seed, a size that the list does not hold, or a reference met twice.
    """
    if not seed.strip():
        raise Unsupported(say("Donnez une graine : sans elle, personne ne pourrait refaire ce tirage."), "seed")
    if not 0 < size <= len(references):
        raise Unsupported(
            say("Dossiers à tirer : de 1 à %(count)s, autant que la liste en compte.", count=len(references)), "size"
        )
    if len({*references}) != len(references):
        twice = next(reference for reference, times in Counter(references).items() if times > 1)
        raise Unsupported(
            say("La référence « %(reference)s » est présente deux fois dans la liste.", reference=twice), "references"
        )
    return tuple(heapq.nsmallest(size, references, key=lambda reference: _rank(seed, reference)))


def _rank(seed: str, reference: str) -> bytes:
    return sha256(f"{seed.strip()}\0{reference}".encode()).digest()


@dataclass(frozen=True)
class DrawComparison:
    """What was handed in against what had been drawn."""

    missing: tuple[str, ...]
    """Drawn and not handed in, in the order of the draw."""
    extra: tuple[str, ...]
    """Handed in and not drawn, in the order of the file."""


def compare_with_draw(drawn: Collection[str], references: Collection[str]) -> DrawComparison:
    """The references that are missing from a file, and those nobody asked for.

    >>> compare_with_draw(["A1", "A2"], ["A2", "B7"])
    DrawComparison(missing=('A1',), extra=('B7',))
    """
    asked, given = {*drawn}, {*references}
    return DrawComparison(
        tuple(reference for reference in drawn if reference not in given),
        tuple(reference for reference in references if reference not in asked),
    )


def known_confidence(confidence: Decimal) -> Decimal:
    """A confidence that is one of those known.

    :raises Unsupported: it is not.
    """
    if confidence not in QUANTILES:
        raise Unsupported(say("La confiance est de 90 %, de 95 % ou de 99 %."), "confidence")
    return confidence


def _check_population(population: int) -> None:
    if not 1 <= population <= MOST:
        raise Unsupported(say("La liste compte de 1 à %(most)s dossiers.", most=MOST), "population")
