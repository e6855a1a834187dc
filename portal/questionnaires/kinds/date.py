"""A day of the calendar. A cell of a table that holds a date is read, stored and shown the same way."""

from datetime import date
from random import Random

from portal.core.calendar import BeyondCalendar, within_calendar
from portal.core.dates import written
from portal.core.expressions import expression
from portal.core.language import Language, Sentence, say
from portal.questionnaires.definition import Question, Value
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer, clean_text, single_text
from portal.questionnaires.kinds.question_kind import QuestionKind

_ISO = expression(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FRENCH = expression(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


class DateKind(QuestionKind):
    """A date, typed as browsers or people write it and stored as ISO 8601."""

    name = "date"
    rank = 6
    cell_holds = "date"

    def description(self, question: Question) -> Sentence:
        """A date."""
        return say("une date")

    def stored_value(self, question: Question, posted: object) -> Value:
        """The date as ISO 8601."""
        text = clean_text(single_text(posted), question.max_length)
        return stored_date(text) if text else None

    def value_in_words(self, question: Question, value: str, language: Language) -> str:
        """The date in letters."""
        return date_in_words(value, language)

    def demo_answer(self, question: Question, quality: float, chance: Random) -> tuple[object, str]:
        """The same day for every vendor."""
        return "2026-09-15", ""


def stored_date(text: str) -> str:
    """The one way a date is written; raises `UnacceptableAnswer` for what is none."""
    if match := _ISO.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _FRENCH.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        raise UnacceptableAnswer(say("Cette date n'est pas reconnue ; écrivez-la ainsi : 31/12/2026."))
    try:
        given = date(year, month, day)
    except ValueError:
        raise UnacceptableAnswer(say("Cette date n'existe pas dans le calendrier.")) from None
    try:
        return within_calendar(given).isoformat()
    except BeyondCalendar as refusal:
        raise UnacceptableAnswer(refusal.sentence) from refusal


def date_in_words(text: str, language: Language) -> str:
    """A stored date in letters; what is no date stays as it is.

    >>> date_in_words("2026-12-01", Language.FR), date_in_words("bientôt", Language.FR)
    ('1er décembre 2026', 'bientôt')
    """
    try:
        return written(date.fromisoformat(text), language)
    except ValueError:
        return text


KIND = DateKind()
