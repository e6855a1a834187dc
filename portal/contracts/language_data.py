"""The data files on the two languages, each read once per process."""

import tomllib
from functools import lru_cache
from pathlib import Path

from portal.contracts.rules.coded_words import CodedWords, read_coded_words
from portal.contracts.rules.text_language import LanguageWords

FOLDER = Path(__file__).resolve().parent / "data"


@lru_cache(maxsize=1)
def language_words() -> LanguageWords:
    """Words that only French has, only English has, or both have."""
    found = tomllib.loads((FOLDER / "language_words.toml").read_text(encoding="utf-8"))
    french, english, both = (frozenset(found[key].split()) for key in ("fr", "en", "both"))
    return LanguageWords(french, english, both, tuple(found["names"]))


@lru_cache(maxsize=1)
def coded_words() -> CodedWords:
    """Capacities, civilities and phrases that translate themselves."""
    return read_coded_words(tomllib.loads((FOLDER / "coded_words.toml").read_text(encoding="utf-8")))
