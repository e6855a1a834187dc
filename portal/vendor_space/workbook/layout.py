"""The workbook of an audit as its vendor fills it in: every question that may be asked, a sheet more for each table."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from portal.audits.queries import AuditAnswers
from portal.core.language import N_, Language, say
from portal.core.spreadsheets import (
    LONGEST_CELL,
    CellHolds,
    CellLook,
    FormCell,
    FormColumn,
    FormSheet,
    FormWorkbook,
)
from portal.core.translation import translate
from portal.questionnaires.definition import NO_ANSWER, GivenAnswer, Question, TableColumn
from portal.questionnaires.kinds.countries import country_names
from portal.questionnaires.kinds.question_kind import rows_of
from portal.vendor_space.question_conditions import asked_when
from portal.vendor_space.questionnaire_text import QuestionnaireText, QuestionText, SectionText
from portal.vendor_space.workbook.marks import ROW, Sealer, identity, row_mark

KEY, MARK, NUMBER, QUESTION, ABOUT, ANSWER, COMMENT = range(7)
"""The columns of the first sheet, from 0."""
FIRST_CELLS = 2
"""Hidden columns before the cells of a table."""
TICKED = N_("Oui")
COUNTRIES = "pays"
_FIRST_DATE = date(1905, 1, 1)
"""A spreadsheet counts days from 1900 or from 1904: an earlier one is kept as text."""
_WIDTHS = (4, 4, 7, 48, 44, 40, 44)


def answer_workbook(sheet: AuditAnswers, text: QuestionnaireText, seal: Sealer, language: Language) -> FormWorkbook:
    """The workbook of an audit, with the answers there are; `text` bears the numbers of what is asked now."""
    return _Layout(sheet, text, seal, language).workbook()


def table_titles(text: QuestionnaireText, language: Language) -> dict[str, str]:
    """The title of the sheet of each table question, by its key."""
    tables = [key for key, (_, question) in text.by_question.items() if question.question.columns]
    return {key: translate(say("Tableau %(rank)s", rank=rank), language) for rank, key in enumerate(tables, start=1)}


class _Layout:
    def __init__(self, sheet: AuditAnswers, text: QuestionnaireText, seal: Sealer, language: Language) -> None:
        self._sheet, self._text, self._seal, self._language = sheet, text, seal, language
        self._tables = table_titles(text, language)
        self._lists: dict[str, Sequence[str]] = {}

    def workbook(self) -> FormWorkbook:
        answers = FormSheet(
            self._said(N_("Réponses")),
            [FormColumn(width, rank in {KEY, MARK}) for rank, width in enumerate(_WIDTHS)],
            [self._header(), *(row for part in self._text.sections for row in self._section(part))],
        )
        tables = [self._table(key, title) for key, title in self._tables.items()]
        return FormWorkbook(
            title=self._text.title,
            language=self._language,
            sheets=[answers, *tables],
            lists=self._lists,
            refusal=self._said(N_("Choisissez une des valeurs proposées.")),
        )

    def _said(self, sentence: str) -> str:
        return translate(sentence, self._language)

    def _header(self) -> list[FormCell]:
        audit = self._sheet.audit
        names = [N_("N°"), N_("Question"), N_("À savoir"), N_("Réponse"), N_("Précision")]
        own = identity(audit.id, self._sheet.questionnaire.sha256, self._seal)
        return [FormCell(text, CellLook.HEADER) for text in (own, "", *map(self._said, names))]

    def _section(self, part: SectionText) -> Iterator[list[FormCell]]:
        yield [FormCell(part.title if rank == QUESTION else None, CellLook.HEADING) for rank in range(len(_WIDTHS))]
        for text in part.questions:
            yield from self._question(text)

    def _question(self, text: QuestionText) -> Iterator[list[FormCell]]:
        question, key = text.question, text.key
        answer = self._sheet.read.get(key, NO_ANSWER)
        is_open = self._may_change(key)
        boxes = [*self._boxes(question, answer, is_open=is_open)]
        yield [
            FormCell(key),
            FormCell(row_mark(self._sheet.audit.id, key, answer, self._sheet.versions.get(key, 0), self._seal)),
            FormCell(text.number or "–", CellLook.STRONG),
            FormCell(text.text, CellLook.STRONG),
            FormCell(self._about(text), CellLook.FAINT),
            self._answer_cell(question, answer, is_open=is_open, boxes=bool(boxes)),
            FormCell(answer.comment or None, CellLook.OPEN if is_open else CellLook.PLAIN),
        ]
        yield from boxes

    def _may_change(self, key: str) -> bool:
        """Whether the question is open, or would be once an answer of this workbook makes it asked."""
        sheet = self._sheet
        return (
            key in sheet.open_keys if key in sheet.shown else not sheet.round.settled or key not in sheet.round.settled
        )

    def _about(self, text: QuestionText) -> str:
        question = text.question
        told = [
            "" if question.required else self._said(N_("Facultatif.")),
            asked_when(self._text, question, self._language),
            text.help,
            text.evidence,
        ]
        return "\n".join(filter(None, told))

    def _answer_cell(self, question: Question, answer: GivenAnswer, *, is_open: bool, boxes: bool) -> FormCell:
        if question.kind.is_file:
            return FormCell(self._said(N_("Fichier à joindre dans le portail.")), CellLook.FAINT)
        if question.columns:
            told = translate(say("À remplir dans la feuille « %(sheet)s ».", sheet=self._tables[question.key]),
                             self._language)  # fmt: skip
            return FormCell(told, CellLook.FAINT)
        if boxes:
            return FormCell(self._said(N_("À choisir ci-dessous, une ligne par réponse.")), CellLook.FAINT)
        look = CellLook.OPEN if is_open else CellLook.PLAIN
        held = str(answer.value or "")
        if question.choices:
            offered = self._offered([choice.label.read(self._language) for choice in question.choices])
            shown = question.kind.value_in_words(question, held, self._language) if held else None
            return FormCell(shown, look, offered=offered)
        return _typed(CellHolds(question.kind.cell_holds), held, look, question.minimum, question.maximum)

    def _boxes(self, question: Question, answer: GivenAnswer, *, is_open: bool) -> Iterator[list[FormCell]]:
        """A row for each choice of a question that takes several."""
        if not question.kind.takes_several:
            return
        ticked, yes = answer.value if isinstance(answer.value, tuple) else (), self._said(TICKED)
        look = CellLook.OPEN if is_open else CellLook.PLAIN
        for choice in question.choices:
            yield [
                FormCell(f"{question.key}{ROW}{choice.value}"),
                FormCell(""), FormCell(""),
                FormCell(choice.placed(self._language)),
                FormCell(""),
                FormCell(yes if choice.value in ticked else None, look, offered=self._offered([yes])),
                FormCell(""),
            ]  # fmt: skip

    def _offered(self, labels: Sequence[str]) -> str:
        name = "\n".join(labels)
        self._lists[name] = labels
        return name

    def _table(self, key: str, title: str) -> FormSheet:
        text = self._text.by_question[key][1]
        question, audit = text.question, self._sheet.audit
        answer = self._sheet.read.get(key, NO_ANSWER)
        own = identity(audit.id, self._sheet.questionnaire.sha256, self._seal, key)
        mark = row_mark(audit.id, key, answer, self._sheet.versions.get(key, 0), self._seal)
        names = [column.label.read(self._language) + (" *" if column.required else "") for column in question.columns]
        rows = rows_of(answer.value)
        look = CellLook.OPEN if self._may_change(key) else CellLook.PLAIN
        return FormSheet(
            title,
            [FormColumn(4, is_hidden=True)] * FIRST_CELLS + [FormColumn(max(22, len(name) + 2)) for name in names],
            [
                [FormCell(own), FormCell(mark), *(FormCell(name, CellLook.HEADER) for name in _distinct(names))],
                *(
                    [FormCell(), FormCell(), *(self._cell(column, row, look) for column in question.columns)]
                    for row in [*rows, *([{}] * (question.max_rows - len(rows)))]
                ),
            ],
        )

    def _cell(self, column: TableColumn, row: Mapping[str, str], look: CellLook) -> FormCell:
        held = str(row.get(column.key) or "")
        if column.kind.takes_choices:
            offered = self._offered([choice.label.read(self._language) for choice in column.choices])
            return FormCell(
                column.kind.cell_in_words(column, held, self._language) if held else None, look, offered=offered
            )
        if column.kind.takes_countries:
            self._lists[COUNTRIES] = list(country_names(self._language).values())
            return FormCell(column.kind.typed_cell(held, self._language) or None, look, offered=COUNTRIES)
        return _typed(CellHolds(column.kind.cell_holds), held, look)


def _distinct(names: Sequence[str]) -> Iterator[str]:
    """Names of columns, none twice: a reader of tables takes a repeated name for a fault."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name.casefold()] = times = seen.get(name.casefold(), 0) + 1
        yield name if times == 1 else f"{name} ({times})"


def _typed(
    holds: CellHolds, held: str, look: CellLook, least: float | None = None, most: float | None = None
) -> FormCell:
    """A cell that holds a text, a number or a date; what a spreadsheet would not give back as it is stays text."""
    if holds is CellHolds.NUMBER:
        return FormCell(_number(held) if held else None, look, CellHolds.NUMBER, least=least, most=most)
    if holds is CellHolds.DATE:
        return FormCell(_date(held) if held else None, look, CellHolds.DATE)
    return FormCell(held[:LONGEST_CELL] or None, look)


def _number(held: str) -> str | float:
    try:
        number = float(held)
    except ValueError:
        return held
    shown = str(int(number)) if number.is_integer() and abs(number) < 2**53 else str(number)
    return number if shown == held else held


def _date(held: str) -> str | date:
    try:
        day = date.fromisoformat(held)
    except ValueError:
        return held
    return day if day >= _FIRST_DATE else held
