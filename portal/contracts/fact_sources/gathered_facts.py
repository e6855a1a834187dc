"""One value per fact: what legal typed first, then the register, then the vendor's answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.contracts.fact_sources import answer_facts, contradictions, register_facts
from portal.contracts.fact_sources.sources import TYPED, Doubt, SourcedFact, Sources, one_line
from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.facts import ContractFacts, Value
from portal.core.language import Language
from portal.core.translation import translate


@dataclass(frozen=True)
class GatheredFacts:
    """The facts known today, in the contract's language, each with its source; and what sources disagree about."""

    facts: ContractFacts
    doubts: tuple[Doubt, ...]


def gather_facts(sources: Sources, language: Language) -> GatheredFacts:
    """Gather every fact somebody has given; what nobody said, or what two sources contradict, stays out."""
    regime, regime_doubts = contradictions.transfer_regime(sources, language)
    chain, chain_doubts = contradictions.authorised_subprocessors(sources, language)
    typed = tuple(_typed(sources.typed))
    found: dict[str, SourcedFact] = {}
    for group in (
        answer_facts.facts_from_answers(sources, language),
        register_facts.facts_from_register(sources, language),
        (one for one in (regime, chain) if one is not None),
        typed,
    ):
        found.update({one.key: one for one in group if _says_something(one.key, one.value)})
    settled = {one.key: tuple(one.value) for one in typed if one.key == "transfers.mechanism" and one.value}
    if settled:
        regimes = [code for code in settled["transfers.mechanism"] if isinstance(code, str)]
        regime_doubts = tuple(contradictions.unsuited_regimes(regimes, sources, language))
    if "subprocessors" in sources.typed:
        chain_doubts = ()
    return GatheredFacts(
        ContractFacts(
            {key: one.value for key, one in found.items()},
            {key: translate(one.origin, language) for key, one in found.items()},
        ),
        (*regime_doubts, *chain_doubts, *contradictions.warnings_for_signatory(sources, language)),
    )


def _says_something(key: str, value: Value) -> bool:
    """« None » is knowledge where the fact allows it; blank words are no knowledge at all."""
    if isinstance(value, str):
        return bool(value.strip())
    if value == ():
        return FACTS[key].none is not None
    return value is not None and any(isinstance(item, Mapping) or item.strip() for item in value)


def _typed(typed: Mapping[str, Any]) -> Iterator[SourcedFact]:
    for key, value in typed.items():
        if key not in FACTS:
            continue
        if FACTS[key].kind is FactKind.ROWS:
            rows = tuple({column: one_line(text) for column, text in row.items()} for row in value)
            yield SourcedFact(key, rows, TYPED)
        else:
            clean = tuple(map(one_line, value)) if isinstance(value, list | tuple) else one_line(value)
            yield SourcedFact(key, clean, TYPED)
