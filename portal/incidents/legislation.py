"""The law of breaches shipped as a file, read once per process."""

import tomllib
from functools import lru_cache
from pathlib import Path

from portal.consumer_law.rules.law import Rules, read_rules

FILE = Path(__file__).resolve().parent / "law" / "breaches.toml"


@lru_cache(maxsize=1)
def breach_law() -> Rules:
    """Delays, and how they are counted."""
    return read_rules(tomllib.loads(FILE.read_text(encoding="utf-8")))
