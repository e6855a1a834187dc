"""A vendor declares a breach on a phone; whoever decides sees the clock first, and decides."""

import re

import pytest
from playwright.sync_api import expect

from portal.authz.policy import Role
from tests.factories.incidents import WHAT, WHY

pytestmark = pytest.mark.browser
VENDOR, DPO = "ana@callisto.example", "dpo@maison.example"


def test_a_breach_is_declared_on_a_phone_and_decided(portal, visit):
    portal.account(DPO, "Claire Dumas", Role.DPO)
    portal.vendor_account(VENDOR, "Ana Roux", vendor="Callisto")

    phone = visit(VENDOR, width=390)
    phone.get_by_role("link", name="Déclarer une violation de données").click()
    phone.get_by_role("link", name="Déclarer une violation").first.click()
    phone.get_by_label("Que s’est-il passé").fill(WHAT)
    expect(phone.locator("[data-portal-save-state]")).to_contain_text("Brouillon gardé")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="Déclarer maintenant").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Violation VD-")

    office = visit(DPO)
    office.goto("/")
    first = office.locator(".todo__item--first")
    expect(first).to_contain_text(re.compile("Il reste 7[123] heures"))
    first.get_by_role("link", name="Ouvrir").click()
    office.get_by_role("link", name="Évaluer le risque").click()
    office.get_by_label("Risque", exact=True).check()
    office.get_by_label("Pourquoi").fill(WHY)
    office.get_by_role("button", name="Enregistrer").click()
    office.get_by_role("link", name="Noter la notification à la CNIL").click()
    office.get_by_label("Numéro donné par la CNIL").fill("FR-2026-0042")
    office.get_by_role("button", name="Enregistrer").click()
    expect(office.get_by_text("CNIL notifiée dans les 72 heures")).to_be_visible()
    portal.work()
    assert "référence VD-" in portal.letter(VENDOR)
