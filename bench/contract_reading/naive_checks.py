"""The naive checks that ours must beat: a keyword per requirement, and words that meet within two sentences."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.contract_reading.measures import Label
from portal.core.language import Language
from portal.paper.rules.folding import fold

NAIVE_CHECKS = Path(__file__).with_name("naive_checks.toml")
_END = re.compile(r"(?<=[.;!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class NaiveCheck:
    """Expressions on folded text that a naive check searches for one requirement."""

    requirement: str
    keyword: Mapping[Language, str]
    together: Mapping[Language, tuple[str, ...]]
    """All must be found within two sentences that follow each other."""


def load_naive_checks(path: Path = NAIVE_CHECKS) -> tuple[NaiveCheck, ...]:
    """The naive checks shipped as data."""
    tables = tomllib.loads(path.read_text("utf-8"))
    return tuple(
        NaiveCheck(
            requirement,
            {language: table[language.value]["keyword"] for language in Language},
            {language: tuple(table[language.value]["together"]) for language in Language},
        )
        for requirement, table in tables.items()
    )


def by_keyword(text: str, language: Language, rules: tuple[NaiveCheck, ...]) -> dict[str, Label]:
    """Yes where the keyword is anywhere in the text, else no.

    >>> rule = NaiveCheck("audits_inspections", {Language.EN: r"audit"}, {Language.EN: ("audit", "allow")})
    >>> by_keyword("No audit is ever possible.", Language.EN, (rule,))["audits_inspections"].value
    'yes'
    """
    folded = fold(text)
    return {rule.requirement: _said(bool(re.search(rule.keyword[language], folded))) for rule in rules}


def by_two_sentences(text: str, language: Language, rules: tuple[NaiveCheck, ...]) -> dict[str, Label]:
    """Yes where all words of a rule stand within two sentences that follow each other, else no.

    >>> rule = NaiveCheck("audits_inspections", {Language.EN: r"audit"}, {Language.EN: ("audit", "allow")})
    >>> by_two_sentences("It allows much. Any audit is welcome.", Language.EN, (rule,))["audits_inspections"].value
    'yes'
    >>> by_two_sentences("No audit. Nothing else. It allows.", Language.EN, (rule,))["audits_inspections"].value
    'no'
    """
    sentences = [sentence for sentence in _END.split(fold(text)) if sentence.strip()]
    found = {}
    for rule in rules:
        places = [
            {place for place, sentence in enumerate(sentences) if re.search(word, sentence)}
            for word in rule.together[language]
        ]
        windows = [here | {place - 1 for place in here} for here in places]
        found[rule.requirement] = _said(bool(windows) and bool(set.intersection(*windows)))
    return found


def _said(found: bool) -> Label:
    return Label.YES if found else Label.NO
