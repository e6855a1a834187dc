"""The checks of sense of the data file, read and run."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.model import words
from portal.contracts.rules.sense import places, texts
from portal.contracts.rules.sense.model import FactsScene, SenseCheck, SenseProblem, split_place
from portal.core.expressions import expression

SenseTest: TypeAlias = Callable[[SenseCheck, FactsScene], Iterator[SenseProblem]]
TESTS: Mapping[str, SenseTest] = {
    rule.__name__: rule
    for rule in (
        places.tool_in_eea, places.tool_without_decision, places.tool_elsewhere, places.listing_missing,
        places.listing_old, places.assessment_missing, places.scc_under_article_3_2, places.no_transfer,
        places.regime_missing, places.regime_without_decision, places.tool_outside_regime,
        places.processor_unlisted, places.place_without_country, places.establishment,
        texts.words, texts.same_text, texts.same_line, texts.address, texts.contact, texts.date, texts.signatory,
        texts.one_party, texts.special_left_out, texts.access, texts.other_language,
    )
}  # fmt: skip
_HOLE = expression(r"%\((\w+)\)s")


def read_checks(document: Mapping[str, Any]) -> tuple[SenseCheck, ...]:
    """The checks of a parsed data file; ValueError names the check that cannot be run."""
    return tuple(_read(entry) for entry in document["check"])


def _read(entry: Mapping[str, Any]) -> SenseCheck:
    key = entry["key"]
    if entry["test"] not in TESTS:
        raise ValueError(f"{key} : la règle « {entry['test']} » n'existe pas.")
    if set(_HOLE.findall(entry["fr"])) != set(_HOLE.findall(entry["en"])):
        raise ValueError(f"{key} : les deux phrases n'ont pas les mêmes variables.")
    at = tuple(entry.get("at", ()))
    for where in at:
        if not _exists(where):
            raise ValueError(f"{key} : « {where} » n'est ni un fait ni une colonne.")
    asked = entry.get("words")
    return SenseCheck(
        key=key,
        test=entry["test"],
        basis=entry["basis"],
        message=words(entry["fr"], entry["en"]),
        at=at,
        words=re.compile(asked, re.IGNORECASE) if asked else None,
        country=entry.get("country", ""),
        regime=entry.get("regime", ""),
    )


def _exists(where: str) -> bool:
    table, column = split_place(where)
    if where == "*" or not column:
        return where == "*" or where in FACTS
    return table in FACTS and FACTS[table].kind is FactKind.ROWS and column in {c.key for c in FACTS[table].columns}


def failed_checks(checks: tuple[SenseCheck, ...], scene: FactsScene) -> tuple[SenseProblem, ...]:
    """Every problem found in the facts of a contract, in the order of the checks."""
    return tuple(problem for check in checks for problem in TESTS[check.test](check, scene))
