"""`flask dora`: a package written, ours or another one checked, every defect as an object."""

import json
from datetime import date

import pytest

from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.dora.models import DoraService
from portal.dora.package import read_package, write_package
from portal.dora.reference import structure
from tests.factories.dora import NOW, complete_world, contract_in_force, ict_service, lei_of, sound_rows


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


@pytest.mark.both_databases
def test_the_register_of_a_past_day_holds_what_stood_on_that_day(run, session, tmp_path):
    """A package dated last December does not hold what began since, nor leave out what has ended since."""
    service = complete_world(session)
    service.started_on = date(2024, 1, 1)
    held = session.query(Contract).one()
    ended = contract_in_force(
        session, service.vendor, service.legal_entity, key="fini", state=ContractState.TERMINATED,
        ended_on=date(2025, 12, 31),
    )  # fmt: skip
    begun = contract_in_force(session, service.vendor, service.legal_entity, key="neuf", effective_on=date(2026, 1, 1))
    later = ict_service(session, service.vendor, service.legal_entity, [], name="Service neuf")
    later.started_on = date(2026, 2, 1)

    def contracts(*words):
        out = tmp_path / "x.zip"
        name = run("export", "--out", out, *words).output
        rows = read_package(structure(), out.read_bytes()).rows
        return name, {row.cell("c0010") for row in rows["B_02.01"]}, [row.cell("c0060") for row in rows["B_01.01"]]

    name, found, days = contracts("--on", "2025-12-31")
    assert "DORA_2025-12-31_" in name
    assert (found, days) == ({held.key, ended.key}, ["2025-12-31"])
    assert contracts("--on", "2026-01-01")[1] == {held.key, begun.key}
    assert contracts()[1] == {held.key, begun.key}


def test_a_reference_date_to_come_is_refused(run, session, tmp_path):
    complete_world(session)
    assert "à venir" in run("export", "--out", tmp_path / "x.zip", "--on", "2099-12-31", code=1).output
    assert not (tmp_path / "x.zip").exists()


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
