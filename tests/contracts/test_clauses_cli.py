"""`flask clauses check`, `list` and `facts`: what they print, and what a script reads."""

import json
import shutil
from dataclasses import replace
from functools import cache

import pytest

from portal.authz.policy import Role
from portal.contracts import library, services
from portal.contracts.library_models import ClauseProposal
from portal.contracts.rules.clause_writing import paragraph_fields
from portal.contracts.rules.fact_catalogue import FACTS

really = library.read
READERS = {library.FOLDER: cache(really)}
"""The library of the portal, which no test writes in, is read once for all commands; any other folder each time."""


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setattr(library, "read", lambda folder=library.FOLDER: READERS.get(folder, really)(folder))
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["clauses", *map(str, arguments)])


@pytest.fixture
def approved(acting, session):
    """Paragraph 6 of CL18 was changed, and CL43 retired, by two persons."""
    lawyer, officer = acting(Role.LEGAL), acting(Role.DPO)
    fields = {
        **paragraph_fields(library.cached().clause["CL18"], 6),
        "text_fr": "Le Sous-traitant contient la violation sans délai et remet un rapport final.",
        "text_en": "The Processor shall contain the breach without delay and supply a final report.",
    }
    for row in (
        services.propose_paragraph(lawyer, "CL18", 6, fields, "Plus court."),
        services.propose_retirement(lawyer, "CL43", "Ailleurs."),
    ):
        seen = services.proposal_mark(row, services.candidate(officer, row))
        services.approve_proposal(officer, row.id, seen)
    session.commit()


@pytest.fixture
def broken(tmp_path):
    folder = shutil.copytree(library.FOLDER, tmp_path / "library")
    file = folder / "clauses/CL23-registre-cooperation.md"
    text = file.read_text(encoding="utf-8").replace("2. {C72}", "2. {C73}", 1)
    file.write_text(text, encoding="utf-8")
    return folder


def test_check_says_that_the_shipped_library_is_sound(run):
    result = run("check")
    assert (result.exit_code, result.output) == (0, "79 clauses, 10 modèles, aucun défaut.\n")


def test_check_looks_at_what_is_really_used(run, approved):
    result = run("check")
    assert result.exit_code == 0, (result.output, result.exception)
    assert result.output.splitlines()[0] == "78 clauses, 10 modèles, aucun défaut."
    assert "Approuvées ici : CL18. Retirées : CL43." in result.output
    rows = {row["key"]: row["version"] for row in json.loads(run("list", "--json").output)}
    assert rows["CL18"] == "1.3.1"
    assert "CL43" not in rows
    assert run("check", library.FOLDER).output.startswith("79 clauses"), "a folder is its files alone"


def test_check_fails_on_an_approved_text_that_a_newer_file_no_longer_goes_with(run, approved, session):
    row = session.query(ClauseProposal).filter_by(clause_key="CL18").one()
    head, _words, tail = row.text.rpartition("in communicating the breach to the Data Subjects")
    row.text = f"{head}duly{tail}"
    session.commit()
    result = run("check")
    assert result.exit_code == 1
    assert "C44" in result.output


def test_check_says_when_a_file_changed_under_an_approved_text(app, run, approved, tmp_path, portal_settings):
    folder = shutil.copytree(library.FOLDER, tmp_path / "library")
    file = folder / "clauses/CL18-violations.md"
    file.write_text(file.read_text(encoding="utf-8").replace('version = "1.3"', 'version = "1.4"'), encoding="utf-8")
    app.extensions["vigie.settings"] = replace(portal_settings, clauses_dir=folder)
    try:
        assert "CL18 : le texte approuvé tient lieu du fichier" in run("check").output
    finally:
        app.extensions["vigie.settings"] = portal_settings


def test_export_writes_what_was_approved_and_putting_it_in_place_changes_nothing(run, approved, tmp_path):
    result = run("export", tmp_path / "out")
    assert "CL43 : retirée" in result.output
    [file] = (tmp_path / "out").rglob("*.md")
    assert file.name == next((library.FOLDER / "clauses").glob("CL18-*")).name
    folder = shutil.copytree(library.FOLDER, tmp_path / "library")
    shutil.copy(file, folder / "clauses")
    found, defects = library.read(folder)
    assert (defects, found.clause["CL18"].version) == ((), "1.3.1")


def test_check_says_that_a_text_is_not_in_its_language(run, tmp_path):
    folder = shutil.copytree(library.FOLDER, tmp_path / "library")
    file = next((folder / "clauses").glob("CL43-*"))
    text = file.read_text(encoding="utf-8")
    head, english = text.split("## en\n", 1)
    french = head.split("## fr\n", 1)[1]
    file.write_text(f"{head}## en\n{french}", encoding="utf-8")
    result = run("check", folder)
    assert result.exit_code == 1
    assert "n'est pas dans sa langue" in result.output.replace("’", "'")
    assert english


def test_check_prints_every_defect_with_file_line_and_clause_and_exits_with_1(run, broken):
    result = run("check", broken)
    assert result.exit_code == 1
    first = result.output.splitlines()[0]
    assert first.startswith(f"{broken}/clauses/CL23-registre-cooperation.md:23: CL23 — Le paragraphe vise C73")


def test_check_as_json_gives_one_object_per_defect(run, broken):
    defects = json.loads(run("check", broken, "--json").output)
    assert all(set(defect) == {"file", "where", "line", "column", "message"} for defect in defects)
    assert {defect["where"] for defect in defects} == {"CL23"}


def test_check_as_json_of_a_sound_library_is_an_empty_list(run):
    result = run("check", "--json")
    assert (result.exit_code, json.loads(result.output)) == (0, [])


def test_list_gives_key_version_title_obligations_and_digest(run):
    rows = json.loads(run("list", "--json").output)
    breach = next(row for row in rows if row["key"] == "CL18")
    assert (breach["title"], breach["title_en"]) == ("Violations de données", "Personal data breaches")
    assert breach["covers"] == ["C42", "C43", "C44"]
    assert len(breach["sha256"]) == 64
    assert "CL18\t1.3\tViolations de données\tC42, C43, C44" in run("list").output


def test_list_refuses_a_defective_library_and_says_why(run, broken):
    result = run("list", broken)
    assert result.exit_code == 1
    assert "flask clauses check" in result.output


def test_facts_lists_every_fact_with_its_codes(run):
    rows = {row["key"]: row for row in json.loads(run("facts", "--json").output)}
    assert rows.keys() == FACTS.keys()
    assert rows["tier"]["codes"] == ["standard", "renforce", "critique"]


def test_facts_describes_tables_their_columns_and_how_to_say_none(run):
    rows = {row["key"]: row for row in json.loads(run("facts", "--json").output)}
    for key, fact in FACTS.items():
        assert [column["key"] for column in rows[key]["columns"]] == [column.key for column in fact.columns]
    [name, *_] = rows["subprocessors"]["columns"]
    assert name == {
        "key": "name", "label": "Dénomination", "label_en": "Name", "optional": False, "printed": True,
        "by_language": False, "nature": "name",
    }  # fmt: skip
    assert rows["subprocessors"]["none_en"].startswith("No sub-processor is authorised")
    assert rows["measures"]["none"] is None
    assert rows["tier"]["choices"][2] == {"code": "critique", "label": "critique", "label_en": "critical"}
    assert (rows["transfers.mechanism"]["several"], rows["tier"]["several"]) == (True, False)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"declarations.accuse"]', '"declarations.rien"]', "R03 — La question « declarations.rien » n'existe pas."),
        (
            'evidence = "suites.refus"',
            'evidence = "perimetre.canaux"',
            "R05 — La question « perimetre.canaux » ne demande",
        ),
    ],
)
def test_check_fails_on_a_requirement_that_leads_to_no_question_or_no_proof(run, tmp_path, old, new, told):
    folder = shutil.copytree(library.FOLDER, tmp_path / "library")
    file = folder / "exigences/relation-client-retractation.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = run("check", folder)
    assert result.exit_code == 1
    assert told in result.output.replace("\u202f", " ").replace("’", "'")
    library.load(folder)  # and no contract waits for it
