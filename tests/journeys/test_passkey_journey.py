"""A passkey from its making to its removal, with Chromium's own virtual authenticator."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect
from sqlalchemy import select

from portal.app import create_app
from portal.authz.policy import Role
from portal.core.config import Environment
from portal.core.db import Database
from portal.identity.models import Passkey, User
from tests.conftest import settings_for
from tests.databases import free_port
from tests.journeys.conftest import PASSWORD, Portal
from tests.serving import served

pytestmark = pytest.mark.browser
WHO = "dpo@verdelet.example"


@pytest.fixture
def portal(tmp_path, migrated) -> Iterator[Portal]:
    """A portal that knows its address: passkeys are bound to the host « localhost »."""
    port = free_port()
    url = f"sqlite:///{shutil.copy(migrated, tmp_path / 'passkeys.db')}"
    address = f"http://localhost:{port}"
    settings = settings_for(tmp_path, url, environment=Environment.DEVELOPMENT, base_url=address)
    database = Database.at(settings.database_url)
    with served(create_app(settings, database), port=port):
        yield Portal(address, settings, database)
    database.engine.dispose()


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A device built into this browser, which recognises its person at once."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable", {"enableUI": False})
    told = tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    return tools, told["authenticatorId"]


def leave(page: Page) -> None:
    """Sign out by the menu of one's name."""
    page.locator("summary").filter(has_text="Jeanne Roy").click()
    page.get_by_role("button", name="Se déconnecter", exact=True).click()
    page.wait_for_url("**/connexion")


def test_a_passkey_is_made_opens_the_account_and_once_removed_no_longer_does(portal, visit):
    portal.account(WHO, "Jeanne Roy", Role.DPO)
    page = visit(WHO)
    tools, device = authenticator(page)

    page.goto("/mon-compte")
    page.get_by_role("link", name="Gérer les clés d’accès").click()
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    page.fill("input[name=name]", "Ordinateur du bureau")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.get_by_text("Clé d’accès ajoutée.")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Ordinateur du bureau")).to_be_visible()
    portal.work()
    assert "Ordinateur du bureau" in portal.letter(WHO)

    leave(page)
    page.get_by_role("link", name="Clé d’accès").click()
    page.wait_for_url(lambda url: "/connexion" not in url)
    page.goto("/mon-compte")
    expect(page.get_by_role("textbox", name="Nom")).to_have_value("Jeanne Roy")
    with portal.database.reading() as session:
        assert session.scalars(select(Passkey.sign_count)).one() > 0

    leave(page)
    page.fill("input[name=email]", WHO)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    expect(page.get_by_role("heading", name="Second facteur")).to_be_visible()
    page.get_by_role("button", name="Présenter ma clé d’accès").click()
    page.wait_for_url(lambda url: "/second-facteur" not in url)

    page.goto("/mon-compte/cles-d-acces")
    page.get_by_role("link", name="Retirer").click()
    page.get_by_role("button", name="Retirer la clé d’accès").click()
    expect(page.get_by_text("Aucune clé d’accès").first).to_be_visible()
    with portal.database.reading() as session:
        assert session.scalars(select(User.passkey_count).where(User.email == WHO)).one() == 0
    assert tools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"], "the device has it still"

    leave(page)
    page.get_by_role("link", name="Clé d’accès").click()
    expect(page.get_by_role("alert").first).to_contain_text("n’est pas connue ici")
    page.goto("/mon-compte")
    assert "/connexion" in page.url


def test_a_person_who_turns_the_request_down_is_told_and_may_start_again(portal, visit):
    portal.account(WHO, "Jeanne Roy", Role.DPO)
    page = visit(WHO)
    tools, device = authenticator(page)
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto("/mon-compte/cles-d-acces/nouvelle")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.get_by_text("Aucune clé d’accès n’a été présentée")).to_be_visible()
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.get_by_text("Clé d’accès ajoutée.")).to_be_visible()
    page.goto("/mon-compte/cles-d-acces/nouvelle")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.get_by_text("Cet appareil a déjà une clé d’accès")).to_be_visible()
