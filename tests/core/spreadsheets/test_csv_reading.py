import io
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.core.errors import Refused
from portal.core.spreadsheets import Limits, Row, Unreadable, open_table, read_table, write_csv
from portal.core.spreadsheets.csv_reading import LINE

REAL = Path(__file__).parents[3].parent / "shared" / "real"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real inputs are not beside the checkout")


def read(text, encoding="utf-8", **limits):
    return read_table(text.encode(encoding) if isinstance(text, str) else text, "liste.csv", **limits)


def said(table):
    return [(problem.line, problem.column, str(problem.message)) for problem in table.problems]


@pytest.mark.real
@real
def test_the_real_list_as_a_french_spreadsheet_saves_it_has_exactly_its_two_faults_and_loses_nothing():
    table = read_table(REAL / "vendors_messy.csv")
    assert (table.encoding, table.delimiter, len(table.header)) == ("cp1252", ";", 8)
    assert said(table) == [
        (28, None, "7 cellules au lieu de 8."),
        (36, None, "9 cellules au lieu de 8."),
    ]
    rows = {row.line: row for row in table.rows}
    assert len(rows) == 40
    assert [line for line, row in rows.items() if not row.sound] == [28, 36]
    assert rows[28].cells[0] == "Reltio"
    assert len(rows[36].cells) == 9


@pytest.mark.real
@real
@pytest.mark.parametrize(("name", "count"), [("vendors.csv", 471), ("chains.csv", 677)])
def test_the_real_lists_read_without_a_fault(name, count):
    table = read_table(REAL / name)
    assert (len(table.rows), table.problems, table.encoding, table.delimiter) == (count, (), "utf-8", ",")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_encoding_separator_and_line_end_is_recognised(delimiter, encoding, end):
    text = end.join(["Société;Pays", '"Étoile; et fils";Bénin', "Acme, Inc.;États-Unis", ""])
    if delimiter != ";":
        text = end.join(
            delimiter.join(row) for row in [["Société", "Pays"], ["Étoile; et fils", "Bénin"], ["x", "y"], [""]]
        )
    table = read(text, encoding)
    assert table.delimiter == delimiter
    assert table.encoding == encoding
    assert table.header == ("Société", "Pays")
    assert table.rows[0] == Row(2, ("Étoile; et fils", "Bénin"))
    assert not table.problems


def test_an_old_macintosh_file_is_read_as_such():
    text = "Société;Pays\n" + "Hébergement à Nîmes, été, forêt;République tchèque\n" * 3
    table = read(text, "mac_roman")
    assert table.encoding == "mac_roman"
    assert table.rows[0].cells[1] == "République tchèque"


@pytest.mark.parametrize("text", ["Nom;Pays\nÉté;Bénin\n", "Nom;Pays\nAcme;Bénin\n", "SOCIÉTÉ\nÉTÉ\n", "Prix\n10 €\n"])
def test_a_few_accents_are_taken_for_windows(text):
    assert read(text, "cp1252").encoding == "cp1252"


def test_a_damaged_byte_in_a_unicode_file_is_shown_where_it_is():
    data = "Nom;Pays\nÉtoile;Bénin\nÉté à Nîmes;X\nAcme;France\n".encode().replace(b"X", b"Gu\xe9")
    table = read(data)
    assert table.encoding == "utf-8"
    assert said(table) == [(3, 2, "Un caractère est illisible\u202f: enregistrez le fichier en CSV UTF-8.")]
    assert table.rows[2] == Row(4, ("Acme", "France"))


@pytest.mark.parametrize("name", ["liste.pdf", "liste.csv", "liste.xlsx", None])
def test_a_pdf_given_as_a_list_is_refused_as_one(name):
    """It used to be read as a table of one column, « %PDF-1.7 »."""
    with pytest.raises(Unreadable, match="est un PDF"):
        read_table(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF", name)


def test_a_cell_on_several_lines_keeps_the_line_numbers_true():
    table = read('Nom;Note\nA;"un\ndeux\r\ntrois"\nB;x;y\n\nC;z\n')
    assert [(row.line, row.sound) for row in table.rows] == [(2, True), (5, False), (7, True)]
    assert table.rows[0].cells[1] == "un\ndeux\r\ntrois"
    assert [(line, text) for line, _, text in said(table)] == [(5, "3 cellules au lieu de 2.")], "a blank line is none"


def test_blank_lines_are_no_fault_wherever_they_stand():
    table = read("\n;\nNom;Pays\nA;B\n\n;\n;;;;\n \nC;D\n\n;\n")
    assert (table.header_line, table.header, table.problems) == (3, ("Nom", "Pays"), ())
    assert table.rows == (Row(4, ("A", "B")), Row(9, ("C", "D")))


def test_a_quote_never_closed_is_a_fault_of_its_line_and_what_follows_is_read_all_the_same():
    table = read('Nom;Note\nA;"bien\nB;"mal;\nC;fin\nD;"x"\n')
    assert said(table)[0][2] == "Un guillemet est ouvert et n’est jamais refermé."
    assert {row.line for row in table.rows if row.sound} >= {4, 5}
    assert table.rows[-1] == Row(5, ("D", "x"))
    assert table.rows[0].cells == ("A", '"bien')


def test_a_quote_never_closed_says_its_column():
    assert said(read('Nom;Note;Pays\nA;"bien;FR\nB;b;FR\n')) == [
        (2, 2, "Un guillemet est ouvert et n’est jamais refermé.")
    ]


def test_a_quote_closed_in_the_middle_of_a_cell_is_a_fault_and_its_text_is_kept():
    table = read('Nom;Note\n"A" et "B";x\nC;y\n')
    assert said(table)[0][0] == 2
    assert "mal placés" in said(table)[0][2]
    assert table.rows == (Row(2, ('"A" et "B"', "x"), False), Row(3, ("C", "y")))


def test_a_quote_inside_an_unquoted_cell_is_text():
    assert read('Nom;Note\nCâble 5";x\n').rows == (Row(2, ('Câble 5"', "x")),)


def test_quotes_misplaced_everywhere_are_refused_in_reasonable_time():
    start = time.process_time()
    with pytest.raises(Unreadable, match="trop mal placés"):
        read('a";"\n' * 40_000)
    assert time.process_time() - start < 2


def test_the_separator_hint_of_a_spreadsheet_is_followed_and_counted():
    table = read("sep=,\r\nNom,Note\r\nA;B,x\r\n")
    assert (table.delimiter, table.header_line, table.rows) == (",", 2, (Row(3, ("A;B", "x")),))


def test_two_columns_of_one_name_are_a_fault():
    assert said(read("Nom;Pays; NOM\nA;B;C\n")) == [(1, 3, "La colonne «\u202f NOM\u202f» est présente deux fois.")]


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "vide"),
        (b"\n\n;;\n", "vide"),
        (b"\xef\xbb\xbf", "vide"),
        (b"Nom;Pays\nA\x00;B", "pas du texte"),
        (b"MZ\x90\x00\x03", "pas du texte"),
        (b"\xff\xfeA\x00\x01", "pas du texte"),
        (bytes(range(128, 256)) * 40, "ne nomme pas les colonnes"),
        (b"x" * 200_000, "ne nomme pas les colonnes"),
        (b";".join(b"c%d" % i for i in range(501)), "plus de 500 colonnes"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "Excel 97"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data, match):
    with pytest.raises(Unreadable, match=match):
        read(data)


@pytest.mark.parametrize(
    ("limits", "match"), [({"max_rows": 2}, "plus de 2 lignes"), ({"max_cells": 5}, "plus de 5 cellules")]
)
def test_a_table_past_its_limits_is_refused_whole(limits, match):
    with pytest.raises(Unreadable, match=match):
        read("a;b\n1;2\n3;4\n5;6\n", **limits)


def test_a_file_of_nothing_but_line_ends_is_refused_before_it_is_cut():
    with pytest.raises(Unreadable, match="lignes"):
        read(b"\n" * 2_000_000)


def test_a_cell_without_end_is_a_fault_and_the_rest_is_read():
    table = read("Nom;Note\nA;" + "x" * 140_000 + "\nB;y\n")
    assert said(table) == [(2, None, "Une cellule compte plus de 32 767 caractères.")]
    assert [len(row.cells[1]) for row in table.rows] == [32_767, 1]
    assert table.rows[0].cells[1].endswith("x…")


def test_fifty_megabytes_of_noise_renamed_csv_are_refused_in_under_two_seconds(tmp_path):
    file = tmp_path / "liste.csv"
    file.write_bytes(bytes(range(1, 256)) * 210_000)
    assert file.stat().st_size > 50 * 1024 * 1024
    for limit in (20, 100):
        start = time.process_time()
        with pytest.raises(Refused):
            read_table(file, max_bytes=limit * 1024 * 1024)
        assert time.process_time() - start < 2


def test_ten_thousand_rows_of_twelve_cells_are_read_whole():
    data = write_csv(
        [f"c{i}" for i in range(12)], [[f"Société {i}", "l'été; l'hiver", *["x" * 15] * 10] for i in range(10_000)]
    )
    table = read(data)
    assert len(table.rows) == 10_000
    assert not table.problems


@given(
    st.lists(
        st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8), min_size=3, max_size=3),
        max_size=5,
    )
)
@example([["", "'=1+1", "'@"], ["''-", "'", "' x"]])
def test_what_is_exported_is_read_back_the_same(rows):
    header = ["Nom", "Pays", "Note"]
    given_rows = [tuple(row) for row in rows]
    table = read(write_csv(header, given_rows))
    kept = [row for row in given_rows if any(cell.strip() for cell in row)]
    assert [row.cells for row in table.rows] == kept


@given(st.text(st.sampled_from("a;,\"\n\r\té'="), max_size=60))
def test_no_text_makes_the_reader_fail_or_lose_a_letter(text):
    data = ("Nom;Pays\n" + text).encode()
    try:
        table = read(data)
    except Unreadable:
        return
    read_letters = "".join(cell for row in table.rows for cell in row.cells).count("a") + sum(
        c.count("a") for c in table.header
    )
    assert read_letters == data.count(b"a")


def test_a_table_is_gone_through_row_by_row_and_its_problems_are_known_at_the_end():
    data = b"Nom;Pays\nAcme;FR\n\nBeta\n"
    with open_table(data, "liste.csv") as table:
        assert (table.header, table.header_line, table.problems) == (("Nom", "Pays"), 1, [])
        assert next(table.rows) == Row(2, ("Acme", "FR"))
        assert next(table.rows) == Row(4, ("Beta",), False)
        assert next(table.rows, None) is None
        assert [(problem.line, str(problem.message)) for problem in table.problems] == [
            (4, "1 cellule au lieu de 2."),
        ]


def test_a_limit_is_met_on_the_way():
    with open_table(b"Nom\na\nb\nc\n", "liste.csv", limits=Limits(rows=2)) as table:
        assert next(table.rows).cells == ("a",)
        with pytest.raises(Unreadable, match="plus de 2 lignes"):
            list(table.rows)


@given(st.text(st.sampled_from("a;\n\r\x0b\x85\u2028 "), max_size=30))
def test_lines_end_where_a_file_says_they_do_and_nowhere_else(text):
    assert LINE.findall(text) == list(io.StringIO(text, newline=""))


def test_a_cell_may_have_as_many_characters_as_a_spreadsheet_holds_and_not_one_more():
    assert said(read("Nom;Note\nA;" + "x" * 32_767 + "\n")) == []
    assert said(read("Nom;Note\nA;" + "x" * 32_768 + "\n")) == [(2, 2, "Une cellule compte plus de 32 767 caractères.")]


def test_a_quote_left_open_is_named_as_such_however_much_it_swallows():
    table = read('Nom;Note\nA;"ouvert\n' + ("B;" + "x" * 900 + "\n") * 200)
    assert [(line, column) for line, column, _ in said(table)] == [(2, 2)]
    assert "32 767" not in said(table)[0][2]
