"""The script of one-time links, in a real browser: the code reaches the form and no address that anyone logs."""

import re
import shutil
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.app import create_app
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import tokens
from portal.core.clock import now
from portal.identity import services
from portal.jobs.models import Mail
from tests.conftest import settings_for
from tests.factories.people import user_of

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


class Logging(WSGIRequestHandler):
    """Keeps the lines an access log would keep."""

    lines: list[str] = []  # noqa: RUF012 - shared with the test on purpose

    def log(self, type: str, message: str, *args: object) -> None:
        """Keep a line instead of printing it."""
        self.lines.append(message % args)


@pytest.fixture
def browser() -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("Chromium n'est pas installé")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium.new_page(locale="fr-FR")
        chromium.close()


@pytest.fixture
def portal(lasting, tmp_path) -> Iterator[tuple[str, list[str]]]:
    """A portal of its own: its address, and two invitations' links."""
    settings = settings_for(tmp_path, str(lasting.engine.url))
    with lasting.transaction() as session:
        ctx = Context(session, SYSTEM, now())
        for name in ("Jeanne Roy", "Sam Taylor"):
            services.invite(ctx, settings.secrets, user_of(session, Role.DPO, name=name), landing="/mon-compte")
        seeds = [mail.payload["token"] for mail in session.scalars(select(Mail).order_by(Mail.id))]
    Logging.lines = []
    server = make_server("127.0.0.1", 0, create_app(settings, lasting), threaded=True, request_handler=Logging)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    yield address, [f"{address}/invitation#{tokens.derive(settings.secrets.tokens, seed)}" for seed in seeds]
    server.shutdown()
    thread.join()


def test_the_code_goes_from_the_address_to_the_form_and_into_no_log(browser, portal):
    address, (link, other) = portal
    asked: list[str] = []
    browser.on("request", lambda request: asked.append(request.url))
    browser.goto(link)
    browser.wait_for_selector("#password")
    assert browser.inner_text("h1") == "Bienvenue, Jeanne Roy"
    assert browser.url == f"{address}/invitation"

    browser.click("form.language button")
    browser.wait_for_selector("html[lang=en] #password")
    assert browser.url == f"{address}/invitation"

    browser.goto(other)  # another link pasted over the page of the first
    browser.wait_for_selector("text=Sam Taylor")
    assert browser.url == f"{address}/invitation"

    found = Axe().run(browser).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}] == []

    browser.fill("#password", "une phrase de marée")
    browser.fill("#again", "une phrase de marée")
    browser.click("form.form button[type=submit]")
    browser.wait_for_url(f"{address}/mon-compte")

    codes = [url.partition("#")[2] for url in (link, other)]
    written = "\n".join([*asked, *Logging.lines])
    assert re.search(r"POST /invitation", written)
    assert not any(code in written for code in codes)


def test_a_used_link_opened_again_says_so_and_does_not_show_its_code(browser, portal):
    address, (link, _other) = portal
    browser.goto(link)
    browser.fill("#password", "une phrase de marée")
    browser.fill("#again", "une phrase de marée")
    browser.click("form.form button[type=submit]")
    browser.wait_for_url(f"{address}/mon-compte")
    browser.goto(link)
    browser.wait_for_selector("text=déjà servi")
    assert browser.url == f"{address}/invitation"
