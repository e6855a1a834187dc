"""A workbook read back: the answer to each question with where it stands, and what is refused, cell by cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, Language, Sentence, say
from portal.core.spreadsheets import NamedTable, Problem, Row, column_letters
from portal.questionnaires.definition import Choice, Question, Questionnaire, TableColumn, Value
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer, clean_comment
from portal.vendor_space.workbook.layout import ANSWER, COMMENT, FIRST_CELLS, KEY, MARK
from portal.vendor_space.workbook.marks import ROW, RowMark, Sealer, identity, read_identity, read_row_mark
from portal.vendors.rules.naming import plain

YES = frozenset({"oui", "yes", "x", "1", "vrai", "true"})
NO = frozenset({"", "non", "no", "0", "faux", "false"})
_NO_KEY = say("Cette ligne n'a plus la clé masquée de sa question : rien n'en est repris.")


@dataclass(frozen=True)
class CellRefusal:
    """A cell that cannot be taken, and why; nothing is changed for its question."""

    cell: str
    """« Réponses!F12 »."""
    sentence: Sentence


@dataclass(frozen=True)
class FileAnswer:
    """What the workbook says of one question."""

    question: Question
    value: Value
    comment: str
    mark: RowMark
    cell: str


@dataclass(frozen=True)
class FileAnswers:
    """What a workbook says."""

    answers: Mapping[str, FileAnswer]
    refused: Sequence[CellRefusal]


class NotThisWorkbook(Refused):
    """The file is no workbook of this audit; nothing of it is kept."""


def read_answers_of(
    sheets: Sequence[NamedTable], audit_id: int, questionnaire: Questionnaire, seal: Sealer
) -> FileAnswers:
    """What the sheets of a workbook say of an audit; raises NotThisWorkbook when they are not those of this audit."""
    return _Reading(sheets, audit_id, questionnaire, seal).answers()


@dataclass
class _Entry:
    """A question being gathered: its value, its comment, and where they stand."""

    question: Question
    mark: RowMark
    cell: str
    value: object = None
    comment: str = ""
    comment_cell: str = ""
    boxes: list[str] = field(default_factory=list)
    is_wrong: bool = False


class _Reading:
    def __init__(
        self, sheets: Sequence[NamedTable], audit_id: int, questionnaire: Questionnaire, seal: Sealer
    ) -> None:  # fmt: skip
        self._audit_id, self._questionnaire, self._seal = audit_id, questionnaire, seal
        self._sheets = self._recognised(sheets)
        self._entries: dict[str, _Entry] = {}
        self._refused: list[CellRefusal] = []

    def _recognised(self, sheets: Sequence[NamedTable]) -> dict[str, NamedTable]:
        """The sheets of this audit by the question they are the table of, the first under ''."""
        named = [(read_identity(one.table.header[0]), one) for one in sheets if one.table.header_line == 1]
        ours = [(found, one) for found, one in named if found is not None]
        if not any(key == "" for (_, key), _ in ours):
            raise NotThisWorkbook(
                N_("Ce fichier n'est pas le classeur de ce questionnaire : téléchargez-le ici, puis remplissez-le.")
            )
        if any(audit_id != self._audit_id for (audit_id, _), _ in ours):
            raise NotThisWorkbook(
                N_("Ce classeur est celui d'un autre questionnaire. Rien n'en est repris : ouvrez la page du bon.")
            )
        for (_, key), one in ours:
            expected = identity(self._audit_id, self._questionnaire.sha256, self._seal, key)
            if one.table.header[0].strip() != expected:
                raise NotThisWorkbook(
                    N_("La première cellule de ce classeur, masquée, a été modifiée. Téléchargez-le de nouveau.")
                )
        if len({key for (_, key), _ in ours}) < len(ours):
            raise NotThisWorkbook(N_("Une feuille de ce classeur y est deux fois : supprimez la copie."))
        self._beside = [one.title for found, one in named if found is None]
        return {key: one for (_, key), one in ours}

    def answers(self) -> FileAnswers:
        """Every answer that can be taken, and every cell that cannot."""
        for title in self._beside:
            self._refuse(title, say("Cette feuille n'est pas du classeur : rien n'en est repris."))
        first = self._sheets[""]
        faults = _faults(first)
        for row in first.table.rows:
            self._row(first.title, row, faults.get(row.line, {}))
        for key, sheet in self._sheets.items():
            if key in self._entries:
                self._table(self._entries[key], sheet)
        found = {key: one for key, entry in self._entries.items() if (one := self._stored(entry)) is not None}
        return FileAnswers(found, tuple(self._refused))

    def _refuse(self, cell: str, sentence: Sentence) -> None:
        self._refused.append(CellRefusal(cell, sentence))

    def _tell_beyond(self, title: str, row: Row, width: int) -> None:
        """What was written beside the columns of a sheet is no answer."""
        for place in range(width, len(row.cells)):
            if row.cells[place].strip():
                self._refuse(_cell(title, row.line, place), say("Cette cellule est hors du tableau : rien n'en est "
                                                                "repris."))  # fmt: skip

    def _row(self, title: str, row: Row, faults: Mapping[int, Sentence]) -> None:
        cells = [*row.cells, *[""] * (COMMENT + 1)]
        self._tell_beyond(title, row, COMMENT + 1)
        key, _, choice = cells[KEY].strip().partition(ROW)
        if not key and not cells[ANSWER].strip() and not cells[COMMENT].strip():
            return
        if choice:
            self._box(title, row.line, key, choice, cells[ANSWER], faults.get(ANSWER))
            return
        question = self._questionnaire.question(key)
        mark = read_row_mark(self._audit_id, key, cells[MARK], self._seal)
        if question is None or mark is None or KEY in faults or MARK in faults:
            self._refuse(_cell(title, row.line, KEY), _NO_KEY)
            return
        if key in self._entries:
            self._entries[key].is_wrong = True
            self._refuse(_cell(title, row.line, KEY), say("Cette ligne répète une question déjà lue plus haut."))
            return
        entry = _Entry(question, mark, _cell(title, row.line, ANSWER), comment=cells[COMMENT],
                       comment_cell=_cell(title, row.line, COMMENT))  # fmt: skip
        self._entries[key] = entry
        takes_value = not question.kind.is_file and not question.columns and not question.kind.takes_several
        entry.value = cells[ANSWER] if takes_value else None
        for column in (ANSWER, COMMENT):
            if column in faults and (takes_value or column == COMMENT):
                entry.is_wrong = True
                self._refuse(_cell(title, row.line, column), faults[column])

    def _box(self, title: str, line: int, key: str, choice: str, text: str, fault: Sentence | None) -> None:
        """One choice of a question that takes several."""
        entry, cell = self._entries.get(key), _cell(title, line, ANSWER)
        if entry is None or entry.question.choice(choice) is None or not entry.question.kind.takes_several:
            self._refuse(_cell(title, line, KEY), _NO_KEY)
            if entry is not None:
                entry.is_wrong = True
            return
        said = plain(text)
        if fault is not None or said not in YES | NO:
            entry.is_wrong = True
            self._refuse(cell, fault or say("« %(value)s » : écrivez « Oui », ou laissez vide.", value=text[:60]))
        elif said in YES:
            entry.boxes.append(choice)

    def _table(self, entry: _Entry, sheet: NamedTable) -> None:
        """The rows of a table question, from its own sheet."""
        question, table = entry.question, sheet.table
        entry.cell = _cell(sheet.title, 2, FIRST_CELLS)
        mark = read_row_mark(
            self._audit_id, question.key, table.header[MARK] if len(table.header) > 1 else "", self._seal
        )
        if mark is None or len(table.header) < FIRST_CELLS + len(question.columns):
            entry.is_wrong = True
            self._refuse(_cell(sheet.title, 1, KEY), say("L'en-tête de cette feuille a été modifié."))
            return
        faults, rows = _faults(sheet), []
        for row in table.rows:
            self._tell_beyond(sheet.title, row, FIRST_CELLS + len(question.columns))
            cells, read = [*row.cells, *[""] * (FIRST_CELLS + len(question.columns))], {}
            for place, column in enumerate(question.columns, start=FIRST_CELLS):
                cell = _cell(sheet.title, row.line, place)
                try:
                    fault = faults.get(row.line, {}).get(place)
                    if fault is not None:
                        raise UnacceptableAnswer(fault)
                    read[column.key] = _table_cell(column, cells[place])
                except UnacceptableAnswer as refusal:
                    entry.is_wrong = True
                    self._refuse(cell, refusal.sentence)
            if any(read.values()):
                rows.append(read)
        entry.value = rows or None

    def _stored(self, entry: _Entry) -> FileAnswer | None:
        """The entry as it would be stored; None when a cell of it is refused."""
        question = entry.question
        posted = entry.boxes if question.kind.takes_several else entry.value
        value: Value = None
        try:
            value = question.kind.stored_value(question, _value_of(question, posted))
        except UnacceptableAnswer as refusal:
            entry.is_wrong = True
            self._refuse(entry.cell, refusal.sentence)
        try:
            comment = clean_comment(entry.comment)
        except UnacceptableAnswer as refusal:
            entry.is_wrong = True
            self._refuse(entry.comment_cell, refusal.sentence)
            return None
        return None if entry.is_wrong else FileAnswer(question, value, comment, entry.mark, entry.cell)


def _value_of(question: Question, posted: object) -> object:
    """What was typed, a label being its choice."""
    if isinstance(posted, str) and question.choices:
        return _choice(posted, question.choices)
    return posted


def _choice(text: str, choices: Sequence[Choice]) -> str:
    """The value of the choice whose label, in either language, a cell holds; raises UnacceptableAnswer."""
    if not text.strip():
        return ""
    for same in (_spaced, plain):
        wanted = same(text)
        found = [c.value for c in choices if wanted in {same(c.value), *(same(c.label.read(one)) for one in Language)}]
        # « Moins de 24 h » and « < 24 h » may be plainly the same: two choices that a text names are none.
        if len(found) == 1:
            return found[0]
    raise UnacceptableAnswer(
        say(
            "« %(value)s » ne fait pas partie des réponses proposées. Choisissez dans la liste de la cellule.",
            value=text[:60],
        )
    )


def _spaced(text: str) -> str:
    return " ".join(text.split()).casefold()


def _table_cell(column: TableColumn, text: str) -> str:
    """A cell of a table as its column stores it; raises UnacceptableAnswer."""
    typed = text.strip()
    if not typed:
        return ""
    if column.choices:
        return _choice(typed, column.choices)
    found, refusal = column.kind.read_form(typed)
    if refusal is not None:
        raise UnacceptableAnswer(refusal)
    return column.kind.stored_cell(column, found)


def _faults(sheet: NamedTable) -> dict[int, dict[int, Sentence]]:
    """What the reader of the file found wrong, by line and by column from 0."""
    found: dict[int, dict[int, Sentence]] = {}
    for problem in _in_cells(sheet.table.problems):
        found.setdefault(problem.line or 0, {})[(problem.column or 1) - 1] = problem.message
    return found


def _in_cells(problems: Sequence[Problem]) -> Iterator[Problem]:
    return (problem for problem in problems if problem.line and problem.column)


def _cell(title: str, line: int, column: int) -> str:
    """« Réponses!F12 », the column counted from 0."""
    return f"{title}!{column_letters(column + 1)}{line}"
