"""When a due date is spoken of: some days before it and some after, once each."""

from collections.abc import Iterable
from datetime import date, timedelta

LOOKED_BACK_DAYS = 7
"""A step is still told so many days later: mornings without post (week-ends, holidays, a worker away) lose none."""


def step_reached(due_on: date, today: date, steps: Iterable[int]) -> int | None:
    """The latest step reached these last days, in days from the due date; none when nothing is to be said.

    >>> [step_reached(date(2027, 3, 31), date(2027, 3, day), (-7, -1)) for day in (23, 24, 29, 30, 31)]
    [None, -7, -7, -1, -1]
    """
    reached = [step for step in steps if 0 <= (today - due_on - timedelta(days=step)).days < LOOKED_BACK_DAYS]
    return max(reached, default=None)


def due_window(today: date, steps: Iterable[int]) -> tuple[date, date]:
    """The first and last due dates of which a step may have been reached.

    >>> due_window(date(2027, 3, 10), (-7, 1))
    (datetime.date(2027, 3, 3), datetime.date(2027, 3, 17))
    """
    days = sorted(steps)
    return today - timedelta(days=days[-1] + LOOKED_BACK_DAYS - 1), today - timedelta(days=days[0])
