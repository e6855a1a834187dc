"""72 hours, hour by hour: what Regulation 1182/71 says, and an independent count of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.consumer_law.legislation import metropolitan_france
from portal.incidents.legislation import breach_law
from portal.incidents.rules.clocks import authority_clock, contract_clock

PARIS = ZoneInfo("Europe/Paris")


def clock(at):
    return authority_clock(at, breach_law(), metropolitan_france(), PARIS)


def paris(*parts):
    return datetime(*parts, tzinfo=PARIS)


def rules_of(steps):
    return [step.rule.id for step in steps]


@pytest.mark.parametrize(
    ("aware", "due", "days_off"),
    [
        # A Friday evening: the week-end counts, the hour that has begun does not.
        (paris(2026, 11, 27, 18, 20), paris(2026, 11, 30, 19, 0), ["samedi", "dimanche"]),
        # On the hour: the hour during which it occurs is the one that begins.
        (paris(2026, 11, 24, 14, 0), paris(2026, 11, 27, 15, 0), []),
        # It ends on a Sunday and stays there: a period in hours is not moved.
        (paris(2026, 11, 26, 9, 30), paris(2026, 11, 29, 10, 0), ["samedi", "dimanche"]),
        # Christmas.
        (paris(2026, 12, 23, 23, 59), paris(2026, 12, 27, 0, 0), ["Noël", "samedi", "dimanche"]),
        # Clocks go back in the night of 25 October 2026: 72 hours that pass end at 18, not 19.
        (paris(2026, 10, 23, 18, 20), paris(2026, 10, 26, 18, 0), ["samedi", "dimanche"]),
        # Clocks go forward in the night of 28 March 2027.
        (paris(2027, 3, 26, 18, 20), paris(2027, 3, 29, 20, 0), ["samedi", "dimanche", "lundi de Pâques"]),
    ],
)
def test_72_hours_from_the_next_hour_week_ends_and_holidays_included(aware, due, days_off):
    found = clock(aware)
    assert found.due == due
    [days] = [step for step in found.steps if step.rule.id == "days.included"]
    assert [what.fr.lower() for _, what in days.met] == [name.lower() for name in days_off]
    assert ("hours.real" in rules_of(found.steps)) is (aware.utcoffset() != due.utcoffset())
    is_off = due.weekday() > 4 or days_off[-1:] == ["lundi de Pâques"]
    assert ("hours.unmoved" in rules_of(found.steps)) is is_off


@given(some.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=some.just(UTC)))
def test_the_term_is_a_whole_hour_between_72_and_73_hours_that_pass(at):
    found = clock(at)
    assert timedelta(hours=72) < found.due - at <= timedelta(hours=73)
    assert (found.due.minute, found.due.second) == (0, 0)


def test_two_working_days_are_said_and_never_relied_on():
    found = clock(paris(2026, 11, 27, 18, 20))
    [step] = [step for step in found.notices if step.rule.id == "working.two"]
    assert step.at == paris(2026, 12, 2, 0, 0)
    assert step.at > found.due
    assert not step.rule.sure.is_firm
    in_the_week = clock(paris(2026, 11, 23, 9, 30))
    assert "working.two" not in rules_of(in_the_week.notices)


def test_the_contract_counts_hours_that_pass_and_to_the_minute():
    noticed = paris(2026, 10, 24, 20, 40)
    assert contract_clock(noticed, 24).due == paris(2026, 10, 25, 19, 40)
