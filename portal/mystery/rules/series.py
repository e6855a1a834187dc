"""Mystery withdrawals over time: when the next is due, how two of them compare, how a channel goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.core.calendar import months_later
from portal.core.language import Sentence, say
from portal.mystery.rules.judgement import Clock, Judged, Outcome, share_kept

LONGEST_RHYTHM = 24
"""Months."""


def following(first: date, every: int | None, after: date) -> date | None:
    """The next day of a rhythm of so many months, strictly after a day; None when there is only one.

    Every day is counted from the first: the 31st comes back after a shorter month.

    >>> following(date(2026, 8, 31), 6, date(2026, 8, 31)), following(date(2026, 8, 31), 6, date(2027, 3, 1))
    (datetime.date(2027, 2, 28), datetime.date(2027, 8, 31))
    """
    if every is None:
        return None
    if after < first:
        return first
    turns = ((after.year - first.year) * 12 + after.month - first.month) // every
    found = months_later(first, turns * every)
    return found if found > after else months_later(first, (turns + 1) * every)


class Change(StrEnum):
    """How a step went from one test to the next."""

    BROKEN = "broken"
    STILL_BROKEN = "still_broken"
    FIXED = "fixed"
    STILL_KEPT = "still_kept"
    UNKNOWN = "unknown"
    """One of the two did not observe it, or did not have it."""


_CHANGES: Mapping[tuple[Outcome, Outcome], Change] = {
    (Outcome.OK, Outcome.BREACH): Change.BROKEN,
    (Outcome.BREACH, Outcome.BREACH): Change.STILL_BROKEN,
    (Outcome.BREACH, Outcome.OK): Change.FIXED,
    (Outcome.OK, Outcome.OK): Change.STILL_KEPT,
}


def compare(before: Sequence[Judged], after: Sequence[Judged]) -> Mapping[str, Change]:
    """How each step of the later test went since the earlier one."""
    earlier = {line.step.key: line.outcome for line in before}
    return {
        line.step.key: _CHANGES.get((earlier.get(line.step.key, Outcome.UNOBSERVED), line.outcome), Change.UNKNOWN)
        for line in after
    }


@dataclass(frozen=True)
class Point:
    """One test in the series of its channel."""

    test_id: int
    on: date
    kept: int
    breached: int
    unobserved: int
    acknowledged_hours: int | None = None
    refunded_days: int | None = None

    @property
    def share(self) -> int | None:
        """Percent of the steps observed that were kept."""
        return share_kept(self.kept, self.breached)


def point(test_id: int, on: date, lines: Sequence[Judged]) -> Point:
    """A test as one point, its two delays beside its counts."""
    count = {outcome: sum(line.outcome is outcome for line in lines) for outcome in Outcome}
    taken = {line.step.clock: line.elapsed for line in lines if line.step.clock and line.elapsed is not None}
    acknowledged, refunded = taken.get(Clock.ACKNOWLEDGE), taken.get(Clock.REFUND)
    return Point(
        test_id,
        on,
        count[Outcome.OK],
        count[Outcome.BREACH],
        count[Outcome.UNOBSERVED],
        None if acknowledged is None else int(acknowledged.total_seconds() // 3600),
        None if refunded is None else refunded.days,
    )


def message(points: Sequence[Point]) -> Sentence:
    """What a series says, to stand as the title of its picture; needs a point in which something was observed.

    >>> message([Point(1, date(2026, 3, 1), 6, 4, 0), Point(2, date(2026, 9, 1), 9, 1, 0)]).values
    {'first': 60, 'last': 90}
    """
    shares = [one.share for one in points if one.share is not None]
    first, last = shares[0], shares[-1]
    if len(shares) == 1:
        return say("%(last)s %% des points observés sont tenus", last=last)
    if last > first:
        return say(
            "Du mieux : %(first)s %% des points observés étaient tenus, %(last)s %% le sont", first=first, last=last
        )
    if last < first:
        return say(
            "Du moins bien : %(first)s %% des points observés étaient tenus, %(last)s %% le sont",
            first=first,
            last=last,
        )
    return say("Rien ne bouge : %(last)s %% des points observés sont tenus", last=last)
