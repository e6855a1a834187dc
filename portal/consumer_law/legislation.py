"""The law of withdrawal shipped as files, read once per process; the only module that opens them."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.consumer_law.rules.calendar import ConsumerPlace, read_places
from portal.consumer_law.rules.law import LawText, Rules, read_rules
from portal.consumer_law.rules.periods import Periods

FOLDER = Path(__file__).resolve().parent / "law"


@lru_cache(maxsize=1)
def periods() -> Periods:
    """The length of the period, its starting points, places and holidays."""
    raw = read("periods")
    return Periods(
        rules=read_rules(raw),
        places=read_places(read("places")),
        covers_from=raw["covers_from"],
        covers_until=raw["covers_until"],
        read_on=raw["read_on"],
    )


def metropolitan_france() -> ConsumerPlace:
    """Where the organisation itself works: its public holidays are those of code du travail L3133-1."""
    return periods().places.at("FR")


@lru_cache(maxsize=1)
def clocks() -> Rules:
    """What runs once a consumer has withdrawn."""
    return read_rules(read("clocks"))


@lru_cache(maxsize=1)
def exceptions() -> Rules:
    """The exceptions to the right of withdrawal."""
    return read_rules(read("exceptions"))


@lru_cache(maxsize=1)
def function() -> Rules:
    """The online withdrawal function."""
    return read_rules(read("function"))


@lru_cache(maxsize=1)
def telephone() -> Rules:
    """Telephone canvassing and its consent."""
    return read_rules(read("telephone"))


@lru_cache(maxsize=1)
def ceilings() -> Rules:
    """The legal ceilings of fines."""
    return read_rules(read("ceilings"))


@lru_cache(maxsize=1)
def ceilings_read_on() -> date:
    """The day on which the ceilings were read at their source."""
    read_on: date = read("ceilings")["read_on"]
    return read_on


@lru_cache(maxsize=1)
def article_names() -> Mapping[str, LawText]:
    """The articles whose ceilings are given, with what each governs, in the order of their file."""
    return {number: LawText(row["fr"], row["en"]) for number, row in read("ceilings")["articles"].items()}


@lru_cache(maxsize=1)
def guide_text() -> Mapping[str, Any]:
    """The guide as it is written: its sections and its examples, to be completed with figures."""
    return read("guide")


def read(name: str) -> dict[str, Any]:
    """One file of the law, as it is written."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
