import io
import re
import time
import zipfile
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.errors import Refused
from portal.core.spreadsheets import (
    Limits,
    Row,
    Unreadable,
    open_table,
    read_table,
    sheet_scan,
    write_xlsx,
    xlsx_reading,
)
from tests.factories.files import OLE, open_document, rewritten, saved, word


def workbook(*rows, title="Liste", edit=None):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if edit:
        edit(book)
    return saved(book.save)


def sheet_edited(content, old, new):
    def edit(name, part):
        if name != "xl/worksheets/sheet1.xml":
            return part
        assert old in part
        return part.replace(old, new)

    return rewritten(content, edit)


def read(data, **limits):
    return read_table(data, "liste.xlsx", **limits)


def said(table):
    return [(problem.line, problem.column, str(problem.message)) for problem in table.problems]


def test_values_come_out_as_a_person_would_retype_them():
    row = [
        "Étoile",
        552100554,
        1.5,
        3.0,
        True,
        date(2026, 11, 24),
        datetime(2026, 11, 24, 9, 30),
        None,
        timedelta(hours=2),
    ]
    table = read(workbook([f"c{i}" for i in range(9)], row))
    assert table.kind == "xlsx"
    assert table.rows[0].cells == (
        "Étoile", "552100554", "1.5", "3", "oui", "2026-11-24", "2026-11-24 09:30:00", "", "2:00:00",
    )  # fmt: skip
    assert not table.problems
    assert not table.notes


def test_every_formula_is_named_by_its_cell_and_none_is_computed():
    table = read(workbook(["Nom", "Pays", "Note"], ["A", "FR", 1], ["B", "FR", 2], ["C", "=A1", "=SUM(C2:C3)"]))
    assert [(line, column) for line, column, _ in said(table)] == [(4, 2), (4, 3)]
    assert said(table)[1][2] == "Cellule C4\u202f: formule\u202f; remplacez-la par sa valeur."
    assert [row.sound for row in table.rows] == [True, True, False]


def test_an_error_of_the_spreadsheet_is_named_by_its_cell():
    def edit(book):
        book.active["B2"] = "#REF!"

    assert said(read(workbook(["Nom", "Note"], ["A", "x"], edit=edit))) == [(2, 2, "Cellule B2\u202f: erreur #REF!.")]


def test_text_that_looks_like_a_formula_but_is_text_passes():
    assert read(write_xlsx("L", ["Nom"], [["=1+1"], ["+33 1"]])).rows[0] == Row(2, ("=1+1",))


def test_rows_keep_their_number_across_gaps_and_blank_rows_are_no_fault():
    def edit(book):
        book.active["A3"], book.active["A6"] = "A", "B"
        book.active["A9"] = " "

    table = read(workbook([], ["Nom", "Pays"], edit=edit))
    assert table.header_line == 2
    assert [row.line for row in table.rows] == [3, 6]
    assert said(table) == []


def test_cells_beyond_the_header_are_a_fault_and_missing_ones_are_empty():
    table = read(workbook(["Nom", "Pays"], ["A"], ["B", "FR", "trop"]))
    assert table.rows == (Row(2, ("A", "")), Row(3, ("B", "FR", "trop"), False))
    assert said(table) == [(3, None, "3 cellules au lieu de 2.")]


def test_only_the_first_visible_sheet_is_read_and_a_note_says_so():
    def edit(book):
        book.create_sheet("Brouillon", 0).sheet_state = "hidden"
        book.create_sheet("Annexe")

    table = read(workbook(["Nom"], ["A"], edit=edit))
    assert table.rows[0].cells == ("A",)
    assert [str(note) for note in table.notes] == [
        "Seule la feuille «\u202fListe\u202f» a été lue\u202f; ignorées\u202f: Annexe."
    ]


def test_a_sheet_whose_cells_start_elsewhere_keeps_its_lines_and_columns():
    def edit(book):
        book.active["B3"], book.active["C3"], book.active["B4"], book.active["D4"] = "Nom", "Pays", "A", "=1"

    table = read(workbook(edit=edit))
    assert (table.header_line, table.header) == (3, ("", "Nom", "Pays"))
    assert [(row.line, row.cells) for row in table.rows] == [(4, ("", "A", "", "="))]
    assert [column for _, column, _ in said(table)] == [4, None]


def test_days_counted_from_1904_and_shared_texts_are_read_as_they_are():
    def edit(book):
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    table = read(workbook(["Jour", "Nom"], [date(2026, 11, 24), "Été"], edit=edit))
    assert table.rows == (Row(2, ("2026-11-24", "Été")),)


def test_only_the_sheet_that_was_looked_into_is_read():
    """A formula of another sheet is no fault; a part that the workbook names twice is one sheet, read once."""

    def edit(book):
        book.create_sheet("Calculs").append(["=1+1"])

    assert not read(workbook(["Nom"], ["A"], edit=edit)).problems


def test_a_sheet_that_lies_about_its_size_costs_nothing():
    plain = workbook(["Nom"], ["A"])
    table = read(sheet_edited(plain, b'<dimension ref="A1:A2"', b'<dimension ref="A1:XFD1048576"'))
    assert table.rows == (Row(2, ("A",)),)


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet'


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (workbook(), "vide"),
        (workbook(["", " "]), "vide"),
        (rewritten(workbook(["Nom"], ["A"]), **{"xl/vbaProject.bin": OLE}), "macros"),
        (rewritten(workbook(["Nom"], ["A"]), **{"xl/externalLinks/externalLink1.xml": b"<x/>"}), "d’autres classeurs"),
        (sheet_edited(workbook(["Nom"], ["A"]), b"<worksheet", ENTITIES), "endommagé"),
        (sheet_edited(workbook(["Nom"], ["A"]), b"</sheetData>", b""), "endommagé"),
        (rewritten(workbook(["Nom"], ["A"]), lambda n, p: b"<x/>" if n == "xl/workbook.xml" else p), "vide"),
        (workbook(["Nom"], ["A"])[:-200], "endommagé"),
        (sheet_edited(workbook(["Nom"], ["A"]), b"</c>", b"</d>"), "endommagé"),
        (OLE, "Excel 97"),
        (word(), "pas un classeur Excel"),
        (open_document("spreadsheet"), "pas un classeur Excel"),
        (b"Nom;Pays\nA;B", "pas un classeur Excel"),
        (workbook([f"c{i}" for i in range(501)]), "plus de 500 colonnes"),
        (workbook(["x" * 501]), "ne nomme pas les colonnes"),
    ],
)
def test_what_is_no_plain_table_is_refused_with_a_sentence(data, match):
    with pytest.raises(Refused, match=match):
        read(data)


@pytest.mark.parametrize(
    ("limits", "match"), [({"max_rows": 2}, "plus de 2 lignes"), ({"max_cells": 5}, "plus de 5 cellules")]
)
def test_a_table_past_its_limits_is_refused_whole(limits, match):
    with pytest.raises(Unreadable, match=match):
        read(workbook(["a", "b"], [1, 2], [3, 4], [5, 6]), **limits)


def test_a_row_numbered_a_billion_is_refused_without_walking_there():
    far = sheet_edited(workbook(["Nom"], ["A"]), b'<row r="2"><c r="A2"', b'<row r="1000000000"><c r="A1000000000"')
    start = time.process_time()
    with pytest.raises(Unreadable):
        read(far)
    assert time.process_time() - start < 2


def test_a_zip_bomb_is_refused_in_under_two_seconds():
    bomb = sheet_edited(workbook(["Nom"], ["A"]), b"<sheetData>", b"<sheetData>" + b" " * (300 * 1024 * 1024))
    start = time.process_time()
    with pytest.raises(Refused, match="volume anormal"):
        read(bomb)
    assert time.process_time() - start < 2


def test_a_workbook_of_formulas_only_is_read_in_under_two_seconds():
    data = workbook(["Nom"], *[["=1+1"]] * 3000)
    start = time.process_time()
    assert len(read(data).problems) == 3000
    assert time.process_time() - start < 2


def test_a_workbook_is_gone_through_row_by_row_while_it_is_open():
    data = write_xlsx("Liste", ["Nom", "Note"], [["Acme", 1], ["Beta", None]])
    with open_table(data, "liste.xlsx") as table:
        assert (table.kind, table.header) == ("xlsx", ("Nom", "Note"))
        assert list(table.rows) == [Row(2, ("Acme", "1")), Row(3, ("Beta", ""))]


def test_a_workbook_larger_than_allowed_once_unpacked_is_refused_before_it_is_read():
    data = write_xlsx("Liste", ["Nom"], [[f"Société {number}"] for number in range(2_000)])
    with pytest.raises(Refused), open_table(data, "liste.xlsx", limits=Limits(unpacked=10_000)) as table:
        list(table.rows)


VALUES = st.one_of(
    st.text("aé<&]> =\n", max_size=6), st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6), st.booleans(),
    st.dates(date(1905, 1, 1), date(2100, 1, 1)), st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
    st.timedeltas(timedelta(0), timedelta(days=3)), st.sampled_from(["=A1+1", "#N/A"]),
)  # fmt: skip


@settings(deadline=None)
@given(
    held=st.dictionaries(st.tuples(st.integers(1, 60), st.integers(1, 5)), VALUES, max_size=60),
    since_1904=st.booleans(), merged=st.booleans(), inline=st.booleans(), piece=st.integers(120, 900),
)  # fmt: skip
def test_a_sheet_read_by_pieces_says_what_it_says_whole(held, since_1904, merged, inline, piece):
    """The same lines, cells, problems and refusals, wherever it is cut."""

    def edit(book):
        if since_1904:
            book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        for (line, column), value in held.items():
            book.active.cell(line, column, value)
        if merged:
            book.active.merge_cells("B2:C4")

    texts = [[str(line), "x", "", "é"] for line in range(1, 40)]
    data = write_xlsx("Liste", ["a", "b", "c", "d"], texts) if inline else workbook(edit=edit)
    whole = outcome(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheet_scan, "PIECE", piece)
        patch.setattr(xlsx_reading, "CUT", 0)
        patch.setattr(xlsx_reading, "BESIDE", 0)
        assert outcome(data) == whole


def outcome(data):
    try:
        return read(data)
    except Refused as refusal:
        return str(refusal)


def by_pieces(data, monkeypatch):
    """What is read by small pieces, and how many of them there were."""
    made, honest = [], xlsx_reading._sheet_of
    monkeypatch.setattr(xlsx_reading, "_sheet_of", lambda alone: made.append(1) or honest(alone))
    for module, name, value in ((sheet_scan, "PIECE", 300), (xlsx_reading, "CUT", 0), (xlsx_reading, "BESIDE", 0)):
        monkeypatch.setattr(module, name, value)
    return outcome(data), len(made)


TALL = [["Nom", "Pays"], *([f"Société {number}", "FR"] for number in range(40))]


def test_a_long_sheet_is_read_so_many_rows_at_a_time(monkeypatch):
    data = workbook(*TALL)
    whole = read(data)
    found, pieces = by_pieces(data, monkeypatch)
    assert (found, len(found.rows)) == (whole, 40)
    assert pieces > 5


def test_texts_that_sheets_share_are_read_by_every_piece(monkeypatch):
    kept = []

    def share(found):
        kept.append(found[1])
        return b't="s"><v>%d</v>' % (len(kept) - 1)

    file = io.BytesIO(rewritten(workbook(*TALL), lambda name, part: _shared(name, part, share)))
    with zipfile.ZipFile(file, "a") as archive:
        each = b"".join(b"<si><t>%s</t></si>" % text for text in kept)
        archive.writestr("xl/sharedStrings.xml", b'<sst xmlns="%s">%s</sst>' % (MAIN, each))
    data = file.getvalue()
    assert read(data) == read(workbook(*TALL))
    found, pieces = by_pieces(data, monkeypatch)
    assert found == read(workbook(*TALL))
    assert pieces > 5


MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _shared(name, part, share):
    if name == "xl/worksheets/sheet1.xml":
        return re.sub(rb't="inlineStr"><is><t>([^<]*)</t></is>', share, part)
    if name == "xl/_rels/workbook.xml.rels":
        kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        link = b'<Relationship Id="rId99" Type="%s" Target="sharedStrings.xml"/></Relationships>' % kind
        return part.replace(b"</Relationships>", link)
    return part


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<row r="9"', b'<?x </row> ?><row r="9"'),
        (b"<sheetData>", b"<sheetData ><!-- -->"),
        (b'r="A9"', b'r="A30"'),
        (b'r="A30"', b'r="A2"'),
        (b"</row>", b"</row >"),
    ],
    ids=["an instruction", "a comment", "a line too early", "a line too late", "other ends"],
)
def test_a_sheet_that_cannot_be_cut_is_read_whole(monkeypatch, old, new):
    data = sheet_edited(workbook(*TALL), old, new)
    whole = outcome(data)
    assert by_pieces(data, monkeypatch) == (whole, 1)


def test_a_long_sheet_damaged_on_the_way_is_refused_with_a_sentence(monkeypatch):
    data = sheet_edited(workbook(*TALL), b'<c r="A30" t="inlineStr">', b'<c r="A30" t="s"><v>zz</v></c><c r="C30">')
    whole = outcome(data)
    found, pieces = by_pieces(data, monkeypatch)
    assert found == whole
    assert "endommagé" in found
    assert pieces
