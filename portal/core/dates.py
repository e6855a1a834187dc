"""Dates in letters, as a reader of each language writes them: pages, mails, documents and commands alike."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from babel.dates import format_date, format_datetime, get_month_names

from portal.core.clock import LEGAL_ZONE, legal_date
from portal.core.language import Language

LOCALES: Mapping[Language, str] = {Language.FR: "fr_FR", Language.EN: "en_GB"}


def load_locales() -> None:
    """Read how each language writes its dates and numbers, which is otherwise done when the first is written."""
    for language in Language:
        month_names(language)


class DateStyle(StrEnum):
    """How much of a day is said, as a CLDR pattern."""

    LONG = "d MMMM yyyy"
    SHORT = "d MMM yyyy"
    WEEKDAY = "EEEE d MMMM yyyy"


@lru_cache(maxsize=2048)
def written(day: date, language: Language, style: DateStyle = DateStyle.LONG) -> str:
    """A day in letters; a list shows the same few again and again.

    >>> written(date(2027, 1, 1), Language.FR), written(date(2027, 1, 1), Language.EN)
    ('1er janvier 2027', '1 January 2027')
    >>> written(date(2027, 2, 2), Language.FR, DateStyle.WEEKDAY)
    'mardi 2 février 2027'
    """
    first = language is Language.FR and day.day == 1
    return str(format_date(day, style.replace("d ", "d'er' ") if first else style.value, locale=LOCALES[language]))


def written_month(day: date, language: Language) -> str:
    """The month of a day, at the head of a list.

    >>> written_month(date(2027, 2, 2), Language.FR)
    'Février 2027'
    """
    return str(format_date(day, "MMMM yyyy", locale=LOCALES[language])).capitalize()


def month_names(language: Language) -> list[str]:
    """The twelve months, as they stand in a sentence.

    >>> month_names(Language.FR)[:2]
    ['janvier', 'février']
    """
    return [str(name) for _number, name in sorted(get_month_names("wide", "stand-alone", LOCALES[language]).items())]


def written_time(
    at: datetime, language: Language, style: DateStyle = DateStyle.LONG, *, time: str = "HH:mm", join: str
) -> str:
    """A moment in letters, legal time; `time` is a CLDR pattern, `join` stands between the day and the hour."""
    return written(legal_date(at), language, style) + join + time_of(at, language, time)


def time_of(at: datetime, language: Language, time: str) -> str:
    """The legal time of a moment, by a CLDR pattern."""
    return str(format_datetime(at, time, tzinfo=LEGAL_ZONE, locale=LOCALES[language]))


def duration_in_words(minutes: int, language: Language) -> str:
    """So many minutes in hours and minutes.

    >>> duration_in_words(75, Language.FR), duration_in_words(45, Language.FR), duration_in_words(135, Language.EN)
    ('1 heure 15', '45 minutes', '2 hours 15 minutes')
    """
    hours, rest = divmod(minutes, 60)
    if language is Language.EN:
        words = [f"{n} {unit}{'s' if n > 1 else ''}" for n, unit in ((hours, "hour"), (rest, "minute")) if n]
        return " ".join(words)
    if not hours:
        return f"{rest} minute{'s' if rest > 1 else ''}"
    return f"{hours} heure{'s' if hours > 1 else ''}" + (f" {rest:02}" if rest else "")
