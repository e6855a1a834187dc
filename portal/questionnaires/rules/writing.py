"""A questionnaire as the TOML file that `parsing` reads back into the same questionnaire.

A text that lacks a language, a reason or an article is written as it is: the file is then a draft (see `parsing`).
"""

import json
from collections.abc import Iterable, Iterator

from portal.questionnaires.definition import (
    AllOf,
    AnswerAmong,
    AnyOf,
    Bilingual,
    Choice,
    Condition,
    EvidenceDemand,
    FindingRule,
    Question,
    Questionnaire,
    QuestionnaireSection,
    TableColumn,
)
from portal.questionnaires.kinds import QUESTION_KINDS
from portal.questionnaires.rules.parsing import SHARED

QUESTION = "[[sections.questions]]"
"""The line that opens a question."""
_USUAL = Question("", QUESTION_KINDS["text"], Bilingual())
"""What a question that says nothing holds."""


def toml_of(questionnaire: Questionnaire, *, draft: bool = False) -> str:
    """The text of the file, UTF-8, ended by a line feed.

    A draft defines all its questions itself, and says of each whether its article is still to be found.

    >>> from portal.questionnaires.toml_reading import read_toml
    >>> page = QuestionnaireSection("a", Bilingual("A", "A"), Bilingual(), ())
    >>> toml = toml_of(Questionnaire("x", "1", Bilingual("« X »", "X"), Bilingual(en="x"), (page,)))
    >>> read_toml(toml.encode())["title"]
    {'fr': '« X »', 'en': 'X'}
    """
    parts = [head_toml(questionnaire)]
    for section in questionnaire.sections:
        parts += ["", section_toml(section)]
        for question in section.questions:
            is_own = draft or question.key.startswith(f"{section.key}.")
            entry = question_toml(question, draft=draft) if is_own else shared_toml(question.key)
            parts += ["", f"{QUESTION}\n{entry}"]
    return "\n".join(parts) + "\n"


def head_toml(questionnaire: Questionnaire) -> str:
    """What stands above the first section."""
    lines = [f"key = {_text(questionnaire.key)}", f"version = {_text(questionnaire.version)}"]
    if questionnaire.minutes:
        lines.append(f"minutes = {questionnaire.minutes}")
    return "\n".join([*lines, *_both("title", questionnaire.title), *_both("introduction", questionnaire.introduction)])


def section_toml(section: QuestionnaireSection) -> str:
    """What stands above the first question of a section, its opening line included."""
    both = (*_both("title", section.title), *_both("introduction", section.introduction))
    return "\n".join(["[[sections]]", f"key = {_text(section.key)}", *both])


def question_toml(question: Question, *, draft: bool) -> str:
    """The fields of one question; in a draft, one without an article says that it is still to be found."""
    return "\n".join(_question(question, draft=draft))


def shared_toml(key: str) -> str:
    """The entry that asks here the question of another questionnaire."""
    return f"{SHARED} = {_text(key)}"


def is_shared(entry: str) -> bool:
    """Whether the fields of an entry say only which question of another questionnaire it is."""
    return entry.startswith(f"{SHARED} = ")


def _question(question: Question, *, draft: bool) -> Iterator[str]:
    yield f"key = {_text(question.key)}"
    yield f"kind = {_text(question.kind.name)}"
    if not question.required:
        yield "required = false"
    if question.scored:
        yield f"weight = {question.weight}"
    if question.critical:
        yield "critical = true"
    for name in ("text", "help", "why", "reviewer_note", "unit"):
        yield from _both(name, getattr(question, name))
    if question.articles or draft:
        # An empty list says that the article is still to be found, which a file to publish may not.
        yield f"articles = {_list(question.articles)}"
    yield from _references(question)
    yield from _bounds(question)
    if question.visible_if is not None:
        yield f"visible_if = {_condition(question.visible_if)}"
    yield from _evidence(question)
    yield from _answers(question)
    if question.opens_finding is not None:
        yield from _finding(question.opens_finding)


def _references(question: Question) -> Iterator[str]:
    if question.stage is not None:
        yield f"stage = {_text(question.stage.value)}"
    if question.replaces:
        yield f"replaces = {_text(question.replaces)}"
    for name in ("obligations", "clauses"):
        if values := getattr(question, name):
            yield f"{name} = {_list(values)}"


def _bounds(question: Question) -> Iterator[str]:
    for name in ("max_length", "max_rows", "minimum", "maximum"):
        if name in question.kind.own_fields and (held := getattr(question, name)) != getattr(_USUAL, name):
            yield f"{name} = {held:g}" if abs(held) < 1e5 and held == int(held) else f"{name} = {held!r}"


def _answers(question: Question) -> Iterator[str]:
    if not question.kind.writes_choices:
        yield f"answers = {_list(choice.value for choice in question.choices)}"
        marked = [choice for choice in question.choices if choice.mark is not None]
        yield "marks = {" + ", ".join(f" {choice.value} = {_number(choice.mark)}" for choice in marked) + " }"
        if explained := [choice.value for choice in question.choices if choice.justify]:
            yield f"justify = {_list(explained)}"
    elif question.choices:
        yield from _array("choices", map(_choice, question.choices))
    if question.columns:
        yield from _array("columns", map(_column, question.columns))


def _evidence(question: Question) -> Iterator[str]:
    yield from _both("no_evidence", question.no_evidence)
    if question.evidence is EvidenceDemand.NONE:
        return
    if not question.kind.is_file:
        yield f"evidence = {_text(question.evidence.value)}"
    if question.evidence_on:
        yield f"evidence_on = {_list(question.evidence_on)}"
    yield from _both("evidence_label", question.evidence_label)
    if question.evidence_max_age_months:
        yield f"evidence_max_age_months = {question.evidence_max_age_months}"
    if question.evidence_kinds:
        yield f"evidence_kinds = {_list(question.evidence_kinds)}"


def _finding(rule: FindingRule) -> Iterator[str]:
    yield "opens_finding.on = { " + ", ".join(f"{value} = {_text(severity)}" for value, severity in rule.on) + " }"
    for name in ("gap", "action", "proof"):
        yield from _both(f"opens_finding.{name}", getattr(rule, name))


def _choice(choice: Choice) -> Iterator[str]:
    yield f"value = {_text(choice.value)}"
    if choice.mark is not None:
        yield f"mark = {_number(choice.mark)}"
    for name in ("justify", "exclusive"):
        if getattr(choice, name):
            yield f"{name} = true"
    yield from _both("label", choice.label, inline=True)
    yield from _both("group", choice.group, inline=True)


def _column(column: TableColumn) -> Iterator[str]:
    yield f"key = {_text(column.key)}"
    yield f"kind = {_text(column.kind.name)}"
    if column.required:
        yield "required = true"
    yield from _both("label", column.label, inline=True)
    if column.choices:
        yield "choices = [" + ", ".join("{ " + ", ".join(_choice(choice)) + " }" for choice in column.choices) + "]"


def _array(name: str, rows: Iterable[Iterator[str]]) -> Iterator[str]:
    yield f"{name} = ["
    for row in rows:
        yield "  { " + ", ".join(row) + " },"
    yield "]"


def _condition(condition: Condition) -> str:
    match condition:
        case AnswerAmong(question, values):
            return f"{{ question = {_text(question)}, in = {_list(values)} }}"
        case AllOf(conditions):
            return "{ all = [" + ", ".join(map(_condition, conditions)) + "] }"
        case AnyOf(conditions):
            return "{ any = [" + ", ".join(map(_condition, conditions)) + "] }"


def _both(name: str, text: Bilingual, *, inline: bool = False) -> Iterator[str]:
    for language, held in (("fr", text.fr), ("en", text.en)):
        if held:
            yield f"{name}.{language} = {_text(held) if inline else _long(held)}"


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"


def _number(value: float | None) -> str:
    return f"{value:g}" if value in {0, 1} else repr(value)


def _text(value: str) -> str:
    # What JSON escapes, a basic string of TOML escapes the same way.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _long(value: str) -> str:
    """A text of several lines, line by line, so that a person can read and correct it."""
    if "\n" not in value:
        return _text(value)
    return '"""\n' + "\n".join(_text(line)[1:-1] for line in value.split("\n")) + '"""'
