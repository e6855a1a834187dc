"""The readings shipped as files: the only module that opens their folder."""

import tomllib
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from portal.contracts.library import FOLDER as LIBRARY
from portal.contracts.library import OBLIGATIONS
from portal.contracts.rules.model import BilingualWords, ObligationClass, words
from portal.paper.rules.check_result import RequirementStatus, TermJudgement
from portal.paper.rules.parties import PartyNouns
from portal.paper.rules.patterns import PREPARED, Pattern, PatternTerm, parse_pattern
from portal.paper.rules.releases import ReleaseWords
from portal.paper.rules.rulebook import NO_WORDS, Negation, ReadingRule, Requirement, Rulebook
from portal.paper.rules.terms import TermRule

FOLDER = LIBRARY / "readings"
ReadsPattern = Callable[[str], Pattern]


@lru_cache(maxsize=2)
def load_rulebook(folder: Path = FOLDER) -> Rulebook:
    """All readings; raises ValueError or KeyError with the defect when a file is wrong."""
    sheets = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))}
    vocabulary, stated = sheets.pop("vocabulary"), sheets.pop("terms")
    names = vocabulary["names"]
    obligations = tomllib.loads((LIBRARY / OBLIGATIONS).read_text("utf-8"))["obligation"]
    terms: dict[str, tuple[str, ...]] = PREPARED.terms if folder == FOLDER else {}
    before = len(terms)
    read = partial(parse_pattern, vocabulary=names, known=terms)
    about = {name: read(source).here[0] for name, source in vocabulary["about"].items()}
    tables = [table for sheet in sheets.values() for table in sheet["requirement"]]
    requirements = [_requirement(table, read, about.get(table["id"])) for table in tables]
    order = {name: place for place, name in enumerate(vocabulary["order"])}
    requirements.sort(key=lambda requirement: (order.get(requirement.id, len(order)), requirement.id))
    book = Rulebook(
        tuple(requirements),
        PartyNouns.compiled(vocabulary["parties"]),
        names,
        _patterns(vocabulary["idle"], read),
        _patterns(vocabulary["controller_duty"], read),
        tuple(vocabulary["own_controller_titles"]),
        _patterns(vocabulary["own_controller"], read),
        _patterns(vocabulary["recital"], read),
        _patterns(vocabulary["reserved"], read),
        _patterns(vocabulary["moods"], read),
        tuple(vocabulary["no_processor"]),
        tuple(vocabulary["never_processor"]),
        vocabulary["processor_turn"],
        tuple(vocabulary["role"]),
        _patterns(vocabulary["refusal"], read),
        _patterns(vocabulary["denial"], read),
        ReleaseWords(
            _patterns(vocabulary["release"], read),
            _patterns(vocabulary["release_outright"], read),
            *(read(vocabulary[one]) for one in ("answers_for_none", "fair_release", "fair_condition", "option")),
        ),
        _patterns(vocabulary["elsewhere"], read),
        vocabulary["identity"],
        vocabulary["contact"],
        _patterns(vocabulary["specific"], read),
        tuple(_term(table, read) for table in stated["term"]),
        frozenset(one["id"] for one in obligations if one["class"] == ObligationClass.CONTRACT),
    )
    PREPARED.changed = PREPARED.changed or len(terms) > before
    return book


def _requirement(table: dict[str, Any], read: ReadsPattern, about: PatternTerm | None) -> Requirement:
    return Requirement(
        table["id"],
        tuple(table["obligations"]),
        tuple(table.get("clauses", ())),
        tuple(_reading(reading, read) for reading in table["reading"]),
        _words(table["missing"]),
        _patterns(table.get("specific", ()), read),
        table.get("deferrable", False),
        _patterns(table.get("unlike", ()), read),
        table.get("topic", ""),
        _patterns(table.get("reserved", ()), read),
        table.get("firm", False),
        about,
        table.get("answers", False),
        table.get("core", False),
        table.get("shown_by", ""),
        _words(table["shown_why"]) if "shown_by" in table else NO_WORDS,
    )


def _reading(table: dict[str, Any], read: ReadsPattern) -> ReadingRule:
    return ReadingRule(
        RequirementStatus(table["status"]),
        _words(table["why"]),
        _patterns(table["patterns"], read),
        table.get("bearer", "processor"),
        table.get("titles", False),
        Negation(table.get("negation", "refusal")),
        table.get("prevails", False),
    )


def _term(table: dict[str, Any], read: ReadsPattern) -> TermRule:
    return TermRule(
        table["id"],
        _patterns(table["patterns"], read),
        table["unit"],
        table.get("good"),
        table.get("acceptable"),
        {judgement: _words(table[f"{judgement.value}_why"]) for judgement in TermJudgement},
        table.get("more_is_better", False),
        table.get("beside", ""),
        TermJudgement(table["without_number"]) if "without_number" in table else None,
    )


def _patterns(sources: Iterable[str], read: ReadsPattern) -> tuple[Pattern, ...]:
    return tuple(map(read, sources))


def _words(table: dict[str, str]) -> BilingualWords:
    return words(table["fr"], table["en"])
