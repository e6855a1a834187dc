import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from portal.audits.models import Audit
from portal.audits.queries import AuditAnswers
from portal.audits.rules import AuditState, Round
from portal.core.cleaning import clean
from portal.core.language import Language
from portal.core.spreadsheets import read_sheets, write_form
from portal.core.tokens import derive
from portal.questionnaires.definition import NO_ANSWER, GivenAnswer
from portal.vendor_space.questionnaire_text import numbered_text, questionnaire_text
from portal.vendor_space.workbook.layout import answer_workbook
from portal.vendor_space.workbook.merging import Outcome, outcome
from portal.vendor_space.workbook.reading import FileAnswers, NotThisWorkbook, read_answers_of
from tests.factories.spaces import small

ANSWERS = {
    "a.chiffre": GivenAnswer("oui", "Depuis 2019\nPartout"),
    "a.suite": GivenAnswer("=AES(256)"),
    "a.choix": GivenAnswer("autre", "Le client"),
    "a.mesures": GivenAnswer(("mfa", "edr")),
    "b.delai": GivenAnswer("2.5"),
    "b.jour": GivenAnswer("2026-02-03"),
    "b.document": GivenAnswer(None, "", 1),
    "b.liste": GivenAnswer(({"nom": "Hôte", "pays": "DE", "role": "hote"}, {"nom": "Aide", "depuis": "2024-01-31"})),
}


def seal(text):
    return derive("secret", text)


def sheet_of(answers, number=7) -> AuditAnswers:
    audit = Audit(id=number, vendor_id=1, state=AuditState.IN_PROGRESS, round=1, returned_questions=[])
    return AuditAnswers(audit, small(), answers, dict.fromkeys(answers, 1), Round(1, frozenset(), frozenset()))


def written(answers, language=Language.FR, number=7) -> bytes:
    sheet = sheet_of(answers, number)
    text = numbered_text(questionnaire_text(sheet.questionnaire, language), sheet.numbers)
    return write_form(answer_workbook(sheet, text, seal, language))


def read(data, number=7) -> FileAnswers:
    return read_answers_of(read_sheets(data), number, small(), seal)


@dataclass
class Edited:
    """A workbook being filled in, its rows found by the key they hide."""

    data: bytes

    def __post_init__(self):
        self.book = load_workbook(io.BytesIO(self.data))
        self.sheet = self.book.worksheets[0]
        self.lines = {row[0].value: row[0].row for row in self.sheet.iter_rows(min_row=2) if row[0].value}

    def put(self, key, value, column="F"):
        self.sheet[f"{column}{self.lines[key]}"].value = value
        return self

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def values(found):
    return {key: (one.value, one.comment) for key, one in found.answers.items()}


@pytest.mark.parametrize("language", Language)
def test_a_workbook_read_back_untouched_gives_the_same_answers_in_both_languages(language):
    found = read(written(ANSWERS, language))
    assert not found.refused
    assert values(found) == {key: (answer.value, answer.comment) for key, answer in ANSWERS.items()}


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=40).map(clean)
ROWS = st.fixed_dictionaries(
    {"nom": TEXTS.filter(bool)},
    optional={"pays": st.sampled_from(["DE", "CI", "GB"]), "role": st.sampled_from(["hote", "aide"]),
              "depuis": st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(date.isoformat)},
)  # fmt: skip


@settings(max_examples=25)
@given(
    text=TEXTS, comment=TEXTS, language=st.sampled_from(Language), rows=st.lists(ROWS, max_size=3),
    number=st.decimals(0, 365, places=6), boxes=st.sets(st.sampled_from(["mfa", "edr"])),
    yes=st.sampled_from(["oui", "non", "partiel", "na"]),
)  # fmt: skip
@example(
    text="", comment=clean("\U0002f800"), language=Language.FR, rows=[], number=Decimal(0), boxes=set(), yes="oui"
)  # fmt: skip
def test_the_round_trip_is_identity(text, comment, language, rows, number, boxes, yes):
    questions = {question.key: question for question in small().questions}
    posted = {"a.chiffre": yes, "a.suite": text, "a.mesures": sorted(boxes), "b.delai": f"{number:f}", "b.liste": rows}
    answers = {
        key: GivenAnswer(questions[key].kind.stored_value(questions[key], value), comment)
        for key, value in posted.items()
    }
    found = read(written(answers, language))
    assert not found.refused
    for key, one in found.answers.items():
        portal = answers.get(key, NO_ANSWER)
        assert (one.value, one.comment) == (portal.value, portal.comment)
        assert outcome(one.mark, one.value, one.comment, portal) is Outcome.KEPT


def test_what_is_typed_is_read_a_label_being_its_choice():
    edited = Edited(written({})).put("a.chiffre", "En partie").put("a.choix", "Someone else").put("b.delai", 30)
    edited.put("a.mesures#mfa", "x").put("b.jour", date(2026, 5, 4)).put("a.choix", "Le client", "G")
    table = edited.book.worksheets[1]
    table["C2"], table["D2"], table["F2"] = "Hôte", "Allemagne", "Hébergeur"
    found = read(edited.saved())
    assert not found.refused
    told = {key: value for key, value in values(found).items() if value != (None, "")}
    assert told == {
        "a.chiffre": ("partiel", ""),
        "a.choix": ("autre", "Le client"),
        "a.mesures": (("mfa",), ""),
        "b.delai": ("30", ""),
        "b.jour": ("2026-05-04", ""),
        "b.liste": (({"nom": "Hôte", "pays": "DE", "role": "hote"},), ""),
    }


def test_what_cannot_be_taken_is_refused_cell_by_cell_and_the_rest_is_read():
    edited = Edited(written(ANSWERS)).put("a.chiffre", "Peut-être").put("b.delai", "400").put("a.mesures#edr", "bof")
    edited.put("a.suite", "=HYPERLINK(A1)").put("b.jour", "31/02/2026")
    edited.book.worksheets[1]["D3"] = "Portugual"
    edited.sheet["H3"] = "à côté"
    found = read(edited.saved())
    lines = edited.lines
    assert {one.cell: str(one.sentence) for one in found.refused}.keys() == {
        f"Réponses!F{lines['a.chiffre']}", f"Réponses!F{lines['b.delai']}", f"Réponses!F{lines['a.mesures#edr']}",
        f"Réponses!F{lines['a.suite']}", f"Réponses!F{lines['b.jour']}", "Tableau 1!D3", "Réponses!H3",
    }  # fmt: skip
    assert all(str(one.sentence) for one in found.refused)
    assert values(found).keys() == {"a.choix", "b.document"}


def test_a_key_changed_or_swapped_in_the_hidden_column_takes_nothing():
    edited = Edited(written(ANSWERS))
    for key, other in (("b.delai", "b.jour"), ("b.jour", "b.delai"), ("a.mesures#mfa", "a.suite#mfa")):
        edited.sheet[f"A{edited.lines[key]}"].value = other
    found = read(edited.saved())
    assert {"b.delai", "b.jour"}.isdisjoint(found.answers)
    assert [one.cell for one in found.refused] == [f"Réponses!A{edited.lines[key]}" for key in
                                                   ("a.mesures#mfa", "b.delai", "b.jour")]  # fmt: skip


def test_a_row_copied_below_is_not_a_second_answer():
    edited = Edited(written(ANSWERS))
    line = edited.lines["b.delai"]
    for cell in edited.sheet[line]:
        edited.sheet.cell(edited.sheet.max_row + (cell.column == 1), cell.column).value = cell.value
    found = read(edited.saved())
    assert "b.delai" not in found.answers
    assert len(found.refused) == 1


@pytest.mark.parametrize("spoil", ["audit", "identity", "none", "twice"])
def test_the_workbook_of_something_else_is_refused_whole(spoil):
    edited = Edited(written(ANSWERS, number=8 if spoil == "audit" else 7))
    if spoil == "identity":
        edited.sheet["A1"].value = edited.sheet["A1"].value.replace("/7/", "/07/")
    elif spoil == "none":
        edited.sheet["A1"].value = "Clé"
    elif spoil == "twice":
        edited.book.copy_worksheet(edited.sheet)
    with pytest.raises(NotThisWorkbook):
        read(edited.saved())


def test_answer_cells_are_open_the_others_protected_and_keys_hidden():
    edited = Edited(written(ANSWERS))
    sheet, lines = edited.sheet, edited.lines
    assert all(page.protection.sheet for page in edited.book.worksheets)
    assert sheet.column_dimensions["A"].hidden
    assert sheet.column_dimensions["B"].hidden
    assert not sheet[f"F{lines['a.chiffre']}"].protection.locked
    assert sheet[f"D{lines['a.chiffre']}"].protection.locked
    assert sheet[f"F{lines['b.document']}"].protection.locked, "a file is not typed"
    lists = [control for control in sheet.data_validations.dataValidation if control.type == "list"]
    assert any(f"F{lines['a.chiffre']}" in control.sqref for control in lists)
    assert [page.title for page in edited.book.worksheets if page.sheet_state == "hidden"] == ["Listes"]


def test_numbers_of_a_workbook_are_those_of_the_page_without_a_gap():
    hidden = Edited(written({"a.chiffre": GivenAnswer("non")}))
    numbers = {key: hidden.sheet[f"C{line}"].value for key, line in hidden.lines.items() if "#" not in key}
    assert (numbers["a.chiffre"], numbers["a.suite"], numbers["a.choix"]) == ("1.1", "–", "1.2")
    assert "Posée si vous répondez «\u202fOui\u202f» à 1.1." in hidden.sheet[f"E{hidden.lines['a.suite']}"].value
