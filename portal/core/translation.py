"""Catalogues: the same sentence in the reader's language, for pages, mails, documents and commands alike."""

import gettext
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar, cast, runtime_checkable

from babel.numbers import format_decimal

from portal.core.dates import LOCALES, written
from portal.core.language import Language, Sentence, elided, french, is_plural

Text = TypeVar("Text", bound=str)
CATALOGUES = Path(__file__).resolve().parents[1] / "translations"


class French(gettext.NullTranslations):
    """French is the source: the message itself, set with French typography."""

    def gettext(self, message: str) -> str:
        """The message as printed."""
        return french(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """French says « 0 vendor », singular, below two."""
        return french(plural if is_plural(n) else singular)


@runtime_checkable
class Readable(Protocol):
    """A text of the data that exists in every language (a question, a label)."""

    def read(self, language: Language, /) -> str:
        """The text in a language."""


COUNTS = frozenset({"num", "count", "most", "least"})
"""Names of values that are how many of a thing: other whole numbers (a year, a line, a row's number) are names."""
_AS_IT_IS = frozenset({str, int, bool, type(None)})
"""Kinds written the same in every language: most values are, and to ask whether one is `Readable` is slow."""


@lru_cache(maxsize=4)
def translations(language: Language) -> gettext.NullTranslations:
    """The catalogue of a language; without a compiled English catalogue the French text is shown."""
    if language is Language.FR:
        return French()
    try:
        return gettext.translation("messages", CATALOGUES, languages=[language.value])
    except FileNotFoundError:
        return French()


def translate(sentence: Sentence | str, language: Language) -> str:
    """Say a sentence in a language; sentences among its values are translated too."""
    catalogue = translations(language)
    if isinstance(sentence, str):
        return catalogue.gettext(sentence) if sentence else ""
    if not sentence.text:
        return ""
    text = _chosen(sentence, catalogue)
    if not sentence.values:
        return text
    return filled(text, {name: _shown(value, language) for name, value in sentence.values.items()}, language)


def filled(text: Text, values: Mapping[str, object], language: Language) -> Text:
    """A text of the catalogue with its values: thousands apart, and in French « de » elided before a vowel.

    A markup stays one, and its values are escaped.
    """
    whole = elided(text, values) if language is Language.FR else text
    if COUNTS & values.keys():
        values = {
            name: grouped(value, language) if name in COUNTS and type(value) is int else value
            for name, value in values.items()
        }
    return cast(Text, whole % values)


def grouped(count: int, language: Language) -> int | str:
    """How many of a thing, its thousands apart as a reader of the language writes them.

    >>> grouped(200_000, Language.EN), grouped(999, Language.EN)
    ('200,000', 999)
    """
    return count if -1000 < count < 1000 else format_decimal(count, locale=LOCALES[language])


def _chosen(sentence: Sentence, catalogue: gettext.NullTranslations) -> str:
    """The text of a sentence, in the form that its number asks for."""
    count = sentence.values.get("num")
    if sentence.plural and isinstance(count, int):
        return catalogue.ngettext(sentence.text, sentence.plural, count)
    return catalogue.gettext(sentence.text)


def _shown(value: object, language: Language) -> object:
    """A value as a reader writes it: dates in letters, decimals with the language's separator."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, Sentence):
        return translate(value, language)
    if isinstance(value, Readable):
        return value.read(language)
    if isinstance(value, date):
        return written(value, language)
    if isinstance(value, Decimal | float):
        return format_decimal(value, locale=LOCALES[language])
    return value
