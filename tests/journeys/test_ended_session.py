"""A session that ends while a vendor is writing: it is told where one looks, and the text is not lost."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from portal.audits.models import Answer
from portal.core.clock import now
from portal.identity.models import LoginSession
from portal.identity.services import hash_password
from tests.factories.spaces import space_of
from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.browser
NUMBER = "[name='b.delai']"


@pytest.fixture
def made(portal):
    """A vendor whose two people have a password; the address of the section, and theirs."""
    with portal.database.transaction() as session:
        space = space_of(session)
        for person in (space.admin, space.respondent):
            person.password_hash = hash_password(PASSWORD)
        return f"/espace/audits/{space.audit.id}/sections/b", space.admin.email, space.respondent.email


def end_sessions(portal):
    with portal.database.transaction() as session:
        session.execute(update(LoginSession).values(revoked_at=now()))


def stored(portal):
    with portal.database.reading() as session:
        return session.scalars(select(Answer.value).where(Answer.question_key == "b.delai")).all()


def sign_in(page, email):
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")


def test_the_end_of_a_session_is_told_beside_the_button_and_the_text_is_found_again(portal, made, visit):
    section, mine, theirs = made
    page = visit(mine, width=390)
    page.goto(section)
    end_sessions(portal)
    page.fill(NUMBER, "42")
    page.get_by_role("button", name="Ajouter une ligne").click()
    page.locator("[name='b.liste:1:nom']").fill("Réseaux de Provence")
    page.get_by_role("button", name="Enregistrer et vérifier").click()
    told = page.get_by_role("alert").filter(has_text="Votre session a pris fin")
    expect(told).to_be_in_viewport()
    assert told.evaluate("box => box.nextElementSibling.className") == "section-steps"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert stored(portal) == []

    page.reload()
    sign_in(page, theirs)
    assert page.url.endswith(section)
    expect(page.locator(NUMBER)).to_have_value("")
    end_sessions(portal)

    page.reload()
    sign_in(page, mine)
    expect(page.locator(NUMBER)).to_have_value("42")
    expect(page.locator("[name='b.liste:1:nom']")).to_have_value("Réseaux de Provence")
    expect(page.get_by_text("Voici ce que vous aviez saisi").first).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et vérifier").click()
    assert stored(portal) == [{"v": "42"}]
    assert page.evaluate("sessionStorage.length") == 0


def test_with_nothing_to_save_it_is_told_too_and_the_link_leads_back_to_the_question(portal, made, visit):
    section, mine, _ = made
    page = visit(mine)
    page.goto(section)
    end_sessions(portal)
    page.get_by_role("button", name="Enregistrer et vérifier").click()
    told = page.get_by_role("alert").filter(has_text="Votre session a pris fin")
    expect(told).to_be_in_viewport()
    assert page.url.endswith(section)
    page.fill(NUMBER, "42")
    page.locator("#q-b\\.delai").get_by_role("link", name="Se connecter de nouveau").click()
    sign_in(page, mine)
    assert page.url.endswith(f"{section}#q-b.delai")
    expect(page.locator(NUMBER)).to_have_value("42")
