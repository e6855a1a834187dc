"""Rhythm in civil time: runs, periods and missed runs."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.campaigns import rules
from portal.campaigns.rules import Every, Recurrence, catch_up, next_run, period

PARIS = "Europe/Paris"


def runs(rule: Recurrence, after: datetime, n: int) -> list[datetime]:
    found: list[datetime] = []
    while len(found) < n and (run := next_run(rule, found[-1] if found else after)):
        found.append(run)
    return found


def local_days(rule: Recurrence, after: datetime, n: int) -> list[date]:
    return [run.astimezone(ZoneInfo(rule.zone)).date() for run in runs(rule, after, n)]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


# --- by hand


def test_every_six_months_on_the_31st_runs_on_the_last_day_of_short_months():
    # A calendar trigger that skips « 31 February » would run once a year here.
    rule = Recurrence(Every.MONTHS, date(2026, 8, 31), time(9), PARIS, step=6, day=31)
    assert local_days(rule, utc(2026, 1, 1), 5) == [
        date(2026, 8, 31),
        date(2027, 2, 28),
        date(2027, 8, 31),
        date(2028, 2, 29),
        date(2028, 8, 31),
    ]


def test_the_local_hour_stays_while_the_instant_moves_with_the_clocks():
    rule = Recurrence(Every.MONTHS, date(2026, 9, 15), time(9), PARIS, day=15)
    # 09:00 in Paris is 07:00 UTC in summer, 08:00 in winter (clocks go back on 25 October 2026).
    assert runs(rule, utc(2026, 9, 1), 3) == [utc(2026, 9, 15, 7), utc(2026, 10, 15, 7), utc(2026, 11, 15, 8)]


def test_the_first_run_is_the_first_fitting_day_on_or_after_the_start():
    late = Recurrence(Every.MONTHS, date(2026, 9, 15), time(9), PARIS, step=6, day=1)
    assert local_days(late, utc(2026, 1, 1), 2) == [date(2026, 10, 1), date(2027, 4, 1)]
    same_month = Recurrence(Every.MONTHS, date(2026, 9, 15), time(9), PARIS, step=6, day=20)
    assert local_days(same_month, utc(2026, 1, 1), 2) == [date(2026, 9, 20), date(2027, 3, 20)]


def test_a_rule_activated_at_its_very_hour_runs_that_day():
    raw = {"every": "years", "start": "2026-11-24", "at": "09:00", "zone": PARIS}
    first = rules.first_run(raw, utc(2026, 11, 24, 8))
    assert (first.at, first.passed, first.today_at) == (utc(2026, 11, 24, 8), None, utc(2026, 11, 24, 8))


def test_weeks_keep_the_weekday_of_the_start():
    rule = Recurrence(Every.WEEKS, date(2026, 10, 19), time(8, 30), PARIS, step=2)  # a Monday
    assert local_days(rule, utc(2026, 10, 1), 3) == [date(2026, 10, 19), date(2026, 11, 2), date(2026, 11, 16)]
    assert runs(rule, utc(2026, 10, 1), 2) == [utc(2026, 10, 19, 6, 30), utc(2026, 11, 2, 7, 30)]


def test_a_yearly_rule_of_29_february_runs_on_28_in_other_years():
    rule = Recurrence(Every.YEARS, date(2028, 2, 29), time(9), PARIS)
    assert local_days(rule, utc(2028, 1, 1), 5)[1:] == [
        date(2029, 2, 28),
        date(2030, 2, 28),
        date(2031, 2, 28),
        date(2032, 2, 29),
    ]


def test_once_runs_once():
    rule = Recurrence(Every.ONCE, date(2027, 1, 15), time(9), PARIS)
    assert runs(rule, utc(2026, 1, 1), 3) == [utc(2027, 1, 15, 8)]
    assert next_run(rule, utc(2027, 1, 15, 8)) is None
    assert period(rule, utc(2031, 1, 1)) == "2027-01-15"


def test_the_last_day_is_included_and_nothing_runs_after_it():
    rule = Recurrence(Every.MONTHS, date(2026, 1, 31), time(9), PARIS, day=31, until=date(2026, 3, 31))
    assert local_days(rule, utc(2025, 1, 1), 9) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert period(rule, utc(2027, 7, 1)) == "2026-03"


def test_a_run_is_strictly_after_the_instant_given():
    rule = Recurrence(Every.WEEKS, date(2026, 11, 2), time(9), PARIS)
    assert next_run(rule, utc(2026, 11, 2, 7, 59, 59)) == utc(2026, 11, 2, 8)
    assert next_run(rule, utc(2026, 11, 2, 8)) == utc(2026, 11, 9, 8)


def test_an_hour_that_another_zone_skips_or_repeats_still_gives_one_run():
    # London repeats 01:30 on 25 October 2026: the first of the two, in summer time.
    london = Recurrence(Every.WEEKS, date(2026, 10, 18), time(1, 30), "Europe/London")
    assert runs(london, utc(2026, 10, 18, 12), 2) == [utc(2026, 10, 25, 0, 30), utc(2026, 11, 1, 1, 30)]
    # London skips it on 28 March 2027: shown as 02:30 there, the same instant.
    assert next_run(london, utc(2027, 3, 27)) == utc(2027, 3, 28, 1, 30)


@pytest.mark.parametrize(
    ("rule", "instant", "key"),
    [
        # 00:30 on 1 September in Paris is still August in UTC: the period is the local one.
        (Recurrence(Every.MONTHS, date(2026, 9, 1), time(0, 30), PARIS), utc(2026, 8, 31, 22, 30), "2026-09"),
        # Friday 1 January 2027 belongs to week 53 of 2026.
        (Recurrence(Every.WEEKS, date(2027, 1, 1), time(9), PARIS), utc(2027, 1, 1, 8), "2026-W53"),
        (Recurrence(Every.WEEKS, date(2027, 1, 1), time(9), PARIS, step=4), utc(2027, 1, 28), "2026-W53"),
        (Recurrence(Every.YEARS, date(2026, 12, 31), time(23, 30), PARIS), utc(2027, 6, 1), "2026"),
    ],
)
def test_the_period_is_that_of_the_local_day_of_the_last_run(rule, instant, key):
    assert period(rule, instant) == key


def test_moving_the_day_of_a_monthly_rule_does_not_open_a_second_period():
    before = Recurrence(Every.MONTHS, date(2026, 8, 10), time(9), PARIS, day=10)
    after = Recurrence(Every.MONTHS, date(2026, 8, 10), time(17), PARIS, day=20)
    assert period(before, utc(2026, 8, 10, 7)) == period(after, utc(2026, 8, 20, 15)) == "2026-08"


def test_no_period_has_begun_before_the_first_run():
    rule = Recurrence(Every.MONTHS, date(2026, 9, 1), time(9), PARIS)
    with pytest.raises(ValueError, match="no period"):
        period(rule, utc(2026, 9, 1, 6, 59))


def test_missed_runs_collapse_into_the_latest():
    rule = Recurrence(Every.MONTHS, date(2026, 1, 31), time(9), PARIS, day=31)
    late = catch_up(rule, due=utc(2026, 2, 28, 8), now=utc(2026, 6, 15))
    assert (late.run_at, late.skipped, late.following) == (utc(2026, 5, 31, 7), 3, utc(2026, 6, 30, 7))
    assert period(rule, late.run_at) == "2026-05"


def test_a_run_on_time_skips_nothing_and_a_future_one_is_not_due():
    rule = Recurrence(Every.WEEKS, date(2026, 11, 2), time(9), PARIS)
    due = utc(2026, 11, 9, 8)
    assert catch_up(rule, due, due) == rules.CatchUp(due, 0, utc(2026, 11, 16, 8))
    assert catch_up(rule, due, due - timedelta(seconds=1)) is None


def test_a_rule_changed_since_its_run_was_planned_runs_only_if_it_still_has_one():
    planned = utc(2026, 11, 9, 8)
    moved = Recurrence(Every.WEEKS, date(2026, 11, 12), time(9), PARIS)
    assert catch_up(moved, planned, planned + timedelta(hours=1)) == rules.CatchUp(None, 0, utc(2026, 11, 12, 8))


# --- promises

zones = st.sampled_from(
    [PARIS, "Europe/London", "America/New_York", "America/Santiago", "Asia/Kolkata", "Pacific/Apia"]
)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0)).filter(lambda at: at.hour != 2)
starts = st.dates(date(2020, 1, 1), date(2032, 12, 31))
recurrences = st.builds(
    Recurrence,
    st.sampled_from(Every),
    starts,
    times,
    zones,
    st.integers(1, 24),
    st.integers(1, 31),
    st.none() | st.dates(date(2033, 1, 1), date(2040, 12, 31)),
)
instants = st.datetimes(datetime(2019, 1, 1), datetime(2042, 1, 1), timezones=st.just(UTC))


@given(recurrences, instants)
def test_the_next_run_is_strictly_after_and_at_the_local_time_or_just_past_a_skipped_hour(rule, after):
    run = next_run(rule, after)
    if run is None:
        assert rule.last is not None
        return
    assert run > after
    local = run.astimezone(ZoneInfo(rule.zone))
    assert rule.start <= local.date() <= (rule.last or date.max)
    wall = datetime.combine(local.date(), rule.at)
    assert timedelta(0) <= local.replace(tzinfo=None) - wall <= timedelta(hours=1)


@given(recurrences, instants, instants)
def test_no_run_lies_between_an_instant_and_its_next_run(rule, one, other):
    early, late = sorted((one, other))
    first, second = next_run(rule, early), next_run(rule, late)
    if first and first > late:
        assert second == first
    if first and second:
        assert first <= second


@given(recurrences, instants)
def test_each_run_opens_a_period_of_its_own_that_lasts_until_the_next(rule, after):
    found = runs(rule, after, 6)
    keys = [period(rule, run) for run in found]
    assert len(set(keys)) == len(keys)
    for (run, key), (following, _) in pairwise(zip(found, keys, strict=True)):
        assert period(rule, following - timedelta(microseconds=1)) == key
        assert run < following


@given(starts, times, zones, st.integers(28, 31))
def test_a_monthly_rule_visits_every_month_whatever_its_day(start, at, zone, day):
    rule = Recurrence(Every.MONTHS, start, at, zone, day=day)
    days = local_days(rule, utc(2019, 1, 1), 30)
    months = [day.year * 12 + day.month for day in days]
    assert months == list(range(months[0], months[0] + 30))


@given(st.integers(2020, 2040), st.integers(0, 23).filter(lambda hour: hour != 2))
@example(2026, 3)
def test_a_day_of_clock_change_in_paris_has_exactly_one_run(year, hour):
    for month in (3, 10):
        sunday = max(day for day in (date(year, month, n) for n in range(25, 32)) if day.weekday() == 6)
        rule = Recurrence(Every.WEEKS, sunday - timedelta(weeks=1), time(hour), PARIS)
        days = local_days(rule, datetime.combine(sunday - timedelta(days=8), time(12), UTC), 3)
        assert days == [sunday - timedelta(weeks=1), sunday, sunday + timedelta(weeks=1)]


@given(recurrences, instants, instants)
def test_catching_up_makes_at_most_one_run_and_nothing_is_left_due(rule, one, other):
    early, now = sorted((one, other))
    due = next_run(rule, early)
    if due is None:
        return
    late = catch_up(rule, due, now)
    if due > now:
        assert late is None
        return
    assert due <= late.run_at <= now
    assert late.following is None or late.following > now
    assert late.following == next_run(rule, late.run_at)
    assert late.skipped == len([run for run in runs(rule, early, late.skipped + 1) if run < late.run_at])


@given(recurrences)
def test_a_rule_survives_its_journey_through_json(rule):
    assert rules.parse_recurrence(rules.as_data(rule)) == rule


# --- what is refused

SOUND = {"every": "months", "step": 6, "day": 31, "start": "2026-08-31", "at": "09:00", "zone": PARIS}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"every": "days"}, "every", "once, weeks, months, years"),
        ({"step": 0}, "step", "de 1 à 120"),
        ({"step": "6"}, "step", "de 1 à 120"),
        ({"step": True}, "step", "de 1 à 120"),
        ({"day": 32}, "day", "de 1 à 31"),
        ({"start": "31/08/2026"}, "start", "n'est pas une date"),
        ({"start": None}, "start", "manque"),
        ({"start": "0202-08-31"}, "start", "entre 2000 et 2999"),
        ({"until": "2026-02-30"}, "until", "n'est pas une date"),
        ({"until": "2026-08-30"}, "until", "précède le premier"),
        ({"at": "9h"}, "at", "quatre chiffres"),
        ({"at": "24:00"}, "at", "quatre chiffres"),
        ({"at": "02:00"}, "at", "n'existe pas ou existe deux fois"),
        ({"at": "02:59"}, "at", "n'existe pas ou existe deux fois"),
        ({"zone": "Paris"}, "zone", "Europe/Paris"),
        ({"zone": "Europe"}, "zone", "Europe/Paris"),
        ({"zone": "../../etc/passwd"}, "zone", "Europe/Paris"),
        ({"zone": ""}, "zone", "Europe/Paris"),
        ({"rrule": "FREQ=DAILY"}, "rrule", "inconnu"),
    ],
)
def test_each_defect_of_a_rhythm_is_said_beside_its_field(change, field, words):
    assert rules.recurrence_problems(SOUND) == []
    [problem] = rules.recurrence_problems(SOUND | change)
    assert problem.field == field
    assert words in problem.message.text % problem.message.values
    with pytest.raises(ValueError, match=field):
        rules.parse_recurrence(SOUND | change)


@pytest.mark.parametrize("at", ["01:59", "03:00"])
def test_the_hours_around_the_change_of_clocks_are_allowed(at):
    assert rules.parse_recurrence(SOUND | {"at": at}).at == time.fromisoformat(at)


def test_an_empty_rule_lists_all_that_it_lacks_and_is_never_read():
    assert {problem.field for problem in rules.recurrence_problems({})} == {"every", "start", "at", "zone"}
    with pytest.raises(ValueError, match="start"):
        rules.parse_recurrence({})


def test_the_day_of_the_month_is_by_default_that_of_the_first_run():
    raw = {name: value for name, value in SOUND.items() if name not in ("day", "step")}
    rule = rules.parse_recurrence(raw)
    assert (rule.day, rule.step) == (31, 1)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Recurrence(Every.ONCE, date(2027, 1, 15), time(9), PARIS), "Une seule fois, le 2027-01-15 à 09:00"),
        (Recurrence(Every.WEEKS, date(2026, 11, 2), time(9), PARIS), "Chaque lundi à 09:00 (Europe/Paris)"),
        (Recurrence(Every.WEEKS, date(2026, 11, 1), time(9), PARIS, 3), "Toutes les 3 semaines, le dimanche,"),
        (Recurrence(Every.MONTHS, date(2026, 11, 1), time(9), PARIS), "Chaque mois, le 1er, à 09:00"),
        (Recurrence(Every.MONTHS, date(2026, 11, 1), time(9), PARIS, 3, 15), "Tous les 3 mois, le 15, à"),
        (
            Recurrence(Every.MONTHS, date(2026, 11, 1), time(9), PARIS, 3, 30),
            "le 30 ou le dernier jour d’un mois plus court",
        ),
        (Recurrence(Every.YEARS, date(2026, 11, 1), time(9), PARIS), "Chaque année à 09:00"),
        (Recurrence(Every.YEARS, date(2026, 11, 1), time(9), PARIS, 2), "Tous les 2 ans à 09:00"),
        (Recurrence(Every.WEEKS, date(2026, 11, 2), time(9), PARIS, until=date(2027, 1, 1)), ", jusqu’au 2027-01-01"),
    ],
)
def test_a_rhythm_reads_as_a_sentence(rule, words):
    assert words in str(rules.describe_recurrence(rule))


def test_a_campaign_may_last_one_day():
    raw = {"every": "weeks", "start": "2026-11-24", "until": "2026-11-24", "at": "09:00", "zone": PARIS}
    assert rules.recurrence_problems(raw) == []
    rule = rules.parse_recurrence(raw)
    assert runs(rule, utc(2026, 11, 1), 3) == [utc(2026, 11, 24, 8)]
    before = rules.recurrence_problems({**raw, "until": "2026-11-23"})
    assert [problem.field for problem in before] == ["until"]
