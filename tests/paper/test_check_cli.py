"""`flask paper check`, `report`, `letter` and `amend`: what a script reads, what a person reads, refusals."""

import json
import zipfile

import pytest
from openpyxl import load_workbook

from portal.core.documents.text import tree_text
from portal.core.language import Language
from portal.paper.rules.naming import REQUIREMENTS
from tests.conftest import REAL
from tests.docx_text import docx_text
from tests.factories.papers import contract as whole_contract
from tests.factories.papers import without


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["paper", *map(str, words)])


@pytest.fixture
def contract(tmp_path):
    path = tmp_path / "acme.txt"
    path.write_text(tree_text(without(whole_contract(Language.FR), "CL17")), "utf-8")
    return path


def test_json_has_the_fields_scripts_rely_on(run, contract):
    result = run("check", contract, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["language"], found["verdict"]) == ("fr", "incomplete")
    assert [one["id"] for one in found["requirements"][:20]] == list(REQUIREMENTS)
    text = contract.read_text("utf-8")
    for one in found["requirements"]:
        assert {"id", "status", "specific", "spans", "reason"} <= set(one)
        assert one["reason"]
        for span in one["spans"]:
            assert set(span) == {"quote", "start", "end", "page"}
            assert span["end"] - span["start"] == len(span["quote"])
            assert " ".join(span["quote"].split())[:20] in " ".join(text.split())
    assert isinstance(found["terms"], list)


@pytest.mark.real
def test_the_twenty_ids_are_those_of_the_labels():
    labels = REAL / "dpa" / "labels.tsv"
    if not labels.exists():
        pytest.skip("les textes réels ne sont pas posés à côté du dépôt")
    named = {line.split("\t")[1] for line in labels.read_text("utf-8").splitlines()[1:]}
    assert named == set(REQUIREMENTS)


def test_without_json_each_requirement_has_a_line_with_its_status_and_passage(run, contract):
    result = run("check", contract)
    assert result.exit_code == 0
    assert "Non trouvé       Aide à l’exercice des droits [data_subject_assistance]" in result.output
    assert "Satisfait        Notification des violations [breach_notification]" in result.output
    english = run("check", contract, "--lang", "en").output
    assert "Not found        Assistance with data subjects’ rights [data_subject_assistance]" in english


def test_a_text_that_cannot_be_read_is_a_sentence_and_status_2(run, tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"\x00\x01\x02")
    for path in (tmp_path / "x.pdf", tmp_path / "nowhere.docx"):
        result = run("check", path, "--json")
        assert result.exit_code == 2
        assert result.stdout == ""
        assert len(result.stderr.strip().splitlines()) == 1
        assert "Traceback" not in result.output


def test_a_folder_is_a_row_per_contract_and_a_workbook_in_which_nothing_runs(run, contract, tmp_path):
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "=cmd.txt").write_bytes(contract.read_bytes())
    (folder / "bad.pdf").write_bytes(b"%PDF")
    result = run("check", folder, "--json", "--xlsx", tmp_path / "out.xlsx")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [one["file"] for one in found] == ["=cmd.txt", "bad.pdf"]
    assert found[1]["refusal"]
    sheet = load_workbook(tmp_path / "out.xlsx").active
    assert [sheet["A2"].value, sheet["A2"].data_type] == ["=cmd.txt", "s"]
    assert sheet.max_row == 3


def test_an_archive_is_read_like_a_folder_and_a_hostile_one_refused(run, contract, tmp_path):
    path = tmp_path / "contracts.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a/acme.txt", contract.read_bytes())
    assert [one["file"] for one in json.loads(run("check", path, "--json").stdout)] == ["a/acme.txt"]
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("../evil.txt", contract.read_bytes())
    assert run("check", path).exit_code == 2


def test_a_workbook_is_refused_for_one_contract(run, contract, tmp_path):
    result = run("check", contract, "--xlsx", tmp_path / "out.xlsx")
    assert (result.exit_code, "dossier" in result.stderr) == (2, True)


@pytest.mark.parametrize(("command", "name"), [("report", "report"), ("letter", "request"), ("amend", "amendment")])
def test_a_document_is_written_as_docx_and_pdf(run, contract, tmp_path, command, name):
    result = run(command, contract, "--lang", "en", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    word, pdf = (tmp_path / "out" / f"acme-{name}.{kind}" for kind in ("docx", "pdf"))
    assert pdf.read_bytes().startswith(b"%PDF")
    assert "data subjects" in docx_text(word.read_bytes())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [word.name, pdf.name]


def test_an_amendment_says_its_blanks_and_takes_facts(run, contract, tmp_path):
    named = ("--fact", "vendor.name=Acme SAS")
    result = run("amend", contract, "--out", tmp_path, *named)
    assert result.exit_code == 0, result.output
    assert "1 clause, " in result.stderr
    assert "Pas satisfait tant que des blancs restent : Aide à l’exercice des droits" in result.stderr
    result = run("amend", contract, "--out", tmp_path, *named, "--fact", "controller.contact=donnees@horizon.example")
    assert "chaque point contrôlé est satisfait" in result.stderr
    assert "Acme SAS" in docx_text((tmp_path / "acme-avenant.docx").read_bytes())
    assert run("amend", contract, "--out", tmp_path, "--fact", "vendor.name").exit_code == 2
    assert run("amend", contract, "--out", tmp_path, "--fact", "tier=enorme").exit_code == 2


def test_nothing_to_ask_writes_nothing(run, tmp_path):
    path = tmp_path / "whole.txt"
    path.write_text(tree_text(whole_contract(Language.FR)), "utf-8")
    for command in ("amend", "letter"):
        result = run(command, path, "--out", tmp_path / "out")
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr.startswith("Rien à")
    assert not (tmp_path / "out").exists()
