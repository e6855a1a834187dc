"""One value per fact: what legal typed wins over the register, the register over the vendor's own words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.contracts.gathering import answers, register, weighing
from portal.contracts.gathering.sources import TYPED, Doubt, Said, Sources, line
from portal.contracts.rules import FACTS, Facts, Kind
from portal.contracts.rules.facts import Value
from portal.core.language import Language
from portal.core.translation import translate


@dataclass(frozen=True)
class Gathered:
    """The facts known today, in the contract's language, each with its source; and what sources disagree about."""

    facts: Facts
    doubts: tuple[Doubt, ...]


def gather(sources: Sources, language: Language) -> Gathered:
    """Gather every fact somebody has given; what nobody said, or what two sources contradict, stays out."""
    regime, regime_doubts = weighing.transfers(sources, language)
    chain, chain_doubts = weighing.chain(sources, language)
    typed = tuple(_typed(sources.typed))
    found: dict[str, Said] = {}
    for group in (
        answers.said(sources, language),
        register.said(sources, language),
        (one for one in (regime, chain) if one is not None),
        typed,
    ):
        found.update({one.key: one for one in group if _says_something(one.key, one.value)})
    settled = {one.key: tuple(one.value) for one in typed if one.key == "transfers.mechanism" and one.value}
    if settled:
        regimes = [code for code in settled["transfers.mechanism"] if isinstance(code, str)]
        regime_doubts = tuple(weighing.unsuited(regimes, sources, language))
    return Gathered(
        Facts(
            {key: one.value for key, one in found.items()},
            {key: translate(one.origin, language) for key, one in found.items()},
        ),
        (*regime_doubts, *chain_doubts, *weighing.remarks(sources, language)),
    )


def _says_something(key: str, value: Value) -> bool:
    """« None » is knowledge where the fact allows it; blank words are no knowledge at all."""
    if isinstance(value, str):
        return bool(value.strip())
    if value == ():
        return FACTS[key].none is not None
    return value is not None and any(isinstance(item, Mapping) or item.strip() for item in value)


def _typed(typed: Mapping[str, Any]) -> Iterator[Said]:
    for key, value in typed.items():
        if key in FACTS and FACTS[key].kind is not Kind.ROWS:
            clean = tuple(map(line, value)) if isinstance(value, list | tuple) else line(value)
            yield Said(key, clean, TYPED)
