"""A number, with its unit and bounds. A cell of a table that holds a number is read, stored and shown the same way."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

from babel.numbers import format_decimal

from portal.core.dates import LOCALES
from portal.core.expressions import expression
from portal.core.language import Language, Sentence, say
from portal.questionnaires.definition import Question, Value
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer, clean_text, single_text
from portal.questionnaires.kinds.question_kind import ControlValue, QuestionKind
from portal.questionnaires.toml_fields import TomlTable

_TYPED = expression(r"[-+]?[0-9]{1,15}(?:[.,][0-9]{1,6})?")
_STORED = expression(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")


class NumberKind(QuestionKind):
    """A number that may have decimals."""

    name = "number"
    rank = 5
    own_fields = frozenset({"minimum", "maximum", "unit"})
    cell_holds = "number"

    def read_definition(self, table: TomlTable, question: Question) -> Question:
        """Its bounds and its unit."""
        return replace(
            question,
            minimum=table.number("minimum"),
            maximum=table.number("maximum"),
            unit=table.bilingual("unit", required=False),
        )

    def definition_defects(self, question: Question) -> Iterator[Sentence]:
        """Bounds that nothing can satisfy."""
        low, high = question.minimum, question.maximum
        if low is not None and high is not None and low >= high:
            yield say("Le minimum doit être inférieur au maximum.")

    def description(self, question: Question) -> Sentence:
        """A number."""
        return say("un nombre")

    def stored_value(self, question: Question, posted: object) -> Value:
        """The number in digits, a point before the decimals and no superfluous zero.

        >>> from portal.questionnaires.definition import Bilingual
        >>> delay = Question("fin.sauvegardes", KIND, Bilingual("Jours ?", "Days?"), minimum=0, maximum=365)
        >>> KIND.stored_value(delay, [" 90,50 "])
        '90.5'
        >>> KIND.stored_value(delay, "400")
        Traceback (most recent call last):
        ...
        portal.questionnaires.kinds.posted_text.UnacceptableAnswer: Le nombre doit être au plus 365.
        """
        text = clean_text(single_text(posted), question.max_length)
        return stored_number(text, question.minimum, question.maximum) if text else None

    def control_value(self, question: Question, value: object, language: Language) -> ControlValue:
        """The number as the reader types it."""
        return typed_number(str(super().control_value(question, value, language)), language)

    def value_in_words(self, question: Question, value: str, language: Language) -> str:
        """The number and its unit."""
        return f"{number_in_words(value, language)} {question.unit.read(language)}".strip()

    def demo_answer(self, question: Question, quality: float, chance: Random) -> tuple[object, str]:
        """The higher the better the vendor, between the bounds."""
        low, high = question.minimum or 0, question.maximum or 100
        return str(int(low + quality * (high - low))), ""


def stored_number(text: str, low: float | None = None, high: float | None = None) -> str:
    """The one way a number is written; raises `UnacceptableAnswer` for what is none, or out of bounds."""
    digits = re.sub(r"\s", "", text)
    if not _TYPED.fullmatch(digits):
        raise UnacceptableAnswer(say("« %(value)s » n'est pas un nombre ; écrivez-le en chiffres.", value=text[:60]))
    number = Decimal(digits.replace(",", "."))
    if low is not None and number < low:
        raise UnacceptableAnswer(say("Le nombre doit être au moins %(low)s.", low=f"{low:.12g}"))
    if high is not None and number > high:
        raise UnacceptableAnswer(say("Le nombre doit être au plus %(high)s.", high=f"{high:.12g}"))
    return f"{number.normalize():f}" if number else "0"


def typed_number(text: str, language: Language) -> str:
    """A stored number with the decimal separator that the reader types."""
    return text.replace(".", ",") if language is Language.FR else text


def number_in_words(text: str, language: Language) -> str:
    """A stored number with the separators of the language, no digit lost; what is no stored number stays as it is.

    >>> number_in_words("12000.5", Language.FR), number_in_words("12000.5", Language.EN)
    ('12\\u202f000,5', '12,000.5')
    >>> number_in_words("0.123456", Language.FR), number_in_words("1e9", Language.FR)
    ('0,123456', '1e9')
    """
    if not _STORED.fullmatch(text):
        return text
    return str(format_decimal(Decimal(text), locale=LOCALES[language], decimal_quantization=False))


KIND = NumberKind()
