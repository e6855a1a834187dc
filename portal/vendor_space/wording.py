"""Sentences of the vendor space, in the reader's language."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from babel.dates import format_time

from portal.core.clock import LEGAL_ZONE
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.questionnaires.rules import Bilingual
from portal.web.formats import relative
from portal.web.text import current_language

SOON_DAYS = 7
"""Days before a deadline from which it is shown as near."""


def spoken(sentence: Sentence | str, language: Language | None = None) -> str:
    """A sentence in the reader's language, the questionnaire's own words included."""
    language = language or current_language()
    return translate(_in(language, sentence) if isinstance(sentence, Sentence) else sentence, language)


def _in(language: Language, sentence: Sentence) -> Sentence:
    return replace(sentence, values=_worded(sentence.values, language))


def _worded(values: Mapping[str, object], language: Language) -> dict[str, object]:
    return {name: _value(value, language) for name, value in values.items()}


def _value(value: object, language: Language) -> object:
    if isinstance(value, Bilingual):
        return value.read(language)
    return _in(language, value) if isinstance(value, Sentence) else value


def tone_of(due_on: date, today: date) -> str:
    """How pressing a deadline is, as the name of a tone.

    >>> tone_of(date(2026, 1, 1), date(2026, 1, 2)), tone_of(date(2026, 1, 8), date(2026, 1, 2))
    ('danger', 'warning')
    """
    left = (due_on - today).days
    return "danger" if left < 0 else "warning" if left <= SOON_DAYS else "neutral"


def due_words(due_on: date, today: date) -> str:
    """« à rendre dans 3 jours », « attendu il y a 2 jours »."""
    when = relative(due_on)
    sentence = say("attendu %(when)s", when=when) if due_on < today else say("à rendre %(when)s", when=when)
    return spoken(sentence)


def saved_at(moment: datetime) -> str:
    """« Enregistré à 14:32 », Paris time."""
    return spoken(say("Enregistré à %(time)s", time=format_time(moment, "HH:mm", tzinfo=LEGAL_ZONE)))
