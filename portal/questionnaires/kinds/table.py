"""A table that the vendor fills, one row per thing: a sub-processor, a place, a contact."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random

from portal.core.language import Language, Sentence, say, say_count
from portal.questionnaires.answer_text import AnswerText, cells_in_words
from portal.questionnaires.definition import GivenAnswer, Question, TableColumn, Value
from portal.questionnaires.kinds.choices import read_choice
from portal.questionnaires.kinds.column_kind import COLUMN_KINDS
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer, clean_text, single_text
from portal.questionnaires.kinds.question_kind import ControlValue, PostedFields, QuestionKind, rows_of
from portal.questionnaires.toml_fields import TomlTable

_CELL_LENGTH = 500


class TableKind(QuestionKind):
    """Rows of cells, each of the kind of its column (see `column_kind`)."""

    name = "table"
    rank = 8
    own_fields = frozenset({"columns", "max_rows"})

    def read_definition(self, table: TomlTable, question: Question) -> Question:
        """Its columns, and how many rows it may have."""
        columns = tuple(_read_column(column) for column in table.tables("columns"))
        return replace(question, columns=columns, max_rows=table.integer("max_rows", 1, 500, default=100))

    def definition_defects(self, question: Question) -> Iterator[Sentence]:
        """Keys of columns or values of choices that are given twice."""
        for column in question.columns:
            for value in _repeated([choice.value for choice in column.choices]):
                yield say(
                    "Deux choix de la colonne « %(column)s » portent la valeur « %(value)s ».",
                    column=column.key,
                    value=value,
                )
            if len(column.choices) == 1:
                yield say("La colonne « %(column)s » propose un seul choix.", column=column.key)
        for value in _repeated([column.key for column in question.columns]):
            yield say("Deux colonnes portent la clé « %(column)s ».", column=value)

    def description(self, question: Question) -> Sentence:
        """A table, and how many rows it may have."""
        return say_count(question.max_rows, "un tableau, %(num)s ligne au plus", "un tableau, %(num)s lignes au plus")

    def read_form(self, question: Question, posted: PostedFields) -> tuple[object, Sentence | None]:
        """The rows, each cell as its column stores it; the first cell that cannot be says why."""
        rows, wrong = [dict(row) for row in posted.rows(question.key)], None
        for number, row in enumerate(rows[: 2 * question.max_rows], start=1):
            for column in question.columns:
                cell, refusal = column.kind.read_form(row.get(column.key, ""))
                if column.key in row:
                    row[column.key] = cell
                if refusal is not None and wrong is None:
                    wrong = say(
                        "Ligne %(row)s, %(column)s : %(reason)s", row=number, column=column.label, reason=refusal
                    )
        return rows, wrong

    def stored_value(self, question: Question, posted: object) -> Value:
        """The rows that hold something, each with its filled cells.

        Required cells left empty are accepted here (a vendor saves as it goes) and told by `incomplete_parts`.
        """
        if posted is None or posted == "":
            return None
        if not isinstance(posted, Sequence) or isinstance(posted, str | bytes | bytearray):
            raise UnacceptableAnswer(say("Cette réponse n'a pas la forme attendue."))
        too_many = say_count(
            question.max_rows, "Ce tableau dépasse %(num)s ligne.", "Ce tableau dépasse %(num)s lignes."
        )
        if len(posted) > 2 * question.max_rows + 100:
            raise UnacceptableAnswer(too_many)
        rows = [row for number, raw in enumerate(posted, start=1) if (row := _stored_row(question, raw, number))]
        if len(rows) > question.max_rows:
            raise UnacceptableAnswer(too_many)
        return tuple(rows) or None

    def control_value(self, question: Question, value: object, language: Language) -> ControlValue:
        """The rows, each cell as it is typed."""
        return [
            {column.key: column.kind.typed_cell(str(row.get(column.key, "")), language) for column in question.columns}
            for row in rows_of(value)[: question.max_rows]
        ]

    def incomplete_parts(self, question: Question, answer: GivenAnswer) -> Iterator[Sentence]:
        """The required cells left empty."""
        for number, row in enumerate(answer.value or (), start=1):
            for column in question.columns:
                if column.required and not (isinstance(row, Mapping) and row.get(column.key)):
                    yield say("Ligne %(row)s : « %(column)s » est à remplir.", row=number, column=column.label)

    def words(self, question: Question, answer: GivenAnswer, language: Language) -> AnswerText:
        """The labels of the columns, then every row."""
        return AnswerText(
            header=tuple(column.label.read(language) for column in question.columns),
            rows=tuple(
                tuple(cells_in_words(question, row, language).values())
                for row in rows_of(answer.value)[: question.max_rows]
            ),
        )

    def demo_answer(self, question: Question, quality: float, chance: Random) -> tuple[object, str]:
        """One row or two."""
        rows = range(1 + (chance.random() < 0.6))
        return [{column.key: column.kind.demo_cell(column, row) for column in question.columns} for row in rows], ""


def _repeated(values: Sequence[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if value and times > 1]


def _read_column(table: TomlTable) -> TableColumn:
    kind = table.choose("kind", COLUMN_KINDS, default=COLUMN_KINDS["text"])
    column = TableColumn(
        key=table.slug("key"),
        label=table.bilingual("label"),
        kind=kind,
        required=table.boolean("required", default=False),
    )
    if kind.takes_choices:
        choices = tuple(read_choice(choice, several=False, marks=False) for choice in table.tables("choices"))
        column = replace(column, choices=choices)
    table.close(frozenset({"choices"}))
    return column


def _stored_row(question: Question, raw: object, number: int) -> dict[str, str]:
    if not isinstance(raw, Mapping):
        raise UnacceptableAnswer(say("Cette réponse n'a pas la forme attendue."), row=number)
    for key in raw:
        if not isinstance(key, str) or question.column(key) is None:
            raise UnacceptableAnswer(
                say("Ligne %(row)s : la colonne « %(column)s » n'existe pas.", row=number, column=str(key)[:60]),
                row=number,
            )
    row = {}
    for column in question.columns:
        try:
            text = clean_text(single_text(raw.get(column.key)), _CELL_LENGTH)
            row[column.key] = column.kind.stored_cell(column, text) if text else ""
        except UnacceptableAnswer as refusal:
            raise UnacceptableAnswer(
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


KIND = TableKind()
