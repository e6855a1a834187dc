"""`flask dora`: a package written, ours or another one checked, every defect as an object."""

import json

import pytest

from portal.dora.models import DoraService
from portal.dora.package import write_package
from portal.dora.reference import structure
from tests.factories.dora import NOW, complete_world, lei_of, sound_rows


@pytest.fixture
def run(app, session):
    def call(*words, code=0):
        session.commit()
        result = app.test_cli_runner().invoke(args=["dora", *map(str, words)])
        assert result.exit_code == code, (result.output, result.exception)
        return result

    return call


def test_off_both_say_how_to_open_it(run, tmp_path):
    assert "fiche de l'entité" in run("check", code=1).output
    assert "fiche de l'entité" in run("export", "--out", tmp_path / "x.zip", code=1).output


def test_what_is_exported_is_checked_without_a_defect(run, session, tmp_path):
    complete_world(session)
    out = tmp_path / "paquet.zip"
    assert "0 défaut." in run("export", "--out", out).output
    assert "0 défaut, dont 0 qui fait refuser le paquet." in run("check").output
    found = json.loads(run("check", out, "--json").output)
    assert found["defects"] == []
    assert found["rows"] > 10


def test_a_reference_date_may_be_given(run, session, tmp_path):
    complete_world(session)
    assert "DORA_2025-12-31_" in run("export", "--out", tmp_path / "x.zip", "--on", "2025-12-31").output


def test_each_defect_names_table_row_column_and_where_to_mend_it(run, session):
    service = complete_world(session)
    session.query(DoraService).one().has_exit_plan = None
    (told,) = json.loads(run("check", "--json", code=1).output)["defects"]
    assert (told["rule"], told["table"], told["column"]) == ("cell_missing", "B_07.01", "c0080")
    assert (told["table_title"], told["column_title"]) == ("Évaluation des services", "Plan de sortie")
    assert told["mend"] == {"what": "service", "id": service.id}
    assert "Hébergeur Azur" in told["row"]
    (told,) = json.loads(run("check", "--json", "--language", "en", code=1).output)["defects"]
    assert told["message"] == "This cell must be filled."


def test_a_package_from_outside_is_told_by_line(run, tmp_path):
    rows = sound_rows()
    rows["B_05.02"][1].cells["c0060"] = lei_of(77)
    path = tmp_path / "autre.zip"
    path.write_bytes(write_package(structure(), rows, NOW)[1])
    found = json.loads(run("check", path, "--json", code=1).output)["defects"]
    assert ("not_found", "B_05.02", 3, "c0060", True) in {
        (one["rule"], one["table"], one["line"], one["column"], one["refuses"]) for one in found
    }
    assert "dont 1 qui fait refuser le paquet" in run("check", path, code=1).output
    path.write_bytes(b"rien")
    assert "Error" in run("check", path, code=1).output
