"""When an answer is due, and which reminder or escalation has come due."""

from collections.abc import Callable, Container, Iterable, Iterator
from datetime import date, timedelta
from functools import reduce

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say

LONGEST_OFFSET = 365


@dataclass(frozen=True, order=True)
class Reminder:
    """A reminder by the day it falls on; `offset` is counted from the deadline (-7 = a week before)."""

    on: date
    offset: int


def deadline(start: date, delay_days: int, *, is_holiday: Callable[[date], bool]) -> date:
    """Last day to answer: so many calendar days after the start, moved to the next working day.

    Monday to Friday, public holidays excluded: nobody is asked for an answer on a Saturday. It is a courtesy of ours,
    not a rule of law. The day of the start is not counted.

    >>> deadline(date(2026, 4, 3), 30, is_holiday=lambda day: day == date(2026, 5, 1)) # Sunday 3 May
    datetime.date(2026, 5, 4)

    :raises ValueError: the delay is negative, or a whole year has no working day.
    """
    if delay_days < 0:
        raise ValueError(f"a delay of {delay_days} days ends before it starts")
    day = start + timedelta(days=delay_days)
    for _ in range(366):
        if day.weekday() < 5 and not is_holiday(day):
            return day
        day += timedelta(days=1)
    raise ValueError(f"no working day in the year after {start + timedelta(days=delay_days)}")


def reminders_due(
    due_on: date,
    *,
    today: date,
    already: Container[date],
    offsets: Iterable[int],
    invited_on: date | None = None,
) -> list[Reminder]:
    """The reminder that has come due and was not sent: at most one, for a late start sends only the last.

    `already` holds the days (`Reminder.on`) of those sent, so a postponed deadline has its own reminders. None is due
    for a day that is not after the invitation: nobody is reminded of a letter not yet received.

    >>> reminders_due(date(2027, 3, 31), today=date(2027, 3, 29), already=frozenset(), offsets=(-7, -3, -1, 3))
    [Reminder(on=datetime.date(2027, 3, 28), offset=-3)]
    """
    days = sorted({Reminder(due_on + timedelta(days=offset), offset) for offset in offsets})
    due = [one for one in days if one.on <= today and (invited_on is None or one.on > invited_on)]
    return [one for one in due[-1:] if one.on not in already]


def escalation_due(due_on: date, *, today: date, after_days: int, escalated_on: date | None) -> bool:
    """Whether silence has lasted long enough to tell the escalation contact, once per deadline.

    >>> late = date(2027, 3, 31)
    >>> [escalation_due(late, today=date(2027, 4, day), after_days=7, escalated_on=None) for day in (6, 7)]
    [False, True]
    """
    day = due_on + timedelta(days=after_days)
    return today >= day and (escalated_on is None or escalated_on < day)


def reminder_problems(offsets: Iterable[object], delay_days: int) -> Iterator[Sentence]:
    """What is wrong with the days of the reminders.

    >>> [str(problem) for problem in reminder_problems([-45, -7], delay_days=30)]
    ['Le rappel J-45 tomberait avant l’invitation, envoyée à J-30.']
    """
    seen: set[object] = set()
    for offset in offsets:
        if not isinstance(offset, int) or isinstance(offset, bool) or abs(offset) > LONGEST_OFFSET:
            yield say(
                "« %(offset)s » n'est pas un rappel : donnez un nombre de jours, -7 pour une semaine avant l'échéance.",
                offset=offset,
            )
        elif offset in seen:
            yield say("Le rappel %(day)s est demandé deux fois.", day=_named(offset))
        elif offset <= -delay_days:
            yield say(
                "Le rappel %(day)s tomberait avant l'invitation, envoyée à %(start)s.",
                day=_named(offset),
                start=_named(-delay_days),
            )
        seen.add(offset)


def describe_reminders(offsets: Iterable[int]) -> Sentence:
    """The days of the reminders in words.

    >>> print(describe_reminders((3, -7, -1)))
    7 jours avant l’échéance, la veille, 3 jours après
    """
    words = [_in_words(offset) for offset in sorted(offsets)]
    if not words:
        return say("Aucune relance")
    return reduce(lambda head, tail: say("%(head)s, %(tail)s", head=head, tail=tail), words)


def _in_words(offset: int) -> Sentence:
    near = {-1: say("la veille"), 0: say("le jour même"), 1: say("le lendemain")}
    if offset in near:
        return near[offset]
    if offset < 0:
        return say("%(days)s jours avant l'échéance", days=-offset)
    return say("%(days)s jours après", days=offset)


def _named(offset: int) -> str:
    return f"J{offset:+d}" if offset else "J"
