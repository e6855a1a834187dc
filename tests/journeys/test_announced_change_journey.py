"""The DPO answers an announced change before the contract's deadline: text, difference, opinion, letter, chain."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.authz.policy import Role
from portal.core.clock import LEGAL_ZONE, legal_date, now
from tests.factories.changes import TEXT, WHY
from tests.factories.delays import drafted_contract
from tests.factories.world import vendor_of

pytestmark = pytest.mark.browser
DPO, LAWYER = "dpo@maison.example", "juriste@maison.example"


def test_the_dpo_answers_before_the_deadline_of_the_contract(portal, visit):
    portal.account(DPO, "Claire Dumas", Role.DPO)
    portal.account(LAWYER, "Hugo Petit", Role.LEGAL)
    with portal.database.transaction() as session:
        vendor = vendor_of(session, name="Callisto")
        drafted_contract(session, vendor, effective_on=legal_date(now()) - timedelta(days=90))
        number = vendor.id

    office = visit(DPO)
    office.goto(f"/changements/nouveau?sous-traitant={number}")
    office.get_by_label("Ce que le prestataire a écrit").fill(TEXT)
    office.get_by_role("button", name="Consigner").click()
    expect(office.get_by_text("Vous pouvez vous opposer jusqu’au")).to_be_visible()
    expect(office.get_by_text("Nouvelle dans la chaîne").first).to_be_visible()
    expect(office.get_by_text("hors de l’Espace économique européen sans outil").first).to_be_visible()
    office.get_by_role("button", name="Retenir ces 3 lignes").click()

    office.get_by_role("link", name="Demander un avis").click()
    office.get_by_label("À qui").select_option(label="Hugo Petit")
    office.get_by_role("button", name="Demander un avis").click()
    lawyer = visit(LAWYER)
    lawyer.goto("/")
    lawyer.get_by_role("link", name=re.compile("Ouvrir|donner votre avis")).first.click()
    lawyer.goto("/changements")
    lawyer.get_by_role("link", name=re.compile("Callisto")).first.click()
    lawyer.get_by_role("link", name="Donner mon avis").click()
    lawyer.get_by_label("Favorable", exact=True).check()
    lawyer.get_by_label("Pourquoi").fill(WHY)
    lawyer.get_by_role("button", name="Donner mon avis").click()

    office.reload()
    expect(office.get_by_text(WHY)).to_be_visible()
    office.get_by_role("link", name="Décider").click()
    office.get_by_label("Accepter", exact=True).check()
    office.get_by_label("Pourquoi, pour nous").fill(WHY)
    office.get_by_role("button", name="Décider").click()
    with office.expect_download() as download:
        office.get_by_role("link", name="Word, français").click()
    assert download.value.suggested_filename.endswith("-fr.docx")
    office.get_by_role("link", name="Envoyer la réponse").click()
    office.get_by_label("Elle est partie autrement").check()
    office.get_by_label("Partie le").fill(now().astimezone(LEGAL_ZONE).strftime("%Y-%m-%dT%H:%M"))
    office.get_by_label("Par quelle voie").fill("Lettre recommandée")
    office.get_by_role("button", name="Envoyer la réponse").click()
    expect(office.get_by_text("Répondu dans le délai").first).to_be_visible()
    office.goto("/chaine")
    expect(office.get_by_text("Nordlys Mail AS")).to_be_visible()
