"""A workbook comes back as it was, but for its answers."""

import zipfile
from io import BytesIO

import openpyxl
import pytest
from lxml import etree
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from portal.answer_book.files.form_child import answered, questions_in
from portal.answer_book.filling import answer_rows
from portal.answer_book.rules.form import CellFill, CellKind
from portal.core.errors import Refused
from portal.questionnaires import catalogue
from tests.answer_book.signed import SAID_ON, signed
from tests.factories.files import saved

TODAY = SAID_ON.replace(month=11)
M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def filled(data: bytes) -> bytes:
    """The form as it comes back, read and written without a child."""
    _rows, fills = answer_rows(questions_in(data).questions, catalogue.load(), signed(), TODAY)
    return answered(data, fills)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def cells(part: bytes) -> dict[str, bytes]:
    return {node.get("r"): etree.tostring(node) for node in etree.fromstring(part).iter(f"{M}c")}


def rest(part: bytes) -> bytes:
    """A sheet without its cells nor the link to its notes."""
    root = etree.fromstring(part)
    for node in [*root.iter(f"{M}c"), *root.iter(f"{M}legacyDrawing")]:
        node.getparent().remove(node)
    return etree.tostring(root, method="c14n")


def rich() -> bytes:
    """A sheet with what a library that reads and writes whole workbooks loses or rewrites."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sécurité"
    sheet.append(["N°", "Question", "Réponse"])
    sheet.append(["1.1", "Avez-vous désigné un DPO ?"])
    sheet.append(["1.2", "Des données sont-elles transférées hors de l'UE ?"])
    sheet.append(["1.3", "Êtes-vous certifié ISO 14001 ?"])
    sheet.append(["1.4", "Total des réponses", "=COUNTA(C2:C4)"])
    sheet.append(["1.5", "Tenez-vous un registre des traitements en tant que sous-traitant ?", "Déjà dit"])
    sheet["C2"].fill, sheet["C2"].font = PatternFill("solid", fgColor="FFF2CC"), Font(italic=True)
    sheet["B3"].comment = Comment("Article 44", "Client")
    sheet.conditional_formatting.add(
        "C2:C9", CellIsRule(operator="equal", formula=['"Non"'], font=Font(color="FF0000"))
    )
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=4))
    sheet.add_chart(chart, "H2")
    hidden = book.create_sheet("Listes")
    hidden.sheet_state = "hidden"
    hidden["A1"], hidden["A2"] = "Question", "Disposez-vous d'un DPO ?"
    return saved(book.save)


def test_only_the_cells_of_answers_change_whatever_else_the_workbook_holds():
    workbook = rich()
    before, after = parts(workbook), parts(filled(workbook))  # two made a second apart differ by their date
    sheet = "xl/worksheets/sheet1.xml"
    touched = {name for name in before if before[name] != after[name]}
    # The notes that were there take those of the answers; every other part is byte for byte what it was.
    assert touched <= {sheet, "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml"}
    assert set(after) == set(before)
    was, now = cells(before[sheet]), cells(after[sheet])
    assert {place for place in now if was.get(place) != now[place]} == {"C2", "C3"}
    assert rest(before[sheet]) == rest(after[sheet])
    book = openpyxl.load_workbook(BytesIO(filled(workbook)))["Sécurité"]
    assert (book["C2"].value, book["C3"].value, book["C4"].value) == ("Oui", "Non", None)
    assert (book["C5"].value, book["C6"].value) == ("=COUNTA(C2:C4)", "Déjà dit")
    assert book["C2"].fill.fgColor.rgb == "00FFF2CC"
    assert book["B3"].comment.text == "Article 44"


def test_each_answer_says_where_it_comes_from_and_its_age_in_a_note_that_opens():
    plain = openpyxl.Workbook()
    plain.active.append(["Question", "Answer"])
    plain.active.append(["Have you appointed a data protection officer?"])
    note = openpyxl.load_workbook(BytesIO(filled(saved(plain.save)))).active["B2"].comment
    assert note.text == "Source: GDPR baseline for processors, answered on 3 August 2026 (92 days ago)"


def test_the_forms_own_remarks_take_the_source_when_they_are_empty():
    book = openpyxl.Workbook()
    book.active.append(["Question", "Réponse", "Commentaires"])
    book.active.append(["Avez-vous désigné un DPO ?"])
    book.active.append(["Tenez-vous un registre des traitements de vos clients ?", None, "Ne rien écrire ici"])
    sheet = openpyxl.load_workbook(BytesIO(filled(saved(book.save)))).active
    assert sheet["C2"].value.startswith("Source")
    assert sheet["B2"].comment is None
    assert sheet["C3"].value == "Ne rien écrire ici"
    assert "3 août 2026" in sheet["B3"].comment.text


@pytest.mark.parametrize(
    ("offered", "expected"),
    [("Yes,No,N/A", "Yes"), ("Compliant,Non-compliant", "Compliant"), ("High,Low", None), ("Y,N", "Y"),
     ("Yes,Yes,No", None)],
)  # fmt: skip
def test_a_list_is_given_one_of_its_entries_or_nothing(offered, expected):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Question", "Response"])
    sheet.append(["Have you appointed a DPO?"])
    rule = DataValidation(type="list", formula1=f'"{offered}"')
    rule.add("B2")
    sheet.add_data_validation(rule)
    assert openpyxl.load_workbook(BytesIO(filled(saved(book.save)))).active["B2"].value == expected


def test_a_list_kept_in_another_sheet_is_read_and_one_that_cannot_be_is_left_alone():
    book = openpyxl.Workbook()
    sheet, lists = book.active, book.create_sheet("Liste d'options")
    lists.append(["Conforme"]), lists.append(["Non conforme"])
    sheet.append(["Exigence", "Réponse"])
    sheet.append(["Un DPO est-il désigné ?"])
    sheet.append(["Un registre de sous-traitant est-il tenu ?"])
    for place, formula in (("B2", "'Liste d''options'!$A$1:$A$2"), ("B3", "INDIRECT(Z9)")):
        rule = DataValidation(type="list", formula1=formula)
        rule.add(place)
        sheet.add_data_validation(rule)
    back = openpyxl.load_workbook(BytesIO(filled(saved(book.save)))).active
    assert (back["B2"].value, back["B3"].value) == ("Conforme", None)


def test_a_locked_cell_of_a_protected_sheet_is_left_alone():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Question", "Réponse"])
    sheet.append(["Avez-vous désigné un DPO ?", ""])
    sheet.append(["Tenez-vous un registre de sous-traitant ?", ""])
    sheet.protection.sheet = True
    sheet["B2"].protection = Protection(locked=False)
    back = openpyxl.load_workbook(BytesIO(filled(saved(book.save)))).active
    assert (back["B2"].value, back["B3"].value) == ("Oui", None)


def test_a_date_goes_as_a_date_where_a_date_is_asked_for():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Question", "Réponse"])
    sheet.append(["Quand le registre de sous-traitant a-t-il été mis à jour ?"])
    sheet["B2"].number_format = "dd/mm/yyyy"
    back = openpyxl.load_workbook(BytesIO(filled(saved(book.save)))).active
    assert back["B2"].value.date().isoformat() == "2026-05-04"


def test_a_formula_is_never_written_over_even_when_asked():
    data = rich()
    back = answered(data, (CellFill("Sécurité", 5, 3, "9", CellKind.NUMBER),))
    assert openpyxl.load_workbook(BytesIO(back))["Sécurité"]["C5"].value == "=COUNTA(C2:C4)"


def test_a_form_that_nothing_fills_comes_back_byte_for_byte():
    book = openpyxl.Workbook()
    book.active.append(["Question", "Réponse"])
    book.active.append(["Quel est votre chiffre d'affaires ?"])
    data = saved(book.save)
    assert filled(data) == data


@pytest.mark.parametrize("spoiled", [b"PK\x03\x04", b"PK\x03\x04" + bytes(200)])
def test_a_file_that_is_no_form_is_refused(spoiled):
    with pytest.raises(Refused):
        questions_in(spoiled)


def test_a_part_that_declares_entities_is_refused():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts(rich()).items():
            bad = b'<!DOCTYPE x [<!ENTITY a "b">]>' + content.split(b"?>", 1)[-1]
            archive.writestr(name, bad if name == "xl/worksheets/sheet1.xml" else content)
    with pytest.raises(Refused):
        questions_in(out.getvalue())
