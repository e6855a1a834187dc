"""What a page of questions posts: one field per control, named after its question.

`<key>` holds the answer, `<key>:comment` the comment, `<key>:base` the version seen and its mark,
`<key>:<row>:<column>` a cell. A question whose `base` is absent was not on the page.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.audits.services import Entry
from portal.core.errors import Refused
from portal.core.language import Sentence, say
from portal.questionnaires.rules import ColumnKind, Kind, Question
from portal.vendor_space.countries import code_of

NO_VERSION = -1
"""A version that nobody was given: whoever posts nonsense gets a conflict, never an overwrite."""


@dataclass(frozen=True)
class Posted:
    """The answers of a page, and those refused before anything could be made of them."""

    entries: Mapping[str, Entry]
    refused: Mapping[str, Refused] = field(default_factory=dict)


def read(form: MultiDict[str, str], questions: Iterable[Question], *, without: str = "") -> Posted:
    """The answers posted to these questions; `without` names a row (`key:row`) that the person takes away."""
    asked = [question for question in questions if f"{question.key}:base" in form]
    cells = _cells(form) if any(question.kind is Kind.TABLE for question in asked) else {}
    entries: dict[str, Entry] = {}
    refused: dict[str, Refused] = {}
    for question in asked:
        posted, refusal = _answer(form, question, cells, without)
        base, seen = base_of(form.get(f"{question.key}:base", ""))
        entries[question.key] = Entry(question.key, posted, form.get(f"{question.key}:comment"), base, seen)
        if refusal is not None:
            refused[question.key] = Refused(refusal)
    return Posted(entries, refused)


def base_of(text: str) -> tuple[int, str]:
    """The version and the mark that a page carried.

    >>> base_of("3.0a1b"), base_of(""), base_of("tout")
    ((3, '0a1b'), (-1, ''), (-1, ''))
    """
    number, _, mark = text.partition(".")
    known = number.isascii() and number.isdigit() and len(number) < 10
    return (int(number), mark[:16]) if known else (NO_VERSION, "")


def _answer(
    form: MultiDict[str, str], question: Question, cells: Mapping[str, Any], without: str
) -> tuple[object, Sentence | None]:
    if question.kind is Kind.TABLE:
        rows = cells.get(question.key, {})
        kept = [rows[number] for number in sorted(rows) if f"{question.key}:{number}" != without]
        return _with_codes(question, kept)
    values = form.getlist(question.key)
    return (values if question.kind is Kind.MULTIPLE or len(values) > 1 else (values[0] if values else None)), None


def _cells(form: MultiDict[str, str]) -> Mapping[str, dict[int, dict[str, str]]]:
    """Every cell of every table, by question and row, in one pass whatever the number of fields."""
    found: dict[str, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for name, value in form.items():
        parts = name.split(":")
        if len(parts) == 3 and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 7:
            found[parts[0]][int(parts[1])][parts[2]] = value
    return found


def _with_codes(question: Question, rows: list[dict[str, str]]) -> tuple[list[dict[str, str]], Sentence | None]:
    """The rows with countries as codes; a country nobody knows stays as typed, with the sentence that says so."""
    countries = [column for column in question.columns if column.kind is ColumnKind.COUNTRY]
    wrong: Sentence | None = None
    coded = []
    for number, typed in enumerate(rows[: 2 * question.max_rows], start=1):
        row = dict(typed)
        for column in countries:
            code = code_of(row.get(column.key, ""))
            if isinstance(code, str):
                row[column.key] = code
            else:
                wrong = wrong or say(
                    "Ligne %(row)s, %(column)s : %(reason)s", row=number, column=column.label, reason=code
                )
        coded.append(row)
    return [*coded, *rows[2 * question.max_rows :]], wrong
