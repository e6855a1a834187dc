"""Contracts in force, through the pages: one signed elsewhere and its alert; what management decides without one."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from playwright.sync_api import Page

from portal.authz.policy import Role
from portal.core import clock, workdays
from portal.core.clock import LEGAL_ZONE, legal_date, now
from portal.seed.plain_pdf import plain_pdf

pytestmark = pytest.mark.browser
LAWYER, DIRECTOR = "juriste@maison.example", "direction@maison.example"
SIGNED = plain_pdf(
    "Accord de sous-traitance",
    [
        "Entre Maison Verdelet SAS, responsable du traitement, et Routage Loire, sous-traitant.",
        "Le prestataire agit en qualité de sous-traitant, pour le compte du responsable du traitement.",
        "Le sous-traitant traite les données personnelles uniquement sur instruction documentée du responsable.",
        "Il lui notifie toute violation de données sous 24 heures, et supprime les données à la fin du contrat.",
        "Les personnes autorisées à traiter les données sont soumises à une obligation de confidentialité.",
    ],
)


@pytest.fixture
def staff(portal):
    portal.account(LAWYER, "Karim Benali", Role.LEGAL)
    portal.account(DIRECTOR, "Hélène Roux", Role.MANAGEMENT)


@pytest.fixture
def go_to(monkeypatch):
    """`go_to(day)`: the portal goes on from that day, at ten in the morning in Paris."""

    def move(day: date) -> None:
        passed = datetime.combine(day, time(10), LEGAL_ZONE) - datetime.now(UTC)
        monkeypatch.setattr(clock, "_source", lambda: datetime.now(UTC) + passed)

    return move


def press(page: Page, name: str) -> None:
    """Press a button of the page; what was refused would show."""
    with page.expect_navigation():
        page.locator("main button.button", has_text=re.compile(rf"^\s*{re.escape(name)}\s*$")).first.click()
    assert not page.locator(".errors").count(), page.locator(".errors").inner_text()


def new_vendor(page: Page, name: str) -> str:
    page.goto("/sous-traitants/nouveau")
    page.locator("input[name=name]").fill(name)
    page.locator("select[name=country]").select_option("FR")
    with page.expect_navigation():
        page.locator("main form button[type=submit].button--next").first.click()
    vendor = page.url.split("#")[0].rstrip("/")
    for status in ("En intégration", "Actif"):
        page.goto(vendor)
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        press(page, status)
    return vendor.rsplit("/", 1)[1]


AT_RISK = {
    "name": "Accueil téléphonique des patients", "purpose": "Prendre les rendez-vous des patients",
    "categories": "identification", "has_special": "oui", "special_categories": "sante", "subjects": "patients",
    "volume": "plus_1000000", "locations": "Maroc", "access": "hebergement", "criticality": "4",
    "customer_relation": "reception", "chain": "aucune",
}  # fmt: skip
FILL = """(given) => {
  for (const [name, value] of Object.entries(given)) {
    const fields = [...document.querySelectorAll(`main form [name="${name}"]`)];
    const box = fields.find((one) => one.matches("[type=radio], [type=checkbox]") && one.value === value);
    if (box) box.click();
    else fields[0].value = value;
  }
}"""


def describe_service(page: Page, vendor: str) -> None:
    """A service at risk, described whole: until then its risk is unknown."""
    page.goto(f"/sous-traitants/{vendor}/prestations/nouvelle")
    page.evaluate(FILL, AT_RISK)
    with page.expect_navigation():
        page.locator("main form button[type=submit].button--next").first.click()
    assert not page.locator(".errors").count(), page.locator(".errors").inner_text()


def test_a_contract_signed_elsewhere_is_in_force_and_tells_ninety_days_before_its_end(portal, staff, visit, go_to):
    page = visit(LAWYER)
    vendor = new_vendor(page, "Routage Loire")
    # A worker that meets a clock more than a week ahead waits for a person: the day told is within it.
    told_on = workdays.next_working(legal_date(now()) + timedelta(days=3))
    begun = told_on + timedelta(days=91) - timedelta(days=365)
    page.goto(f"/contrats/signe-ailleurs?sous-traitant={vendor}")
    page.get_by_label("Titre").fill("Accord de sous-traitance Routage Loire")
    page.locator("input[name=signed_on]").fill(begun.isoformat())
    page.locator("input[type=file]").set_input_files(
        {"name": "accord.pdf", "mimeType": "application/pdf", "buffer": SIGNED}
    )
    page.locator("input[name=effective_on]").fill(begun.isoformat())
    page.get_by_label("Durée, en mois").fill("12")
    page.get_by_label("Reconduction tacite, en mois").fill("12")
    page.locator("input[name=notice]").fill("1")
    press(page, "Entrer au registre")
    portal.work()
    page.reload()
    told = page.inner_text("main")
    assert "En vigueur" in told
    assert "Copie lue" in told
    page.goto("/contrats?etat=in_force")
    assert "Routage Loire" in page.inner_text("main")
    go_to(told_on)
    portal.work()
    portal.work()
    letter = portal.letter(LAWYER)
    assert "Routage Loire" in letter
    assert "se reconduit sauf préavis" in letter


def test_a_director_records_a_decision_and_finds_it_a_quarter_later(portal, staff, visit, go_to):
    page = visit(LAWYER)
    vendor = new_vendor(page, "Centre d'appels Atlantique")
    describe_service(page, vendor)
    page = visit(DIRECTOR)
    page.goto("/portefeuille")
    with page.expect_navigation():
        page.get_by_role("link", name="poursuivre, encadrer ou sortir").first.click()
    decision = page.url.partition("#")[0]
    page.locator("label:has(input[value=frame])").click()
    page.locator("textarea[name=motive]").fill("Contrat promis pour le trimestre prochain.")
    page.locator("select[name=owner]").select_option(label="Karim Benali")
    page.locator("input[name=due_on]").fill((legal_date(now()) + timedelta(days=60)).isoformat())
    press(page, "Enregistrer la décision")
    go_to(legal_date(now()) + timedelta(days=91))
    page = visit(DIRECTOR)
    page.goto("/portefeuille")
    told = " ".join(page.inner_text("main").split())
    assert "Centre d’appels Atlantique" in told
    assert "encadrer" in told
    assert "échue" in told
    page.goto(decision)
    assert "Contrat promis pour le trimestre prochain." in page.inner_text("main")
