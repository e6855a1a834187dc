"""How far a check agrees with readers: precision, recall, agreement, and how sure a few documents let us be."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import add

from portal.paper.rules.check_result import RequirementStatus

DRAWS = 1000
SEED = 28
_WIDTH = 0.95


class Label(StrEnum):
    """What a reader says of a requirement."""

    YES = "yes"
    PARTIAL = "partial"
    NO = "no"


_MARKS = tuple(Label)
_OF_STATUS = {
    RequirementStatus.SATISFIED: Label.YES,
    RequirementStatus.NOT_APPLICABLE: Label.YES,
    RequirementStatus.WEAK: Label.PARTIAL,
    RequirementStatus.TO_COMPLETE: Label.PARTIAL,
    RequirementStatus.DEFERRED: Label.PARTIAL,
    RequirementStatus.MISSING: Label.NO,
    RequirementStatus.CONTRADICTED: Label.NO,
}


def label_of_status(status: RequirementStatus) -> Label:
    """A status in the three words of readers.

    >>> label_of_status(RequirementStatus.CONTRADICTED).value, label_of_status(RequirementStatus.DEFERRED).value
    ('no', 'partial')
    """
    return _OF_STATUS[status]


class GapClass(StrEnum):
    """What is looked for: the gaps of a text."""

    NOT_SATISFIED = "not_satisfied"
    """Partial or no."""
    MISSING = "missing"
    """No."""

    def holds(self, found: Label) -> bool:
        """Whether a mark belongs to it."""
        return found is Label.NO or (self is GapClass.NOT_SATISFIED and found is Label.PARTIAL)


@dataclass(frozen=True, slots=True)
class LabelledCell:
    """One requirement of one document: what readers want, what the check got."""

    document: str
    requirement: str
    language: str
    wanted: Label
    got: Label


@dataclass(frozen=True, slots=True)
class Counts:
    """Found rightly, found wrongly, not found, rightly not found.

    >>> Counts(hit=8, extra=2, missed=8, rest=82).precision, Counts(hit=8, extra=2, missed=8, rest=82).recall
    (0.8, 0.5)
    >>> Counts(hit=0, extra=0, missed=0, rest=9).f(1) is None # nothing to find, nothing found: no figure
    True
    """

    hit: int = 0
    extra: int = 0
    missed: int = 0
    rest: int = 0

    @property
    def precision(self) -> float | None:
        """Share of what was found that is right; None when nothing was found."""
        return _ratio(self.hit, self.hit + self.extra)

    @property
    def recall(self) -> float | None:
        """Share of what there is that was found; None when there is nothing."""
        return _ratio(self.hit, self.hit + self.missed)

    def f(self, beta: float) -> float | None:
        """F measure, recall weighing `beta` times precision.

        >>> round(Counts(hit=8, extra=2, missed=8).f(1), 3), round(Counts(hit=8, extra=2, missed=8).f(2), 3)
        (0.615, 0.541)
        """
        weight = beta * beta
        return _ratio((1 + weight) * self.hit, (1 + weight) * self.hit + weight * self.missed + self.extra)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Nine counts: wanted (rows yes, partial, no) against got (columns in the same order)."""

    counts: tuple[int, ...] = (0,) * 9

    def __add__(self, other: "Confusion") -> "Confusion":
        """Both together."""
        return Confusion(tuple(map(add, self.counts, other.counts)))

    @property
    def total(self) -> int:
        """Number of cells."""
        return sum(self.counts)

    @property
    def rows(self) -> tuple[tuple[int, ...], ...]:
        """One row per mark wanted."""
        return self.counts[0:3], self.counts[3:6], self.counts[6:9]

    def looking_for(self, wanted: GapClass) -> Counts:
        """The four counts of one class."""
        found = [0, 0, 0, 0]
        for (row, column), count in zip(_PAIRS, self.counts, strict=True):
            found[(0 if wanted.holds(column) else 2) if wanted.holds(row) else (1 if wanted.holds(column) else 3)] += (
                count
            )
        return Counts(*found)

    @property
    def accuracy(self) -> float | None:
        """Share of equal marks."""
        return _ratio(sum(self.counts[0::4]), self.total)

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa: agreement beyond what chance alone would give; None when chance alone explains all.

        >>> round(Confusion((20, 0, 5, 0, 0, 0, 10, 0, 15)).kappa, 2)
        0.4
        """
        total = self.total
        if not total:
            return None
        by_chance = sum(sum(self.counts[3 * k : 3 * k + 3]) * sum(self.counts[k::3]) for k in range(3)) / total**2
        agreed = sum(self.counts[0::4]) / total
        return None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)


_PAIRS = tuple((row, column) for row in _MARKS for column in _MARKS)


def confusion(cells: Iterable[LabelledCell]) -> Confusion:
    """Count cells by what was wanted and got."""
    seen = Counter((cell.wanted, cell.got) for cell in cells)
    return Confusion(tuple(seen[pair] for pair in _PAIRS))


@dataclass(frozen=True, slots=True)
class Scores:
    """The four figures of a class; None where there is nothing to divide by."""

    precision: float | None
    recall: float | None
    f1: float | None
    f2: float | None
    wanted: int = 0
    """How many cells belong to the class."""


def scores(found: Confusion, wanted: GapClass) -> Scores:
    """Figures of one class."""
    counts = found.looking_for(wanted)
    return Scores(counts.precision, counts.recall, counts.f(1), counts.f(2), counts.hit + counts.missed)


def macro(several: Iterable[Scores]) -> Scores:
    """Mean of each figure over those that have it.

    >>> macro([Scores(1.0, 0.5, 0.67, 0.55, 2), Scores(None, 0.0, 0.0, 0.0, 1)]).precision
    1.0
    """
    found = list(several)
    return Scores(
        _mean(one.precision for one in found),
        _mean(one.recall for one in found),
        _mean(one.f1 for one in found),
        _mean(one.f2 for one in found),
        sum(one.wanted for one in found),
    )


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True)
class ClassMeasure:
    """One class over a group of documents."""

    pooled: Scores
    """All cells counted together."""
    macro: Scores
    """Mean over the requirements."""
    by_requirement: Mapping[str, Scores]
    intervals: Mapping[str, Interval | None]
    """Of the pooled `precision`, `recall`, `f1`, `f2`, and of `macro_f1`."""


@dataclass(frozen=True)
class Measure:
    """A group of documents (one language, or all)."""

    group: str
    documents: int
    cells: int
    accuracy: float | None
    kappa: float | None
    kappa_interval: Interval | None
    confusion: Confusion
    classes: Mapping[GapClass, ClassMeasure]


def measure(group: str, cells: Sequence[LabelledCell], *, draws: int = DRAWS, seed: int = SEED) -> Measure:
    """Everything about a group; the same cells and seed always give the same intervals."""
    by_document: dict[str, dict[str, list[LabelledCell]]] = defaultdict(lambda: defaultdict(list))
    names: dict[str, None] = {}
    for cell in cells:
        by_document[cell.document][cell.requirement].append(cell)
        names[cell.requirement] = None
    order = tuple(names)
    parts = [tuple(confusion(found.get(name, ())) for name in order) for _, found in sorted(by_document.items())]
    whole = _together(parts, len(order))
    everything = reduce(add, whole, Confusion())
    drawn = _drawn(parts, len(order), draws, seed)
    pools = [reduce(add, one, Confusion()) for one in drawn]
    return Measure(
        group,
        len(by_document),
        len(cells),
        everything.accuracy,
        everything.kappa,
        _interval(pool.kappa for pool in pools),
        everything,
        {wanted: _class(wanted, order, whole, everything, drawn, pools) for wanted in GapClass},
    )


def _class(
    wanted: GapClass,
    order: Sequence[str],
    whole: Sequence[Confusion],
    everything: Confusion,
    drawn: Sequence[Sequence[Confusion]],
    pools: Sequence[Confusion],
) -> ClassMeasure:
    each = {name: scores(found, wanted) for name, found in zip(order, whole, strict=True)}
    redone = [scores(pool, wanted) for pool in pools]
    figures: dict[str, Callable[[Scores], float | None]] = {
        "precision": lambda one: one.precision,
        "recall": lambda one: one.recall,
        "f1": lambda one: one.f1,
        "f2": lambda one: one.f2,
    }
    intervals = {name: _interval(map(figure, redone)) for name, figure in figures.items()}
    intervals["macro_f1"] = _interval(_mean(found.looking_for(wanted).f(1) for found in one) for one in drawn)
    return ClassMeasure(scores(everything, wanted), macro(each.values()), each, intervals)


def _drawn(parts: Sequence[Sequence[Confusion]], width: int, draws: int, seed: int) -> list[tuple[Confusion, ...]]:
    """Redraw whole documents with replacement: cells of one document are not independent of each other."""
    if len(parts) < 2:
        return []
    chance = random.Random(seed)
    return [_together(chance.choices(parts, k=len(parts)), width) for _ in range(draws)]


def _together(parts: Iterable[Sequence[Confusion]], width: int) -> tuple[Confusion, ...]:
    """Sum per requirement; plain sums of nine columns, for a bootstrap does it a thousand times."""
    columns: list[list[tuple[int, ...]]] = [[] for _ in range(width)]
    for part in parts:
        for column, found in zip(columns, part, strict=True):
            column.append(found.counts)
    return tuple(Confusion(tuple(map(sum, zip(*column, strict=True)))) if column else Confusion() for column in columns)


def _interval(values: Iterable[float | None]) -> Interval | None:
    """Middle 95 % of the values that exist; None when there are none."""
    found = sorted(value for value in values if value is not None)
    if not found:
        return None
    tail = (1 - _WIDTH) / 2
    return Interval(found[int(tail * (len(found) - 1))], found[round((1 - tail) * (len(found) - 1))])


def _mean(values: Iterable[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else None


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
