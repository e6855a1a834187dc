"""Dates in letters, in both languages."""

from datetime import UTC, date, datetime

import pytest

from portal.core.dates import DateStyle, time_of, written, written_time
from portal.core.language import Language

FR, EN = Language.FR, Language.EN


@pytest.mark.parametrize(
    ("day", "form", "french", "english"),
    [
        (date(2026, 11, 1), DateStyle.LONG, "1er novembre 2026", "1 November 2026"),
        (date(2026, 11, 11), DateStyle.LONG, "11 novembre 2026", "11 November 2026"),
        (date(2026, 8, 1), DateStyle.SHORT, "1er août 2026", "1 Aug 2026"),
        (date(2026, 8, 21), DateStyle.SHORT, "21 août 2026", "21 Aug 2026"),
        (date(2026, 12, 1), DateStyle.WEEKDAY, "mardi 1er décembre 2026", "Tuesday 1 December 2026"),
        (date(2026, 12, 31), DateStyle.WEEKDAY, "jeudi 31 décembre 2026", "Thursday 31 December 2026"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french_only(day, form, french, english):
    assert (written(day, FR, form), written(day, EN, form)) == (french, english)


def test_a_moment_is_said_where_our_law_counts_days():
    late = datetime(2026, 6, 30, 22, 30, 5, tzinfo=UTC)
    assert written_time(late, FR, join=" à ") == "1er juillet 2026 à 00:30"
    assert written_time(late, EN, DateStyle.SHORT, time="HH:mm:ss", join=" at ") == "1 Jul 2026 at 00:30:05"
    assert time_of(late, FR, "H 'h' mm") == "0 h 30"
