import io
import time
from datetime import UTC, date, datetime

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from portal.core.language import Language
from portal.core.spreadsheets import read_table, write_csv, write_xlsx

DANGEROUS = ["=1+1", "+33 1", "-x", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", '=HYPERLINK("http://x";"y")']


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_of_an_export_is_run_by_a_spreadsheet_and_ours_reads_it_back(text):
    data = write_csv(["Nom"], [[text]])
    cell = data.decode("utf-8-sig").split("\r\n", 1)[1]
    assert cell.lstrip('"').startswith("'")
    assert read_table(data, "x.csv").rows[0].cells == (text,)


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_of_a_workbook_is_a_formula(text):
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx("L", [text], [[text]]))).active
    assert [sheet["A1"].data_type, sheet["A2"].data_type] == ["s", "s"]


def test_a_negative_number_stays_a_number():
    assert write_csv(["n"], [[-5], [-1.5]]).endswith(b"n\r\n-5\r\n-1,5\r\n")


def test_french_and_english_spreadsheets_each_get_their_own_marks():
    row = ["Étoile", 1.5, True, date(2026, 11, 24), datetime(2026, 11, 24, 9, tzinfo=UTC), None]
    french = write_csv(list("abcdef"), [row])
    english = write_csv(list("abcdef"), [row], Language.EN)
    assert french.startswith(b"\xef\xbb\xbfa;b;c")
    assert "Étoile;1,5;oui;2026-11-24;2026-11-24 10:00:00+01:00;\r\n" in french.decode()
    assert "Étoile,1.5,yes,2026-11-24,2026-11-24 10:00:00+01:00,\r\n" in english.decode()


def test_an_instant_is_of_the_day_that_pages_say_in_a_workbook_too():
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx("L", ["a"], [[late]]))).active
    assert sheet["A2"].value == "2026-07-01 00:30:00+02:00"


def test_the_same_rows_give_the_same_bytes_a_day_later(monkeypatch):
    first = write_xlsx("Liste", ["Nom"], [["A"]])
    later = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    assert write_xlsx("Liste", ["Nom"], [["A"]]) == first


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plan_x2024_final.pdf", "plan_x2024_final.pdf"),
        ("_x0041__x0042_", "_x0041__x0042_"),
        ("a" * 40_000, "a" * 32_766 + "…"),
        ("_x0041_" + "a" * 40_000, "_x0041_" + "a" * 32_753 + "…"),
        (date(1890, 1, 1), "1890-01-01"),
        (date(1901, 1, 1), date(1901, 1, 1)),
    ],
)
def test_another_spreadsheet_shows_a_value_as_it_was_or_says_that_it_is_cut(value, shown):
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_xlsx("Essai", ["Valeur"], [[value]])))
    assert book.get_sheet_by_index(0).to_python()[1] == [shown]


def test_a_workbook_is_read_with_its_types_frozen_header_and_widths():
    rows = [["Étoile\nfilante", 12, 1.5, date(2026, 11, 24), None], ["x\x07y", 0, 0.0, None, "z" * 300]]
    book = openpyxl.load_workbook(
        io.BytesIO(write_xlsx("Suivi [2026] / nord : tout ce qui dépasse", list("abcde"), rows))
    )
    sheet = book.active
    assert len(sheet.title) <= 31
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E3"
    assert sheet["A1"].font.bold
    assert [sheet["A2"].value, sheet["B2"].value, sheet["C2"].value] == ["Étoile\nfilante", 12, 1.5]
    assert sheet["D2"].value == datetime(2026, 11, 24)
    assert sheet["A3"].value == "xy"
    assert sheet.column_dimensions["E"].width == 60


@pytest.mark.parametrize("rows", [[], [["A"]]])
def test_an_empty_or_tiny_table_opens_too(rows):
    assert openpyxl.load_workbook(io.BytesIO(write_xlsx("", ["Nom"], rows))).active.max_row == 1 + len(rows)
