import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.core.config import Settings
from portal.core.errors import ConfigurationError
from portal.core.stored import StoredFile
from portal.dora.models import DoraProvider
from portal.evidence.models import Evidence
from portal.identity.models import User
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.desk import service_of
from tests.factories.requests import PERSON, relayed
from tests.privacy.conftest import ADDRESS, NAME

pytestmark = pytest.mark.both_databases


@pytest.fixture
def run(app, session):
    """`run("erase", …)`: the command, and what it printed."""

    def told(*words):
        done = app.test_cli_runner().invoke(args=["privacy", *words])
        session.expire_all()
        return done

    return told


def test_nothing_is_erased_without_yes_and_the_same_is_with_it(run, session, life):
    first = run("erase", ADDRESS, "--json")
    assert first.exit_code == 0, first.output
    foreseen = json.loads(first.stdout)
    assert (foreseen["done"], foreseen["removed"]["contact"]) == (False, 1)
    assert session.get_one(User, life.user.id).name == NAME
    done = json.loads(run("erase", ADDRESS, "--yes", "--json").stdout)
    assert (done["done"], done["keys"], done["removed"]) == (True, foreseen["keys"], foreseen["removed"])
    assert session.get_one(User, life.user.id).name == f"personne effacée n° {done['number']}"


def test_the_list_says_what_goes_and_what_stays(run, life):
    shown = run("erase", ADDRESS).output
    assert "Rien n'est écrit" in shown
    assert "Lignes supprimées, contact : 1" in shown
    assert "RGPD art. 17(3)" in shown


def test_somebody_is_found_by_name_or_address_with_the_words_around(run, session, life):
    life.vendor.notes = {"other": f"Rappeler {NAME} lundi"}
    session.commit()
    found = json.loads(run("find", *NAME.split(), "--json").stdout)
    assert {"vendor", "contact", "user", "mail"} <= {one["table"] for one in found}
    assert any("Rappeler" in one["text"] and one["fate"] == "free" for one in found)
    assert "user n°" in run("find", ADDRESS).output
    assert run("find", "personne", "de", "ce", "nom").output.startswith("0 mention")


def test_what_is_not_listed_is_counted(run, life, monkeypatch):
    total = len(json.loads(run("find", *NAME.split(), "--json").stdout))
    assert "…" not in run("find", *NAME.split()).output.splitlines()[-2][:1]
    monkeypatch.setattr("portal.privacy.cli.MOST_LISTED", 1)
    *listed, more, sum_of_all = run("find", *NAME.split()).output.splitlines()
    assert (len(listed), more) == (1, f"… et {total - 1} autres : --json les donne toutes.")
    assert sum_of_all.startswith(f"{total} mentions")


def test_what_is_handed_over_is_noted_without_saying_of_whom(run, session, life, tmp_path):
    out = tmp_path / "export.zip"
    done = run("export", ADDRESS, "--out", str(out))
    assert done.exit_code == 0, done.output
    assert out.stat().st_size > 500
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert entry.action == "privacy.exported"
    assert ADDRESS not in str(entry.stored_after)
    assert NAME not in entry.stored_object_label


def test_the_table_is_printed_and_is_that_of_the_tables(run, tmp_path):
    assert run("table").exit_code == 0
    assert run("table", "--out", str(tmp_path / "t.md")).exit_code == 0
    assert (tmp_path / "t.md").read_text(encoding="utf-8").startswith("# Données personnelles du portail")


def test_a_duration_that_is_none_stops_the_start_and_says_why():
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_env({"VIGIE_RETENTION": "mail.content=0,journal=3"})
    assert "mail.content se règle entre 1 et 1095 jours" in str(refused.value)
    assert "« journal » inconnu" in str(refused.value)


def test_somebody_is_found_in_what_is_typed_where_a_code_is_expected(run, session, ctx, life):
    """A provider may be a natural person, and what a processor or a file says of a service is free text."""
    service = service_of(session, life.vendor, duration=f"tant que {NAME} est là")
    session.add(DoraProvider(vendor_id=life.vendor.id, latin_name=NAME, parent_name=NAME))
    stored = StoredFile(
        key="ab/cd/y", sha256="1" * 64, size=3, media_type="application/pdf", filename="p.pdf", created_at=NOW,
        embedded=[{"kind": "file", "name": f"CV {NAME}.docx"}],
    )  # fmt: skip
    session.add(stored)
    session.flush()
    session.add(Evidence(vendor_id=life.vendor.id, stored_file_id=stored.id, uploaded_at=NOW, standard=f"selon {NAME}"))
    asked = relayed(ctx, life.vendor, person=replace(PERSON, name=NAME))
    session.commit()
    told = json.loads(run("find", *NAME.split(), "--json").stdout)
    found = {(one["table"], one["column"], one["row"]) for one in told}
    assert {(table, column) for table, column, _row in found} >= {
        ("service", "duration"), ("dora_provider", "latin_name"), ("dora_provider", "parent_name"),
        ("stored_file", "embedded"), ("evidence", "standard"), ("person_request", "sealed"),
    }  # fmt: skip
    assert ("service", "duration", str(service.id)) in found
    assert ("person_request", "sealed", str(asked.id)) in found
