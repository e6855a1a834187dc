"""Until when one may object: the contract's delay, counted in Paris, holidays by name."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.changes.deadline_lines import last_day
from portal.changes.legislation import objection_law
from portal.changes.rules.deadlines import DeadlineVerdict, objection_deadline, verdict_of
from portal.consumer_law.legislation import metropolitan_france
from portal.core.clock import LEGAL_ZONE
from portal.paper.rules.contract_delays import DelayFigure, DelayUnit

NOON = datetime(2026, 12, 18, 12, tzinfo=LEGAL_ZONE)
"""A Friday before Christmas."""


def counted(number, unit, at=NOON):
    return objection_deadline(at, DelayFigure(number, unit), objection_law(), metropolitan_france(), LEGAL_ZONE)


@pytest.mark.parametrize(
    ("number", "unit", "last"),
    [
        (30, DelayUnit.DAYS, date(2027, 1, 17)),
        (10, DelayUnit.WORKING_DAYS, date(2027, 1, 5)),
        (10, DelayUnit.WEEKDAYS, date(2026, 12, 31)),
        (1, DelayUnit.MONTHS, date(2027, 1, 18)),
        (48, DelayUnit.HOURS, date(2026, 12, 20)),
    ],
)
def test_each_unit_is_counted_as_the_contract_says(number, unit, last):
    assert counted(number, unit).last == last


def test_the_day_of_receipt_is_not_counted_and_the_last_one_is_whole():
    found = counted(1, DelayUnit.DAYS)
    assert found.before == datetime(2026, 12, 20, tzinfo=LEGAL_ZONE)


def test_hours_that_end_at_midnight_end_with_the_day_before():
    """The first instant that is too late is that midnight: the last day is the one before, as it is everywhere else."""
    found = counted(48, DelayUnit.HOURS, datetime(2026, 12, 18, tzinfo=LEGAL_ZONE))
    assert (found.last, last_day(found.before)) == (date(2026, 12, 19), date(2026, 12, 19))


def test_hours_end_at_the_minute():
    assert counted(48, DelayUnit.HOURS).before == NOON + timedelta(hours=48)


def test_an_announcement_of_the_evening_is_of_the_day_in_paris():
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # already July in Paris
    assert counted(10, DelayUnit.DAYS, late).last == date(2026, 7, 11)


def test_days_off_are_named_and_a_last_day_off_moves_nothing():
    found = counted(30, DelayUnit.DAYS)
    assert date(2026, 12, 25) in {day for step in found.steps for day, _ in step.met}
    [notice] = found.notices
    assert (found.last.weekday(), notice.day) == (6, date(2027, 1, 18))


def test_every_rule_says_where_it_comes_from():
    assert all(step.rule.source and step.rule.article for unit in DelayUnit for step in counted(3, unit).steps)


@given(st.integers(1, 400), st.sampled_from(DelayUnit))
def test_a_longer_delay_never_ends_sooner(number, unit):
    assert counted(number, unit).before <= counted(number + 1, unit).before
    assert counted(number, unit).before > NOON


@pytest.mark.parametrize(
    ("before", "answered", "now", "verdict"),
    [
        (None, None, 0, DeadlineVerdict.UNKNOWN),
        (None, 1, 2, DeadlineVerdict.UNKNOWN),
        (30, None, 1, DeadlineVerdict.RUNNING),
        (30, None, 24, DeadlineVerdict.SOON),
        (30, None, 30, DeadlineVerdict.OVER),
        (30, 29, 60, DeadlineVerdict.IN_TIME),
        (30, 30, 30, DeadlineVerdict.LATE),
        (30, 31, 31, DeadlineVerdict.LATE),
    ],
)
def test_only_an_answer_before_the_end_of_a_known_delay_is_green(before, answered, now, verdict):
    def at(days):
        return None if days is None else NOON + timedelta(days=days)

    found = verdict_of(at(before), at(answered), at(now))
    assert found is verdict
    assert (found.tone == "ok") == (verdict is DeadlineVerdict.IN_TIME)
