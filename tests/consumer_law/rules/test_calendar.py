"""Holidays against a library that knows them independently, and the working days that follow from them."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consumer_law import legislation

PLACES = legislation.periods().places
FRENCH = {
    "metropole": "", "alsace-moselle": "57", "guadeloupe": "GP", "martinique": "MQ", "guyane": "GF", "reunion": "RE",
    "mayotte": "YT", "saint-barthelemy": "BL", "saint-martin": "MF",
}  # fmt: skip
YEARS = range(2024, 2032)
BEFORE = range(2014, 2024)


def ours(country, region, year):
    place = PLACES.find(country, region)
    first = date(year, 1, 1)
    return {day for n in range(366) if (day := first + timedelta(days=n)).year == year and place.holiday(day)}


@pytest.mark.parametrize("year", range(2010, 2101))
def test_the_holidays_of_metropolitan_france_are_those_of_another_source(year):
    assert ours("FR", "", year) == set(holidays.country_holidays("FR", years=year))


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("country", ["AT", "BE", "DE", "ES", "IE", "IT", "LU", "PL", "PT"])
def test_the_holidays_of_another_member_state_are_those_of_another_source(country, year):
    theirs = {
        day for day, name in holidays.country_holidays(country, years=year).items() if "observed" not in name.lower()
    }
    off = {day for day in ours(country, "", year) ^ theirs if day.weekday() < 5}
    assert off == set()


@pytest.mark.parametrize("year", BEFORE)
@pytest.mark.parametrize("country", ["AT", "BE", "ES", "IE", "IT", "LU", "PL", "PT"])
def test_the_holidays_of_another_member_state_were_those_of_another_source(country, year):
    """Portugal took four of them away until April 2016; Poland and Ireland each had one day that was one only once."""
    test_the_holidays_of_another_member_state_are_those_of_another_source(country, year)


def test_alsace_moselle_adds_good_friday_and_the_26th_of_december():
    assert ours("FR", "alsace-moselle", 2027) - ours("FR", "", 2027) == {date(2027, 3, 26), date(2027, 12, 26)}


@pytest.mark.parametrize(
    ("region", "day"),
    [
        ("guadeloupe", (5, 27)), ("martinique", (5, 22)), ("guyane", (6, 10)), ("reunion", (12, 20)),
        ("mayotte", (4, 27)), ("saint-barthelemy", (10, 9)),
    ],
)  # fmt: skip
def test_each_overseas_place_adds_the_day_of_abolition(region, day):
    assert ours("FR", region, 2026) - ours("FR", "", 2026) == {date(2026, *day)}


def test_saint_martin_counts_both_days_between_which_its_law_and_its_prefect_differ():
    assert ours("FR", "saint-martin", 2026) - ours("FR", "", 2026) == {date(2026, 5, 27), date(2026, 5, 28)}


@given(
    st.sampled_from([("FR", ""), ("FR", "alsace-moselle"), ("PL", ""), ("IE", "")]),
    st.dates(date(2024, 1, 1), date(2031, 12, 1)),
)
def test_the_next_working_day_is_the_first_one(place, day):
    found = PLACES.find(*place)
    reached = found.next_working(day)
    assert reached >= day
    assert found.is_working(reached)
    assert not any(found.is_working(day + timedelta(days=n)) for n in range((reached - day).days))
