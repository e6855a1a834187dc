"""`flask questionnaires check` and `list`: what they print, and what a script reads."""

import json

import pytest
from click.testing import CliRunner

from portal.questionnaires import catalogue
from portal.questionnaires.cli import cli
from tests.questionnaires.test_catalogue import BORROWING, SOUND

BROKEN = 'key = "casse"\nversion = "1"\nsections = 3\n'


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_check_says_that_the_shipped_files_are_sound(run):
    result = run("check")
    assert result.exit_code == 0
    assert result.output.startswith(f"{len(catalogue.load())} questionnaires, aucun défaut")


def test_check_counts_the_files_it_found_sound(run, tmp_path):
    for name in ("un", "deux"):
        own = SOUND.replace('"essai"', f'"{name}"').replace('"a', f'"{name}')
        (tmp_path / f"{name}.toml").write_text(own, encoding="utf-8")
    assert run("check", tmp_path).output == "2 questionnaires, aucun défaut.\n"


def test_check_and_list_say_what_questionnaires_have_in_common(run, tmp_path):
    (tmp_path / "essai.toml").write_text(SOUND, encoding="utf-8")
    (tmp_path / "autre.toml").write_text(BORROWING, encoding="utf-8")
    checked = run("check", tmp_path)
    assert (checked.exit_code, checked.output) == (0, "2 questionnaires, aucun défaut ; 1 question commune.\n")
    rows = json.loads(run("list", tmp_path, "--json").output)
    assert {row["key"]: (row["questions"], row["shared"]) for row in rows} == {
        "essai": (2, ["a.deux"]),
        "autre": (2, ["a.deux"]),
    }
    assert "shared" in run("list", tmp_path).output


def test_check_prints_every_defect_with_file_line_and_question_and_exits_with_1(run, tmp_path):
    (tmp_path / "casse.toml").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "faux.toml").write_text("key = \n", encoding="utf-8")
    result = run("check", tmp_path)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith(f"{tmp_path / 'casse.toml'}:1: casse — Le champ «\u202ftitle\u202f» manque")
    assert lines[3].startswith(f"{tmp_path / 'faux.toml'}:1:7: Syntaxe TOML")


def test_check_as_json_gives_one_object_per_defect(run, tmp_path):
    (tmp_path / "casse.toml").write_text(BROKEN, encoding="utf-8")
    result = run("check", tmp_path, "--json")
    assert result.exit_code == 1
    defects = json.loads(result.output)
    assert [set(defect) for defect in defects] == [{"file", "where", "line", "column", "message"}] * 3
    assert {(defect["where"], defect["line"]) for defect in defects} == {("casse", 1)}


def test_check_as_json_of_sound_files_is_an_empty_list(run):
    result = run("check", "--json")
    assert (result.exit_code, json.loads(result.output)) == (0, [])


def test_list_gives_key_version_title_size_and_digest(run):
    socle = next(row for row in json.loads(run("list", "--json").output) if row["key"] == "socle-rgpd")
    assert socle["title"] == "Socle RGPD du sous-traitant"
    assert socle["title_en"] == "GDPR baseline for processors"
    assert (socle["questions"], len(socle["sha256"])) == (40, 64)
    assert "socle-rgpd" in run("list").output


def test_list_refuses_a_defective_folder_and_says_why(run, tmp_path):
    (tmp_path / "casse.toml").write_text(BROKEN, encoding="utf-8")
    result = run("list", tmp_path)
    assert result.exit_code == 1
    assert "casse.toml" in result.output
    assert "Traceback" not in result.output
