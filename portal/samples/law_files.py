"""What samples are judged by, read once per process: the law of a case, the words about health."""

import tomllib
from functools import lru_cache
from pathlib import Path

from portal.consumer_law import legislation
from portal.samples.rules.case_law import CaseLaw
from portal.samples.rules.health_words import HealthWords, read_health_words

HEALTH_WORDS = Path(__file__).resolve().parent / "health_words.toml"


@lru_cache(maxsize=1)
def case_law() -> CaseLaw:
    """Everything that judging a withdrawal case reads."""
    return CaseLaw(legislation.periods(), legislation.clocks(), legislation.function(), legislation.exceptions())


@lru_cache(maxsize=1)
def health_words() -> HealthWords:
    """The words that betray a person's health in a text."""
    return read_health_words(tomllib.loads(HEALTH_WORDS.read_text(encoding="utf-8")))
