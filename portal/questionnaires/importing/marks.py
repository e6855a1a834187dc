"""Points of other tools, on any scale, as our marks (0 to 1) and weights (1 to 5)."""

import math
from collections.abc import Sequence

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say

HEAVIEST = 5
_DECIMALS = 4


@dataclass(frozen=True)
class Marks:
    """What each choice is worth, and how many points the best answer earned in the source."""

    marks: tuple[float | None, ...]
    total: float = 0.0
    losses: tuple[Sentence, ...] = ()
    weight: int = 1


@dataclass(frozen=True)
class Weights:
    """The weight of each question."""

    weights: tuple[int, ...]
    losses: tuple[Sentence, ...] = ()


def marks_of(points: Sequence[float | None], *, several: bool) -> Marks:
    """The marks of the choices of a question; `several` when more than one may be ticked and their points add up.

    Without any point that counts, no choice is marked: a question where everything is worth nothing is not scored.

    >>> marks_of([20, 10, 0, None], several=False).marks
    (1.0, 0.5, 0.0, None)
    >>> marks_of([5, 5, 0], several=True).marks
    (0.5, 0.5, 0.0)
    >>> marks_of([0, 0], several=False).marks
    (None, None)
    """
    counted = [point if point is not None and math.isfinite(point) else None for point in points]
    positive = [point for point in counted if point is not None and point > 0]
    total = math.fsum(positive) if several else max(positive, default=0.0)
    losses = []
    if any(point is not None and point < 0 for point in counted):
        losses.append(say("Points négatifs ramenés à zéro."))
    if not positive or not math.isfinite(total):
        return Marks((None,) * len(counted), 0.0, tuple(losses))
    marks = [None if point is None else round(max(point, 0.0) / total, _DECIMALS) for point in counted]
    if several:
        best = max(range(len(marks)), key=lambda rank: marks[rank] or 0.0)
        others = math.fsum(mark or 0.0 for rank, mark in enumerate(marks) if rank != best)
        marks[best] = round(1.0 - others, _DECIMALS)
    if total != 1:
        losses.append(say("Points ramenés à une note de 0 à 1 ; leur somme devient le poids de la question."))
    return Marks(tuple(marks), total, tuple(losses))


def weights_of(questions: Sequence[tuple[float | None, float]]) -> Weights:
    """Weights from 1 to 5 out of the weight (if any) and the points of each question; those without points get 1.

    >>> weights_of([(None, 20.0), (None, 10.0), (None, 0.0)]).weights
    (5, 2, 1)
    >>> weights_of([(1.0, 1.0), (3.0, 1.0)]).weights
    (1, 3)
    """
    worth = [_worth(weight, total) for weight, total in questions]
    counted = [value for value in worth if value > 0]
    most = max(counted, default=1.0)
    if all(value == int(value) and value <= HEAVIEST for value in counted):
        return Weights(tuple(max(1, int(value)) for value in worth))
    if len(set(counted)) == 1:
        return Weights((1,) * len(worth))
    scaled = tuple(min(HEAVIEST, max(1, round(HEAVIEST * value / most))) for value in worth)
    return Weights(scaled, (say("Poids ramenés à une échelle de 1 à 5 : leurs proportions sont arrondies."),))


def _worth(weight: float | None, total: float) -> float:
    if total <= 0:
        return 0.0
    # A question whose choices are already marks is worth its weight; otherwise its points tell.
    value = total * (1.0 if weight is None else weight)
    return value if math.isfinite(value) and 0 < value < 1e12 else 0.0
