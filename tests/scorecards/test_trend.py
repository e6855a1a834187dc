"""The trend of a level."""

from datetime import date

import pytest

from portal.core.language import Language
from portal.core.translation import translate
from portal.scorecards.rules import Direction, TrendPoint, trend


@pytest.mark.parametrize(
    ("before", "after", "direction", "title"),
    [
        (6000, 6550, Direction.UP, "En hausse de 5 points entre le 2 mai 2026 et le 3 novembre 2026"),
        (6000, 6100, Direction.UP, "En hausse d’un point entre le 2 mai 2026 et le 3 novembre 2026"),
        (6000, 5801, Direction.DOWN, "En baisse d’un point entre le 2 mai 2026 et le 3 novembre 2026"),
        (6000, 3000, Direction.DOWN, "En baisse de 30 points entre le 2 mai 2026 et le 3 novembre 2026"),
        (6000, 5901, Direction.STEADY, "Au même niveau le 2 mai 2026 et le 3 novembre 2026"),
    ],
)
def test_the_trend_is_told_in_whole_points(before, after, direction, title):
    result = trend([TrendPoint(date(2026, 5, 2), before, "C"), TrendPoint(date(2026, 11, 3), after, "C")])
    told = translate(result.title, Language.FR)
    assert (result.direction, told, result.change) == (direction, title, after - before)


def test_the_title_speaks_of_the_period_shown_not_of_yesterday():
    """From 81 to 48 in two years, then the same as yesterday: « stable » is not what the chart shows."""
    points = [(date(2024, 11, 24), 8100), (date(2026, 11, 23), 4800), (date(2026, 11, 24), 4800)]
    result = trend([TrendPoint(day, level, "C") for day, level in points])
    assert (result.direction, result.change) == (Direction.DOWN, -3300)
    assert (
        translate(result.title, Language.FR)
        == "En baisse de 33 points entre le 24 novembre 2024 et le 24 novembre 2026"
    )
    assert translate(result.title, Language.EN) == "Down 33 points between 24 November 2024 and 24 November 2026"


def test_of_several_measures_in_one_day_the_last_given_counts():
    day = date(2026, 5, 1)
    result = trend([TrendPoint(day, 4000, "D"), TrendPoint(day, 6000, "C")])
    assert (result.points, result.direction) == ((TrendPoint(day, 6000, "C"),), Direction.FIRST)
    assert trend([]) is None
