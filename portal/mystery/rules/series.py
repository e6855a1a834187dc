"""Mystery withdrawals over time: when the next is due, how two of them compare, how a channel goes."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from portal.core.calendar import months_later
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.mystery.rules.judgement import JudgedStep, StepOutcome, share_kept
from portal.mystery.rules.script import StepDelay

LONGEST_RHYTHM = 24
"""Months."""


def next_due(first: date, every: int | None, after: date) -> date | None:
    """The next day of a rhythm of so many months, strictly after a day; None when there is only one.

    Every day is counted from the first: the 31st comes back after a shorter month.

    >>> next_due(date(2026, 8, 31), 6, date(2026, 8, 31)), next_due(date(2026, 8, 31), 6, date(2027, 3, 1))
    (datetime.date(2027, 2, 28), datetime.date(2027, 8, 31))
    """
    if every is None:
        return None
    if after < first:
        return first
    turns = ((after.year - first.year) * 12 + after.month - first.month) // every
    found = months_later(first, turns * every)
    return found if found > after else months_later(first, (turns + 1) * every)


class StepChange(StrEnum):
    """How a step went from one test to the next."""

    BROKEN = "broken"
    STILL_BROKEN = "still_broken"
    FIXED = "fixed"
    STILL_KEPT = "still_kept"
    UNKNOWN = "unknown"
    """One of the two did not observe it, or did not have it."""


_CHANGES: Mapping[tuple[StepOutcome, StepOutcome], StepChange] = {
    (StepOutcome.OK, StepOutcome.BREACH): StepChange.BROKEN,
    (StepOutcome.BREACH, StepOutcome.BREACH): StepChange.STILL_BROKEN,
    (StepOutcome.BREACH, StepOutcome.OK): StepChange.FIXED,
    (StepOutcome.OK, StepOutcome.OK): StepChange.STILL_KEPT,
}


def compare(before: Sequence[JudgedStep], after: Sequence[JudgedStep]) -> Mapping[str, StepChange]:
    """How each step of the later test went since the earlier one."""
    earlier = {line.step.key: line.outcome for line in before}
    return {
        line.step.key: _CHANGES.get(
            (earlier.get(line.step.key, StepOutcome.UNOBSERVED), line.outcome), StepChange.UNKNOWN
        )
        for line in after
    }


@dataclass(frozen=True)
class SeriesPoint:
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


def series_point(test_id: int, on: date, lines: Sequence[JudgedStep]) -> SeriesPoint:
    """A test as one point, its two delays beside its counts."""
    count = {outcome: sum(line.outcome is outcome for line in lines) for outcome in StepOutcome}
    taken = {line.step.clock: line.elapsed for line in lines if line.step.clock and line.elapsed is not None}
    acknowledged, refunded = taken.get(StepDelay.ACKNOWLEDGE), taken.get(StepDelay.REFUND)
    return SeriesPoint(
        test_id,
        on,
        count[StepOutcome.OK],
        count[StepOutcome.BREACH],
        count[StepOutcome.UNOBSERVED],
        None if acknowledged is None else int(acknowledged.total_seconds() // 3600),
        None if refunded is None else refunded.days,
    )


def message(points: Sequence[SeriesPoint]) -> Sentence:
    """What a series says, to stand as the title of its picture; needs a point in which something was observed.

    >>> message([SeriesPoint(1, date(2026, 3, 1), 6, 4, 0), SeriesPoint(2, date(2026, 9, 1), 9, 1, 0)]).values
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
