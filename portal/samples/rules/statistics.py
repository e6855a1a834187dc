"""Rates with their exact confidence interval: what a sample says, and no more than it says."""

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from math import exp, lgamma, log, log1p

from portal.consumer_law.rules.periods import Unsupported
from portal.core.language import say
from portal.samples.rules.sampling import known_confidence

DIGIT = Decimal("0.000001")
HALVINGS = 60
"""Of [0, 1]: beyond the precision of a float."""
TINY = 1e-300
CLOSE = 1e-15
MOST_TERMS = 100_000


@lru_cache(maxsize=4096)
def interval(failures: int, trials: int, confidence: Decimal) -> tuple[Decimal, Decimal]:
    """The exact (Clopper-Pearson) interval of a rate, rounded outwards to the millionth.

    It covers the true rate at least as often as the confidence says, whatever the size: an audit's rates are small,
    where the usual approximations promise more than they hold.

    >>> interval(0, 59, Decimal("0.95")), interval(3, 50, Decimal("0.95"))
    ((Decimal('0.000000'), Decimal('0.060609')), (Decimal('0.012548'), Decimal('0.165482')))

    :raises Unsupported: no trial, more failures than trials, or an unknown confidence.
    """
    if trials < 1:
        raise Unsupported(say("Aucun dossier n'est concerné : il n'y a pas de taux à estimer."), "trials")
    if not 0 <= failures <= trials:
        raise Unsupported(say("Il ne peut y avoir plus de manquements que de dossiers."), "failures")
    tail = float(1 - known_confidence(confidence)) / 2
    low, high = 0.0, 1.0
    if failures > 0:
        low = _crossing(lambda rate: _beta(failures, trials - failures + 1, rate), tail)
    if failures < trials:
        high = _crossing(lambda rate: _beta(failures + 1, trials - failures, rate), 1 - tail)
    return _within(low, ROUND_FLOOR), _within(high, ROUND_CEILING)


def _within(rate: float, rounding: str) -> Decimal:
    return min(max(Decimal(rate).quantize(DIGIT, rounding), Decimal(0).quantize(DIGIT)), Decimal(1).quantize(DIGIT))


def _crossing(rising: Callable[[float], float], wanted: float) -> float:
    """Where a rising function of [0, 1] takes a value, by halving."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2


def _beta(a: int, b: int, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b): P(at least a of a + b - 1 trials fail) at a rate x."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: int, b: int, x: float) -> float:
    """Its continued fraction, by Lentz's method; quick on the side of the mean where it is asked."""
    result, upper, lower = 1.0, 1.0, 0.0
    for term in range(MOST_TERMS):
        half = term // 2
        if term == 0:
            step = 1.0
        elif term % 2 == 0:
            step = half * (b - half) * x / ((a + term - 1) * (a + term))
        else:
            step = -(a + half) * (a + b + half) * x / ((a + term - 1) * (a + term))
        lower = 1 / _not_zero(1 + step * lower)
        upper = _not_zero(1 + step / upper)
        result *= upper * lower
        if abs(upper * lower - 1) < CLOSE:
            break
    return result - 1


def _not_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY
