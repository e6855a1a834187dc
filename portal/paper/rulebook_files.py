"""The readings shipped as files: the only module that opens their folder."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.contracts.library import FOLDER as LIBRARY
from portal.contracts.library import OBLIGATIONS
from portal.contracts.rules.model import BilingualWords, ObligationClass, words
from portal.paper.rules.check_result import RequirementStatus, TermJudgement
from portal.paper.rules.parties import PartyNouns
from portal.paper.rules.patterns import Pattern, PatternTerm, parse_pattern
from portal.paper.rules.releases import ReleaseWords
from portal.paper.rules.rulebook import NO_WORDS, Negation, ReadingRule, Requirement, Rulebook
from portal.paper.rules.terms import TermRule

FOLDER = LIBRARY / "readings"


@lru_cache(maxsize=2)
def load_rulebook(folder: Path = FOLDER) -> Rulebook:
    """All readings; raises ValueError or KeyError with the defect when a file is wrong."""
    sheets = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))}
    vocabulary, stated = sheets.pop("vocabulary"), sheets.pop("terms")
    names = vocabulary["names"]
    obligations = tomllib.loads((LIBRARY / OBLIGATIONS).read_text("utf-8"))["obligation"]
    about = {name: parse_pattern(source, names).here[0] for name, source in vocabulary["about"].items()}
    tables = [table for sheet in sheets.values() for table in sheet["requirement"]]
    requirements = [_requirement(table, names, about.get(table["id"])) for table in tables]
    order = {name: place for place, name in enumerate(vocabulary["order"])}
    requirements.sort(key=lambda requirement: (order.get(requirement.id, len(order)), requirement.id))
    return Rulebook(
        tuple(requirements),
        PartyNouns.compiled(vocabulary["parties"]),
        names,
        _patterns(vocabulary["idle"], names),
        _patterns(vocabulary["controller_duty"], names),
        tuple(vocabulary["own_controller_titles"]),
        _patterns(vocabulary["own_controller"], names),
        _patterns(vocabulary["recital"], names),
        _patterns(vocabulary["reserved"], names),
        _patterns(vocabulary["moods"], names),
        tuple(vocabulary["no_processor"]),
        tuple(vocabulary["never_processor"]),
        vocabulary["processor_turn"],
        tuple(vocabulary["role"]),
        _patterns(vocabulary["refusal"], names),
        _patterns(vocabulary["denial"], names),
        ReleaseWords(
            _patterns(vocabulary["release"], names),
            _patterns(vocabulary["release_outright"], names),
            *(
                parse_pattern(vocabulary[one], names)
                for one in ("answers_for_none", "fair_release", "fair_condition", "option")
            ),
        ),
        _patterns(vocabulary["elsewhere"], names),
        vocabulary["identity"],
        vocabulary["contact"],
        _patterns(vocabulary["specific"], names),
        tuple(_term(table, names) for table in stated["term"]),
        frozenset(one["id"] for one in obligations if one["class"] == ObligationClass.CONTRACT),
    )


def _requirement(table: dict[str, Any], names: dict[str, str], about: PatternTerm | None) -> Requirement:
    return Requirement(
        table["id"],
        tuple(table["obligations"]),
        tuple(table.get("clauses", ())),
        tuple(_reading(reading, names) for reading in table["reading"]),
        _words(table["missing"]),
        _patterns(table.get("specific", ()), names),
        table.get("deferrable", False),
        _patterns(table.get("unlike", ()), names),
        table.get("topic", ""),
        _patterns(table.get("reserved", ()), names),
        table.get("firm", False),
        about,
        table.get("answers", False),
        table.get("core", False),
        table.get("shown_by", ""),
        _words(table["shown_why"]) if "shown_by" in table else NO_WORDS,
    )


def _reading(table: dict[str, Any], names: dict[str, str]) -> ReadingRule:
    return ReadingRule(
        RequirementStatus(table["status"]),
        _words(table["why"]),
        _patterns(table["patterns"], names),
        table.get("bearer", "processor"),
        table.get("titles", False),
        Negation(table.get("negation", "refusal")),
        table.get("prevails", False),
    )


def _term(table: dict[str, Any], names: dict[str, str]) -> TermRule:
    return TermRule(
        table["id"],
        _patterns(table["patterns"], names),
        table["unit"],
        table.get("good"),
        table.get("acceptable"),
        {judgement: _words(table[f"{judgement.value}_why"]) for judgement in TermJudgement},
        table.get("more_is_better", False),
        table.get("beside", ""),
        TermJudgement(table["without_number"]) if "without_number" in table else None,
    )


def _patterns(sources: Iterable[str], names: Mapping[str, str]) -> tuple[Pattern, ...]:
    return tuple(parse_pattern(source, names) for source in sources)


def _words(table: dict[str, str]) -> BilingualWords:
    return words(table["fr"], table["en"])
