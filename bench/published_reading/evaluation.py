"""What the comparison is worth: for each class of change, how many found are there, and how many there are found."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from bench.published_reading.pairs import VersionPair
from portal.published_terms.reading import compare_texts
from portal.published_terms.rules.comparing import ONE_BY_ONE, TermChange
from portal.published_terms.rules.stated_facts import TermClass

ON = date(2026, 11, 28)
"""The day whose law says which countries are of the EEA."""
_WITHOUT_VALUE = (TermClass.CHANGE_NOTICE, TermClass.AUDIT_RIGHT)


def label_of(change: TermChange) -> str:
    """A change as the writers of the pairs label it."""
    said = f"{change.kind} {change.effect}"
    if change.kind in _WITHOUT_VALUE:
        return said
    before, after = (one.value if one else "-" for one in (change.before, change.after))
    if change.kind in ONE_BY_ONE:
        return f"{said} + {after}" if change.after else f"{said} - {before}"
    return f"{said} {before} > {after}"


def found_in(old: str, new: str) -> frozenset[str]:
    """The changes found between two texts, labelled."""
    return frozenset(map(label_of, compare_texts(old, new, on=ON)))


@dataclass
class ClassFigures:
    """How one class fares."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    """Found and not there."""
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float | None:
        """Share of those found that are there; none when nothing was found."""
        found = self.right + len(self.wrong)
        return self.right / found if found else None

    @property
    def recall(self) -> float | None:
        """Share of those there that were found."""
        there = self.right + len(self.missed)
        return self.right / there if there else None


def evaluate(pairs: Iterable[VersionPair]) -> dict[str, ClassFigures]:
    """Figures by class, and « all »: a change is right when class, effect and values all are."""
    figures: dict[str, ClassFigures] = defaultdict(ClassFigures)
    for pair in pairs:
        found = found_in(pair.old, pair.new)
        for label in sorted(found | pair.expected):
            for name in (label.split(" ")[0], "all"):
                if label in found and label in pair.expected:
                    figures[name].right += 1
                elif label in found:
                    figures[name].wrong.append(f"{pair.name} : {label}")
                else:
                    figures[name].missed.append(f"{pair.name} : {label}")
    return dict(figures)
