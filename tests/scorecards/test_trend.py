"""The trend of a level."""

from datetime import date

import pytest

from portal.scorecards.rules import Direction, TrendPoint, trend


@pytest.mark.parametrize(
    ("before", "after", "direction", "title"),
    [
        (6000, 6550, Direction.UP, "En hausse de 5 points depuis la mesure précédente"),
        (6000, 6100, Direction.UP, "En hausse d’un point depuis la mesure précédente"),
        (6000, 5801, Direction.DOWN, "En baisse d’un point depuis la mesure précédente"),
        (6000, 3000, Direction.DOWN, "En baisse de 30 points depuis la mesure précédente"),
        (6000, 5901, Direction.STEADY, "Stable depuis la mesure précédente"),
    ],
)
def test_the_trend_is_told_in_whole_points(before, after, direction, title):
    result = trend([TrendPoint(date(2026, 5, 1), before, "C"), TrendPoint(date(2026, 11, 1), after, "C")])
    assert (result.direction, str(result.title), result.change) == (direction, title, after - before)


def test_of_several_measures_in_one_day_the_last_given_counts():
    day = date(2026, 5, 1)
    result = trend([TrendPoint(day, 4000, "D"), TrendPoint(day, 6000, "C")])
    assert (result.points, result.direction) == ((TrendPoint(day, 6000, "C"),), Direction.FIRST)
    assert trend([]) is None
