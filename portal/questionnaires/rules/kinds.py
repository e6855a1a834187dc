"""What each kind of question adds to the file (choices, columns, bounds), and the condition under which it is asked."""

from dataclasses import replace

from portal.core.language import say
from portal.questionnaires.rules.fields import Fields
from portal.questionnaires.rules.model import (
    NO,
    NOT_APPLICABLE,
    PARTIAL,
    YES,
    AllOf,
    Among,
    AnyOf,
    Bilingual,
    Choice,
    Column,
    ColumnKind,
    Condition,
    Kind,
    Question,
)

SPECIFIC = frozenset(
    {"answers", "marks", "justify", "choices", "max_length", "minimum", "maximum", "unit", "columns", "max_rows"}
)
"""Fields that only some kinds of question have."""

MAX_DEPTH = 4
"""Conditions nested deeper are unreadable, and would let a file exhaust the stack."""

YES_NO_LABELS = {
    YES: Bilingual("Oui", "Yes"),
    PARTIAL: Bilingual("En partie", "Partly"),
    NO: Bilingual("Non", "No"),
    NOT_APPLICABLE: Bilingual("Non concerné", "Not applicable"),
}
_YES_NO_MARKS = {YES: 1.0, PARTIAL: 0.5, NO: 0.0}


def read_specific(fields: Fields, question: Question) -> Question:
    """The question with what its kind adds."""
    match question.kind:
        case Kind.YES_NO:
            return replace(question, choices=_yes_no(fields))
        case Kind.SINGLE | Kind.MULTIPLE:
            return replace(question, choices=_choices(fields, question.kind))
        case Kind.TEXT:
            return replace(question, max_length=fields.integer("max_length", 10, 20_000, default=5000))
        case Kind.NUMBER:
            return replace(
                question,
                minimum=fields.number("minimum"),
                maximum=fields.number("maximum"),
                unit=fields.bilingual("unit", required=False),
            )
        case Kind.TABLE:
            columns = tuple(_column(column) for column in fields.tables("columns"))
            return replace(question, columns=columns, max_rows=fields.integer("max_rows", 1, 500, default=100))
        case _:
            return question


def _yes_no(fields: Fields) -> tuple[Choice, ...]:
    """The four usual answers, or fewer with `answers`; the opposite marks, or none, with `marks`."""
    offered = fields.texts("answers") or tuple(YES_NO_LABELS)
    if not {YES, NO} <= set(offered) <= set(YES_NO_LABELS):
        fields.report(say("Le champ « answers » contient « oui » et « non », et peut ajouter « partiel » et « na »."))
        offered = tuple(YES_NO_LABELS)
    marks: dict[str, float | None] = dict(_YES_NO_MARKS)
    table = fields.table("marks") if "marks" in fields else None
    if table:
        marks = {value: table.number(value, 0, 1) for value in offered}
        table.close()
    fields.ask("marks")
    justify = {*fields.texts("justify"), NOT_APPLICABLE}
    for value in sorted(justify - {*offered, NOT_APPLICABLE}):
        fields.report(say("« %(value)s », dans « justify », n'est pas une réponse proposée.", value=value))
    return tuple(
        Choice(value, label, marks.get(value), value in justify)
        for value, label in YES_NO_LABELS.items()
        if value in offered
    )


def _choices(fields: Fields, kind: Kind) -> tuple[Choice, ...]:
    return tuple(_choice(choice, several=kind is Kind.MULTIPLE, marks=True) for choice in fields.tables("choices"))


def _choice(fields: Fields, *, several: bool, marks: bool) -> Choice:
    choice = Choice(value=fields.slug("value"), label=fields.bilingual("label"))
    if marks:
        choice = replace(choice, mark=fields.number("mark", 0, 1), justify=fields.boolean("justify", default=False))
    if several:
        choice = replace(
            choice,
            exclusive=fields.boolean("exclusive", default=False),
            group=fields.bilingual("group", required=False),
        )
    fields.close(frozenset({"mark", "justify", "exclusive", "group"}))
    return choice


def _column(fields: Fields) -> Column:
    kind = fields.one_of("kind", ColumnKind, default=ColumnKind.TEXT)
    column = Column(
        key=fields.slug("key"),
        label=fields.bilingual("label"),
        kind=kind or ColumnKind.TEXT,
        required=fields.boolean("required", default=False),
    )
    if kind is ColumnKind.SINGLE:
        choices = tuple(_choice(choice, several=False, marks=False) for choice in fields.tables("choices"))
        column = replace(column, choices=choices)
    fields.close(frozenset({"choices"}))
    return column


def read_condition(fields: Fields, name: str) -> Condition | None:
    """The condition a question is asked under, if it has one."""
    if name not in fields:
        fields.ask(name)
        return None
    table = fields.table(name)
    return _condition(table, 1) if table else None


def _condition(fields: Fields, depth: int) -> Condition | None:
    if depth > MAX_DEPTH:
        fields.report(say("La condition « %(field)s » est trop imbriquée.", field=fields.name("").rstrip(".")))
        return None
    condition: Condition | None = None
    if "all" in fields or "any" in fields:
        name = "all" if "all" in fields else "any"
        inner = tuple(c for c in (_condition(table, depth + 1) for table in fields.tables(name)) if c is not None)
        condition = AllOf(inner) if name == "all" else AnyOf(inner)
    else:
        question, values = fields.text("question"), fields.texts("in")
        if question and not values:
            fields.report(
                say("La condition sur « %(question)s » ne dit pas pour quelles réponses (« in »).", question=question)
            )
        elif question:
            condition = Among(question, values)
    fields.close()
    return condition
