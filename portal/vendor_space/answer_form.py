"""What a page of questions posts: one field per control, named after its question.

`<key>` holds the answer, `<key>:comment` the comment, `<key>:base` the version seen and its mark,
`<key>:<row>:<column>` a cell. A question whose `base` is absent was not on the page.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cached_property

from werkzeug.datastructures import MultiDict

from portal.audits.services import PostedAnswer
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.questionnaires.definition import Question

NO_VERSION = -1
"""A version that nobody was given: whoever posts nonsense gets a conflict, never an overwrite."""


@dataclass(frozen=True)
class PostedAnswers:
    """The answers of a page, and those refused before anything could be made of them."""

    entries: Mapping[str, PostedAnswer]
    refused: Mapping[str, Refused] = field(default_factory=dict)


class _FormFields:
    """The form, as the kinds of question read it."""

    def __init__(self, form: MultiDict[str, str], without: str) -> None:
        self._form, self._without = form, without

    def values(self, key: str) -> list[str]:
        """Every value posted under a key."""
        return self._form.getlist(key)

    def rows(self, key: str) -> list[dict[str, str]]:
        """The rows posted to a table, in the order of their numbers, but for the one taken away."""
        rows = self._cells.get(key, {})
        return [rows[number] for number in sorted(rows) if f"{key}:{number}" != self._without]

    @cached_property
    def _cells(self) -> Mapping[str, dict[int, dict[str, str]]]:
        """Every cell of every table, by question and row, in one pass whatever the number of fields."""
        found: dict[str, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        for name, value in self._form.items():
            parts = name.split(":")
            if len(parts) == 3 and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 7:
                found[parts[0]][int(parts[1])][parts[2]] = value
        return found


def read_answers(form: MultiDict[str, str], questions: Iterable[Question], *, without: str = "") -> PostedAnswers:
    """The answers posted to these questions; `without` names a row (`key:row`) that the person takes away."""
    fields = _FormFields(form, without)
    entries: dict[str, PostedAnswer] = {}
    refused: dict[str, Refused] = {}
    for question in questions:
        key = question.key
        if f"{key}:base" not in form:
            continue
        posted, refusal = question.kind.read_form(question, fields)
        base, seen = read_base(form.get(f"{key}:base", ""))
        entries[key] = PostedAnswer(key, posted, form.get(f"{key}:comment"), base, seen)
        if refusal is not None:
            refused[key] = Refused(refusal)
    return PostedAnswers(entries, refused)


def read_base(text: str) -> tuple[int, str]:
    """The version and the mark that a page carried.

    >>> read_base("3.0a1b"), read_base(""), read_base("tout")
    ((3, '0a1b'), (-1, ''), (-1, ''))
    """
    number, _, mark = text.partition(".")
    known = number.isascii() and number.isdigit() and len(number) < 10
    return (int(number), mark[:16]) if known else (NO_VERSION, "")
