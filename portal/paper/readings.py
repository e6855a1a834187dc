"""The readings shipped as files: the only module that opens their folder."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.contracts.library import FOLDER as LIBRARY
from portal.contracts.rules.model import Words, words
from portal.paper.rules.findings import Status
from portal.paper.rules.patterns import parse
from portal.paper.rules.rulebook import Reading, Requirement, Rulebook

FOLDER = LIBRARY / "readings"


@lru_cache(maxsize=2)
def load(folder: Path = FOLDER) -> Rulebook:
    """All readings; raises ValueError, KeyError or re.error with the defect when a file is wrong."""
    sheets = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))}
    vocabulary = sheets.pop("vocabulary")
    names = vocabulary["names"]
    requirements = [_requirement(table, names) for sheet in sheets.values() for table in sheet["requirement"]]
    order = {name: place for place, name in enumerate(vocabulary["order"])}
    requirements.sort(key=lambda requirement: (order.get(requirement.id, len(order)), requirement.id))
    return Rulebook(
        tuple(requirements),
        names,
        tuple(parse(source, names) for source in vocabulary["idle"]),
        tuple(parse(source, names) for source in vocabulary["controller_duty"]),
        tuple(vocabulary["role"]),
    )


def _requirement(table: dict[str, Any], names: dict[str, str]) -> Requirement:
    return Requirement(
        table["id"],
        tuple(table["obligations"]),
        tuple(table.get("clauses", ())),
        tuple(_reading(reading, names) for reading in table["reading"]),
        _words(table["missing"]),
        tuple(parse(source, names) for source in table.get("specific", ())),
        table.get("core", False),
    )


def _reading(table: dict[str, Any], names: dict[str, str]) -> Reading:
    return Reading(
        Status(table["status"]),
        _words(table["why"]),
        tuple(parse(source, names) for source in table["patterns"]),
        table.get("bearer", "processor"),
        table.get("titles", False),
        table.get("prevails", False),
    )


def _words(table: dict[str, str]) -> Words:
    return words(table["fr"], table["en"])
