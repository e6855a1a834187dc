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


VSAQ = '// Copyright\n{"questionnaire": [{"type": "line", "id": "why", "text": "Why do" + " you ask?", "cond": "x"}]}'


@pytest.fixture
def foreign(tmp_path):
    path = tmp_path / "their-questions.json"
    path.write_text(VSAQ, encoding="utf-8")
    return path


def test_import_writes_a_draft_and_names_every_loss(run, foreign, tmp_path):
    result = run("import", foreign, "--to", tmp_path / "out")
    assert result.exit_code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["their-questions.toml"]
    for said in ("VSAQ (JSON)", "1 questions", "Condition — ", "Langue — ", "Raison — ", "Article — "):
        assert said in result.output


def test_a_draft_is_sound_as_a_draft_and_refused_for_publication(run, foreign, tmp_path):
    run("import", foreign, "--to", tmp_path / "out")
    file = tmp_path / "out" / "their-questions.toml"
    assert run("check", "--draft", tmp_path / "out").output == "1 questionnaire, aucun défaut.\n"
    assert run("check", "--draft", file).exit_code == 0
    plain = run("check", tmp_path / "out")
    assert plain.exit_code == 1
    assert all(field in plain.output for field in ("why", "articles", "text.fr"))
    file.write_text(file.read_text().replace('kind = "text"', 'kind = "texte"'))
    assert run("check", "--draft", file).exit_code == 1


def test_import_as_json_is_json_alone_with_counts_and_losses(run, foreign, tmp_path):
    found = json.loads(run("import", foreign, "--to", tmp_path / "out", "--json").stdout)
    (one,) = found["questionnaires"]
    assert (found["format"], one["questions"], one["key"]) == ("vsaq", 1, "their-questions")
    assert one["file"] == str(tmp_path / "out" / "their-questions.toml")
    kinds = {loss["kind"]: loss for loss in found["losses"]}
    assert kinds["condition"]["places"] == ["their-questions-questions.why"]
    assert [kinds[kind]["stops_publication"] for kind in ("condition", "language")] == [False, True]


def test_import_never_writes_over_a_file_that_says_something_else(run, foreign, tmp_path):
    out = tmp_path / "out"
    run("import", foreign, "--to", out)
    run("import", foreign, "--to", out)
    assert len(list(out.iterdir())) == 1, "the very same draft is not written twice"
    (out / "their-questions.toml").write_text("# corrected\n")
    run("import", foreign, "--to", out)
    assert (out / "their-questions.toml").read_text() == "# corrected\n"
    assert 'key = "their-questions-2"' in (out / "their-questions-2.toml").read_text()


def test_import_without_a_folder_writes_nothing(run, foreign, tmp_path):
    result = run("import", foreign)
    assert result.exit_code == 0
    assert list(tmp_path.iterdir()) == [foreign]
    assert "--to" in result.output


@pytest.mark.parametrize(
    "content", [b"{}", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"!!python/name:os.system x", b"\0"]
)
def test_a_file_that_is_refused_exits_with_2_and_a_sentence(run, tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    result = run("import", tmp_path / "a.json", "--to", tmp_path / "out")
    assert result.exit_code == 2
    assert result.stderr.rstrip().endswith(".")
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_or_a_folder_that_is_a_file_exits_with_2(run, foreign, tmp_path):
    assert run("import", tmp_path / "nothing.json").exit_code == 2
    assert run("import", foreign, "--with", tmp_path / "nothing.xml").exit_code == 2
    assert run("import", foreign, "--to", foreign).exit_code == 2
    assert json.loads(run("import", tmp_path / "nothing.json", "--json").stdout)["refused"]
