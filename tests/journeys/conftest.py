"""A real server on a real database, a browser before it, and the worker's turn when a test calls for it."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from portal.app import create_app
from portal.authz.policy import Role
from portal.core import process
from portal.core.clock import now
from portal.core.config import Environment, Settings
from portal.core.db import Database
from portal.core.language import Language
from portal.identity.models import User
from portal.identity.services import hash_password
from portal.jobs import execution, schedule
from portal.vendors.models import Membership
from tests.conftest import settings_for
from tests.factories.world import vendor_of
from tests.serving import served

PASSWORD = "une phrase de passe bien longue"


@dataclass
class Portal:
    """A running portal."""

    url: str
    settings: Settings
    database: Database

    def work(self) -> int:
        """Let the worker do all that waits."""
        process.prepare(self.settings)
        schedule.tick(self.database, at=now())
        return execution.drain(self.database, "journey")

    def account(self, email: str, name: str, role: Role) -> None:
        """An open account of the staff."""
        with self.database.transaction() as session:
            session.add(
                User(
                    email=email, name=name, role=role, language=Language.FR, password_hash=hash_password(PASSWORD),
                    created_at=now(), recovery_hashes=[],
                )
            )  # fmt: skip

    def vendor_account(self, email: str, name: str, *, vendor: str) -> None:
        """A vendor, and whoever answers for it with an open account."""
        self.account(email, name, Role.VENDOR_ADMIN)
        with self.database.transaction() as session:
            user_id = session.scalars(select(User.id).where(User.email == email)).one()
            session.add(
                Membership(user_id=user_id, vendor_id=vendor_of(session, name=vendor).id, role=Role.VENDOR_ADMIN)
            )

    def letter(self, to: str) -> str:
        """The text of the newest message to someone."""
        found = [
            message
            for path in sorted(self.settings.mail_dir.glob("*.eml"), key=lambda path: path.stat().st_mtime)
            if (message := message_from_bytes(path.read_bytes(), policy=default))["To"] == to
        ]
        assert found, f"no message to {to}"
        return found[-1].get_body().get_content()

    def link(self, to: str) -> str:
        """The link of the newest message to someone, on this server."""
        address = re.search(r"https?://\S+", self.letter(to))
        assert address, "the message has no link"
        return re.sub(r"^https?://[^/]+", self.url, address[0])


@pytest.fixture
def portal(tmp_path: Path, migrated: Path) -> Iterator[Portal]:
    """A fresh portal, served by threads of this process."""
    url = f"sqlite:///{shutil.copy(migrated, tmp_path / 'journey.db')}"
    settings = settings_for(tmp_path, url, environment=Environment.DEVELOPMENT)
    database = Database.at(settings.database_url)
    with served(create_app(settings, database)) as address:
        yield Portal(address, settings, database)
    database.engine.dispose()


@pytest.fixture
def visit(browser: Browser, portal: Portal) -> Iterator[Callable[..., Page]]:
    """`visit("dpo@…")` gives a signed-in page; `visit()` a stranger's. An error of a script fails the test."""
    contexts, faults = [], []

    def enter(email: str | None = None, *, width: int = 1280) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=portal.url, locale="fr-FR")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
        page.set_default_timeout(10_000)
        if email is not None:
            page.goto("/connexion")
            page.fill("input[name=email]", email)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda url: "/connexion" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not faults
