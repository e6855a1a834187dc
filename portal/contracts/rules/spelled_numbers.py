"""Whole numbers in words, as contracts write them before their figures: « vingt-quatre (24) »."""

from collections.abc import Mapping
from functools import lru_cache

from portal.core.language import Language

HIGHEST = 199
_FRENCH = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf"
)
_ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_SMALL: Mapping[Language, tuple[str, ...]] = {
    Language.FR: tuple(_FRENCH.split()),
    Language.EN: tuple(_ENGLISH.split()),
}
_TENS: Mapping[Language, tuple[str, ...]] = {
    Language.FR: ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt",
                  "quatre-vingt"),
    Language.EN: ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
}  # fmt: skip


def in_words(number: int, language: Language) -> str:
    """A number from 0 to 199 in words.

    >>> [in_words(number, Language.FR) for number in (1, 21, 48, 72, 80, 91, 120)]
    ['un', 'vingt et un', 'quarante-huit', 'soixante-douze', 'quatre-vingts', 'quatre-vingt-onze', 'cent vingt']
    >>> [in_words(number, Language.EN) for number in (1, 21, 48, 120)]
    ['one', 'twenty-one', 'forty-eight', 'one hundred and twenty']
    """
    if number >= 100:
        rest = in_words(number - 100, language) if number > 100 else ""
        head, link = ("cent", " ") if language is Language.FR else ("one hundred", " and ")
        return f"{head}{link}{rest}" if rest else head
    small = _SMALL[language]
    if number < len(small):
        return small[number]
    tens, units = divmod(number, 10)
    if language is Language.FR:
        if tens in {7, 9}:
            units += 10
        if units == 0:
            return "quatre-vingts" if tens == 8 else _TENS[language][tens]
        link = " et " if units in {1, 11} and tens < 8 else "-"
        return f"{_TENS[language][tens]}{link}{small[units]}"
    return _TENS[language][tens] + (f"-{small[units]}" if units else "")


@lru_cache(maxsize=2)
def number_words(language: Language) -> Mapping[str, int]:
    """Every number by its words."""
    return {in_words(number, language): number for number in range(HIGHEST + 1)} | {"une": 1}
