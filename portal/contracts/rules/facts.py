"""What is known of one vendor's service when a contract is drafted."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from portal.contracts.rules.fact_catalogue import FACTS, FactColumn, FactDefinition, FactKind
from portal.contracts.rules.model import FactCondition
from portal.core.dataclass import dataclass

Row: TypeAlias = Mapping[str, str | None]
Value: TypeAlias = str | tuple[str, ...] | tuple[Row, ...] | None


@dataclass(frozen=True)
class ContractFacts:
    """What is known of one vendor's service, and where each fact came from; a key left out is unknown.

    Raises ValueError when a key, a code or a shape is not one of `FACTS`: that is a caller's mistake, not a vendor's.

    >>> facts = ContractFacts({"service.name": "Paie", "data.special": (), "data.subjects": ()})
    >>> facts.is_known("data.special"), facts.is_known("data.subjects")
    (True, False)
    """

    values: Mapping[str, Value]
    sources: Mapping[str, str] = field(default_factory=dict)
    """Fact key → the words for its origin (« fiche du sous-traitant »)."""

    def __post_init__(self) -> None:
        """Refuse what no clause could use."""
        for key, value in self.values.items():
            fact = FACTS.get(key)
            if fact is None:
                raise ValueError(f"{key}: no such fact")
            if not _fits(fact, value):
                raise ValueError(f"{key}: {value!r} is not a value of kind {fact.kind}")

    def text(self, key: str) -> str:
        """A text as recorded; empty when unknown."""
        value = self.values.get(key)
        return value.strip() if isinstance(value, str) else ""

    def items(self, key: str) -> tuple[str, ...]:
        """A list or codes, without empty entries; a text counts as a list of one."""
        value = self.values.get(key)
        listed = (value,) if isinstance(value, str) else value or ()
        return tuple(item.strip() for item in listed if isinstance(item, str) and item.strip())

    def rows(self, key: str) -> tuple[Row, ...]:
        """The rows of a table."""
        value = self.values.get(key)
        return tuple(row for row in value or () if isinstance(row, Mapping))

    def is_known(self, key: str) -> bool:
        """Whether the fact can be written down; « none » is knowledge where the fact allows it."""
        if FACTS[key].none is not None and self.values.get(key) == ():
            return True
        return bool(self.rows(key) if FACTS[key].kind is FactKind.ROWS else self.items(key))

    def gaps(self, key: str) -> tuple[tuple[int, FactColumn], ...]:
        """Cells of a table nobody has filled: row index from 0, column."""
        return tuple(
            (index, column)
            for index, row in enumerate(self.rows(key))
            for column in FACTS[key].columns
            if not column.optional and not (row.get(column.key) or "").strip()
        )

    def is_complete(self, key: str) -> bool:
        """Known, and without an empty cell."""
        return self.is_known(key) and not self.gaps(key)

    def verdict(self, conditions: Sequence[FactCondition]) -> bool | None:
        """Whether all conditions hold; None while a fact they test is unknown and none is already false."""
        verdicts = [self._one(condition) for condition in conditions]
        if False in verdicts:
            return False
        return None if None in verdicts else True

    def _one(self, condition: FactCondition) -> bool | None:
        if not self.is_known(condition.fact):
            return None
        return condition.among.isdisjoint(self.items(condition.fact)) == condition.negated


def _fits(fact: FactDefinition, value: Value) -> bool:
    if value is None:
        return True
    if fact.kind is FactKind.TEXT:
        return isinstance(value, str)
    if fact.kind is FactKind.ROWS:
        known = {column.key for column in fact.columns}
        return isinstance(value, tuple) and all(isinstance(row, Mapping) and known.issuperset(row) for row in value)
    listed = (value,) if isinstance(value, str) else value
    strings = [item for item in listed if isinstance(item, str)]
    if len(strings) != len(listed):
        return False
    return fact.kind is FactKind.LIST or all(not item.strip() or item.strip() in fact.choices for item in strings)
