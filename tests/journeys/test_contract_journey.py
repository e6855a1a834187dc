"""Contracts in force, through the pages: one signed elsewhere and its alert; what management decides without one."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from portal.authz.policy import Role
from portal.core import clock
from portal.core.calendar import months_later
from portal.core.clock import legal_date, now
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
def days_later(monkeypatch):
    """`days_later(5)`: the portal goes on five days from now."""

    def move(days: int) -> None:
        monkeypatch.setattr(clock, "_source", lambda: datetime.now(UTC) + timedelta(days=days))

    return move


def press(page: Page, name: str) -> None:
    """Press a button of the page; what was refused would show."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).first.click()
    assert not page.locator(".errors").count(), page.locator(".errors").inner_text()


def new_vendor(page: Page, name: str) -> str:
    page.goto("/sous-traitants/nouveau")
    page.locator("input[name=name]").fill(name)
    page.locator("select[name=country]").select_option("FR")
    with page.expect_navigation():
        page.locator("main form button[type=submit].button--next").first.click()
    return page.url.split("#")[0].rstrip("/").rsplit("/", 1)[1]


def test_a_contract_signed_elsewhere_is_in_force_and_tells_ninety_days_before_its_end(portal, staff, visit, days_later):
    page = visit(LAWYER)
    vendor = new_vendor(page, "Routage Loire")
    begun = months_later(legal_date(now()) + timedelta(days=96), -12)
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
    days_later(5)
    portal.work()
    portal.work()
    letter = portal.letter(LAWYER)
    assert "Routage Loire" in letter
    page = visit(LAWYER)
    page.goto("/")
    assert "Accord de sous-traitance Routage Loire" in page.inner_text("main")


def test_a_director_records_a_decision_and_finds_it_a_quarter_later(portal, staff, visit, days_later):
    new_vendor(visit(LAWYER), "Centre d'appels Atlantique")
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
    days_later(91)
    page = visit(DIRECTOR)
    page.goto("/portefeuille")
    told = " ".join(page.inner_text("main").split())
    assert "Centre d’appels Atlantique" in told
    assert "encadrer" in told
    assert "échue" in told
    page.goto(decision)
    assert "Contrat promis pour le trimestre prochain." in page.inner_text("main")
