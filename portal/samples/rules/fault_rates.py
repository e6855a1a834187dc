"""How often each flag was raised among what it applies to: added up, merged, kept as plain JSON, turned into rates."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Generic, TypeVar

from portal.core.dataclass import dataclass
from portal.findings.rules import Severity
from portal.samples.rules.columns import SampleKind
from portal.samples.rules.faults import CallFault, CaseFault
from portal.samples.rules.statistics import interval

_GRAVEST = tuple(Severity)
F = TypeVar("F", CaseFault, CallFault)


@dataclass(frozen=True)
class FaultRate(Generic[F]):
    """How often a flag was raised, and between what bounds the true rate lies."""

    flag: F
    failures: int
    trials: int
    low: Decimal
    high: Decimal

    @property
    def share(self) -> Decimal:
        """The rate of the sample itself."""
        return Decimal(self.failures) / self.trials


class FaultCounts(Generic[F]):
    """Failures and trials of each flag; the trials of a flag are what it can apply to (`Ground.among`)."""

    def __init__(self, kind: type[F]) -> None:
        self._kind: type[F] = kind
        self.failures: Counter[F] = Counter()
        self.trials: Counter[F] = Counter()

    def add(self, asked: Iterable[F], raised: Iterable[F]) -> None:
        """One more case or call."""
        for flag in asked:
            self.trials[flag] += 1
        for flag in raised:
            self.failures[flag] += 1

    def merge(self, other: "FaultCounts[F]") -> None:
        """What another part of the same sample counted."""
        self.failures.update(other.failures)
        self.trials.update(other.trials)

    def to_json(self) -> dict[str, list[int]]:
        """Failures and trials by flag, for JSON."""
        return {flag.value: [self.failures[flag], self.trials[flag]] for flag in self._kind if self.trials[flag]}

    @classmethod
    def from_json(cls, kind: type[F], raw: Mapping[str, Any]) -> "FaultCounts[F]":
        """What `to_json` gave."""
        found = cls(kind)
        for name, (failures, trials) in raw.items():
            found.failures[kind(name)] += int(failures)
            found.trials[kind(name)] += int(trials)
        return found

    def rates(self, confidence: Decimal) -> tuple[FaultRate[F], ...]:
        """The rate of each flag that applied to something, in the order of the flags."""
        return tuple(
            FaultRate(flag, self.failures[flag], self.trials[flag], *interval(self.failures[flag], trials, confidence))
            for flag in self._kind
            if (trials := self.trials[flag])
        )


def rates_of(
    kind: SampleKind, totals: Mapping[str, Any], confidence: Decimal
) -> Sequence[FaultRate[CaseFault] | FaultRate[CallFault]]:
    """The rate of each fault from the kept totals of a sample; none of one that nothing was measured of."""
    counted = totals.get("flags", {})
    if kind is SampleKind.CASES:
        return FaultCounts.from_json(CaseFault, counted).rates(confidence)
    return FaultCounts.from_json(CallFault, counted).rates(confidence)


def gravest_first(
    rates: Iterable[FaultRate[CaseFault] | FaultRate[CallFault]],
) -> list[FaultRate[CaseFault] | FaultRate[CallFault]]:
    """The faults that were found before those that were not, each by severity, then by share."""
    return sorted(rates, key=lambda rate: (not rate.failures, _GRAVEST.index(rate.flag.severity), -rate.share))


def centile(histogram: Mapping[int, int], share: Decimal) -> int | None:
    """The least value that this share of the values does not exceed; None of an empty histogram.

    >>> centile({1: 8, 24: 1, 90: 1}, Decimal("0.5")), centile({1: 8, 24: 1, 90: 1}, Decimal("0.9"))
    (1, 24)
    """
    wanted = share * sum(histogram.values())
    reached = 0
    for value in sorted(histogram):
        reached += histogram[value]
        if reached >= wanted:
            return value
    return None
