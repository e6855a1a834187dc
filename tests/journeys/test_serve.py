"""What `make run` starts: the logins are printed as soon as the portal answers, and a vendor arrives at its work."""

import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, expect

from portal.authz.policy import Role
from portal.core.db import Database
from portal.identity.services import hash_password
from portal.seed.announce import note_logins, wait_until_ready
from portal.seed.demo_people import ORGANISATION
from tests import databases
from tests.conftest import REPOSITORY, settings_for
from tests.factories.spaces import space_of
from tests.factories.workers import environment

pytestmark = pytest.mark.browser
PASSWORD = "une phrase de passe bien longue"
PATIENCE_SECONDS = 20
"""Far more than printing takes once the portal answers, far less than the minute that the former script waited."""


@pytest.fixture
def demonstration(tmp_path: Path, migrated: Path) -> SimpleNamespace:
    """One vendor with an audit to answer, where the demonstration keeps its own."""
    settings = settings_for(tmp_path, f"sqlite:///{shutil.copy(migrated, tmp_path / 'vigie.db')}")
    database = Database.at(settings.database_url)
    with database.transaction() as session:
        space = space_of(session)
        space.admin.password_hash = hash_password(PASSWORD)
        note_logins(settings, PASSWORD, [(Role.VENDOR_ADMIN.value, space.admin.email)])
    database.engine.dispose()
    return SimpleNamespace(settings=settings)


@contextmanager
def started(demonstration: SimpleNamespace, port: int) -> Iterator["Queue[str]"]:
    """The script of `make run`, and the lines that it prints."""
    told = {**environment(demonstration.settings), "VIGIE_ENV": "development", "PORT": str(port)}
    told.pop("VIGIE_ORGANISATION", None)
    printed: Queue[str] = Queue()
    with subprocess.Popen(
        [REPOSITORY / ".ci" / "serve"], cwd=REPOSITORY, env=told, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as script:  # fmt: skip
        reader = threading.Thread(target=lambda: [printed.put(line) for line in script.stdout], daemon=True)
        reader.start()
        try:
            yield printed
        finally:
            os.killpg(script.pid, signal.SIGTERM)
            try:
                script.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(script.pid, signal.SIGKILL)
                raise
            reader.join(30)


def line_with(printed: "Queue[str]", pattern: str) -> str:
    """What a pattern takes from the lines printed from now on."""
    while True:
        found = re.search(pattern, printed.get(timeout=PATIENCE_SECONDS))
        if found:
            return found[1]


def test_a_vendor_signs_in_at_the_address_that_is_printed_and_lands_on_its_work(demonstration, browser: Browser):
    port = databases.free_port()
    with started(demonstration, port) as printed:
        assert wait_until_ready(f"http://127.0.0.1:{port}/healthz") == ""
        assert demonstration.settings.seal_file.exists(), "a contract can be signed from the first day"
        address = line_with(printed, r"(http://\S+)")
        email = line_with(printed, r"prestataire_admin +(\S+)")
        password = line_with(printed, r"mot de passe +(.+)")
        context = browser.new_context(locale="fr-FR")
        page = context.new_page()
        page.goto(address)
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/espace/")
        expect(page.get_by_role("link", name="Petit audit").or_(page.get_by_text("Petit audit")).first).to_be_visible()
        expect(page.locator(".masthead")).to_contain_text(ORGANISATION)
        context.close()
