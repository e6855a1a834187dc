"""One value per fact: what legal typed first, then the register, then the vendor's answers."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from portal.contracts.fact_sources import answer_facts, contradictions, register_facts
from portal.contracts.fact_sources.languages import FreeText, TextToTranslate, said_fact
from portal.contracts.fact_sources.sources import TYPED, Doubt, SourcedFact, Sources, one_line
from portal.contracts.fact_sources.stored_facts import stored_rows
from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.facts import ContractFacts
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence
from portal.core.translation import translate


@dataclass(frozen=True)
class GatheredFacts:
    """The facts known today, in the contract's language, each with its source; and what sources disagree about."""

    facts: ContractFacts
    doubts: tuple[Doubt, ...]
    to_translate: tuple[TextToTranslate, ...] = ()
    """Texts known in the other language alone."""
    origins: Mapping[str, Sentence] = field(default_factory=dict)
    """Fact key → who says it, for a reader of either language."""


def gather_facts(sources: Sources, language: Language) -> GatheredFacts:
    """Gather every fact somebody has given; what nobody said, or what two sources contradict, stays out."""
    regime, regime_doubts = contradictions.transfer_regime(sources, language)
    chain, chain_doubts = contradictions.authorised_subprocessors(sources, language)
    typed = tuple(_typed(sources.typed, language))
    found: dict[str, SourcedFact] = {}
    for group in (
        answer_facts.facts_from_answers(sources, language),
        register_facts.facts_from_register(sources, language),
        (one for one in (regime, chain) if one is not None),
        typed,
    ):
        found.update({one.key: one for one in group if _says_more(one, found, language)})
    settled = {one.key: tuple(one.value) for one in typed if one.key == "transfers.mechanism" and one.value}
    if settled:
        regimes = [code for code in settled["transfers.mechanism"] if isinstance(code, str)]
        regime_doubts = tuple(contradictions.unsuited_regimes(regimes, sources, language))
    if "subprocessors" in sources.typed:
        chain_doubts = ()
    said = {key: said_fact(key, one.value, language) for key, one in found.items()}
    known = {key: one.value for key, one in said.items() if _says_something(key, one.value)}
    return GatheredFacts(
        ContractFacts(known, {key: translate(found[key].origin, language) for key in known}),
        (*regime_doubts, *chain_doubts, *contradictions.warnings_for_signatory(sources, language)),
        tuple(text for key in FACTS if key in said for text in said[key].lacking),
        {key: found[key].origin for key in known},
    )


def _says_more(one: SourcedFact, found: Mapping[str, SourcedFact], language: Language) -> bool:
    """Whether a source is followed: what was typed in the other language alone hides nothing known in this one."""
    if not _says_something(one.key, one.value):
        return False
    if not isinstance(one.value, Mapping) or one.value.get(language.value) or one.key not in found:
        return True
    return said_fact(one.key, found[one.key].value, language).value is None


def _says_something(key: str, value: Any) -> bool:
    """« None » is knowledge where the fact allows it; blank words are no knowledge at all."""
    if isinstance(value, Mapping):
        return any(_says_something(key, one) for one in value.values() if one)
    if isinstance(value, str):
        return bool(value.strip())
    if value == ():
        return FACTS[key].none is not None
    return value is not None and any(isinstance(item, Mapping) or item.strip() for item in value)


def _typed(typed: Mapping[str, Any], language: Language) -> Iterator[SourcedFact]:
    """What legal typed for this contract: by language, or in that of the contract."""
    for key, value in typed.items():
        fact = FACTS.get(key)
        if fact is None:
            continue
        if fact.kind is FactKind.ROWS:
            rows = stored_rows(key, value)
            yield SourcedFact(
                key, tuple({column: _clean(cell, language) for column, cell in row.items()} for row in rows), TYPED
            )
        elif fact.kind is FactKind.CODES:
            yield SourcedFact(key, value if isinstance(value, str) else tuple(value), TYPED)
        else:
            yield SourcedFact(key, _clean(value, language), TYPED)


def _clean(value: Any, language: Language) -> Any:
    if isinstance(value, Mapping):
        return {code: _one_line(text) for code, text in value.items()}
    if isinstance(value, str):
        return FreeText(one_line(value), language)
    return tuple(FreeText(one_line(item), language) for item in value)


def _one_line(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else tuple(map(one_line, value))
