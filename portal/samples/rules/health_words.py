"""Words that betray a person's health in a text (RGPD art. 9), whatever their accents, case or punctuation."""

from collections.abc import Mapping
from typing import Any

from portal.vendors.rules.naming import words

ALL_ENDINGS = "*"


class HealthWords:
    """A list of words and short phrases; a word that ends with « * » stands for every ending."""

    def __init__(self, listed: frozenset[str]) -> None:
        whole = {phrase for phrase in listed if not phrase.endswith(ALL_ENDINGS)}
        self._single = frozenset(phrase for phrase in whole if " " not in phrase)
        self._phrases = tuple(sorted(f" {phrase} " for phrase in whole if " " in phrase))
        begun = [phrase.removesuffix(ALL_ENDINGS) for phrase in listed if phrase.endswith(ALL_ENDINGS)]
        self._stems = tuple(sorted(stem for stem in begun if " " not in stem))
        self._begun = tuple(sorted(f" {stem}" for stem in begun if " " in stem))

    def found_in(self, text: str) -> bool:
        """Whether a text holds one.

        >>> HealthWords(frozenset({"diabet*", "arret de travail"})).found_in("Cliente DIABÉTIQUE, pas de retour")
        True
        """
        spoken = words(text)
        if any(word in self._single or word.startswith(self._stems) for word in spoken):
            return True
        joined = f" {' '.join(spoken)} "
        return any(phrase in joined for phrase in (*self._phrases, *self._begun))


def read_health_words(raw: Mapping[str, Any]) -> HealthWords:
    """The words of a parsed file, in both languages."""
    return HealthWords(frozenset(raw["fr"]) | frozenset(raw["en"]))
