"""Signing in through an identity provider that runs in its own process, as a person does it in a browser."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.app import create_app
from portal.authz.policy import Role
from portal.core.config import Environment
from portal.core.db import Database
from portal.identity import services
from portal.identity.models import User
from tests.conftest import settings_for
from tests.databases import free_port
from tests.factories.provider_process import provider_process, settings_of
from tests.journeys.conftest import Portal
from tests.serving import served

pytestmark = pytest.mark.browser
JEANNE = {
    "sub": "jeanne", "email": "jeanne@verdelet.example", "email_verified": True, "name": "Jeanne Roy",
    "groups": ["tous", "conformite"],
}  # fmt: skip
PAUL = {**JEANNE, "sub": "paul", "email": "paul@verdelet.example", "name": "Paul Vidal", "groups": ["ventes"]}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider_process(JEANNE, PAUL) as address:
        yield address


@pytest.fixture
def portal(tmp_path, migrated, issuer) -> Iterator[Portal]:
    """A portal that trusts that provider, at an address it knows: one comes back to it."""
    port = free_port()
    url = f"sqlite:///{shutil.copy(migrated, tmp_path / 'provider.db')}"
    address = f"http://127.0.0.1:{port}"
    settings = settings_for(tmp_path, url, environment=Environment.DEVELOPMENT, base_url=address)
    settings = replace(settings, provider=settings_of(issuer))
    services.forget_providers()
    database = Database.at(settings.database_url)
    with served(create_app(settings, database), port=port):
        yield Portal(address, settings, database)
    database.engine.dispose()


def choose(page: Page, who: str) -> None:
    """From the sign-in page to the provider, and be that person there."""
    page.goto("/connexion")
    page.get_by_role("link", name="Se connecter avec Annuaire").click()
    page.get_by_role("button", name=who, exact=True).click()


def test_a_group_opens_the_portal_with_its_role_and_another_opens_nothing(portal, visit):
    page = visit()
    choose(page, "jeanne")
    page.wait_for_url(f"{portal.url}/")
    page.goto("/mon-compte")
    expect(page.get_by_role("textbox", name="Nom")).to_have_value("Jeanne Roy")
    with portal.database.reading() as session:
        [user] = session.scalars(select(User)).all()
        assert (user.role, user.password_hash, user.provider_subject) == (Role.DPO, None, "jeanne")

    other = visit()
    choose(other, "paul")
    expect(other.get_by_text("Aucun de vos groupes chez Annuaire")).to_be_visible()
    other.goto("/mon-compte")
    assert "/connexion" in other.url
    with portal.database.reading() as session:
        assert len(session.scalars(select(User)).all()) == 1


def test_an_address_of_return_used_again_or_elsewhere_opens_nothing(portal, visit):
    page, seen = visit(), []
    page.on("request", lambda request: seen.append(request.url) if "/connexion/retour" in request.url else None)
    choose(page, "jeanne")
    page.wait_for_url(f"{portal.url}/")
    [returned] = seen

    stranger = visit()
    stranger.goto(returned)
    expect(stranger.get_by_text("n’est pas celle d’une demande partie de ce navigateur")).to_be_visible()
    stranger.goto("/mon-compte")
    assert "/connexion" in stranger.url

    page.context.clear_cookies()
    page.goto(returned)
    expect(page.get_by_text("n’est pas celle d’une demande partie de ce navigateur")).to_be_visible()
