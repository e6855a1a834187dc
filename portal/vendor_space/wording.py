"""Sentences of the vendor space, in the reader's language."""

from datetime import date, datetime

from babel.dates import format_time

from portal.core.clock import LEGAL_ZONE
from portal.core.language import say
from portal.web.formats import relative
from portal.web.text import said

SOON_DAYS = 7
"""Days before a deadline from which it is shown as near."""


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
    return said(sentence)


def saved_at(moment: datetime) -> str:
    """« Enregistré à 14:32 », Paris time."""
    return said(say("Enregistré à %(time)s", time=format_time(moment, "HH:mm", tzinfo=LEGAL_ZONE)))
