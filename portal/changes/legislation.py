"""How delays to object are counted, shipped as a file, read once per process."""

import tomllib
from functools import lru_cache
from pathlib import Path

from portal.consumer_law.rules.law import Rules, read_rules

FILE = Path(__file__).resolve().parent / "law" / "objections.toml"


@lru_cache(maxsize=1)
def objection_law() -> Rules:
    """The rules, each with its source and how sure it is."""
    return read_rules(tomllib.loads(FILE.read_text(encoding="utf-8")))
