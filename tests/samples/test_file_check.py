import csv
import io
import random
import zipfile

import pytest

from portal.core.errors import PortalError, Refused
from portal.core.language import Language
from portal.core.spreadsheets import write_csv, write_xlsx
from portal.core.translation import translate
from portal.samples import file_check
from portal.samples.file_check import FileExpectations
from portal.samples.rules.cases import WithdrawalCase
from portal.samples.rules.columns import CallField, CaseField, SampleKind
from tests.factories import samples
from tests.factories.samples import simple, spoilt
from tests.samples import generating
from tests.samples.generating import CASE_FIELDS


def read(content, name="dossiers.csv", kind=SampleKind.CASES, **wanted):
    """(what was found, the clean file)."""
    clean = io.StringIO()
    asked = FileExpectations(kind, **{"remembered": {}, "drawn": (), "corrections": {}, **wanted})
    with file_check.open_file(content, name) as stream:
        return file_check.check_file(stream, asked, clean), clean.getvalue()


def said(problem):
    return translate(problem.message, Language.FR)


# --- what is sound, and what is not


def test_a_sound_file_is_measured_from_its_clean_copy_as_it_was_read():
    expected = samples.rows(30)
    examined, clean = read(samples.csv(expected))
    assert (examined.is_sound, examined.cases, examined.count) == (True, 30, 0)
    cases = [*file_check.measured_rows(io.StringIO(clean), SampleKind.CASES, 0, 100)]
    assert [case.reference for case in cases] == [row["reference"] for row in expected]
    assert [case.line for case in cases] == [*range(2, 32)]
    assert all(isinstance(case, WithdrawalCase) for case in cases)


def test_parts_of_a_clean_file_put_together_are_the_whole():
    _examined, clean = read(samples.csv(10))
    parts = [
        case
        for start in (0, 4, 8, 12)
        for case in file_check.measured_rows(io.StringIO(clean), SampleKind.CASES, start, 4)
    ]
    assert parts == [*file_check.measured_rows(io.StringIO(clean), SampleKind.CASES, 0, 10)]


def test_calls_are_read_too():
    examined, clean = read(samples.csv(12, SampleKind.CALLS), kind=SampleKind.CALLS)
    assert (examined.is_sound, examined.cases) == (True, 12)
    assert len([*file_check.measured_rows(io.StringIO(clean), SampleKind.CALLS, 0, 50)]) == 12


def test_a_line_that_is_not_clean_stops_the_measure():
    _examined, clean = read(samples.csv(simple(2)))
    with pytest.raises(ValueError, match="line 2 of a clean file"):
        [*file_check.measured_rows(io.StringIO(clean.replace("VIG-000000", "", 1)), SampleKind.CASES, 0, 5)]


def test_every_bad_cell_is_told_with_its_line_its_column_and_what_it_says():
    content = spoilt(samples.csv(simple(5)), {(3, "stated"): "hier", (5, "decision"): "peut-être"})
    examined, _clean = read(content)
    assert [(one.line, one.column, one.field, one.cell) for one in examined.problems] == [
        (3, "Date de la déclaration", "stated", "hier"), (5, "Décision", "decision", "peut-être"),
    ]  # fmt: skip
    assert (examined.count, examined.cases) == (2, 3)


def test_the_first_problems_are_kept_in_the_order_of_the_lines_and_all_are_counted(monkeypatch):
    monkeypatch.setattr(file_check, "MOST_LISTED", 3)
    rows = simple(9)
    examined, _clean = read(spoilt(samples.csv(rows), {(line, "stated"): "hier" for line in range(2, 11)}))
    assert ([one.line for one in examined.problems], examined.count) == ([2, 3, 4], 9)


def test_a_correction_takes_the_place_of_the_cell_and_is_what_is_measured():
    content = spoilt(samples.csv(simple(3)), {(3, "decision"): "peut-être"})
    examined, clean = read(content, corrections={(3, CaseField.DECISION): "refusée"})
    assert examined.is_sound
    assert [row["decision"] for row in csv.DictReader(io.StringIO(clean))][1] == "refusée"


def test_a_correction_that_is_wrong_itself_is_told_as_it_was_written():
    content = spoilt(samples.csv(simple(3)), {(3, "decision"): "peut-être"})
    examined, _clean = read(content, corrections={(3, CaseField.DECISION): "bof"})
    [problem] = examined.problems
    assert (problem.line, problem.cell) == (3, "bof")


def test_a_field_that_no_column_fills_can_be_given_for_a_line():
    header = [titles[0] for name, titles in CASE_FIELDS.items() if name != "concluded"]
    whole, rows = generating.table(iter([row for row in simple(40) if row["kind"] == "service"][:1]), CASE_FIELDS)
    at = whole.index(CASE_FIELDS["concluded"][0])
    content = write_csv(header, [[cell for n, cell in enumerate(row) if n != at] for row in rows], Language.FR)
    assert not read(content)[0].is_sound
    examined, clean = read(content, corrections={(2, CaseField.CONCLUDED): "01/10/2025"})
    assert examined.is_sound
    assert next(csv.DictReader(io.StringIO(clean)))["concluded"] == "01/10/2025"


def test_a_file_without_a_row_says_so():
    examined, _clean = read(samples.csv([]))
    assert ["aucune ligne" in said(one) for one in examined.problems] == [True]


# --- columns


def test_columns_that_are_not_known_are_asked_for_and_what_was_said_is_used():
    content = samples.csv(3).decode("utf-8-sig").replace("Décision", "Verdict maison", 1).encode("utf-8-sig")
    examined, clean = read(content)
    assert [(one.line, one.field) for one in examined.problems] == [(None, "decision")]
    assert not clean
    assert read(content, remembered={"verdict maison": "decision"})[0].is_sound


# --- the draw


def test_a_file_answers_the_draw_with_those_references_and_no_other():
    content = samples.csv(4)
    drawn = {f"VIG-{n:06}" for n in range(4)}
    assert read(content, drawn=drawn)[0].is_sound
    missing, extra = read(content, drawn=drawn - {"VIG-000003"} | {"VIG-000777"})[0].problems
    assert "VIG-000777" in said(missing)
    assert (extra.line, "n’a pas été tirée au sort" in said(extra).replace("'", "’")) == (5, True)


# --- personal data in excess, and hostile files


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ana@exemple.test", "e-mail"),
        ("4111 1111 1111 1111", "carte bancaire"),
        ("06 12 34 56 78", "téléphone"),
        ("arrêt maladie, dépression", "santé"),
    ],
)
@pytest.mark.parametrize("write", [write_csv, lambda *table: write_xlsx("Dossiers", *table)])
def test_personal_data_in_any_column_refuses_the_file_and_names_the_column_never_the_data(text, words, write):
    content = write(["Référence", "Commentaire"], [["A1", "rien"], ["A2", text]])
    with pytest.raises(Refused) as refusal:
        file_check.refuse_personal_data(content, "dossiers")
    told = translate(refusal.value.sentence, Language.FR)
    assert "Commentaire" in told
    assert words in told
    assert text not in told


def test_a_formula_is_a_problem_of_its_line():
    content = generating.xlsx_of(iter(simple(2)), CASE_FIELDS)
    formula = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(formula, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/"):
                first = data.index(b"<row", data.index(b"<row") + 4)
                end = data.index(b"</c>", first)
                start = data.index(b"<c", first)
                data = data[:start] + b'<c r="A2"><f>1+1</f><v>2</v></c>' + data[end + 4 :]
            new.writestr(name, data)
    examined, _clean = read(formula.getvalue(), "dossiers.xlsx")
    assert any(one.line == 2 and "formule" in said(one) for one in examined.problems)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"PK\x03\x04 not a workbook",
        random.Random(1).randbytes(50 * file_check.MEGABYTE),
        b"a" * (file_check.MOST_BYTES + 1),
    ],
    ids=["empty", "blank", "damaged", "50 MB of noise", "too large"],
)
def test_what_is_no_table_is_refused_in_a_sentence(content):
    with pytest.raises(PortalError) as refusal:
        file_check.refuse_personal_data(content, "dossiers.csv")
    assert str(refusal.value).endswith(".")


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(generating.xlsx_of(iter(simple(2)), CASE_FIELDS))) as old,
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/media/image1.png", bytes(300 * file_check.MEGABYTE))
    with pytest.raises(PortalError):
        file_check.refuse_personal_data(bomb.getvalue(), "dossiers.xlsx")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_more_rows_than_are_accepted_are_refused(monkeypatch, kind):
    monkeypatch.setattr(file_check, "MOST_ROWS", 5)
    make = generating.csv_of if kind == "csv" else generating.xlsx_of
    file_check.refuse_personal_data(make(iter(simple(5)), CASE_FIELDS), f"dossiers.{kind}")
    with pytest.raises(PortalError, match="plus de"):
        file_check.refuse_personal_data(make(iter(simple(6)), CASE_FIELDS), f"dossiers.{kind}")


# --- full lists


@pytest.mark.parametrize(
    "content",
    ["Référence\nA1\n A2 \n\nA3\n", "Pays;Numéro de dossier\nFR;A1\nFR;A2\nFR;A3\n", "Nos dossiers à nous\nA1\nA2\nA3"],
    ids=["the column", "among others", "the only one"],
)
def test_the_references_of_a_list_are_its_column_of_that_name_or_its_only_one(content):
    assert file_check.references(content.encode(), "liste.csv") == ["A1", "A2", "A3"]


def test_a_list_of_calls_is_known_by_the_headers_of_calls():
    content = "Issue;Référence de l'appel\nvente;A1\n".encode()
    assert file_check.references(content, "liste.csv", SampleKind.CALLS) == ["A1"]
    with pytest.raises(Refused, match="référence"):
        file_check.references(content, "liste.csv", SampleKind.CASES)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Pays;Décision\nFR;2\n", "référence"),
        ("Référence\n", "aucune référence"),
        ("Référence\nA1\nana@exemple.test\n", "e-mail"),
        ("Référence\nA1\nDossier de Mme X\n", "Ligne 3"),
    ],
)
def test_a_list_that_could_not_be_drawn_from_is_refused_in_a_sentence(content, words):
    with pytest.raises(Refused) as refusal:
        file_check.references(content.encode(), "liste.csv")
    assert words in translate(refusal.value.sentence, Language.FR)


# --- what is kept of problems


def test_problems_are_kept_as_they_were():
    examined, _clean = read(spoilt(samples.csv(simple(3)), {(3, "amount"): "beaucoup"}))
    again = file_check.thaw_problems(file_check.freeze_problems(examined.problems))
    assert [(one.line, one.column, one.field, one.cell, said(one)) for one in again] == [
        (one.line, one.column, one.field, one.cell, said(one)) for one in examined.problems
    ]


def test_a_problem_of_a_call_names_its_field():
    content = samples.csv(2, SampleKind.CALLS).decode("utf-8-sig").split("\r\n")
    cells = content[1].split(";")
    cells[1] = "jadis"
    examined, _clean = read("\n".join([content[0], ";".join(cells)]).encode(), kind=SampleKind.CALLS)
    assert [one.field for one in examined.problems] == [CallField.CALLED]
