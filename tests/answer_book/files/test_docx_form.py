"""A document comes back as it was, but for its answers."""

from io import BytesIO

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from portal.answer_book.files.form_child import questions_in
from tests.answer_book.files.test_xlsx_form import filled, parts
from tests.factories.files import saved


def form(*rows, headed=True, columns=2):
    made = docx.Document()
    made.add_paragraph("Merci de remplir ce questionnaire.")
    made.sections[0].header.paragraphs[0].text = "Client SA"
    table = made.add_table(0, columns)
    if headed:
        for cell, name in zip(table.add_row().cells, ("Question", "Réponse", "Observations"), strict=False):
            cell.paragraphs[0].add_run(name).bold = True
    for row in rows:
        table.add_row().cells[0].text = row
    return made, table


def back(made):
    return docx.Document(BytesIO(filled(saved(made.save))))


def test_only_the_text_changes_and_the_answer_stands_in_its_cell_with_its_source():
    made, _ = form("Avez-vous désigné un DPO ?", "Quel est votre chiffre d'affaires ?")
    before = saved(made.save)
    after = filled(before)
    was, now = parts(before), parts(after)
    assert {name for name in was if was[name] != now[name]} == {"word/document.xml"}
    table = docx.Document(BytesIO(after)).tables[0]
    assert table.cell(1, 1).paragraphs[0].text == "Oui"
    assert "3 août 2026" in table.cell(1, 1).paragraphs[1].text
    assert table.cell(1, 1).paragraphs[1].text.startswith("[Source")
    assert table.cell(2, 1).text == ""
    assert [cell.text for cell in table.column_cells(0)] == [
        "Question", "Avez-vous désigné un DPO ?", "Quel est votre chiffre d'affaires ?"
    ]  # fmt: skip


def test_tables_and_rows_are_numbered_from_one():
    made, _ = form("Avez-vous désigné un DPO ?")
    made.add_table(0, 2).add_row().cells[0].text = "Tenez-vous un registre des traitements de vos clients ?"
    found = questions_in(saved(made.save)).questions
    assert [(one.sheet, one.row) for one in found] == [("1", 2), ("2", 1)]


def test_the_answer_takes_the_look_that_its_cell_was_given():
    made, table = form("Avez-vous désigné un DPO ?")
    paragraph = table.cell(1, 1).paragraphs[0]
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:rPr {nsdecls("w")}><w:b/><w:color w:val="00AA00"/></w:rPr>'))
    run = back(made).tables[0].cell(1, 1).paragraphs[0].runs[0]
    assert (run.bold, str(run.font.color.rgb)) == (True, "00AA00")


def test_boxes_are_ticked_in_place():
    made, table = form("Avez-vous désigné un DPO ?", "Des données sont-elles transférées hors de l'UE ?")
    for row in (1, 2):
        table.cell(row, 1).text = "☐ Oui   ☐ Non   ☐ N/A"
    answers = [row.cells[1].paragraphs[0].text for row in back(made).tables[0].rows[1:]]
    assert answers == ["☒ Oui   ☐ Non   ☐ N/A", "☐ Oui   ☒ Non   ☐ N/A"]


def test_a_drop_down_control_is_given_one_of_its_entries():
    made, table = form("Avez-vous désigné un DPO ?", "Tenez-vous un registre de sous-traitant ?")
    for row, entries in ((1, ("Oui", "Non")), (2, ("Vert", "Rouge"))):
        items = "".join(f'<w:listItem w:displayText="{one}" w:value="{one}"/>' for one in entries)
        table.cell(row, 1).paragraphs[0]._p.addprevious(
            parse_xml(
                f"<w:sdt {nsdecls('w')}><w:sdtPr><w:showingPlcHdr/><w:dropDownList>{items}</w:dropDownList></w:sdtPr>"
                "<w:sdtContent><w:p><w:r><w:t>Choisissez un élément.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
            )
        )
    xml = back(made).tables[0]._tbl.xml
    assert xml.count("Choisissez un élément.") == 1
    assert '<w:t xml:space="preserve">Oui</w:t>' in xml


def test_the_remarks_of_the_form_take_the_source():
    made, _ = form("Avez-vous désigné un DPO ?", columns=3)
    table = back(made).tables[0]
    assert (table.cell(1, 1).text, table.cell(1, 2).text[:6]) == ("Oui", "Source")
