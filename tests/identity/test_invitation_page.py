"""The script of one-time links, in a real browser: the code reaches the form and no address that anyone logs."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler

from portal.app import create_app
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import tokens
from portal.core.clock import now
from portal.core.landing import Landing
from portal.identity import services
from portal.jobs.models import Mail
from tests.conftest import settings_for
from tests.factories.people import user_of
from tests.serving import served

pytestmark = pytest.mark.browser


class Logging(WSGIRequestHandler):
    """Keeps the lines an access log would keep."""

    lines: list[str] = []  # noqa: RUF012 - shared with the test on purpose

    def log(self, type: str, message: str, *args: object) -> None:
        """Keep a line instead of printing it."""
        self.lines.append(message % args)


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A French reader's page."""
    page = browser.new_page(locale="fr-FR")
    yield page
    page.close()


@pytest.fixture
def portal(lasting, tmp_path) -> Iterator[tuple[str, list[str]]]:
    """A portal of its own: its address, and two invitations' links."""
    settings = settings_for(tmp_path, str(lasting.engine.url))
    with lasting.transaction() as session:
        ctx = Context(session, SYSTEM, now())
        for name in ("Jeanne Roy", "Sam Taylor"):
            services.invite(
                ctx, settings.secrets, user_of(session, Role.DPO, name=name), landing=Landing("identity.account")
            )
        seeds = [mail.payload["token"] for mail in session.scalars(select(Mail).order_by(Mail.id))]
    Logging.lines = []
    with served(create_app(settings, lasting), Logging) as address:
        yield address, [f"{address}/invitation#{tokens.derive(settings.secrets.tokens, seed)}" for seed in seeds]


def test_the_code_goes_from_the_address_to_the_form_and_into_no_log(page, portal):
    address, (link, other) = portal
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    page.wait_for_selector("#password")
    assert page.inner_text("h1") == "Bienvenue, Jeanne Roy"
    assert page.url == f"{address}/invitation"

    page.click("form.language button")
    page.wait_for_selector("html[lang=en] #password")
    assert page.url == f"{address}/invitation"

    page.goto(other)  # another link pasted over the page of the first
    page.wait_for_selector("text=Sam Taylor")
    assert page.url == f"{address}/invitation"

    found = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}] == []

    page.fill("#password", "une phrase de marée")
    page.fill("#again", "une phrase de marée")
    page.click("form.form button[type=submit]")
    page.wait_for_url(f"{address}/mon-compte")

    codes = [url.partition("#")[2] for url in (link, other)]
    written = "\n".join([*asked, *Logging.lines])
    assert re.search(r"POST /invitation", written)
    assert not any(code in written for code in codes)


def test_a_used_link_opened_again_says_so_and_does_not_show_its_code(page, portal):
    address, (link, _other) = portal
    page.goto(link)
    page.fill("#password", "une phrase de marée")
    page.fill("#again", "une phrase de marée")
    page.click("form.form button[type=submit]")
    page.wait_for_url(f"{address}/mon-compte")
    page.goto(link)
    page.wait_for_selector("text=déjà servi")
    assert page.url == f"{address}/invitation"
