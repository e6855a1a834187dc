"""Deadlines, reminders and escalation."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.campaigns.rules import Reminder, deadline, escalation_due, reminder_problems, reminders_due

MAY_2027 = {date(2027, 5, 1), date(2027, 5, 8), date(2027, 5, 6), date(2027, 5, 17)}
OFFSETS = (-7, -1, 3)
DUE = date(2027, 3, 31)

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
offset_lists = st.lists(st.integers(-60, 60), max_size=6)


@pytest.mark.parametrize(
    ("start", "delay", "expected"),
    [
        (date(2027, 4, 1), 30, date(2027, 5, 3)),  # Saturday 1 May → Monday
        (date(2027, 4, 7), 30, date(2027, 5, 7)),  # Friday 7 May, worked
        (date(2027, 4, 6), 30, date(2027, 5, 7)),  # Thursday 6 May, Ascension → Friday
        (date(2027, 4, 16), 30, date(2027, 5, 18)),  # Whit Sunday 16 May, then Whit Monday → Tuesday
        (date(2027, 5, 4), 0, date(2027, 5, 4)),
    ],
)
def test_a_deadline_on_a_day_off_moves_to_the_next_working_day(start, delay, expected):
    assert deadline(start, delay, is_holiday=MAY_2027.__contains__) == expected


@given(days, st.integers(0, 400), st.frozensets(days, max_size=20))
def test_a_deadline_is_a_working_day_and_the_first_one_possible(start, delay, holidays):
    due = deadline(start, delay, is_holiday=holidays.__contains__)
    assert due.weekday() < 5
    assert due not in holidays
    earliest = start + timedelta(days=delay)
    skipped = [earliest + timedelta(days=n) for n in range((due - earliest).days)]
    assert all(day.weekday() >= 5 or day in holidays for day in skipped)


def test_a_deadline_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="-1 days"):
        deadline(DUE, -1, is_holiday=bool)
    with pytest.raises(ValueError, match="no working day"):
        deadline(DUE, 1, is_holiday=lambda day: True)


def test_reminders_come_due_one_after_the_other():
    sent: set[date] = set()
    calendar = {}
    for n in range(-10, 8):
        today = DUE + timedelta(days=n)
        for reminder in reminders_due(DUE, today=today, already=sent, offsets=OFFSETS):
            sent.add(reminder.on)
            calendar[today] = reminder.offset
    assert calendar == {date(2027, 3, 24): -7, date(2027, 3, 30): -1, date(2027, 4, 3): 3}


def test_a_late_start_sends_only_the_last():
    found = reminders_due(DUE, today=date(2027, 4, 20), already=frozenset(), offsets=OFFSETS)
    assert found == [Reminder(date(2027, 4, 3), 3)]
    assert reminders_due(DUE, today=date(2027, 4, 20), already={date(2027, 4, 3)}, offsets=OFFSETS) == []


def test_nobody_is_reminded_before_or_on_the_day_of_the_invitation():
    arguments = {"today": date(2027, 3, 26), "already": (), "offsets": OFFSETS}
    assert reminders_due(DUE, invited_on=date(2027, 3, 26), **arguments) == []
    assert reminders_due(DUE, invited_on=date(2027, 3, 24), **arguments) == []
    assert reminders_due(DUE, invited_on=date(2027, 3, 23), **arguments) == [Reminder(date(2027, 3, 24), -7)]


def test_a_postponed_deadline_has_reminders_of_its_own():
    later = DUE + timedelta(days=30)
    sent = {date(2027, 3, 24), date(2027, 3, 30)}
    assert reminders_due(later, today=date(2027, 4, 1), already=sent, offsets=OFFSETS) == []
    assert reminders_due(later, today=date(2027, 4, 23), already=sent, offsets=OFFSETS) == [
        Reminder(date(2027, 4, 23), -7)
    ]


@given(days, days, offset_lists, st.frozensets(days))
def test_running_twice_sends_nothing_more(due_on, today, offsets, sent):
    first = reminders_due(due_on, today=today, already=sent, offsets=offsets)
    assert len(first) <= 1
    again = reminders_due(due_on, today=today, already=sent | {one.on for one in first}, offsets=offsets)
    assert again == []


@given(days, offset_lists, st.lists(st.integers(0, 200)))
def test_however_irregular_the_ticks_no_reminder_is_sent_twice_or_early(due_on, offsets, ticks):
    sent: list[date] = []
    for tick in sorted(ticks):
        today = due_on + timedelta(days=tick - 100)
        for reminder in reminders_due(due_on, today=today, already=sent, offsets=offsets):
            assert reminder.on <= today
            sent.append(reminder.on)
    assert len(sent) == len(set(sent))
    assert sent == sorted(sent)


def test_escalation_comes_once_per_deadline():
    day = date(2027, 4, 7)
    arguments = {"after_days": 7}
    assert not escalation_due(DUE, today=day - timedelta(days=1), escalated_on=None, **arguments)
    assert escalation_due(DUE, today=day, escalated_on=None, **arguments)
    assert escalation_due(DUE, today=day + timedelta(days=90), escalated_on=None, **arguments)
    assert not escalation_due(DUE, today=day + timedelta(days=90), escalated_on=day, **arguments)
    postponed = DUE + timedelta(days=30)
    assert not escalation_due(postponed, today=day + timedelta(days=29), escalated_on=day, **arguments)
    assert escalation_due(postponed, today=day + timedelta(days=30), escalated_on=day, **arguments)


@pytest.mark.parametrize(
    ("offsets", "said"),
    [
        ([-7, -1, 3], []),
        ([-7, 3, -7], ["Le rappel J-7 est demandé deux fois."]),
        ([-30], ["Le rappel J-30 tomberait avant l’invitation, envoyée à J-30."]),
        ([3, 3, 0], ["Le rappel J+3 est demandé deux fois."]),
        (
            ["demain"],
            ["« demain » n’est pas un rappel : donnez un nombre de jours, -7 pour une semaine avant"],
        ),
        ([400, True], ["« 400 » n’est pas", "« True » n’est pas"]),
    ],
)
def test_reminders_that_make_no_sense_are_refused(offsets, said):
    found = [str(problem).replace("\u202f", " ") for problem in reminder_problems(offsets, 30)]
    assert len(found) == len(said)
    assert all(sentence.startswith(start) for sentence, start in zip(found, said, strict=True))
