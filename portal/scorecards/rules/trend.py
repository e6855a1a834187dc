"""The trend of a vendor's level, and the title of its chart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from portal.core.language import Sentence, say

STEADY = 100
"""Basis points under which a change is none: proofs age a little every day."""


class Direction(StrEnum):
    """Which way the level went between the last two measures."""

    FIRST = "first"
    UP = "up"
    STEADY = "steady"
    DOWN = "down"


@dataclass(frozen=True)
class TrendPoint:
    """A past measure."""

    on: date
    basis_points: int
    grade: str

    @property
    def value(self) -> Fraction:
        """Between 0 and 1."""
        return Fraction(self.basis_points, 10_000)


@dataclass(frozen=True)
class Trend:
    """The measures in order of time, one a day, and what to say of the last one."""

    points: tuple[TrendPoint, ...]
    change: int
    """Basis points gained since the measure before; 0 for a first measure."""
    direction: Direction
    title: Sentence


def trend(snapshots: Iterable[TrendPoint]) -> Trend | None:
    """The trend of a vendor; of several measures in one day the last given counts; none without any measure.

    >>> print(trend([TrendPoint(date(2026, 9, 1), 7000, "C"), TrendPoint(date(2026, 3, 1), 6550, "C")]).title)
    En hausse de 4 points depuis la mesure précédente
    """
    points = tuple(sorted({snapshot.on: snapshot for snapshot in snapshots}.values(), key=lambda point: point.on))
    if not points:
        return None
    if len(points) == 1:
        return Trend(points, 0, Direction.FIRST, say("Première mesure"))
    change = points[-1].basis_points - points[-2].basis_points
    return Trend(points, change, *_said(change, abs(change) // 100))


def _said(change: int, whole_points: int) -> tuple[Direction, Sentence]:
    if abs(change) < STEADY:
        return Direction.STEADY, say("Stable depuis la mesure précédente")
    if change > 0:
        if whole_points == 1:
            return Direction.UP, say("En hausse d'un point depuis la mesure précédente")
        return Direction.UP, say("En hausse de %(points)s points depuis la mesure précédente", points=whole_points)
    if whole_points == 1:
        return Direction.DOWN, say("En baisse d'un point depuis la mesure précédente")
    return Direction.DOWN, say("En baisse de %(points)s points depuis la mesure précédente", points=whole_points)
