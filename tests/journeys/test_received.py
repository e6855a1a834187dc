"""The other side's contract in a real browser: from the file to the amendment, from a passage to its obligation."""

import io
import zipfile

import pytest
from playwright.sync_api import Page, expect

from portal.authz.policy import Role
from portal.paper.rules.naming import REQUIREMENTS
from tests.factories.received import GAPS, GOOD

pytestmark = pytest.mark.browser


@pytest.fixture
def legal(portal, visit):
    portal.account("juriste@maison.example", "Claire Martin", Role.LEGAL)
    return lambda **facts: visit("juriste@maison.example", **facts)


def paste(page: Page, text: str) -> None:
    page.goto("/contrats-recus/nouveau")
    page.locator("textarea[name=text]").fill(text)
    page.get_by_role("button", name="Lire", exact=True).click()
    page.wait_for_url("**/contrats-recus/1")


def is_in_sight(page: Page, selector: str) -> bool:
    return page.evaluate(
        """(selector) => {
            const box = document.querySelector(selector).getBoundingClientRect();
            return box.top >= -1 && box.top < window.innerHeight;
        }""",
        selector,
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_one_click_leads_from_a_passage_to_its_obligation_and_back(legal, width):
    page = legal(width=width)
    page.emulate_media(reduced_motion="reduce")
    paste(page, "\n\n".join([GOOD] * 6))
    line = "#ob-confidentiality_persons"
    page.locator(f"a.hit-tag[href='{line}']").first.click()
    expect(page.locator(f"{line}:target")).to_be_attached()
    assert is_in_sight(page, line)
    quote = page.locator(f"{line} .duty__quotes a").first
    passage = quote.get_attribute("href")
    quote.click()
    assert is_in_sight(page, passage)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_count_shows_its_lines_alone_and_a_passage_brings_the_others_back(legal):
    page = legal()
    paste(page, GAPS)
    everything = page.locator(".duty").count()
    absent = page.get_by_role("button", name="Non trouvé").first
    absent.click()
    expect(absent).to_have_attribute("aria-pressed", "true")
    assert 0 < page.locator(".duty:visible").count() < everything
    page.locator("a.hit-tag[href='#ob-security_measures']").first.click()
    expect(page.locator("#ob-security_measures")).to_be_visible()
    assert page.locator(".duty:visible").count() == everything
    absent.focus()
    page.keyboard.press("Space")
    assert page.locator(".duty:visible").count() < everything
    page.keyboard.press("Space")
    assert page.locator(".duty:visible").count() == everything


def test_a_lawyer_corrects_a_line_and_has_the_amendment(legal, portal):
    page = legal()
    paste(page, GAPS)
    line = page.locator("#ob-audits_inspections")
    line.get_by_text("Corriger").click()
    line.get_by_label("Avis").select_option("satisfied")
    line.get_by_label("Pourquoi").fill("Contrat-cadre, article 14.")
    line.get_by_role("button", name="Enregistrer l’avis").click()
    expect(page.locator("#ob-audits_inspections")).to_contain_text("Corrigé par Claire Martin")
    page.get_by_role("button", name="Avenant").click()
    expect(page.locator("#documents")).to_contain_text("En préparation")
    portal.work()
    expect(page.locator("#documents")).to_contain_text("Relu avec le contrat", timeout=15_000)
    with page.expect_download() as found:
        page.locator("#documents a", has_text="PDF").click()
    assert found.value.suggested_filename.startswith("amendment-1")


def test_a_batch_fills_its_table_while_the_page_waits(legal, portal):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a.txt", GOOD)
        made.writestr("b.txt", GAPS)
        made.writestr("c.exe", "MZ")
    page = legal()
    page.goto("/contrats-recus/nouveau")
    page.locator("input[type=file]").set_input_files(
        {"name": "lot.zip", "mimeType": "application/zip", "buffer": archive.getvalue()}
    )
    page.get_by_role("button", name="Lire", exact=True).click()
    expect(page.locator(".job__text")).to_contain_text("0 contrat lu sur 3")
    portal.work()
    expect(page.locator(".meter__text")).to_contain_text("2 contrats lus sur 3", timeout=15_000)
    expect(page.locator("td.cell")).to_have_count(2 * (len(REQUIREMENTS) + 1))
    expect(page.locator("html")).to_have_js_property("scrollWidth", 1280)
