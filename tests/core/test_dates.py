"""Dates in letters, in both languages."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

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


def test_what_a_server_lets_go_changes_nothing_that_is_written(tmp_path):
    """Dates, numbers, delays and places in both languages, each in a process of its own, with and without."""
    ask = (
        "import sys\n"
        "from datetime import date, datetime, timedelta, UTC\n"
        "from babel.dates import format_time, format_timedelta\n"
        "from babel.numbers import format_decimal, format_percent\n"
        "from portal.core.dates import *\n"
        "from portal.core.dates import LOCALES, load_locales, time_of\n"
        "from portal.core.language import Language\n"
        "from portal.vendors.place_names import country_names\n"
        "if sys.argv[1:]:\n"
        "    load_locales()\n"
        "at = datetime(2027, 3, 1, 23, 5, tzinfo=UTC)\n"
        "for one in Language:\n"
        "    told = LOCALES[one]\n"
        "    print([written(date(2027, 1, 1), one, style) for style in DateStyle], written_month(at.date(), one))\n"
        "    print(month_names(one), time_of(at, one, 'HH:mm'), format_time(at, 'short', locale=told))\n"
        "    print(format_decimal(-12345.678, locale=told), format_percent(0.256, locale=told))\n"
        "    for days in (-400, -3, 3, 90):\n"
        "        print(format_timedelta(timedelta(days), add_direction=True, locale=told))\n"
        "    print(country_names(one))\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", ask, *words], cwd=Path(__file__).resolve().parents[2],
            env={"VIGIE_DATA_DIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"}, capture_output=True, text=True,
            encoding="utf-8", check=True,
        ).stdout
        for words in ((), ("served",))
    ]  # fmt: skip
    assert said[0] == said[1]
    assert "1er janvier 2027" in said[0]
