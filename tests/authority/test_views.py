"""The pages: what and when, what will be there and what is missing, the archive once it is made."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authority import tasks
from portal.authority.models import AuthorityFile
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.world import vendor_user

PAGES = ("/dossiers", "/dossiers/nouveau/vendor/{id}")


@pytest.mark.parametrize("role", [Role.ADMIN, Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.VENDOR_ADMIN])
def test_the_pages_are_for_those_who_answer_to_the_authority(as_, session, world, role):
    client = as_(vendor_user(session, world.vendor)) if role.is_vendor else as_(role)
    for page in PAGES:
        assert client.client.get(page.format(id=world.vendor.id)).status_code in {403, 404}


def test_what_does_not_exist_is_not_found(as_, world):
    dpo = as_(Role.DPO)
    for path in ("/dossiers/99", "/dossiers/nouveau/vendor/999999", "/dossiers/nouveau/autre/1", "/dossiers/99/etat"):
        assert dpo.client.get(path).status_code == 404


def test_one_click_from_the_vendor_the_line_and_the_entity(as_, world):
    dpo = as_(Role.DPO)
    for path, kind, number in (
        (f"/sous-traitants/{world.vendor.id}", "vendor", world.vendor.id),
        (f"/registre/{world.activity.id}", "activity", world.activity.id),
        (f"/registre/entites/{world.entity.id}", "entity", world.entity.id),
    ):
        address = f"/dossiers/nouveau/{kind}/{number}"
        assert dpo.get(path).all(f"//a[@href='{address}']"), path
        assert "Ce qu’il contiendra" in dpo.get(address).words
    lawyer = as_(Role.LEGAL)
    assert lawyer.get(f"/sous-traitants/{world.vendor.id}").all("//a[contains(@href, '/dossiers/nouveau')]")


def test_a_vendor_is_named_and_the_day_kept(as_, world):
    dpo = as_(Role.DPO)
    made = dpo.post("/dossiers", {"subject": "vendor", "name": "Hébergeur Sud", "on": "2026-11-20"})
    assert made.response.headers["Location"] == f"/dossiers/nouveau/vendor/{world.vendor.id}?au=2026-11-20"
    assert "20 novembre 2026" in dpo.follow(made).words


@pytest.mark.parametrize(("name", "says"), [("Personne", "Rien ne porte ce nom"), ("", "requis")])
def test_a_name_that_is_nobody_s_is_said_and_kept(as_, world, name, says):
    page = as_(Role.DPO).post("/dossiers", {"subject": "vendor", "name": name, "on": "2026-11-20"}, status=422)
    if name:
        assert says in page.words
        assert name in [one.get("value") for one in page.all("//input")]


def test_what_is_missing_is_seen_before_the_archive_is_made(as_, world):
    page = as_(Role.DPO).get(f"/dossiers/nouveau/vendor/{world.vendor.id}")
    assert "manques ou inconnues" in page.words
    assert "Adresses pièges" in page.words, "it may be chosen"
    boxes = {one.get("value"): one.get("checked") for one in page.all("//input[@name='parts']")}
    assert boxes["adresses-pieges"] is None
    assert boxes["contrats"] is not None


@pytest.mark.parametrize("day", ["2026-11-25", "9999-01-01", "hier", "1066-10-14"])
def test_a_day_that_cannot_be_asked_for_is_answered_with_words(as_, world, day):
    response = as_(Role.DPO).client.get(f"/dossiers/nouveau/vendor/{world.vendor.id}?au={day}")
    assert response.status_code in {200, 422}


def test_an_archive_is_asked_for_made_downloaded_and_noted(as_, world, session, key, without_printer):
    dpo = as_(Role.DPO)
    path = f"/dossiers/nouveau/vendor/{world.vendor.id}?au=2026-11-24"
    made = dpo.post(path, {"parts": ["identite", "contrats"]}, page=path)
    row = session.scalars(select(AuthorityFile)).one()
    waiting = dpo.follow(made)
    assert "en préparation" in waiting.words.casefold()
    assert dpo.client.get(f"/dossiers/{row.id}/etat").json["done"] == 0
    dpo.post(f"/dossiers/{row.id}/archive", status=404, page=f"/dossiers/{row.id}")
    system = Context(session, SYSTEM, NOW)
    tasks.build(system, file_id=row.id, job_id=1)(system)
    session.commit()
    assert dpo.client.get(f"/dossiers/{row.id}/etat").json["done"] == 1
    ready = dpo.get(f"/dossiers/{row.id}")
    assert row.sha256 in ready.words
    token = {"csrf_token": dpo.csrf(f"/dossiers/{row.id}")}
    got = dpo.client.post(f"/dossiers/{row.id}/archive", data=token)
    assert got.data.startswith(b"PK")
    assert "dossier-Hebergeur-Sud-2026-11-24.zip" in got.headers["Content-Disposition"]
    actions = session.scalars(select(JournalEntry.action).where(JournalEntry.action.like("authority_file.%"))).all()
    assert actions == ["authority_file.asked", "authority_file.built", "authority_file.downloaded"]
    assert [one["is_in"] for one in row.content["parts"] if one["key"] in {"identite", "contrats"}] == [True, True]
    assert not any(one["is_in"] for one in row.content["parts"] if one["key"] == "audits")
    assert "Hébergeur Sud" in dpo.get("/dossiers").words


def test_another_lawyer_does_not_find_it(as_, world, session):
    dpo = as_(Role.DPO)
    path = f"/dossiers/nouveau/vendor/{world.vendor.id}"
    dpo.post(path, {"parts": ["identite"]}, page=path)
    row = session.scalars(select(AuthorityFile)).one()
    lawyer = as_(Role.LEGAL)
    for address in (f"/dossiers/{row.id}", f"/dossiers/{row.id}/etat"):
        assert lawyer.client.get(address).status_code == 404
    assert "Hébergeur Sud" not in lawyer.get("/dossiers").words


def test_one_that_is_erased_says_so_and_keeps_its_digest(as_, world, session):
    row = AuthorityFile(
        subject="vendor", subject_id=world.vendor.id, label="Hébergeur Sud", as_of=NOW.date(), language="fr",
        asked_at=NOW, asked_by="Ana", gaps=3, content={}, sha256="a" * 64, erase_on=NOW.date() + timedelta(days=1),
        erased_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.commit()
    page = as_(Role.DPO).get(f"/dossiers/{row.id}")
    assert "a été effacée" in page.words
    assert "a" * 64 in page.words
