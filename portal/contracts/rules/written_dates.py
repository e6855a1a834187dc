"""Dates as people write them in a contract, in French or in English: read, or known to be none."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from babel.dates import format_date, get_month_names

from portal.core.dates import LOCALES, written
from portal.core.expressions import expression
from portal.core.language import Language
from portal.vendors.rules.naming import plain

_ISO = expression(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_SLASHES = expression(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_DAY_FIRST = expression(r"\b(\d{1,2}) ?(?:er|st|nd|rd|th)? ([a-z]+) (\d{4})\b")
_MONTH_FIRST = expression(r"\b([a-z]+) (\d{1,2})(?:st|nd|rd|th)? (\d{4})\b")
_MONTH_ONLY = expression(r"\b([a-z]+) (\d{4})\b")
_YEARS = range(1900, 2201)


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    return {
        plain(name): number
        for language in Language
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=LOCALES[language]).items()
    }


def date_in(text: str) -> date | None:
    """The first whole date that a text holds, and that the calendar has; a month and its year stand for its first day.

    >>> date_in("1er janvier 2027"), date_in("AITD du 03/02/2026"), date_in("31 février 2027"), date_in("bientôt")
    (datetime.date(2027, 1, 1), datetime.date(2026, 2, 3), None, None)
    """
    return next(_dates(text), None)


def date_in_words(text: str, language: Language) -> str | None:
    """A text that is a day, or a month of a year, as a language writes it; None for a text that says more, or less.

    >>> date_in_words("1er janvier 2027", Language.EN), date_in_words("March 2027", Language.FR)
    ('1 January 2027', 'mars 2027')
    >>> date_in_words("à la signature", Language.EN), date_in_words("31 février 2027", Language.EN)
    (None, None)
    """
    bare, words = text.strip(), plain(text)
    found = date_in(bare)
    if found is None:
        return None
    if any(one.fullmatch(bare) for one in (_ISO, _SLASHES)):
        return written(found, language)
    if any(one.fullmatch(words) for one in (_DAY_FIRST, _MONTH_FIRST)):
        return written(found, language)
    if _MONTH_ONLY.fullmatch(words):
        return str(format_date(found, "MMMM yyyy", locale=LOCALES[language]))
    return None


def _dates(text: str) -> Iterator[date]:
    """A text that writes a day which does not exist holds no date: its month alone is not read."""
    for pattern, order in ((_ISO, (0, 1, 2)), (_SLASHES, (2, 1, 0))):
        for found in pattern.finditer(text):
            yield from _day(*(found.groups()[place] for place in order))
            return
    words = plain(text)
    for found in _DAY_FIRST.finditer(words):
        if found[2] in _months():
            yield from _day(found[3], str(_months()[found[2]]), found[1])
            return
    for found in _MONTH_FIRST.finditer(words):
        if found[1] in _months():
            yield from _day(found[3], str(_months()[found[1]]), found[2])
            return
    for found in _MONTH_ONLY.finditer(words):
        if found[1] in _months():
            yield from _day(found[2], str(_months()[found[1]]), "1")


def _day(year: str, month: str, day: str) -> Iterator[date]:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return
    if found.year in _YEARS:
        yield found
