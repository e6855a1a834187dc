"""The trend of a vendor's level, and the title of its chart."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from fractions import Fraction

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say

STEADY = 100
"""Basis points under which a change is none: proofs age a little every day."""


class Direction(StrEnum):
    """Which way the level went over the period shown: from its first measure to its last."""

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
    """The measures in order of time, one a day, and what to say of the period they cover."""

    points: tuple[TrendPoint, ...]
    change: int
    """Basis points gained since the first measure shown; 0 for a single one."""
    direction: Direction
    title: Sentence


def trend(snapshots: Iterable[TrendPoint]) -> Trend | None:
    """The trend of a vendor; of several measures in one day the last given counts; none without any measure.

    >>> print(trend([TrendPoint(date(2026, 9, 1), 4850, "D"), TrendPoint(date(2024, 9, 1), 8150, "B")]).title)
    En baisse de 33 points entre le 2024-09-01 et le 2026-09-01
    """
    points = tuple(sorted({snapshot.on: snapshot for snapshot in snapshots}.values(), key=lambda point: point.on))
    if not points:
        return None
    if len(points) == 1:
        return Trend(points, 0, Direction.FIRST, say("Première mesure"))
    first, last = points[0], points[-1]
    change = last.basis_points - first.basis_points
    return Trend(points, change, *_said(change, first.on, last.on))


def _said(change: int, first: date, last: date) -> tuple[Direction, Sentence]:
    days, whole_points = {"first": first, "last": last}, abs(change) // 100
    if abs(change) < STEADY:
        return Direction.STEADY, say("Au même niveau le %(first)s et le %(last)s", **days)
    if change > 0:
        if whole_points == 1:
            return Direction.UP, say("En hausse d'un point entre le %(first)s et le %(last)s", **days)
        return Direction.UP, say(
            "En hausse de %(points)s points entre le %(first)s et le %(last)s", points=whole_points, **days
        )
    if whole_points == 1:
        return Direction.DOWN, say("En baisse d'un point entre le %(first)s et le %(last)s", **days)
    return Direction.DOWN, say(
        "En baisse de %(points)s points entre le %(first)s et le %(last)s", points=whole_points, **days
    )
