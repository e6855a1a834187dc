"""Dates as contracts write them: what every page prints is read back, and a day that does not exist is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules.written_dates import date_in
from portal.core.dates import DateStyle, written
from portal.core.language import Language


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(Language), st.sampled_from(DateStyle))
def test_every_date_that_the_portal_writes_is_read_back(day, language, style):
    assert date_in(f"fait le {written(day, language, style)}.") == day
    assert date_in(f"{day:%d/%m/%Y}") == date_in(day.isoformat()) == day


@pytest.mark.parametrize(
    "text", ["", "bientôt", "31 février 2027", "2027-02-30", "32/01/2027", "29 février 2027", "1er brumaire 2027",
             "2027", "1 janvier 9999", "February 30, 2027"],
)  # fmt: skip
def test_what_is_no_date_of_the_calendar_is_none(text):
    assert date_in(text) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [("AITD de mars 2026", (2026, 3, 1)), ("January 1st, 2027", (2027, 1, 1)), ("Dec. 5, 2026", (2026, 12, 5))],
)
def test_a_month_and_american_writing_are_read(text, read):
    assert date_in(text) == date(*read)
