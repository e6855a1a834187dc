"""The law of requests of persons shipped as a file, read once per process."""

import tomllib
from functools import lru_cache
from pathlib import Path

from portal.consumer_law.legislation import clocks, metropolitan_france
from portal.consumer_law.rules.law import read_rules
from portal.person_requests.rules.term import RequestLaw

FILE = Path(__file__).resolve().parent / "law" / "requests.toml"


@lru_cache(maxsize=1)
def request_law() -> RequestLaw:
    """Delays, how they are counted, and what runs once a consumer has withdrawn."""
    return RequestLaw(read_rules(tomllib.loads(FILE.read_text(encoding="utf-8"))), clocks(), metropolitan_france())
