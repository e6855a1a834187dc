"""What the contracts in force say of a point that moved on a page: only what they really say, quoted."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.published_terms.rules.comparing import EEA_ONLY, PlaceLaw, TermChange, TermEffect, compare
from portal.published_terms.rules.stated_facts import StatedFact, TermClass

MOST_WORDS_QUOTED = 5
"""Facts of one contract on one point that are shown."""


class ContractStanding(StrEnum):
    """Whether the contracts in force say something of a point."""

    SAYS = "says"
    SILENT = "silent"
    """Every contract in force was read, and nothing was read in it on this point."""
    UNKNOWN = "unknown"
    """What a contract in force says is not known: its text could not be read, or says several figures."""
    NONE = "none"
    """The register holds no contract in force with this vendor."""


@dataclass(frozen=True, slots=True)
class ContractStatement:
    """What one contract in force states, its amendments included."""

    contract_id: int
    title: str
    facts: tuple[StatedFact, ...]
    refers: bool = False
    """Whether its text names the site on which the page stands: what is published there may be part of it."""
    unsure: frozenset[TermClass] = frozenset()
    """Points of which several figures were read, and nobody said which is meant."""


@dataclass(frozen=True, slots=True)
class ContractSide:
    """The contracts in force with a vendor: those that could be read, and whether one could not."""

    statements: tuple[ContractStatement, ...] = ()
    unread: bool = False

    @property
    def standing(self) -> ContractStanding:
        """Whether a page could be compared with all of them."""
        if self.unread:
            return ContractStanding.UNKNOWN
        return ContractStanding.SAYS if self.statements else ContractStanding.NONE


@dataclass(frozen=True, slots=True)
class SaidWord:
    """What one contract says of one point."""

    contract_id: int
    title: str
    value: str
    quote: str
    refers: bool
    prevails: bool
    """Whether it says something else than the page: it is the contract that binds."""


def words_on(change: TermChange, side: ContractSide) -> tuple[ContractStanding, tuple[SaidWord, ...]]:
    """What the contracts in force say of a change."""
    said = tuple(
        SaidWord(
            one.contract_id, one.title, fact.value, fact.quote, one.refers,
            prevails=not one.refers and (change.after is None or fact.value != change.after.value),
        )
        for one in side.statements
        for fact in _on(change, one.facts)[:MOST_WORDS_QUOTED]
    )  # fmt: skip
    if said:
        return ContractStanding.SAYS, said
    if side.unread or any(change.kind in one.unsure for one in side.statements):
        return ContractStanding.UNKNOWN, ()
    return (ContractStanding.SILENT if side.statements else ContractStanding.NONE), ()


def _on(change: TermChange, facts: Sequence[StatedFact]) -> list[StatedFact]:
    """The facts that answer a change: of its aspect, and for a measure, that measure alone."""
    moved = change.after or change.before
    if moved is None:
        return []
    same = [fact for fact in facts if fact.kind is change.kind]
    if change.kind is TermClass.SECURITY_MEASURE:
        return [fact for fact in same if fact.value == moved.value]
    if change.kind is TermClass.PLACE:
        return sorted(same, key=lambda fact: fact.value != EEA_ONLY)
    if change.kind in (TermClass.OBJECTION_PERIOD, TermClass.LAW):
        return [fact for fact in same if fact.aspect == moved.aspect]
    return same


_COMPARED = (
    TermClass.BREACH_DELAY, TermClass.OBJECTION_PERIOD, TermClass.AUDIT_NOTICE, TermClass.DELETION, TermClass.LIABILITY,
)  # fmt: skip


def departures(
    page: Sequence[StatedFact], side: ContractSide, law: PlaceLaw, good_marks: Collection[tuple[TermClass, str]]
) -> tuple[TermChange, ...]:
    """Where a page is harsher than a contract in force: figures that both state, the contract's first."""
    found: dict[tuple[TermClass, str, str], TermChange] = {}
    for one in side.statements:
        for change in compare(one.facts, page, law, good_marks):
            if change.before is None or change.after is None:
                continue
            if change.kind in _COMPARED and change.effect is TermEffect.HARSHER:
                found.setdefault((change.kind, change.before.value, change.after.value), change)
    return tuple(found.values())
