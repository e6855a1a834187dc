"""`flask clauses check`, `list` and `facts`: what they print, and what a script reads."""

import json
import shutil

import pytest
from click.testing import CliRunner

from portal.contracts import library
from portal.contracts.clauses_cli import cli
from portal.contracts.rules.fact_catalogue import FACTS


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def broken(tmp_path):
    folder = shutil.copytree(library.FOLDER, tmp_path / "library")
    file = folder / "clauses/CL23-registre-cooperation.md"
    text = file.read_text(encoding="utf-8").replace("2. {C72}", "2. {C73}", 1)
    file.write_text(text, encoding="utf-8")
    return folder


def test_check_says_that_the_shipped_library_is_sound(run):
    result = run("check")
    assert (result.exit_code, result.output) == (0, "79 clauses, 10 modèle(s), aucun défaut.\n")


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
    assert "CL18\t1.2\tViolations de données\tC42, C43, C44" in run("list").output


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


@pytest.mark.long
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
