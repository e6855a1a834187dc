"""The dated data file of checks of sense, read once per process."""

import tomllib
from functools import lru_cache
from pathlib import Path

from portal.contracts.rules.sense.checks import read_checks
from portal.contracts.rules.sense.model import SenseCheck

FILE = Path(__file__).resolve().parent / "data" / "sense_checks.toml"


@lru_cache(maxsize=1)
def sense_checks() -> tuple[SenseCheck, ...]:
    """Every check, in the order of the file."""
    return read_checks(tomllib.loads(FILE.read_text(encoding="utf-8")))
