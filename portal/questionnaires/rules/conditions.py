"""The condition under which a question is asked: read from the file, and taken apart again."""

from collections.abc import Iterator

from portal.core.language import say
from portal.questionnaires.definition import AllOf, AnswerAmong, AnyOf, Condition
from portal.questionnaires.toml_fields import TomlTable

MAX_DEPTH = 4
"""Conditions nested deeper are unreadable, and would let a file exhaust the stack."""


def read_condition(table: TomlTable, name: str) -> Condition | None:
    """The condition a question is asked under, if it has one."""
    if name not in table:
        table.accept(name)
        return None
    inner = table.table(name)
    return _condition(inner, 1) if inner else None


def _condition(table: TomlTable, depth: int) -> Condition | None:
    if depth > MAX_DEPTH:
        table.report(say("La condition « %(field)s » est trop imbriquée.", field=table.name("").rstrip(".")))
        return None
    condition: Condition | None = None
    if "all" in table or "any" in table:
        name = "all" if "all" in table else "any"
        inner = tuple(c for c in (_condition(each, depth + 1) for each in table.tables(name)) if c is not None)
        condition = AllOf(inner) if name == "all" else AnyOf(inner)
    else:
        question, values = table.text("question"), table.texts("in")
        if question and not values:
            table.report(
                say("La condition sur « %(question)s » ne dit pas pour quelles réponses (« in »).", question=question)
            )
        elif question:
            condition = AnswerAmong(question, values)
    table.close()
    return condition


def elementary_conditions(condition: Condition | None) -> Iterator[AnswerAmong]:
    """The elementary conditions inside a condition."""
    match condition:
        case AnswerAmong():
            yield condition
        case AllOf(conditions) | AnyOf(conditions):
            for inner in conditions:
                yield from elementary_conditions(inner)
        case None:
            return
