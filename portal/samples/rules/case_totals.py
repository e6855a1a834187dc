"""The verdicts of a sample added up: rates, sums, lateness, and where and when; resumed and merged as plain JSON."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal.consumer_law.rules.periods import Channel
from portal.core.language import N_
from portal.samples.rules.case_verdict import CaseVerdict
from portal.samples.rules.cases import StatedBy
from portal.samples.rules.day_or_time import day_of
from portal.samples.rules.fault_rates import FaultCounts, FaultRate
from portal.samples.rules.faults import CaseFault

LONGEST = 10_000
BUCKETS: Mapping[int, str] = {
    0: N_("À temps"),
    10: N_("1 à 10 jours"),
    20: N_("11 à 20 jours"),
    30: N_("21 à 30 jours"),
    60: N_("31 à 60 jours"),
    90: N_("61 à 90 jours"),
    LONGEST: N_("Plus de 90 jours"),
}
"""The steps of the surcharge (L242-4), by their last day."""


class CaseTotals:
    """What a sample, or a part of it, shows."""

    def __init__(self) -> None:
        self.cases = 0
        self.flagged = 0
        """Cases with at least one flag."""
        self.contestable = 0
        """Flagged cases whose verdict rests on a rule that is not firm."""
        self.counts: FaultCounts[CaseFault] = FaultCounts(CaseFault)
        self.amount = Decimal(0)
        """All sums paid by the consumers of the sample."""
        self.owed = Decimal(0)
        """Overdue and unpaid."""
        self.surcharge = Decimal(0)
        """The legal surcharge of what was or is late, legal interest not counted: a ceiling."""
        self.interest = 0
        """Cases that bear legal interest only."""
        self.days_late: Counter[int] = Counter()
        """Refunds by lateness, under the keys of `BUCKETS`."""
        self.channels: dict[str, list[int]] = {}
        """Cases, and those flagged, by channel of the contract."""
        self.ways: dict[str, list[int]] = {}
        """The same by means of the statement."""
        self.months: dict[str, list[int]] = {}
        """The same by month of the statement (« 2026-11 »)."""

    def add(self, verdict: CaseVerdict) -> None:
        """One more verdict."""
        case, flagged = verdict.case, bool(verdict.flags)
        self.cases += 1
        self.counts.add(verdict.applicable, verdict.flags)
        self.amount += case.amount
        if flagged:
            self.flagged += 1
            self.contestable += not verdict.is_firm
        if CaseFault.NO_REFUND in verdict.applicable:
            self.owed += verdict.owed
            self.surcharge += verdict.surcharge.amount
            self.interest += verdict.surcharge.is_interest
            self.days_late[next((most for most in BUCKETS if verdict.days_late <= most), LONGEST)] += 1
        for counted, key in (
            (self.channels, case.channel.value),
            (self.ways, case.stated_by.value),
            (self.months, day_of(case.stated).isoformat()[:7]),
        ):
            both = counted.setdefault(key, [0, 0])
            both[0] += 1
            both[1] += flagged

    def merge(self, other: "CaseTotals") -> None:
        """What another part of the same sample showed."""
        self.cases += other.cases
        self.flagged += other.flagged
        self.contestable += other.contestable
        self.counts.merge(other.counts)
        self.amount += other.amount
        self.owed += other.owed
        self.surcharge += other.surcharge
        self.interest += other.interest
        self.days_late.update(other.days_late)
        for mine, theirs in (
            (self.channels, other.channels),
            (self.ways, other.ways),
            (self.months, other.months),
        ):
            for key, (cases, flagged) in theirs.items():
                both = mine.setdefault(key, [0, 0])
                both[0] += cases
                both[1] += flagged

    def rates(self, confidence: Decimal) -> tuple[FaultRate[CaseFault], ...]:
        """The rate of each flag, with its exact interval."""
        return self.counts.rates(confidence)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, the same for the same sample whatever the order of its cases."""
        return {
            "cases": self.cases,
            "flagged": self.flagged,
            "contestable": self.contestable,
            "flags": self.counts.to_json(),
            "amount": str(self.amount),
            "owed": str(self.owed),
            "surcharge": str(self.surcharge),
            "interest": self.interest,
            "days_late": {str(most): self.days_late[most] for most in BUCKETS if self.days_late[most]},
            "channels": {name.value: [*self.channels[name]] for name in Channel if name in self.channels},
            "ways": {name.value: [*self.ways[name]] for name in StatedBy if name in self.ways},
            "months": {month: [*both] for month, both in sorted(self.months.items())},
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "CaseTotals":
        """What `to_json` gave."""
        found = cls()
        found.cases, found.flagged, found.contestable = raw["cases"], raw["flagged"], raw["contestable"]
        found.counts = FaultCounts.from_json(CaseFault, raw["flags"])
        found.amount, found.owed = Decimal(raw["amount"]), Decimal(raw["owed"])
        found.surcharge, found.interest = Decimal(raw["surcharge"]), raw["interest"]
        found.days_late = Counter({int(most): count for most, count in raw["days_late"].items()})
        found.channels = {name: [*both] for name, both in raw["channels"].items()}
        found.ways = {name: [*both] for name, both in raw["ways"].items()}
        found.months = {month: [*both] for month, both in raw["months"].items()}
        return found
