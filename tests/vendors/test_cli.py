"""`flask vendors`: the same rules from a terminal, and output that a script can read."""

import json
import time
from functools import partial

import pytest
from sqlalchemy import func, select

from portal.core.spreadsheets import read_table
from portal.vendors import services
from portal.vendors.models import Contact, Service, Vendor
from portal.vendors.rules.tier import Tier
from portal.web import command
from tests.conftest import REAL
from tests.factories import lists
from tests.factories.vendors import HEAVY, contact_at, entered

real = pytest.mark.skipif(not REAL.exists(), reason="les listes réelles ne sont pas là")


@pytest.fixture
def run(app, monkeypatch, session):
    monkeypatch.setattr(command, "ready", lambda store: None)
    runner = app.test_cli_runner()

    def call(*args, code=0):
        session.commit()
        found = runner.invoke(args=["vendors", *map(str, args)])
        assert found.exit_code == code, found.output
        assert "Traceback" not in found.output
        session.expire_all()
        return found

    return call


@pytest.fixture
def listed(tmp_path):
    def write(content, name="liste.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def count(session, model=Vendor):
    return session.scalar(select(func.count()).select_from(model))


def test_the_register_is_listed_as_objects(run, dpo):
    services.add_service(dpo, entered(dpo, "Acme", country="FR"), HEAVY)
    entered(dpo, "Beta")
    found = json.loads(run("list", "--json").stdout)
    assert [(v["key"], v["name"], v["country"], v["status"], v["tier"]) for v in found] == [
        ("acme", "Acme", "FR", "prospect", "critique"), ("beta", "Beta", "", "prospect", None),
    ]  # fmt: skip
    assert run("list", "--tier", "non_classe").stdout.splitlines()[1].startswith("beta\tBeta\t")
    assert json.loads(run("list", "--words", "ACMÉ", "--json").stdout)[0]["services"] == ["Dossier patient"]


def test_one_vendor_is_shown_with_what_belongs_to_it(run, dpo):
    vendor = entered(dpo, "Acme")
    services.add_service(dpo, vendor, HEAVY)
    contact_at(dpo, vendor)
    found = json.loads(run("show", "acme", "--json").stdout)
    assert (found["inherent"], found["services"][0]["name"], found["contacts"][0]["email"]) == (
        5, "Dossier patient", "jeanne@acme.test",
    )  # fmt: skip
    assert "accessible" in run("show", "inconnu", code=1).stderr


def test_a_service_that_ended_is_what_the_vendor_did_in_the_list_as_in_the_export(run, dpo, session, tmp_path):
    acme = entered(dpo, "Acme")
    services.add_service(dpo, acme, HEAVY)
    session.scalars(select(Service)).one().ended_on = dpo.today
    session.commit()
    assert json.loads(run("list", "--json").stdout)[0]["services"] == []
    out = tmp_path / "registre.csv"
    assert "1 sous-traitant écrit" in run("export", out).stdout
    table = read_table(out.read_bytes(), out.name)
    assert dict(zip(table.header, table.rows[0].cells, strict=True))["Prestations"] == ""
    [shown] = json.loads(run("show", "acme", "--json").stdout)["services"]
    assert shown["ended_on"] == dpo.today.isoformat()


def test_what_is_shown_to_a_person_is_no_code(run, dpo):
    acme = entered(dpo, "Acme")
    services.add_service(dpo, acme, HEAVY)
    contact_at(dpo, acme)
    told = run("show", "acme").stdout
    for code in ("{'", "['", "None", "True", "datetime", "<"):
        assert code not in told, told
    lines = told.splitlines()
    assert lines[lines.index("services\t1") + 2].split("\t")[1] == "Dossier patient"
    assert lines[lines.index("contacts\t1") + 2].split("\t")[2] == "jeanne@acme.test"


def test_doubles_without_a_decision_are_refused_with_the_way_to_decide(run, listed, session):
    found = run("import", listed(lists.csv_of()), "--json", code=1)
    assert "--duplicates merge, separate ou skip" in found.stderr
    report = json.loads(found.stdout)
    assert (report["created"], report["services"], report["problems"]) == (0, 0, [])
    [group] = report["duplicates"]
    assert (group["lines"], group["certainty"], group["decided"]) == ([2, 3], "certain", False)
    assert count(session) == 0


@pytest.mark.parametrize(("decision", "vendors", "written"), [("merge", 2, 3), ("separate", 3, 3), ("skip", 2, 2)])
def test_each_decision_does_what_it_says(run, listed, session, decision, vendors, written):
    report = json.loads(run("import", listed(lists.csv_of()), "--duplicates", decision, "--json").stdout)
    assert (report["created"], report["services"]) == (vendors, written)
    assert (count(session), count(session, Service)) == (vendors, written)


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(run, listed, session):
    path = listed(lists.csv_of())
    report = json.loads(run("import", path, "--dry-run", "--duplicates", "merge", "--json").stdout)
    assert (report["created"], report["services"]) == (2, 3)
    assert count(session) == 0
    told = run("import", path, "--dry-run", "--duplicates", "merge").stdout
    assert "Rien n'est écrit ; le seraient : 2 sous-traitants créés, 0 complété, 3 prestations écrites, " in told


def test_every_problem_is_listed_and_nothing_is_written(run, listed, session):
    path = listed(lists.csv_of(lists.ROWS[2:] + lists.FAULTY))
    found = run("import", path, "--json", code=1)
    problems = json.loads(found.stdout)["problems"]
    assert [(p["line"], p["column"]) for p in problems] == [(3, "Pays"), (4, "Nom"), (4, "E-mail du contact")]
    assert all(set(p) == {"line", "column", "message"} for p in problems)
    assert "France" in problems[0]["message"]
    assert count(session) == 0
    told = run("import", path, code=1)
    assert "ligne 4, colonne « E-mail du contact »" in told.stdout


def test_a_second_import_of_the_same_list_meets_the_register(run, listed, session):
    path = listed(lists.csv_of())
    run("import", path, "--duplicates", "merge")
    report = json.loads(run("import", path, "--duplicates", "skip", "--json").stdout)
    assert (report["created"], report["completed"], report["skipped"]) == (0, 0, 3)
    assert count(session) == 2


def test_what_is_exported_can_be_imported_again(run, dpo, tmp_path, session):
    vendor = entered(dpo, "Clever Cloud SAS", country="FR", siren="954506077", website="https://x.test")
    contact_at(dpo, vendor)
    for name in ("registre.csv", "registre.xlsx"):
        run("export", tmp_path / name)
        session.query(Contact).delete()
        session.query(Vendor).delete()
        run("import", tmp_path / name)
        again = session.scalars(select(Vendor)).one()
        assert (again.name, again.country, again.siren, again.website) == (
            "Clever Cloud SAS", "FR", "954506077", "https://x.test",
        )  # fmt: skip
        assert session.scalars(select(Contact.email)).one() == "jeanne@acme.test"
    assert ".csv ou en .xlsx" in run("export", tmp_path / "x.pdf", code=1).stderr


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("bruit.csv", partial(lists.noise, 50 * 1024 * 1024), "20 Mo"),
        ("bruit-court.csv", partial(lists.noise, 5 * 1024 * 1024), "n’est pas du texte"),
        ("bombe.xlsx", lists.bomb, "volume anormal"),
        ("vide.csv", bytes, "vide"),
        ("ancien.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel 97"),
    ],
)
def test_a_file_meant_to_harm_is_refused_at_once_with_a_sentence(run, listed, name, content, told):
    path = listed(content(), name)
    begun = time.process_time()
    found = run("import", path, "--json", code=1)
    assert time.process_time() - begun < 2
    [problem] = json.loads(found.stdout)["problems"]
    assert told in problem["message"]
    assert (problem["line"], problem["column"]) == (None, None)


def test_a_formula_is_refused_at_its_cell(run, listed):
    problems = json.loads(run("import", listed(lists.with_formulas(), "f.xlsx"), "--json", code=1).stdout)["problems"]
    assert [(p["line"], p["column"]) for p in problems] == [(2, "Pays")]
    assert "formule" in problems[0]["message"]


def test_the_whole_register_can_be_weighed_again(run, dpo, session):
    vendor = entered(dpo, "Acme")
    services.add_service(dpo, vendor, HEAVY)
    vendor.tier = Tier.LOW
    run("reclassify")
    assert session.scalars(select(Vendor.tier)).one() is Tier.CRITICAL


@real
@pytest.mark.real
def test_the_real_list_is_imported_once_its_doubles_are_merged_and_nothing_of_it_is_lost(run, session):
    report = json.loads(run("import", REAL / "vendors.csv", "--duplicates", "merge", "--json").stdout)
    assert (report["services"], report["problems"], count(session, Service)) == (471, [], 471)
    assert report["created"] == count(session)
    written = session.scalars(select(Service).order_by(Service.id)).all()
    kept = "\n".join(
        f"{s.name} {s.purpose} {s.data_details} {' '.join(s.notes.values())}" for s in written
    ) + "\n".join(f"{v.name} {v.legal_name} {v.country} {v.notes}" for v in session.scalars(select(Vendor)))
    for row in read_table(REAL / "vendors.csv").rows:
        name, legal, _, title, purpose, _, data, _, engaged, source, day = row.cells
        for cell in (legal, title, purpose, data, engaged, source, day):
            assert cell.strip() in kept, (row.line, cell)
        assert " ".join(name.replace("\xad", "").split()) in kept, row.line


@real
@pytest.mark.real
def test_the_real_list_as_a_spreadsheet_saves_it_has_exactly_its_three_defects(run, session):
    found = run("import", REAL / "vendors_messy.csv", "--duplicates", "merge", "--json", code=1)
    problems = json.loads(found.stdout)["problems"]
    assert [(p["line"], p["column"]) for p in problems] == [(28, ""), (35, "Pays"), (36, "")]
    assert count(session) == 0
