"""What changed from one version of a contract to another: clauses, facts, obligations, blanks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.contracts.models import ContractVersion
from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.core.language import Language


class ChangeKind(StrEnum):
    """What happened to something between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class VersionDifference:
    """One thing that differs; `before` and `after` are words to show."""

    change: ChangeKind
    key: str
    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class VersionComparison:
    """All that differs between two versions, the older one first."""

    clauses: tuple[VersionDifference, ...]
    facts: tuple[VersionDifference, ...]
    obligations: tuple[VersionDifference, ...]
    blanks: tuple[VersionDifference, ...]
    same_language: bool

    @property
    def is_empty(self) -> bool:
        """Whether both say the same."""
        return not (self.clauses or self.facts or self.obligations or self.blanks) and self.same_language


def compare_versions(old: ContractVersion, new: ContractVersion, language: Language) -> VersionComparison:
    """Compare two frozen versions; labels of facts in the reader's language.

    In two languages the words of a fact differ without having changed: only those that came or went are named.
    """
    same = old.language is new.language
    return VersionComparison(
        clauses=tuple(_clauses(old.clauses, new.clauses)),
        facts=tuple(_facts(old.facts.get("values", {}), new.facts.get("values", {}), language, same_language=same)),
        obligations=tuple(_obligations(old.coverage, new.coverage)),
        blanks=tuple(_blanks(old.blanks, new.blanks)),
        same_language=same,
    )


def _clauses(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[VersionDifference]:
    """A clause is the same when its file was, to the byte."""
    before, after = ({clause["id"]: clause for clause in clauses} for clauses in (old, new))
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key), after.get(key)
        if was is None and now is not None:
            yield VersionDifference(ChangeKind.ADDED, key, now["title"], after=now["version"])
        elif now is None and was is not None:
            yield VersionDifference(ChangeKind.REMOVED, key, was["title"], before=was["version"])
        elif was and now and was["sha256"] != now["sha256"]:
            yield VersionDifference(ChangeKind.CHANGED, key, now["title"], was["version"], now["version"])


def _facts(
    old: Mapping[str, Any], new: Mapping[str, Any], language: Language, *, same_language: bool
) -> Iterator[VersionDifference]:
    for key in (key for key in FACTS if key in old or key in new):
        label = FACTS[key].label.said_in(language)
        before, after = fact_words(key, old.get(key), language), fact_words(key, new.get(key), language)
        if key not in old:
            yield VersionDifference(ChangeKind.ADDED, key, label, after=after)
        elif key not in new:
            yield VersionDifference(ChangeKind.REMOVED, key, label, before=before)
        elif old[key] != new[key] and (same_language or FACTS[key].kind is FactKind.CODES):
            yield VersionDifference(ChangeKind.CHANGED, key, label, before, after)


def fact_words(key: str, value: Any, language: Language) -> str:
    """A frozen fact on one line: codes by their labels, a table by the first cells of its rows.

    >>> fact_words("access.mode", ["distance"], Language.EN)
    'remote access to the controller’s systems'
    >>> fact_words("subprocessors", [{"name": "Nuage"}, {"name": "Brume"}], Language.FR)
    'Nuage ; Brume'
    """
    if value is None:
        return ""
    fact = FACTS[key]
    listed: list[Any] = [value] if isinstance(value, str) else list(value)
    if not listed and fact.none is not None:
        return fact.none.said_in(language)
    if fact.kind is FactKind.ROWS:
        listed = [str(next((row[c.key] for c in _naming_columns(key) if row.get(c.key)), "–")) for row in listed]
    elif fact.kind is FactKind.CODES:
        listed = [fact.choices[code].said_in(language) if code in fact.choices else code for code in listed]
    return " ; ".join(listed) if language is Language.FR else "; ".join(listed)


def _naming_columns(key: str) -> Sequence[Any]:
    """The columns that tell rows apart: a measure is known by what it is, the others by a name."""
    columns = FACTS[key].columns
    return columns[1:] if key == "measures" else columns


def _obligations(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[VersionDifference]:
    before = {row["id"]: row["status"] for row in old}
    for row in new:
        was = before.get(row["id"], "")
        if was != row["status"]:
            yield VersionDifference(ChangeKind.CHANGED, row["id"], row["title"], was, row["status"])


def _blanks(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[VersionDifference]:
    before, after = ({blank["key"]: blank["label"] for blank in blanks} for blanks in (old, new))
    yield from (VersionDifference(ChangeKind.ADDED, key, label) for key, label in after.items() if key not in before)
    yield from (VersionDifference(ChangeKind.REMOVED, key, label) for key, label in before.items() if key not in after)
