import re

import pytest
from sqlalchemy import select

from portal.authz.policy import GRANTS, Permission, Role
from portal.decoys import services
from portal.decoys.models import DecoyBatch
from portal.decoys.rules import ReceivedMessage
from tests.factories.world import vendor_of, vendor_user

KNOWING = {role for role, grants in GRANTS.items() if Permission.DECOY_MANAGE in grants} - {Role.SYSTEM}


def test_the_officer_alone_knows_of_decoys():
    assert {Role.DPO} == KNOWING


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.SYSTEM, Role.ANONYMOUS, Role.DPO}])
def test_nobody_else_has_a_page_or_a_link_to_one(as_, ctx, session, batch_of, role):
    batch = batch_of()
    session.commit()
    client = as_(vendor_user(session, batch.vendor)) if role.is_vendor else as_(role)
    for path in (
        "/adresses-pieges",
        f"/adresses-pieges/{batch.id}",
        "/adresses-pieges/nouveau",
        "/adresses-pieges/recu",
    ):
        assert client.client.get(path).status_code in {403, 404}
    home = client.client.get("/", follow_redirects=True).get_data(as_text=True)
    assert "adresses-pieges" not in home


def test_a_batch_is_made_downloaded_and_noted_as_handed_over(as_, session, domain):
    vendor = vendor_of(session, name="Acme")
    dpo = as_(Role.DPO)
    assert "Aucun lot" in dpo.get("/adresses-pieges").words
    path = f"/adresses-pieges/nouveau?sous-traitant={vendor.id}"
    made = dpo.post(path, {"vendor": "Acme", "name": "Fichier de mars", "number": "4"}, page=path)
    batch = session.scalars(select(DecoyBatch)).one()
    page = dpo.follow(made)
    assert "n’est pas encore remis" in page.words
    table = dpo.post(f"/adresses-pieges/{batch.id}/personnes.csv", {}, status=200).response.get_data(as_text=True)
    assert len(re.findall(rf"@{domain}", table)) == 4
    dpo.post(f"/adresses-pieges/{batch.id}", {"on": "2026-11-20"})
    assert "20 novembre 2026" in dpo.get("/adresses-pieges").words


def test_what_reached_a_batch_is_on_its_page_with_the_breach_it_opened(as_, ctx, session, batch_of):
    batch = batch_of(number=1)
    (person,) = services.hand_out(ctx, batch)
    services.receive(ctx, [ReceivedMessage(frozenset([person.email]), "x@spam.example", "Une <b>offre</b>", "1")])
    session.commit()
    page = as_(Role.DPO).get(f"/adresses-pieges/{batch.id}")
    assert "Un inconnu a ces données" in page.words
    assert "Une <b>offre</b>" in page.words
    (link,) = page.all("//a[starts-with(@href,'/violations') or contains(@href,'incidents')][text()='La violation']")
    as_(Role.DPO).get(link.get("href"))


def test_a_letter_is_noted_by_hand_and_a_wrong_one_said(as_, ctx, session, batch_of):
    (person,) = services.hand_out(ctx, batch_of(number=1))
    session.commit()
    dpo = as_(Role.DPO)
    told = {"means": "courrier", "on": "2026-11-20", "subject": "Une lettre", "sender": "?"}
    refused = dpo.post("/adresses-pieges/recu", {**told, "name": "Personne", "postal_code": "00000"}, status=422)
    assert "Aucune personne inventée" in refused.words
    assert "Une lettre" in [one.get("value") for one in refused.all("//input")]
    dpo.post("/adresses-pieges/recu", {**told, "name": person.full_name, "postal_code": person.postal_code})


@pytest.mark.parametrize("data", [{"number": "0"}, {"number": "trois"}, {"vendor": "Personne"}, {"name": " "}])
def test_what_makes_no_batch_is_said_and_kept(as_, session, domain, data):
    vendor_of(session, name="Acme")
    typed = {"vendor": "Acme", "name": "Fichier", "number": "3", **data}
    page = as_(Role.DPO).post("/adresses-pieges/nouveau", typed, status=422)
    assert typed["vendor"] in [one.get("value") for one in page.all("//input")]


def test_the_list_costs_the_same_statements_for_many_batches(as_, session, batch_of, statements):
    vendor = vendor_of(session, name="Acme")
    dpo = as_(Role.DPO)
    batch_of(vendor, number=1)
    session.commit()
    dpo.get("/adresses-pieges")
    statements.clear()
    dpo.get("/adresses-pieges")
    few = len(statements)
    for turn in range(8):
        batch_of(vendor, number=1, name=f"Lot {turn}")
    session.commit()
    statements.clear()
    dpo.get("/adresses-pieges")
    assert len(statements) == few
