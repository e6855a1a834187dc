"""A vendor relays an erasure on a phone; it is asked, does its part; the DPO answers within the month, proved."""

import re

import pytest
from playwright.sync_api import expect

from portal.authz.policy import Role
from tests.factories.files import pdf
from tests.factories.requests import DONE, WHO

pytestmark = pytest.mark.browser
VENDOR, DPO = "ana@callisto.example", "dpo@maison.example"
PROOF = {"name": "Honorine.pdf", "mimeType": "application/pdf", "buffer": pdf()}


def test_an_erasure_is_relayed_on_a_phone_done_and_answered_within_the_month(portal, visit):
    portal.account(DPO, "Claire Dumas", Role.DPO)
    portal.vendor_account(VENDOR, "Ana Roux", vendor="Callisto")

    phone = visit(VENDOR, width=390)
    phone.get_by_role("link", name="Relayer la demande d’une personne").click()
    phone.get_by_role("link", name="Relayer une demande").first.click()
    phone.get_by_label("Que demande la personne").select_option(label="Effacer ses données")
    phone.get_by_label("De qui vient la demande").fill(WHO)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="Relayer").click()
    expect(phone.get_by_text("Demande relayée sous la référence")).to_be_visible()
    assert WHO not in phone.content()

    office = visit(DPO)
    office.goto("/demandes")
    office.get_by_role("link", name=re.compile("Effacement, DP-")).click()
    expect(office.get_by_text(WHO)).to_be_visible()
    office.get_by_role("link", name="Noter l'accusé de réception").or_(
        office.get_by_role("link", name="Noter l’accusé de réception")
    ).click()
    office.get_by_role("button", name="Enregistrer").click()
    office.get_by_role("link", name="Demander à un sous-traitant").click()
    office.get_by_role("button", name="Demander").click()

    phone.goto("/espace/")
    phone.get_by_role("link", name="Effacer ses données").click()
    expect(phone.get_by_text(WHO)).to_be_visible()
    phone.get_by_label("C’est fait").check()
    phone.get_by_label("Ce que vous avez fait").fill(DONE)
    phone.get_by_label("Ce qui le prouve").set_input_files(PROOF)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.get_by_text("C’est envoyé")).to_be_visible()
    assert WHO not in phone.content()

    office.goto("/")
    expect(office.get_by_text("Callisto a répondu pour la demande d’une personne")).to_be_visible()
    office.goto("/demandes")
    office.get_by_role("link", name=re.compile("Effacement, DP-")).click()
    office.get_by_role("button", name="C’est vérifié").click()
    office.get_by_role("link", name="Noter la réponse").click()
    office.get_by_label("Ce qui a été fait").fill(DONE)
    office.get_by_label("Ce qui le prouve").set_input_files(PROOF)
    office.get_by_role("button", name="Enregistrer").click()
    office.get_by_role("link", name="Clore").click()
    office.get_by_role("button", name="Enregistrer").click()
    expect(office.get_by_text("Répondue dans le délai")).to_be_visible()
    expect(office.get_by_role("link", name="Ce qui le prouve").last).to_be_visible()
