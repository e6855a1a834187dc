"""Which of the two languages a short text is in, read from words that only one of them has."""

import re
from enum import StrEnum
from functools import cached_property

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Language

_WORD = expression(r"[^\W\d_]+(?:-[^\W\d_]+)*|\d+")
_APART = expression(r"(?<!\S)[^\s@/]*[@/]\S*|\bwww\.\S*")
"""Addresses of mailboxes and pages: in no language."""
_FRENCH_LETTERS = frozenset("àâçèêëîïôùûœæéÿ")
_LONGEST_ACRONYM = 6


class TextLanguage(StrEnum):
    """What a text turns out to be in."""

    FR = "fr"
    EN = "en"
    EITHER = "either"
    """Only names, numbers and words that both languages have."""
    UNSURE = "unsure"
    """Words that neither list holds."""


@dataclass(frozen=True)
class LanguageWords:
    """Words, in lower case, that one language has and the other has not."""

    french: frozenset[str]
    english: frozenset[str]
    shared: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    """Proper names made of common words: they say nothing of the language around them."""

    @cached_property
    def _named(self) -> re.Pattern[str]:
        return re.compile("|".join([*map(re.escape, self.names), r"(?!)"]), re.IGNORECASE)

    def language_of(self, text: str) -> TextLanguage:
        """The language that most of its telling words are in; a tie of both is unsure, as are unknown words alone.

        >>> known = LanguageWords(frozenset({"fichiers", "de"}), frozenset({"data"}), frozenset({"module"}))
        >>> [known.language_of(one).value for one in ("Tri de fichiers", "data", "module 3", "CRM", "Kerala")]
        ['fr', 'en', 'either', 'either', 'unsure']
        """
        french = english = unknown = 0
        for word in _words(self._named.sub(" ", text)):
            folded = word.lower()
            parts = folded.split("-")
            if any(part in self.french for part in parts):
                french += 1
            elif any(part in self.english for part in parts):
                english += 1
            elif not (_is_neutral(word) or all(part in self.shared for part in parts)):
                if _FRENCH_LETTERS.intersection(folded) and word[:1].islower():
                    french += 1
                else:
                    unknown += 1
        if french != english:
            return TextLanguage.FR if french > english else TextLanguage.EN
        return TextLanguage.UNSURE if french or unknown else TextLanguage.EITHER

    def is_in(self, text: str, language: Language, *, presumed: Language) -> bool:
        """Whether a text may be printed in a document of this language; `presumed` decides where no word tells."""
        found = self.language_of(text)
        if found is TextLanguage.UNSURE:
            return language is presumed
        return found is TextLanguage.EITHER or found.value == language.value


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(_APART.sub(" ", text)) if len(word) > 1 or word.isdigit()]


def _is_neutral(word: str) -> bool:
    """A number, or an acronym in capitals."""
    return word.isdigit() or (word.isupper() and len(word) <= _LONGEST_ACRONYM)
