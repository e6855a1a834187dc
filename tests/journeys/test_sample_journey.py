"""A sample of withdrawals through the pages: asked, drawn and sent from a telephone, read, findings, management."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.authz.policy import Role
from portal.identity.services import hash_password
from tests.factories.campaigns import account_at
from tests.factories.world import vendor_of
from tests.journeys.conftest import PASSWORD
from tests.samples import generating

pytestmark = pytest.mark.browser
DPO, MANAGEMENT, VENDOR = "dpo@maison.example", "direction@maison.example", "samira@appels.example"
CASES = 200
SPOILED = {
    6: ("stated", "31/02/2026"), 20: ("kind", "machin"), 33: ("amount", "beaucoup"), 50: ("decision", "peut-être"),
    77: ("stated", ""), 101: ("country", "Francie"), 160: ("amount", "12,3,4"),
}  # fmt: skip
"""By line of the file: the field that is spoiled, and what it says."""


@pytest.fixture
def vendor(portal) -> str:
    """A call centre with an account; returns its number."""
    for email, name, role in ((DPO, "Claire Dumas", Role.DPO), (MANAGEMENT, "Hélène Roux", Role.MANAGEMENT)):
        portal.account(email, name, role)
    with portal.database.transaction() as session:
        made = vendor_of(session, name="Appels et Compagnie")
        account_at(session, made, email=VENDOR, name="Samira Haddad", password_hash=hash_password(PASSWORD))
        return str(made.id)


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def test_two_hundred_cases_are_sent_from_a_telephone_and_management_sees_what_they_show(portal, vendor, visit):
    dpo = visit(DPO)
    sample = ask(dpo, vendor)
    portal.work()
    telephone = visit(VENDOR, width=390)
    telephone.goto(portal.link(VENDOR))
    sent = send(telephone)
    correct(telephone, sent)
    portal.work()
    open_two_findings(dpo, sample)
    management_sees(visit(MANAGEMENT), vendor)
    telephone.goto("/espace/")
    expect(telephone.locator(".todo__item")).to_have_count(2)


def ask(page: Page, vendor: str) -> str:
    page.goto(f"/retractation/echantillons/nouveau?vendor_id={vendor}")
    page.fill("input[name=population]", "1200")
    press(page, "Proposer un nombre de dossiers")
    expect(page.get_by_text("292 dossiers suffisent")).to_be_visible()
    page.fill("input[name=size]", str(CASES))
    press(page, "Demander l’échantillon")
    assert re.search(r"/echantillons/\d+$", page.url)
    return page.url


def send(page: Page) -> dict[int, dict[str, str]]:
    """Give the full list, then the cases drawn, seven cells of them wrong; returns what the rows should have said."""
    assert re.search(r"/espace/echantillons/\d+\?pour=\d+$", page.url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    listed = "Référence\n" + "\n".join(f"DOS-{number:05}" for number in range(1200))
    page.set_input_files("input[name=liste-file]", attached("references.csv", listed))
    press(page, "Tirer au sort")
    with page.expect_download() as download:
        page.locator("a", has_text="Modèle à remplir").click()
    model = list(csv.reader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig")), delimiter=";"))
    drawn = [row[0] for row in model[1:]]
    assert len(set(drawn)) == CASES
    rows = [dict(row, reference=reference) for row, reference in zip(generating.cases(CASES, 3), drawn, strict=True)]
    whole, sound = written(rows)
    for line, (field, text) in SPOILED.items():
        whole[line - 1][list(generating.CASE_FIELDS).index(field)] = text
    page.set_input_files("input[name=file]", attached("dossiers.csv", as_csv(whole)))
    press(page, "Envoyer les dossiers")
    return sound


def written(rows: list[dict[str, Any]]) -> tuple[list[list[Any]], dict[int, dict[str, str]]]:
    header, body = generating.table(iter(rows), generating.CASE_FIELDS)
    whole = [header, *(list(row) for row in body)]
    names = list(generating.CASE_FIELDS)
    return whole, {n + 1: {f: text_of(c) for f, c in zip(names, row, strict=True)} for n, row in enumerate(whole) if n}


def as_csv(rows: list[list[Any]]) -> str:
    target = io.StringIO()
    csv.writer(target, delimiter=";").writerows([text_of(cell) for cell in row] for row in rows)
    return target.getvalue()


def text_of(cell: Any) -> str:
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def attached(name: str, text: str) -> Any:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def correct(page: Page, sound: dict[int, dict[str, str]]) -> None:
    """Seven cells, each named by its line; corrected on the page, without opening the file again."""
    expect(page.get_by_role("heading", name="7 points à corriger")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for line, (field, text) in SPOILED.items():
        cell = page.locator(f"[name=cellule-{line}-{field}]")
        assert cell.input_value() == text
        cell.fill(sound[line][field])
    press(page, "Corriger et envoyer")
    expect(page.get_by_text("Votre échantillon est complet et envoyé", exact=True)).to_be_visible()
    assert page.locator("input[type=file]").count() == 0


def open_two_findings(page: Page, sample: str) -> None:
    page.goto(sample)
    expect(page.locator(".tile__value").first).to_have_text(str(CASES))
    for _ in range(2):
        page.goto(sample)
        with page.expect_navigation():
            page.get_by_role("link", name="Ouvrir un constat").first.click()
        assert page.locator("[name=title]").input_value()
        press(page, "Ouvrir le constat")
        assert "/audits/constats/" in page.url
        expect(page.get_by_role("link", name="Voir l’échantillon")).to_be_visible()
    page.goto(sample)
    assert page.get_by_role("link", name="Voir le constat").count() == 2


def management_sees(page: Page, vendor: str) -> None:
    page.goto(f"/garanties/sous-traitant/{vendor}")
    expect(page.get_by_role("heading", name="Mesuré sur dossiers réels")).to_be_visible()
    assert page.locator(".list tbody tr").count() >= 4
    with page.expect_navigation():
        page.get_by_role("link", name="Voir l’échantillon").click()
    assert page.get_by_role("link", name="Ouvrir un constat").count() == 0
