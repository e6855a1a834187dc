"""How much more time a vendor may ask for: a date is never beyond sense."""

from datetime import date, timedelta

from portal.core.language import Sentence, say

USUAL_DELAY = timedelta(days=14)
"""What is proposed first."""
LONGEST_DELAY = timedelta(days=60)
"""From the date due, or from today when it is past."""
LONGEST_AUDIT = timedelta(days=365)
"""From the opening of an audit to the last date it may be given, all delays together."""
MOST_REQUESTS = 3
"""Requests in one round."""


def last_day(due_on: date, opened_on: date, today: date) -> date:
    """The last day that may be asked for or granted.

    >>> last_day(date(2027, 3, 31), date(2027, 3, 1), date(2027, 3, 20))
    datetime.date(2027, 5, 30)
    >>> last_day(date(2027, 3, 31), date(2026, 5, 1), date(2027, 3, 20)) # opened nearly a year ago
    datetime.date(2027, 5, 1)
    """
    return min(max(due_on, today) + LONGEST_DELAY, opened_on + LONGEST_AUDIT)


def usual_day(due_on: date, opened_on: date, today: date) -> date | None:
    """The day proposed first: two weeks more; none when no day is left to ask for.

    >>> usual_day(date(2027, 3, 31), date(2027, 3, 1), date(2027, 3, 20))
    datetime.date(2027, 4, 14)
    >>> usual_day(date(2027, 3, 31), date(2026, 1, 1), date(2027, 3, 20)) is None
    True
    """
    start, last = max(due_on, today), last_day(due_on, opened_on, today)
    return min(start + USUAL_DELAY, last) if last > start else None


def delay_problem(wanted: date, due_on: date, opened_on: date, today: date) -> Sentence | None:
    """Why a day cannot be the new date; none when it can.

    >>> str(delay_problem(date(2027, 3, 1), date(2027, 3, 31), date(2027, 3, 1), date(2027, 3, 20)))
    'Choisissez un jour à venir.'
    """
    if wanted <= today:
        return say("Choisissez un jour à venir.")
    if wanted <= due_on:
        return say("L'échéance est déjà le %(day)s : choisissez un jour plus tard.", day=due_on)
    last = last_day(due_on, opened_on, today)
    if last <= max(due_on, today):
        return say("Cet audit est ouvert depuis trop longtemps pour un nouveau délai.")
    if wanted > last:
        return say("Choisissez un jour jusqu'au %(day)s.", day=last)
    return None
