"""The readings of published texts shipped as a file: the only module that opens it."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.patterns import Pattern, parse_pattern
from portal.published_terms.rules.companies import CompanyReading
from portal.published_terms.rules.readings import DelayReading, MarkReading, TermReadings
from portal.published_terms.rules.stated_facts import TermClass

FILE = Path(__file__).with_name("data") / "readings.toml"


@lru_cache(maxsize=1)
def load_readings() -> TermReadings:
    """All readings; raises ValueError or KeyError with the defect when the file is wrong."""
    sheet = tomllib.loads(FILE.read_text("utf-8"))
    names = {**load_rulebook().vocabulary, **sheet["names"]}
    measures = [{"class": TermClass.SECURITY_MEASURE, "good": True, **one} for one in sheet["measure"]]
    return TermReadings(
        tuple(_delay(one, names) for one in sheet["delay"]),
        tuple(_mark(one, names) for one in (*sheet["mark"], *measures)),
        tuple((name, re.compile(expression)) for name, expression in sheet["standards"].items()),
        re.compile(sheet["standards_not_held"]["patterns"]),
        _patterns(sheet["liability"]["patterns"], names),
        _patterns(sheet["liability"]["unlimited"], names),
        _patterns(sheet["law"]["patterns"], names),
        _patterns(sheet["law"]["courts"], names),
        {word: code for code, said in sheet["law"]["demonyms"].items() for word in said},
        _companies(sheet["companies"], names),
        re.compile(sheet["places"]["context"]),
        re.compile(sheet["places"]["denied"]),
    )


def _delay(table: Mapping[str, Any], names: Mapping[str, str]) -> DelayReading:
    return DelayReading(
        TermClass(table["class"]),
        table.get("aspect", ""),
        table["unit"],
        _patterns(table["patterns"], names),
        _patterns(table.get("undated", ()), names),
        _filled(table.get("beside", ""), names),
    )


def _mark(table: Mapping[str, Any], names: Mapping[str, str]) -> MarkReading:
    return MarkReading(TermClass(table["class"]), table["value"], table["good"], _patterns(table["patterns"], names))


def _companies(table: Mapping[str, Any], names: Mapping[str, str]) -> CompanyReading:
    forms = "|".join(sorted(table["forms"], key=len, reverse=True))
    said = "sous-?traitants?|sub[- ]?processors?|sub-?contractors?|carriers?|prestataires|helps us|who else"
    return CompanyReading(
        _patterns(table["section"], names), re.compile(said), re.compile(f"(?:{forms})"), re.compile(table["heads"])
    )


def _filled(expression: str, names: Mapping[str, str]) -> re.Pattern[str] | None:
    """An expression with the words it names."""
    return re.compile(parse_pattern(expression, names).here[0].parts[0]) if expression else None


def _patterns(sources: Iterable[str], names: Mapping[str, str]) -> tuple[Pattern, ...]:
    return tuple(parse_pattern(source, names) for source in sources)
