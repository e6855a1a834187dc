"""From an empty database to a contract in force: drafted in English, changed, signed by both in the portal, sealed."""

import re
import subprocess

import pytest
from playwright.sync_api import Page

from portal.authz.policy import Role
from portal.core.clock import now
from portal.core.seal import make_seal_key
from tests.factories.printed import failures, pdf_text, tool
from tests.journeys.test_contract_journey import FILL, press

pytestmark = pytest.mark.browser
LAWYER, OFFICER, DIRECTOR = "juriste@maison.example", "dpo@maison.example", "claire.morel@maison.example"
SELLER = "dana@beacon.example"
ENTITY = {
    "name": "Maison Verdelet SAS", "country": "FR", "registration": "552100554",
    "address": "12 rue des Halles, 75001 Paris", "representative": "Claire Morel, présidente",
    "dpo_contact": "dpo@maison.example", "privacy_contact": "privacy@maison.example",
}  # fmt: skip
VENDOR = {
    "name": "Beacon Analytics", "legal_name": "Beacon Analytics, Inc.", "legal_form": "corporation", "country": "US",
    "address": "400 Pine Street, Seattle, WA 98101", "representative": "Dana Whitfield, General Counsel",
    "dpo_contact": "privacy@beacon.example", "breach_contact": "security@beacon.example", "language": "en",
}  # fmt: skip
SERVICE = {
    "name": "Audience measurement", "purpose": "Measuring the audience of the web shop",
    "nature": "Collection, storage, statistics", "categories": "connexion", "has_special": "non",
    "subjects": "clients", "volume": "moins_100000", "locations": "États-Unis", "access": "hebergement",
    "criticality": "2", "customer_relation": "aucune", "chain": "un_rang", "duration": "Twelve months",
}  # fmt: skip
FACTS = {
    "vendor__registration": "Delaware file number 5521005", "vendor__eu_representative": "none appointed",
    "vendor__article_3_2": "no", "agreement__reference": "Master Services Agreement of 5 January 2026",
    "service__description": "A script that counts the visits of the web shop and the reports drawn from it",
    "service__start": "2026-12-01", "transfers__mechanism": "scc",
}  # fmt: skip
TABLES = {
    "measures": "Encryption\tDisks and traffic are encrypted\tReport of the auditor",
    "subprocessors": "Northwind Hosting, Inc.\t1 Lake Road, Chicago, IL 60601\tprivacy@northwind.example\t"
                     "Hosting of the reports\tUnited States\tStandard contractual clauses, module 3",
    "transfers.rows": "Beacon Analytics, Inc.\tUnited States\tAudience of the web shop, connection data\tModule 2\t"
                      "2026-10-05\tEncryption before sending",
    "data.retention": "Connection data\tThirteen months\tErasure",
}  # fmt: skip


SAID = (
    "forty-eight (48) hours", "crisis exercise", "Northwind", "Dana Whitfield", "Claire Morel, President",
    "Data processing agreement – Beacon Analytics",
)  # fmt: skip


def go_on(page: Page) -> None:
    """Press the next action of the page's form; what was refused would show."""
    with page.expect_navigation():
        page.locator("main form button[type=submit].button--next").first.click()
    assert not page.locator(".errors").count(), page.locator(".errors").inner_text()


def fill(page: Page, address: str, given: dict[str, str]) -> None:
    page.goto(address)
    page.evaluate(FILL, given)
    go_on(page)


def test_a_contract_in_english_is_drafted_changed_signed_by_both_and_in_force(portal, visit, tmp_path):
    for email, name, role in ((LAWYER, "Karim Benali", Role.LEGAL), (OFFICER, "Claire Dumas", Role.DPO)):
        portal.account(email, name, role)
    make_seal_key(portal.settings.seal_file, portal.settings.organisation, at=now())
    page = visit(LAWYER)
    draft(page)
    change(page)
    agree(visit(OFFICER))
    issue(page, portal)
    ask_for_signatures(page, portal)
    for address, name in ((SELLER, "Dana Whitfield"), (DIRECTOR, "Claire Morel")):
        sign(visit(width=390), portal, address, name)
        portal.work()
    portal.work()
    page.goto("/contrats/1/vie")
    told = page.inner_text("main")
    assert "En vigueur" in told
    assert "Copie lue" in told
    sealed = page.request.get("/contrats/1/copie").body()
    assert_sealed(sealed, tmp_path)


def draft(page: Page) -> None:
    """An entity, a vendor in the United States, a service; every fact that the contract asks for, in English."""
    fill(page, "/sous-traitants/entites/nouvelle", ENTITY)
    fill(page, "/sous-traitants/nouveau", VENDOR)
    fill(page, "/sous-traitants/1/prestations/nouvelle", SERVICE)
    fill(page, "/contrats/nouveau?sous-traitant=1&modele=dpa", {"language": "en"})
    for key, rows in TABLES.items():
        page.goto(f"/contrats/1/tableaux/{key}?langue=en")
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        page.locator("textarea[name=paste]").fill(rows)
        press(page, "Lire ces lignes")
        if page.locator("input[name=why]").count():
            page.locator("input[name=why]").fill("What the parties agreed")
        press(page, "Enregistrer le tableau")
    page.goto("/contrats/1/faits?langue=en")
    page.evaluate(FILL, FACTS)
    press(page, "Enregistrer")


def change(page: Page) -> None:
    """The fallback is taken on breach notice, and a condition added."""
    page.goto("/contrats/1/redaction/CL18_1?langue=en")
    page.locator("label:has(input[value=fallback])").click()
    page.locator("[data-portal-shown] .prose").filter(has_text="forty-eight (48) hours").wait_for()
    press(page, "Enregistrer")
    page.goto("/contrats/1/redaction/clauses/CL18/condition?langue=en")
    page.locator("textarea[name=text]").fill("The parties hold a crisis exercise every year.")
    press(page, "Ajouter la condition")


def agree(officer: Page) -> None:
    officer.goto("/contrats/1/redaction/CL18_1?langue=en")
    press(officer, "Donner mon accord")


def issue(page: Page, portal) -> None:
    page.goto("/contrats/1/redaction?langue=en")
    press(page, "Rédiger la version 1")
    assert "/versions" not in page.url
    assert "Version 1" in page.inner_text("main"), page.inner_text("main")
    portal.work()
    page.goto("/contrats/1/vie")
    press(page, "Noter l’envoi au sous-traitant")
    press(page, "Noter l’accord sur le texte")


def ask_for_signatures(page: Page, portal) -> None:
    page.goto("/contrats/1/versions/1/signatures")
    for row, (name, email) in enumerate((("Dana Whitfield", SELLER), ("Claire Morel", DIRECTOR))):
        assert page.locator(f"[name='people-{row}-name']").input_value() == name
        page.locator(f"[name='people-{row}-email']").fill(email)
    press(page, "Ouvrir la signature")
    portal.work()


def sign(page: Page, portal, address: str, name: str) -> None:
    """On a telephone: the link, the text, the code, the signature."""
    page.goto(portal.link(address))
    page.locator("#recevoir button").click()
    page.locator("#signer input[name=code]").wait_for()
    portal.work()
    code = re.search(r"\b\d{6}\b", portal.letter(address))[0]
    page.locator("#signer input[name=code]").fill(code)
    page.locator("#signer input[name=name]").fill(name)
    page.locator("#signer input[name=consent]").evaluate("box => box.labels[0].click()")
    with page.expect_navigation():
        page.locator("#signer button[value=signer]").click()
    assert not page.locator(".errors").count(), page.locator(".errors").inner_text()


def assert_sealed(pdf: bytes, folder) -> None:
    """One seal, whole for a tool that is not ours, both profiles kept, and one changed byte seen."""
    path = folder / "contract.pdf"
    path.write_bytes(pdf)
    told = subprocess.run([tool("pdfsig"), str(path)], check=False, capture_output=True, text=True).stdout
    assert told.count("Signature Validation: Signature is Valid.") == 1
    assert failures(pdf) == []
    text = " ".join(pdf_text(pdf).split())
    for said in SAID:
        assert said in text, said
    place = pdf.index(b"stream") + 20
    path.write_bytes(pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :])
    told = subprocess.run([tool("pdfsig"), str(path)], check=False, capture_output=True, text=True).stdout
    assert "Digest Mismatch" in told
