"""Facts and changes as JSON, and back: what was read and found on a day stays as it was."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from portal.core.dataclass import dataclass
from portal.published_terms.rules.comparing import TermChange, TermEffect
from portal.published_terms.rules.contract_words import ContractSide, ContractStanding, SaidWord, words_on
from portal.published_terms.rules.stated_facts import StatedFact, TermClass

_INFINITE = "inf"


@dataclass(frozen=True)
class FrozenChange:
    """A change, and what the contracts in force said of it when it was found."""

    change: TermChange
    standing: ContractStanding
    said: tuple[SaidWord, ...]


def freeze_fact(fact: StatedFact) -> dict[str, Any]:
    """A fact."""
    amount = _INFINITE if fact.amount == float("inf") else fact.amount
    quote, value = fact.quote.replace("\0", ""), fact.value.replace("\0", "")
    return {"kind": fact.kind.value, "value": value, "quote": quote, "aspect": fact.aspect, "amount": amount}


def thaw_fact(frozen: Mapping[str, Any]) -> StatedFact:
    """The fact as it was."""
    amount = None if frozen["amount"] is None else float(frozen["amount"])
    return StatedFact(TermClass(frozen["kind"]), frozen["value"], frozen["quote"], frozen["aspect"], amount)


def freeze_facts(facts: Iterable[StatedFact]) -> list[dict[str, Any]]:
    """Facts, in their order."""
    return [freeze_fact(fact) for fact in facts]


def thaw_facts(frozen: Iterable[Mapping[str, Any]]) -> tuple[StatedFact, ...]:
    """The facts as they were."""
    return tuple(map(thaw_fact, frozen))


def freeze_changes(changes: Sequence[TermChange], side: ContractSide) -> list[dict[str, Any]]:
    """Changes, each with what the contracts in force say of it."""
    return [_freeze_change(change, side) for change in changes]


def _freeze_change(change: TermChange, side: ContractSide) -> dict[str, Any]:
    standing, said = words_on(change, side)
    return {
        "kind": change.kind.value,
        "effect": change.effect.value,
        "before": freeze_fact(change.before) if change.before else None,
        "after": freeze_fact(change.after) if change.after else None,
        "contract": {
            "standing": standing.value,
            "said": [
                {"contract_id": one.contract_id, "title": one.title, "value": one.value,
                 "quote": one.quote.replace("\0", ""), "refers": one.refers, "prevails": one.prevails}
                for one in said
            ],
        },
    }  # fmt: skip


def thaw_change(frozen: Mapping[str, Any]) -> FrozenChange:
    """The change as it was found."""
    before, after = (thaw_fact(frozen[name]) if frozen[name] else None for name in ("before", "after"))
    change = TermChange(TermClass(frozen["kind"]), TermEffect(frozen["effect"]), before, after)
    contract = frozen["contract"]
    return FrozenChange(
        change, ContractStanding(contract["standing"]), tuple(SaidWord(**one) for one in contract["said"])
    )
