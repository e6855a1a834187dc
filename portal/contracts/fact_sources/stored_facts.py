"""Facts as legal types them for one contract: by language where the words of a fact are bound to one."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.contracts.fact_sources.sources import retention_row
from portal.contracts.language_data import language_words
from portal.contracts.rules.fact_catalogue import FACTS, FactKind, FactNature
from portal.core.language import Language

_BOUND = frozenset({FactNature.WORDS, FactNature.DATE, FactNature.PERSON})


def is_bound(key: str, column: str = "") -> bool:
    """Whether a fact, or a column of one, is kept by language.

    >>> is_bound("service.purpose"), is_bound("vendor.name"), is_bound("subprocessors", "country"), is_bound("tier")
    (True, False, False, False)
    """
    return FACTS[key].kind is not FactKind.CODES and FACTS[key].nature_of(column) in _BOUND


def by_language(key: str, value: Any, presumed: Language, column: str = "") -> Mapping[str, Any]:
    """A stored value by language; one kept before that was known goes to the language that its words are in."""
    if value is None or not is_bound(key, column):
        return {}
    if isinstance(value, Mapping):
        return value
    text = value if isinstance(value, str) else " ".join(value)
    other = Language.EN if presumed is Language.FR else Language.FR
    is_here = language_words().is_in(text, presumed, presumed=presumed)
    return {(presumed if is_here else other).value: value}


def told_in(key: str, value: Any, language: Language, presumed: Language, column: str = "") -> Any:
    """What was typed in a language; None when nothing was."""
    if value is None or not is_bound(key, column):
        return value
    return by_language(key, value, presumed, column).get(language.value)


def kept_in(key: str, before: Any, text: Any, language: Language, presumed: Language, column: str = "") -> Any:
    """What to store once a text is typed, or emptied, in a language: the other one stays."""
    if not is_bound(key, column):
        return text or None
    kept = {code: one for code, one in by_language(key, before, presumed, column).items() if code != language.value}
    return ({**kept, language.value: text} if text else kept) or None


def stored_rows(key: str, value: Sequence[Any] | None) -> tuple[Mapping[str, Any], ...]:
    """The rows of a stored table; a line of text, as storage periods were once typed, becomes a row."""
    return tuple(row if isinstance(row, Mapping) else retention_row(row) for row in value or ())


def rows_in(key: str, value: Sequence[Any] | None, language: Language, presumed: Language) -> list[dict[str, str]]:
    """A stored table as it was typed in a language, empty cells left out."""
    found = []
    for row in stored_rows(key, value):
        told = {column: told_in(key, cell, language, presumed, column) for column, cell in row.items()}
        found.append({column: text for column, text in told.items() if text})
    return found
