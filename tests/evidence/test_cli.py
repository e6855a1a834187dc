"""`flask evidence check`: what it prints, and what a script reads."""

import json

import pytest
from click.testing import CliRunner

from portal.evidence.cli import evidence


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(evidence, [str(argument) for argument in arguments])


def test_the_file_shipped_is_sound(run):
    done = run("check")
    assert (done.exit_code, done.output) == (0, "22 natures de preuve, aucun défaut.\n")
    assert json.loads(run("check", "--json").output) == []


def test_every_defect_is_printed_and_the_exit_status_is_1(run, tmp_path):
    file = tmp_path / "preuves.toml"
    file.write_text('[[kind]]\nkey = "iso"\nfr = "ISO"\nen = ""\nbasis = "loi"\nsource = "…"\n')
    done = run("check", tmp_path)
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        f"{file}: iso\u202f: «\u202fbasis\u202f» doit être l’un de law, scheme, practice.",
        f"{file}: iso\u202f: «\u202fen\u202f» manque.",
    ]
    assert [row["file"] for row in json.loads(run("check", tmp_path, "--json").output)] == [str(file)] * 2
