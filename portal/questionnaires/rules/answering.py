"""From what a form posts to what is stored: one way to write each answer, or a sentence saying why not.

A posted answer is whatever a browser, or somebody who is not using one, has sent. Only `Unacceptable` is ever raised.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from portal.core.language import Sentence, say
from portal.questionnaires.rules.countries import COUNTRIES
from portal.questionnaires.rules.model import Choice, Column, ColumnKind, Kind, Question, Row, Value

COMMENT_LENGTH = 5000
CELL_LENGTH = 500

# Control characters (a NUL cannot be stored), lone surrogates, and marks that reverse the reading direction of a line.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(?:[.,][0-9]{1,6})?")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FRENCH_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[^@\s<>\"']{1,180}\.[^@\s<>\"'.]{2,63}")


class Unacceptable(ValueError):
    """An answer that cannot be stored; `sentence` says why, `row` and `column` where in a table."""

    def __init__(self, sentence: Sentence, *, row: int | None = None, column: str | None = None) -> None:
        self.sentence, self.row, self.column = sentence, row, column
        super().__init__(str(sentence))


def normalise(question: Question, posted: object) -> Value:
    """What is stored for a posted answer; None when nothing was answered; raises `Unacceptable`.

    Normalising what is stored changes nothing. A table's missing cells are accepted here (a vendor saves as it
    goes) and reported by `missing`.

    >>> from portal.questionnaires.rules.model import Bilingual
    >>> delay = Question("fin.sauvegardes", Kind.NUMBER, Bilingual("Jours ?", "Days?"), minimum=0, maximum=365)
    >>> normalise(delay, [" 90,50 "])
    '90.5'
    >>> normalise(delay, "400")
    Traceback (most recent call last):
    ...
    portal.questionnaires.rules.answering.Unacceptable: Le nombre doit être au plus 365.
    """
    if question.kind is Kind.TABLE:
        return _rows(question, posted) or None
    if question.kind is Kind.MULTIPLE:
        return _several(question, posted) or None
    text = _clean(_single(posted), question.max_length)
    if not text:
        return None
    if question.kind is Kind.FILE:
        raise Unacceptable(say("Cette question attend un fichier, pas un texte."))
    if question.kind in (Kind.YES_NO, Kind.SINGLE):
        return _offered(text, question.choices)
    if question.kind is Kind.NUMBER:
        return _number(text, question.minimum, question.maximum)
    return _date(text) if question.kind is Kind.DATE else text


def invalid(question: Question, value: Value) -> Sentence | None:
    """Why a stored value cannot answer this question (say, after a new version changed its choices), or None.

    >>> from portal.questionnaires.rules.model import Bilingual
    >>> str(invalid(Question("a.b", Kind.DATE, Bilingual("Quand ?", "When?")), "hier"))
    'Cette date n’est pas reconnue\\u202f; écrivez-la ainsi\\u202f: 31/12/2026.'
    """
    try:
        normalise(question, value)
    except Unacceptable as refusal:
        return refusal.sentence
    return None


def comment(posted: object) -> str:
    """The comment to store beside an answer; raises `Unacceptable` when it is too long or not a text."""
    return _clean(_single(posted), COMMENT_LENGTH)


def _single(posted: object) -> str:
    if posted is None:
        return ""
    if isinstance(posted, str):
        return posted
    if isinstance(posted, Sequence) and not isinstance(posted, bytes | bytearray):
        if len(posted) > 1:
            raise Unacceptable(say("Une seule réponse est attendue."))
        if not posted or isinstance(posted[0], str):
            return posted[0] if posted else ""
    raise Unacceptable(say("Cette réponse n'a pas la forme attendue."))


def _clean(text: str, limit: int) -> str:
    """The text without what nobody can see; too long is refused before any work is done on it."""
    too_long = say("Ce texte dépasse %(limit)s caractères.", limit=limit)
    if len(text) > 2 * limit + 1000:
        raise Unacceptable(too_long)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    cleaned = unicodedata.normalize("NFC", _INVISIBLE.sub("", lines)).strip()
    if len(cleaned) > limit:
        raise Unacceptable(too_long)
    return cleaned


def _offered(text: str, choices: tuple[Choice, ...]) -> str:
    if text not in (choice.value for choice in choices):
        raise Unacceptable(say("« %(value)s » ne fait pas partie des réponses proposées.", value=text[:60]))
    return text


def _several(question: Question, posted: object) -> tuple[str, ...]:
    if posted is None or posted == "":
        return ()
    values = [posted] if isinstance(posted, str) else posted
    if not isinstance(values, Sequence) or isinstance(values, bytes | bytearray):
        raise Unacceptable(say("Cette réponse n'a pas la forme attendue."))
    if len(values) > 10 * len(question.choices):
        raise Unacceptable(say("Cette réponse n'a pas la forme attendue."))
    cleaned = (_clean(_single(value), CELL_LENGTH) for value in values)
    given = {_offered(value, question.choices) for value in cleaned if value}
    chosen = [choice for choice in question.choices if choice.value in given]
    alone = next((choice for choice in chosen if choice.exclusive), None)
    if alone and len(chosen) > 1:
        raise Unacceptable(say("« %(choice)s » ne peut pas être coché avec une autre réponse.", choice=alone.label))
    return tuple(choice.value for choice in chosen)


def _number(text: str, low: float | None = None, high: float | None = None) -> str:
    digits = re.sub(r"\s", "", text)
    if not _NUMBER.fullmatch(digits):
        raise Unacceptable(say("« %(value)s » n'est pas un nombre ; écrivez-le en chiffres.", value=text[:60]))
    number = Decimal(digits.replace(",", "."))
    if low is not None and number < low:
        raise Unacceptable(say("Le nombre doit être au moins %(low)s.", low=f"{low:.12g}"))
    if high is not None and number > high:
        raise Unacceptable(say("Le nombre doit être au plus %(high)s.", high=f"{high:.12g}"))
    return f"{number.normalize():f}" if number else "0"


def _date(text: str) -> str:
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _FRENCH_DATE.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        raise Unacceptable(say("Cette date n'est pas reconnue ; écrivez-la ainsi : 31/12/2026."))
    try:
        given = date(year, month, day)
    except ValueError:
        raise Unacceptable(say("Cette date n'existe pas dans le calendrier.")) from None
    if not 1900 <= year <= 2200:
        raise Unacceptable(say("L'année doit être comprise entre 1900 et 2200."))
    return given.isoformat()


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise Unacceptable(say("« %(value)s » n'est pas une adresse e-mail.", value=text[:60]))
    return text


def _country(text: str) -> str:
    if text.upper() not in COUNTRIES:
        raise Unacceptable(
            say("« %(value)s » n'est pas un code de pays (deux lettres, par exemple FR).", value=text[:60])
        )
    return text.upper()


_CELLS: dict[ColumnKind, Callable[[str], str]] = {
    ColumnKind.TEXT: str,
    ColumnKind.NUMBER: _number,
    ColumnKind.DATE: _date,
    ColumnKind.EMAIL: _email,
    ColumnKind.COUNTRY: _country,
}


def _cell(column: Column, posted: object) -> str:
    text = _clean(_single(posted), CELL_LENGTH)
    if not text:
        return ""
    if column.kind is ColumnKind.SINGLE:
        return _offered(text, column.choices)
    return _CELLS[column.kind](text)


def _rows(question: Question, posted: object) -> tuple[Row, ...]:
    if posted is None or posted == "":
        return ()
    if not isinstance(posted, Sequence) or isinstance(posted, str | bytes | bytearray):
        raise Unacceptable(say("Cette réponse n'a pas la forme attendue."))
    if len(posted) > 2 * question.max_rows + 100:
        raise Unacceptable(say("Ce tableau dépasse %(limit)s lignes.", limit=question.max_rows))
    rows = [row for number, raw in enumerate(posted, start=1) if (row := _row(question, raw, number))]
    if len(rows) > question.max_rows:
        raise Unacceptable(say("Ce tableau dépasse %(limit)s lignes.", limit=question.max_rows))
    return tuple(rows)


def _row(question: Question, raw: object, number: int) -> dict[str, str]:
    if not isinstance(raw, Mapping):
        raise Unacceptable(say("Cette réponse n'a pas la forme attendue."), row=number)
    for key in raw:
        if not isinstance(key, str) or question.column(key) is None:
            raise Unacceptable(
                say("Ligne %(row)s : la colonne « %(column)s » n'existe pas.", row=number, column=str(key)[:60]),
                row=number,
            )
    row = {}
    for column in question.columns:
        try:
            row[column.key] = _cell(column, raw.get(column.key))
        except Unacceptable as refusal:
            raise Unacceptable(
                say(
                    "Ligne %(row)s, %(column)s : %(reason)s",
                    row=number,
                    column=column.label,
                    reason=refusal.sentence,
                ),
                row=number,
                column=column.key,
            ) from refusal
    return {key: cell for key, cell in row.items() if cell}
