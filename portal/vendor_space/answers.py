"""Answers as text: to be typed again in a control, to be read, to be compared with another's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from portal.audits.services import Entry, Theirs
from portal.core.dates import written
from portal.core.language import Language
from portal.core.stale import fingerprint
from portal.questionnaires.rules import ColumnKind, GivenAnswer, Kind
from portal.vendor_space.copies import CellCopy, QuestionCopy
from portal.vendor_space.countries import shown as country


@dataclass(frozen=True)
class Clash:
    """An answer changed by two people, both as text; `seen` is the version of theirs that is shown."""

    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    by: str
    at: datetime | None
    seen: str


@dataclass(frozen=True)
class Held:
    """What the controls hold: stored, or as it was typed when it could not be kept."""

    value: object
    comment: str


def held(copy: QuestionCopy, answer: GivenAnswer, entry: Entry | None) -> Held:
    """What to put in the controls: the stored answer, or `entry` as it was typed when it was refused."""
    if entry is None:
        return Held(answer.value, answer.comment)
    return Held(entry.posted, entry.comment if isinstance(entry.comment, str) else answer.comment)


def typed(copy: QuestionCopy, value: object, language: Language) -> str | list[str] | list[dict[str, str]]:
    """The value of the controls: a text, the boxes ticked, or the rows of a table."""
    if copy.kind is Kind.TABLE:
        rows = value if isinstance(value, list | tuple) else ()
        return [
            {column.key: _cell_typed(column, str(row.get(column.key, "")), language) for column in copy.columns}
            for row in rows[: copy.max_rows] if isinstance(row, Mapping)
        ]  # fmt: skip
    if copy.kind is Kind.MULTIPLE:
        return [str(item) for item in value] if isinstance(value, list | tuple) else []
    text = str(value[0] if isinstance(value, list | tuple) and value else value or "")
    return _number(text, language) if copy.kind is Kind.NUMBER else text


def _cell_typed(column: CellCopy, text: str, language: Language) -> str:
    if column.kind is ColumnKind.COUNTRY:
        return country(text, language)
    return _number(text, language) if column.kind is ColumnKind.NUMBER else text


def _number(text: str, language: Language) -> str:
    """A stored number with the decimal separator that the reader types."""
    return text.replace(".", ",") if language is Language.FR else text


def words_of(copy: QuestionCopy, answer: GivenAnswer | Held, language: Language) -> tuple[str, ...]:
    """An answer to read, one line per value."""
    value = answer.value
    if copy.kind is Kind.TABLE or not value:
        return ()
    values = [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
    labels = {option.value: option.label for option in copy.options}
    if copy.kind is Kind.DATE:
        values = [_date(item, language) for item in values]
    if copy.kind is Kind.NUMBER:
        values = [f"{_number(item, language)} {copy.unit}".strip() for item in values]
    return tuple(labels.get(item, item) for item in values)


def cells_of(copy: QuestionCopy, answer: GivenAnswer | Held, language: Language) -> tuple[tuple[str, ...], ...]:
    """The rows of a table to read, cell by cell."""
    if copy.kind is not Kind.TABLE or not isinstance(answer.value, list | tuple):
        return ()
    return tuple(
        tuple(_cell_read(column, str(row.get(column.key, "")), language) for column in copy.columns)
        for row in answer.value[: copy.max_rows] if isinstance(row, Mapping)
    )  # fmt: skip


def _cell_read(column: CellCopy, text: str, language: Language) -> str:
    if column.kind is ColumnKind.SINGLE:
        return next((option.label for option in column.options if option.value == text), text)
    if column.kind is ColumnKind.DATE and text:
        return _date(text, language)
    return _cell_typed(column, text, language)


def _date(text: str, language: Language) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return written(day, language)


def clash_of(copy: QuestionCopy, mine: GivenAnswer | Held, theirs: Theirs, language: Language) -> Clash:
    """Two answers to the same question, both as text."""
    other = GivenAnswer(theirs.value, theirs.comment)
    seen = f"{theirs.version}.{fingerprint(theirs.value, theirs.comment)}"
    return Clash(_lines(copy, mine, language), _lines(copy, other, language), theirs.by, theirs.at, seen)


def _lines(copy: QuestionCopy, answer: GivenAnswer | Held, language: Language) -> tuple[str, ...]:
    rows = tuple(" · ".join(cell for cell in row if cell) for row in cells_of(copy, answer, language))
    lines = (*words_of(copy, answer, language), *filter(None, rows), answer.comment)
    return tuple(line for line in lines if line)


def mine_of(entry: Entry) -> GivenAnswer | Held:
    """What a person has typed, as it was posted."""
    return Held(entry.posted, entry.comment if isinstance(entry.comment, str) else "")
