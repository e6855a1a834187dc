"""What management is asked to decide, most urgent first, and how the portfolio is summed up; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import date
from enum import IntEnum, StrEnum

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say, say_count
from portal.vendors.rules.tier import Tier

WEAK_GRADES = frozenset({"D", "E"})
"""Grades that call for a decision on a vendor whose inherent risk is high or critical."""
MOST_DECISIONS = 10


class Urgency(IntEnum):
    """How pressing a decision is; within one urgency, the oldest date comes first.

    Processing without a contract (RGPD art. 28(3)) or without any guarantee shown (art. 28(1)) comes first: a weak
    level or a late action is at least known, and framed by a text.
    """

    NO_CONTRACT = 1
    UNCOVERED_SERVICE = 2
    NEVER_AUDITED = 3
    WEAK_CRITICAL = 4
    OVERDUE_FINDING = 5
    UNCOVERED_CONTRACT = 6
    LATE_AUDIT = 7
    EXPIRED_PROOF = 8


@dataclass(frozen=True)
class PendingDecision:
    """Something that waits for a decision: about which vendor, why, since or until when."""

    urgency: Urgency
    vendor_id: int
    vendor: str
    tier: Tier | None
    why: Sentence
    on: date | None = None
    link: tuple[str, int] | None = None
    """Endpoint and id of the page that opens the decision."""
    others: int = 0
    """How many more of the same urgency the vendor has; only the most pressing is shown."""
    also: tuple["PendingDecision", ...] = ()
    """What else waits about the same vendor, the most pressing first, one per urgency."""
    former: "TakenDecision | None" = None
    """What was decided of the vendor last, when it is to be decided again."""

    @property
    def urgencies(self) -> frozenset[Urgency]:
        """Every reason that the vendor waits for."""
        return frozenset({self.urgency, *(one.urgency for one in self.also)})

    @property
    def words(self) -> Sentence:
        """Why it waits, with how many more there are."""
        if not self.others:
            return self.why
        if self.others == 1:
            return say("%(why)s ; et un autre de même nature", why=self.why)
        return say("%(why)s ; et %(n)s autres de même nature", why=self.why, n=self.others)


class DecisionChoice(StrEnum):
    """What management decides of a vendor."""

    GO_ON = "go_on"
    FRAME = "frame"
    LEAVE = "leave"


@dataclass(frozen=True)
class TakenDecision:
    """What was decided of a vendor last, on which reasons, who sees to it, and until when it stands."""

    id: int
    vendor_id: int
    vendor: str
    choice: DecisionChoice
    reasons: frozenset[Urgency]
    due_on: date
    owner: str
    decided_on: date
    decided_by: str

    def answers(self, reasons: Iterable[Urgency], today: date) -> bool:
        """Whether it still answers these reasons: its day has not passed, and none of them is new.

        >>> one = TakenDecision(1, 7, "Acme", DecisionChoice.FRAME, frozenset({Urgency.NO_CONTRACT}), date(2026, 3, 31),
        ...                     "Anne", date(2026, 1, 5), "Zoé")
        >>> one.answers([Urgency.NO_CONTRACT], date(2026, 3, 31)), one.answers([Urgency.NO_CONTRACT], date(2026, 4, 1))
        (True, False)
        >>> one.answers([Urgency.NO_CONTRACT, Urgency.LATE_AUDIT], date(2026, 3, 31))
        False
        """
        return today <= self.due_on and self.reasons.issuperset(reasons)


def decisions(
    waiting: Iterable[PendingDecision],
    taken: Mapping[int, TakenDecision] | None = None,
    *,
    today: date = date.max,
    most: int = MOST_DECISIONS,
) -> list[PendingDecision]:
    """What waits for a decision, the most pressing first, one per vendor, ten at most.

    A vendor stands where the most pressing of its reasons puts it; the others go with it, one per urgency. A vendor
    whose last decision (`taken`, by vendor) still answers all its reasons waits for none.

    >>> grave = PendingDecision(Urgency.WEAK_CRITICAL, 1, "A", Tier.CRITICAL, say("…"))
    >>> light = PendingDecision(Urgency.LATE_AUDIT, 2, "B", Tier.LOW, say("…"), date(2026, 1, 1))
    >>> [(m.vendor, m.others, len(m.also)) for m in decisions([light, grave, light, replace(light, vendor_id=1)])]
    [('A', 0, 1), ('B', 1, 0)]
    """
    by_vendor: dict[int, dict[Urgency, PendingDecision]] = {}
    for decision in sorted(waiting, key=_urgency):
        reasons = by_vendor.setdefault(decision.vendor_id, {})
        first = reasons.get(decision.urgency)
        reasons[decision.urgency] = replace(first, others=first.others + 1) if first else decision
    taken = taken or {}
    kept = [
        replace(first, also=tuple(also), former=taken.get(first.vendor_id))
        for first, *also in (reasons.values() for reasons in by_vendor.values())
    ]
    return [one for one in kept if one.former is None or not one.former.answers(one.urgencies, today)][:most]


def _urgency(decision: PendingDecision) -> tuple[int, int, date, str]:
    return (decision.urgency, -(decision.tier.rank if decision.tier else 0), decision.on or date.max, decision.vendor)


@dataclass(frozen=True)
class HeatMap:
    """Vendors counted by inherent risk (5 down to 1) and demonstrated grade (A to E, then none)."""

    grades: tuple[str, ...]
    rows: tuple[tuple[int, tuple[int, ...]], ...]
    unclassified: int
    """Vendors whose inherent risk nobody has described."""
    undescribed: Mapping[str, int] = field(default_factory=dict)
    """The same by grade."""

    @property
    def total(self) -> int:
        """Every vendor counted."""
        return self.unclassified + sum(sum(cells) for _, cells in self.rows)

    def count(self, inherent: int | None = None, grade: str | None = None) -> int:
        """How many vendors have this inherent risk and this grade; without one of them, whatever it is.

        >>> heat_map({(5, "D"): 2, (5, ""): 1, (None, ""): 4}, ("A", "B", "C", "D", "E")).count(grade="")
        5
        """
        if inherent is None and grade is None:
            return self.total
        columns = range(len(self.grades)) if grade is None else [i for i, g in enumerate(self.grades) if g == grade]
        counted = sum(cells[i] for level, cells in self.rows if inherent in {None, level} for i in columns)
        return counted + (self.undescribed.get(grade, 0) if inherent is None and grade is not None else 0)

    @property
    def weak(self) -> int:
        """Vendors of inherent risk 4 or 5 graded D or E."""
        worst = [i for i, grade in enumerate(self.grades) if grade in WEAK_GRADES]
        return sum(cells[i] for inherent, cells in self.rows if inherent >= 4 for i in worst)


def heat_map(counts: Mapping[tuple[int | None, str], int], grades: tuple[str, ...]) -> HeatMap:
    """Lay counts out as a grid; a vendor without a scorecard stands in the last column (« non mesuré »).

    >>> heat_map({(5, "D"): 2, (None, ""): 1}, ("A", "B", "C", "D", "E")).weak
    2
    """
    columns = (*grades, "")
    rows = tuple(
        (inherent, tuple(counts.get((inherent, grade), 0) for grade in columns)) for inherent in (5, 4, 3, 2, 1)
    )
    undescribed = {grade: n for (inherent, grade), n in counts.items() if inherent is None}
    return HeatMap(columns, rows, sum(undescribed.values()), undescribed)


def headline(heat: HeatMap) -> Sentence:
    """The heat map's message.

    >>> print(headline(heat_map({(5, "D"): 1}, ("A", "B", "C", "D", "E"))))
    1 sous-traitant à risque élevé ou critique n’apporte pas assez de garanties
    """
    if not heat.total:
        return say("Aucun sous-traitant n'est suivi")
    if heat.weak == 1:
        return say("1 sous-traitant à risque élevé ou critique n'apporte pas assez de garanties")
    if heat.weak:
        return say("%(n)s sous-traitants à risque élevé ou critique n'apportent pas assez de garanties", n=heat.weak)
    unknown = sum(cells[-1] for inherent, cells in heat.rows if inherent >= 4)
    if unknown == 1:
        return say("1 sous-traitant à risque élevé ou critique n'a encore rien démontré")
    if unknown:
        return say("%(n)s sous-traitants à risque élevé ou critique n'ont encore rien démontré", n=unknown)
    return _nobody_weak(heat.unclassified)


def left_out(heat: HeatMap) -> Sentence | None:
    """How many of the vendors counted the map does not show, since nobody described their risk; none when it does."""
    if not heat.unclassified:
        return None
    return say_count(
        heat.unclassified,
        "%(num)s sous-traitant sans risque décrit n'est pas dans la carte.",
        "%(num)s sous-traitants sans risque décrit ne sont pas dans la carte.",
    )


def _nobody_weak(undescribed: int) -> Sentence:
    """Of those whose risk is known, that is: the others may be anything."""
    if not undescribed:
        return say("Aucun sous-traitant à risque élevé ou critique n'est noté D ou E")
    if undescribed == 1:
        return say("Personne n'a dit le risque d'un sous-traitant ; aucun dont il est connu et élevé n'est noté D ou E")
    return say(
        "Personne n'a dit le risque de %(n)s sous-traitants ; aucun dont il est connu et élevé n'est noté D ou E",
        n=undescribed,
    )
