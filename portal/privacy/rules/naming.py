"""Where a text names one person, and that text once they are erased."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Any

from portal.core.dataclass import dataclass

SHORTEST = 4
"""Characters of a name or a number that is looked for: shorter ones are everywhere."""


@dataclass(frozen=True)
class SoughtPerson:
    """What one person is recognised by."""

    addresses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    phones: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The texts that a column is asked for, the longest first."""
        found = {one.strip() for one in (*self.addresses, *self.names, *self.phones)}
        return tuple(sorted((one for one in found if len(one) >= SHORTEST), key=lambda one: (-len(one), one)))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What names them in a text: whole, whatever its case."""
        return re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in self.words) or r"(?!)", re.IGNORECASE)


def names_in(value: Any, person: SoughtPerson) -> bool:
    """Whether a value of a column, a text or a JSON value, names the person.

    >>> one = SoughtPerson(frozenset({"leo@a.example"}), frozenset({"Léo Martin"}))
    >>> names_in({"a": ["Vu avec LÉO MARTIN."]}, one), names_in("Léo Martineau", one), names_in("xleo@a.example", one)
    (True, False, False)
    """
    if isinstance(value, str):
        return person.pattern.search(unicodedata.normalize("NFC", value)) is not None
    if isinstance(value, Mapping):
        return any(names_in(key, person) or names_in(one, person) for key, one in value.items())
    if isinstance(value, list):
        return any(names_in(one, person) for one in value)
    if isinstance(value, bytes | memoryview):
        return names_in(bytes(value).decode("utf-8", "ignore"), person)
    return False


def replaced(value: Any, person: SoughtPerson, name: str, address: str) -> Any:
    """The same value without the person: their addresses, names and numbers give way.

    >>> one = SoughtPerson(frozenset({"leo@a.example"}), frozenset({"Léo Martin"}), frozenset({"06 12 34 56 78"}))
    >>> replaced({"to": "Léo Martin <leo@a.example>, 06 12 34 56 78", "n": 1}, one, "X", "x@y.invalid")
    {'to': 'X <x@y.invalid>, –', 'n': 1}
    """
    if isinstance(value, str):
        addresses = {one.casefold() for one in person.addresses}
        phones = {one.casefold() for one in person.phones}

        def other(found: re.Match[str]) -> str:
            told = found[0].casefold()
            return address if told in addresses else "–" if told in phones else name

        return person.pattern.sub(other, unicodedata.normalize("NFC", value))
    if isinstance(value, Mapping):
        return {key: replaced(one, person, name, address) for key, one in value.items()}
    if isinstance(value, list):
        return [replaced(one, person, name, address) for one in value]
    return value
