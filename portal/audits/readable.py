"""An answer as a person reads it, in the reader's language: labels, dates in letters, tables with their headings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_decimal

from portal.core.language import Language
from portal.questionnaires.rules import Column, ColumnKind, GivenAnswer, Kind, Question, Questionnaire
from portal.vendors.places import place_name
from portal.web.formats import long_date
from portal.web.text import _, current_language, ngettext


@dataclass(frozen=True)
class Told:
    """An answer ready to be shown: words or a table, then the comment."""

    words: tuple[str, ...] = ()
    """One per choice, paragraph or value."""
    is_list: bool = False
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    comment: str = ""
    is_missing: bool = False
    """Nothing was answered, and the words say so."""


def tell(question: Question, answer: GivenAnswer | None) -> Told:
    """An answer in the reader's language; None stands for a question that was not asked."""
    if answer is None:
        return Told((_("La question n'était pas posée."),), is_missing=True)
    language, value = current_language(), answer.value
    if question.kind is Kind.FILE and answer.files:
        return Told((_files(answer.files),), comment=answer.comment)
    if not value:
        return Told((_("Sans réponse"),), comment=answer.comment, is_missing=True)
    if question.kind is Kind.TABLE:
        return Told(
            header=tuple(column.label.read(language) for column in question.columns),
            rows=tuple(
                tuple(_cell(column, row.get(column.key, ""), language) for column in question.columns)
                for row in value
                if isinstance(row, Mapping)
            ),
            comment=answer.comment,
        )
    return Told(tuple(_words(question, value, language)), question.kind is Kind.MULTIPLE, comment=answer.comment)


def _files(count: int) -> str:
    return str(ngettext("%(num)s fichier joint", "%(num)s fichiers joints", count))


def _words(question: Question, value: Any, language: Language) -> Iterator[str]:
    if question.kind in {Kind.YES_NO, Kind.SINGLE, Kind.MULTIPLE}:
        for one in (value,) if isinstance(value, str) else value:
            choice = question.choice(str(one))
            yield choice.label.read(language) if choice is not None else str(one)
    elif question.kind is Kind.NUMBER:
        yield f"{_number(str(value), language)} {question.unit.read(language)}".strip()
    elif question.kind is Kind.DATE:
        yield _day(str(value))
    else:
        yield from (line for line in str(value).split("\n") if line.strip())


def _cell(column: Column, text: str, language: Language) -> str:
    match column.kind:
        case ColumnKind.COUNTRY:
            return place_name(text, language)
        case ColumnKind.DATE:
            return _day(text)
        case ColumnKind.NUMBER:
            return _number(text, language)
        case ColumnKind.SINGLE:
            labels = {choice.value: choice.label.read(language) for choice in column.choices}
            return labels.get(text, text)
        case _:
            return text


def _day(text: str) -> str:
    try:
        return long_date(date.fromisoformat(text))
    except ValueError:
        return text


def _number(text: str, language: Language) -> str:
    try:
        return format_decimal(Decimal(text), locale="en_GB" if language is Language.EN else "fr_FR")
    except InvalidOperation:
        return text


def numbers(questionnaire: Questionnaire) -> dict[str, str]:
    """The number that each question bears, the same whatever is asked: « 2.3 » is the third of the second section."""
    return {
        question.key: f"{chapter}.{place}"
        for chapter, section in enumerate(questionnaire.sections, start=1)
        for place, question in enumerate(section.questions, start=1)
    }
