"""Which faults the samples of a vendor prove today: a clean sample takes away what a sample proved only if it could."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.dataclass import dataclass
from portal.samples.rules.columns import SampleKind
from portal.samples.rules.fault_rates import FaultRate, gravest_first, rates_of
from portal.samples.rules.faults import CallFault, CaseFault
from portal.samples.rules.statistics import interval

Fault = CaseFault | CallFault
Rate = FaultRate[CaseFault] | FaultRate[CallFault]


@dataclass(frozen=True)
class SampleMeasure:
    """What a measured sample counted, of which period, and whether its cases are those that chance chose."""

    kind: SampleKind
    period_from: date
    period_to: date
    confidence: Decimal
    tally: Mapping[str, Any]
    is_drawn: bool
    """Drawn by the portal from the vendor's list, and handed in whole: only such cases speak for the others."""

    def cases_outside(self) -> int:
        """How many cases happened in a month that the period asked for does not touch."""
        return cases_outside(self.tally.get("months", {}), self.period_from, self.period_to)

    @property
    def may_clear(self) -> bool:
        """Whether it may show that a fault was mended: what its sender chose, or took elsewhere, shows nothing."""
        return self.is_drawn and not self.cases_outside()

    def overlaps(self, other: "SampleMeasure") -> bool:
        """Whether a case may be in both."""
        return self.period_from <= other.period_to and other.period_from <= self.period_to


@dataclass(frozen=True)
class StandingFault:
    """A fault that a sample proved and that nothing measured since has cleared."""

    rate: Rate
    until: date
    """Last day of the period of the sample that proved it."""
    is_newest: bool
    """Whether the newest sample proved it."""


def standing_faults(newest_first: Iterable[SampleMeasure], tolerated: Decimal) -> list[StandingFault]:
    """The faults of one kind of sample that stand, the gravest and most frequent first.

    A fault is proved by a sample where its interval lies wholly above `tolerated` (0–1). It stands until the cases of
    later samples, added up and each counted once, put its interval wholly under `tolerated`: twenty clean cases say
    nothing of a fault that was seen in forty out of eighty. Samples are read by the end of their period, not by the
    day they were asked for: what happened years ago does not clear what happened since.
    """
    samples = list(newest_first)
    found: dict[Fault, StandingFault] = {}
    settled: set[Fault] = set()
    since: dict[Fault, _Since] = {}
    for place, sample in enumerate(samples):
        for rate in rates_of(sample.kind, sample.tally, sample.confidence):
            flag: Fault = rate.flag
            later = since.setdefault(flag, _Since())
            if flag in settled:
                continue
            if rate.low > tolerated:
                settled.add(flag)
                if not later.clears(sample, tolerated):
                    found[flag] = StandingFault(rate, sample.period_to, is_newest=place == 0)
            elif sample.may_clear:
                later.add(sample, rate)
    order = gravest_first(one.rate for one in found.values())
    return [found[rate.flag] for rate in order]


class _Since:
    """Cases of one fault measured after the sample being looked at, each counted once."""

    def __init__(self) -> None:
        self._failures = self._trials = 0
        self._counted: list[SampleMeasure] = []

    def add(self, sample: SampleMeasure, rate: Rate) -> None:
        if any(sample.overlaps(other) for other in self._counted):
            return
        self._counted.append(sample)
        self._failures += rate.failures
        self._trials += rate.trials

    def clears(self, proving: SampleMeasure, tolerated: Decimal) -> bool:
        """Whether the fault is surely under what is tolerated, with the strictest confidence of the samples at hand."""
        if not self._trials:
            return False
        confidence = max(proving.confidence, *(sample.confidence for sample in self._counted))
        return interval(self._failures, self._trials, confidence)[1] <= tolerated


def cases_outside(months: Mapping[str, Any], first: date, last: date) -> int:
    """Cases of the months that a period does not touch, from the cases counted by month (« 2026-11 »).

    >>> cases_outside({"2026-10": [8, 0], "2019-01": [5, 0]}, date(2026, 8, 1), date(2026, 10, 31))
    5
    """
    within = first.isoformat()[:7], last.isoformat()[:7]
    return sum(both[0] for month, both in months.items() if not within[0] <= month <= within[1])
