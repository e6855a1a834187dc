"""Forms written from the specifications of `forms/`: workbooks and documents, each laid out in its own way."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

FOLDER = Path(__file__).parent / "forms"
WORDS = {
    "fr": {"question": "Question", "answer": "Réponse", "comment": "Commentaires", "yes": "Oui", "no": "Non"},
    "en": {"question": "Control question", "answer": "Response", "comment": "Remarks", "yes": "Yes", "no": "No"},
}


@dataclass(frozen=True)
class SpecRow:
    """A row of a form: a title, an example, an identity field, or a question with what is expected of it."""

    kind: str
    text: str
    key: str | None = None
    inverted: bool = False
    value: str = ""
    """What a vendor of `ANSWERS` gets; « * » for anything."""


@dataclass(frozen=True)
class FormSpec:
    """A form as specified."""

    name: str
    language: str
    format: str
    layout: str
    rows: tuple[SpecRow, ...]

    @property
    def questions(self) -> list[SpecRow]:
        """What is asked, in order."""
        return [row for row in self.rows if row.kind == "row"]


def specs(part: str) -> list[FormSpec]:
    """The specifications of one half: `tuning` or `set_aside`."""
    return [_spec(path) for path in sorted((FOLDER / part).glob("*.txt"))]


def _spec(path: Path) -> FormSpec:
    head: dict[str, str] = {}
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, rest = line.partition(" ")
        if word in {"language", "format", "layout"}:
            head[word] = rest
        elif word == "row":
            key, value, text = (part.strip() for part in rest.split("|", 2))
            inverted = key.startswith("neg ")
            key = key.removeprefix("neg ").strip()
            rows.append(SpecRow("row", text, None if key == "-" else key, inverted, value))
        elif word in {"title", "identity", "example"}:
            rows.append(SpecRow(word, rest))
    return FormSpec(path.stem, head["language"], head["format"], head["layout"], tuple(rows))


def form_of(spec: FormSpec) -> bytes:
    """The file of a specification."""
    return _document(spec) if spec.format == "docx" else _workbook(spec)


def _workbook(spec: FormSpec) -> bytes:
    words, book = WORDS[spec.language], Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Questionnaire"
    sheet["B1"] = spec.name
    number, header = 3, False
    rank = 0
    for row in spec.rows:
        if row.kind == "identity" and not header:
            sheet.cell(number, 1, row.text)
            number += 1
            continue
        if not header and (row.kind != "title" or "dentif" not in row.text):
            number += 1
            _head(sheet, number, spec, words)
            header, number = True, number + 1
        if row.kind == "title":
            sheet.cell(number, 1, row.text).font = Font(bold=True)
            if header:
                sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=4)
        else:
            rank += 1
            column = 1 if spec.layout == "boxes" else 2
            if column == 2:
                sheet.cell(number, 1, f"{rank // 10 + 1}.{rank % 10 + 1}")
            sheet.cell(number, column, row.text)
            if row.kind == "example":
                sheet.cell(number, column + 1, words["yes"] if spec.layout != "boxes" else "X")
        number += 1
    if spec.layout == "dropdown":
        offered = '"Oui,Non,Partiel,N/A"' if spec.language == "fr" else '"Yes,No,Partial,N/A"'
        rule = DataValidation(type="list", formula1=offered, allow_blank=True)
        rule.add(f"C5:C{number}")
        sheet.add_data_validation(rule)
    hidden = book.create_sheet("Interne")
    hidden.sheet_state = "hidden"
    hidden["A1"], hidden["B1"] = words["question"], words["answer"]
    hidden["A2"] = "Disposez-vous d'un DPO ?"
    sheet["F1"] = "=COUNTA(C5:C200)"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Any, number: int, spec: FormSpec, words: dict[str, str]) -> None:
    if spec.layout == "boxes":
        names = ["Exigence" if spec.language == "fr" else "Requirement", words["yes"], words["no"], "Précisions"]
    else:
        names = ["N°", words["question"], words["answer"], words["comment"]]
    for column, name in enumerate(names, start=1):
        cell = sheet.cell(number, column, name)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F3864")


def _document(spec: FormSpec) -> bytes:
    words, made = WORDS[spec.language], docx.Document()
    made.add_heading(spec.name)
    identity = [row for row in spec.rows if row.kind == "identity"]
    table = made.add_table(0, 2)
    for row in identity:
        table.add_row().cells[0].text = row.text
    headed = spec.layout == "headed"
    table = None
    for row in spec.rows:
        if row.kind == "title":
            made.add_heading(row.text, 2)
            table = made.add_table(0, 3 if headed else 2)
            table.style = "Table Grid"
            if headed:
                for cell, name in zip(
                    table.add_row().cells, (words["question"], words["answer"], "Observations"), strict=True
                ):
                    cell.paragraphs[0].add_run(name).bold = True
        elif row.kind == "row":
            assert table is not None
            table.add_row().cells[0].text = row.text
    out = BytesIO()
    made.save(out)
    return out.getvalue()
