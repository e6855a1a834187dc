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
    assert (done.exit_code, done.output) == (0, "23 natures de preuve, aucun défaut.\n")
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


def test_a_document_is_read_as_json_alone_without_a_database(run, tmp_path):
    file = tmp_path / "certificat.txt"
    file.write_text("Certificat\n\nAlpha Certif certifie que la société Nuage SAS est conforme à ISO/IEC 27001:2022.\n")
    done = run("read", file, "--json")
    found = json.loads(done.output)
    assert (done.exit_code, list(found)) == (
        0,
        [
            "kind",
            "issuer",
            "holder",
            "standard",
            "scope",
            "sites",
            "issued_on",
            "period_from",
            "period_to",
            "expires_on",
            "exceptions",
        ],
    )
    assert found["holder"]["value"] == "Nuage SAS"
    assert found["holder"]["quote"] in file.read_text()
    assert (found["issued_on"], found["sites"]) == (None, [])
    assert "holder\tNuage SAS\t" in run("read", file).output


def test_a_document_that_proves_nothing_is_no_failure_and_one_that_cannot_be_read_is(run, tmp_path):
    brochure, broken = tmp_path / "brochure.txt", tmp_path / "a.pdf"
    brochure.write_text("Nuage, l'hébergeur de confiance. Demandez une démonstration.")
    broken.write_bytes(b"%PDF-1.7 rien")
    done = run("read", brochure, "--json")
    assert (done.exit_code, json.loads(done.output)["kind"]["value"]) == (0, "none")
    assert run("read", broken, "--json").exit_code == 1


def test_a_passage_over_several_lines_is_one_line_of_the_answer(run, tmp_path):
    """A passage comes from outside: it neither makes up facts of its own nor drives a terminal."""
    file = tmp_path / "certificat.txt"
    file.write_text(
        "Certificat\n\nAlpha Certif certifie que\nla société Nuage SAS\x1b[2J\nest conforme à ISO/IEC 27001:2022.\n"
    )
    done = run("read", file)
    names = set(json.loads(run("read", file, "--json").output))
    assert "\x1b" not in done.output
    assert all(line.split("\t")[0] in names and line.count("\t") == 2 for line in done.output.splitlines())
