"""The data files of the register, read once per process: the authority's list and the usual activities."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from portal.core.dataclass import dataclass
from portal.core.language import Language, printed
from portal.processing.rules.kept_sheets import from_plain
from portal.processing.rules.sheets import ActivityRole, ControllerSheet

FOLDER = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class ListedKind:
    """A kind of processing for which the authority requires an impact assessment (RGPD art. 35(4))."""

    key: str
    words: Mapping[str, str]
    """By language."""

    def read(self, language: Language, /) -> str:
        """Its words in a language."""
        return self.words[language.value]


@dataclass(frozen=True)
class UsualActivity:
    """A proposal for a line of the register, in both languages."""

    key: str
    sheets: Mapping[str, ControllerSheet]
    """By language."""

    def sheet(self, language: Language) -> ControllerSheet:
        """The line it proposes in a language."""
        return self.sheets[language.value]


def document(name: str) -> dict[str, Any]:
    """A data file of the register."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _set(value: Any, language: Language) -> Any:
    """Every text of a value, as a printer of its language would set it."""
    if isinstance(value, str):
        return printed(value, language)
    if isinstance(value, list):
        return [_set(one, language) for one in value]
    if isinstance(value, dict):
        return {key: _set(one, language) for key, one in value.items()}
    return value


@lru_cache(maxsize=1)
def listed_kinds() -> Mapping[str, ListedKind]:
    """The kinds of the authority's list, by key."""
    found = (
        ListedKind(one["key"], {each.value: _set(one[each.value], each) for each in Language})
        for one in document("impact.toml")["kind"]
    )
    return {one.key: one for one in found}


@lru_cache(maxsize=1)
def list_source() -> tuple[str, date]:
    """The act that the list comes from, and the day it was last checked."""
    found = document("impact.toml")
    return found["source"], found["checked_on"]


@lru_cache(maxsize=1)
def usual_activities() -> Mapping[str, UsualActivity]:
    """The usual activities, by key, in the order of the file."""
    return {one["key"]: _usual(one) for one in document("usual.toml")["activity"]}


def _usual(one: Mapping[str, Any]) -> UsualActivity:
    shared = {name: value for name, value in one.items() if name not in {"key", "fr", "en"}}
    sheets = {}
    for language in Language:
        words = _set(one[language.value], language)
        data = [
            {"category": category, "details": details, "retention": retention}
            for category, (details, retention) in words.pop("data").items()
        ]
        kept = {**shared, **words, "data": data}
        sheets[language.value] = cast("ControllerSheet", from_plain(ActivityRole.CONTROLLER, kept))
    return UsualActivity(one["key"], sheets)
