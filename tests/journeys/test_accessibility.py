"""Every page that a role can reach by following links on the demonstration: no dead link, sound, open to everyone.

The demonstration stands on PostgreSQL. Each role walks from its home page; endpoints that nobody reached by a link are
asked for by their address. Of the pages found, one of each kind (same view, same forms) is opened in Chromium: axe-core
reads it in French on a desk, and what depends on words and width in English on a telephone.
"""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask, url_for
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, MapAdapter

from portal.app import create_app
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.clock import now
from portal.core.config import Environment
from portal.core.db import Database
from portal.identity.models import User
from portal.jobs import execution
from portal.seed.demo_history import write_history
from portal.vendors.models import Membership
from tests import databases
from tests.conftest import fresh_postgres, settings_for
from tests.factories.lists import csv_of
from tests.factories.people import user_of
from tests.pages import Page, PageClient, check_quality
from tests.printing_cache import nothing_printed
from tests.serving import served

pytestmark = pytest.mark.postgres
EACH = {"dpo": 4, "prestataire": 4}
"""Pages of one view that these two follow: enough to meet its rows in every state; the others follow two."""
PEOPLE = {
    "stranger": "",
    "dpo": "dpo@verdelet.example",
    "juriste": "juriste@verdelet.example",
    "acheteuse": "acheteuse@verdelet.example",
    "direction": "direction@verdelet.example",
    "admin": "admin@verdelet.example",
    "expert": "expert@cabinet.example",
    "prestataire": "nadia@hebergeur-provence.example",
    "collègue": "collegue@securesign.example",
    "en cours": "jonas@securesign.example",
}
STARTS = {
    "stranger": ["/connexion", "/invitation?jeton=perdu"],
    "admin": ["/", "/_messages", "/_composants", "/_composants/portfolio"],
    "prestataire": ["/espace/"],
    "collègue": ["/espace/"],
    "en cours": ["/espace/"],
}
OUTSIDE = ("static", "bootstrap.static", "identity.sign_out", "system.health")
READINGS = {"fr": 1280, "en": 390}
"""In French on a desk, in English on a telephone; widths in pixels."""
IN_ENGLISH = [
    "button-name", "document-title", "html-has-lang", "html-lang-valid", "image-alt", "input-button-name", "label",
    "link-name", "scrollable-region-focusable", "select-name", "summary-name", "target-size", "valid-lang",
]  # fmt: skip
"""Rules of axe that another language or another width may break; the others read what is the same in both."""

GRAVE = {
    "accesskeys", "aria-dialog-name", "aria-text", "aria-treeitem-name", "label-title-only", "tabindex",
}  # fmt: skip
"""Rules of good practice whose breach is serious; the norm requires the others, WCAG 2.1 at level AA."""

# Our style sheets are ours to read: axe need not fetch them again to see through @import.
_ONLY = {"resultTypes": ["violations"], "preload": False}
RUN = """options => axe.run(document, options).then(found => found.violations
    .filter(one => ["serious", "critical"].includes(one.impact)).map(one => [one.id, one.nodes[0].target.join(" ")]))"""
CONTRAST = """async () => {
    const seen = new Set(JSON.parse(sessionStorage.getItem("read") ?? "[]")), fresh = [];
    const looks = one => {
        const style = getComputedStyle(one), parts = [style.color, style.fontSize, style.fontWeight];
        for (let at = one; at; at = at.parentElement) {
            const {backgroundColor, backgroundImage, opacity} = getComputedStyle(at);
            parts.push(`${backgroundColor} ${backgroundImage} ${opacity}`);
        }
        return parts.filter((part, place) => place < 3 || part !== "rgba(0, 0, 0, 0) none 1").join();
    };
    for (const one of document.body.querySelectorAll("*")) {
        const written = [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (!(written || one.matches("input, select, textarea")) || !one.checkVisibility()) continue;
        const look = looks(one);
        if (!seen.has(look)) { seen.add(look); fresh.push(one); }
    }
    sessionStorage.setItem("read", JSON.stringify([...seen]));
    if (!fresh.length) return [];
    const found = await axe.run({include: fresh}, {runOnly: ["color-contrast"], preload: false});
    return found.violations.map(one => [one.id, one.nodes[0].target.join(" ")]);
}"""
"""Contrast of the texts that look like none read before: colours, size, weight, and all that lies behind them."""
AXE = {
    "fr": _ONLY | {
        "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
        "rules": {name: {"enabled": True} for name in GRAVE} | {"color-contrast": {"enabled": False}},
    },
    "en": _ONLY | {"runOnly": {"type": "rule", "values": IN_ENGLISH}},
}  # fmt: skip


@dataclass
class Walk:
    """What one person met: pages (address → view, and views its forms post to), and what was wrong."""

    client: PageClient
    pages: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


@dataclass
class Demonstration:
    """The demonstration, served, and everyone's walk through it."""

    app: Flask
    url: str
    walks: dict[str, Walk]


@pytest.fixture(scope="module")
def demonstration(
    postgres: str, migrated_postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demonstration]:
    """The demonstration a little later: a wave is out, a list is under review, a report is made, guests are in."""
    folder = tmp_path_factory.mktemp("demonstration")
    url = fresh_postgres(postgres, "demonstration", template=migrated_postgres)
    settings = settings_for(folder, url, environment=Environment.DEVELOPMENT)
    database = Database.at(url)
    databases.STATEMENTS.watch(database.engine)
    app = create_app(settings, database)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # the browser fetches style sheets and scripts once
    with database.transaction() as session, nothing_printed():
        ctx = Context(session, SYSTEM, now())
        write_history(session, ctx.now, "une phrase de passe bien longue")
        _let_guests_in(ctx)
    people = {who: _client(app, database, email) for who, email in PEOPLE.items()}
    people["dpo"].post(
        "/sous-traitants/import", {"file": (BytesIO(csv_of()), "liste.csv")}, content_type="multipart/form-data"
    )
    people["dpo"].post("/portefeuille/rapports", page="/portefeuille")
    with nothing_printed():
        execution.drain(database, "walk")
    execution.release_resources()
    starts = STARTS | {"dpo": ["/", *_review_of_one(database)]}
    walks = {who: _walk(app, client, starts.get(who, ["/"]), EACH.get(who, 2)) for who, client in people.items()}
    with served(app) as address:
        yield Demonstration(app, address, walks)
    database.engine.dispose()


def _client(app: Flask, database: Database, email: str) -> PageClient:
    with database.reading() as session:
        return PageClient(app, session.scalars(select(User).where(User.email == email)).one() if email else None)


def _review_of_one(database: Database) -> list[str]:
    """The two ends of a review: no link leads to them before something is judged."""
    with database.reading() as session:
        audit = session.scalars(select(Audit).where(Audit.state == AuditState.SUBMITTED)).first()
        return [f"/audits/{audit.id}/acceptation", f"/audits/{audit.id}/renvoi"]


def _let_guests_in(ctx: Context) -> None:
    """An expert, a vendor's colleague, and an administrator whose second factor is done."""
    held = dict(ctx.session.execute(select(User.email, Membership.vendor_id).join(Membership)).all())
    for role, who, vendor in (
        (Role.EXPERT, "expert", held["marc@paie-facile.example"]),
        (Role.VENDOR_RESPONDENT, "collègue", held[PEOPLE["en cours"]]),
    ):
        guest = user_of(ctx.session, role, email=PEOPLE[who])
        ends = ctx.today.replace(year=ctx.today.year + 1) if role is Role.EXPERT else None
        ctx.session.add(Membership(user_id=guest.id, vendor_id=vendor, until=ends, role=Role.EXPERT))
    admin = ctx.session.scalars(select(User).where(User.role == Role.ADMIN)).one()
    admin.totp_confirmed_at = ctx.now


def _walk(app: Flask, client: PageClient, start: list[str], each: int) -> Walk:
    """Follow links from a person's home page."""
    routes = app.url_map.bind("localhost")
    walk, todo, linked_from, counts = Walk(client), deque(start), dict.fromkeys(start, ""), Counter()
    while todo:
        asked = todo.popleft()
        answer = client.client.get(asked, follow_redirects=True)
        answer.get_data()
        answer.close()
        path = answer.request.full_path.rstrip("?")
        walk.answered |= {_view(routes, asked), _view(routes, path)}
        if answer.status_code != 200:
            walk.faults.append(f"{asked}: {answer.status_code}, linked from {linked_from[asked]}")
        if answer.status_code != 200 or answer.mimetype != "text/html" or path in walk.pages:
            continue
        page = Page(answer)
        try:
            check_quality(page, path)
        except AssertionError as fault:
            walk.faults.append(str(fault))
        posts = page.tree.xpath("//main//form[@method='post']/@action")
        walk.pages[path] = (
            _view(routes, path),
            frozenset(_view(routes, urljoin(path, url), "POST") for url in posts),
        )
        for link in _links(page, path):
            view = _view(routes, link)
            if link not in linked_from and view not in OUTSIDE and counts[view] < each:
                counts[view] += 1
                linked_from[link] = path
                todo.append(link)
    return walk


def _view(routes: MapAdapter, address: str, method: str = "GET") -> str:
    """The view of an address; the address itself when there is none (the walk will say that it is dead)."""
    try:
        return str(routes.match(urlsplit(address).path, method=method)[0])
    except HTTPException:
        return address


def _links(page: Page, path: str) -> Iterator[str]:
    """Where the links of a page lead, and its search forms once something is looked for."""
    searches = [
        f"{form.get('action') or path.partition('?')[0]}?{box.get('name')}=a"
        for form in page.tree.xpath("//main//form[not(@method) or @method='get']")
        for box in form.xpath(".//input[@type='search' or @type='text'][@name]")
    ]
    for link in [*page.tree.xpath("//a/@href"), *searches]:
        parts = urlsplit(urljoin(path, link))
        if not parts.scheme and not parts.netloc:
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.mark.parametrize("who", PEOPLE)
def test_no_link_is_dead_and_every_page_is_sound(demonstration, who):
    walk = demonstration.walks[who]
    assert not walk.faults
    assert len({view for view, _ in walk.pages.values()}) >= (3 if who == "stranger" else 5)


def test_every_endpoint_is_asked_once_and_none_fails(demonstration):
    app = demonstration.app
    reached = set().union(*(walk.answered for walk in demonstration.walks.values()))
    faults = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {*reached, *OUTSIDE} or "GET" not in rule.methods:
            continue
        known = {name: _sample(converter) for name, converter in rule._converters.items()}
        with app.test_request_context():
            address = url_for(rule.endpoint, **known)
        for who, walk in demonstration.walks.items():
            answer = walk.client.client.get(address)
            answer.close()
            status = answer.status_code
            faults += [f"{who} {address}: {status}"] if status >= 500 else []
    assert not faults
    assert len(reached & {rule.endpoint for rule in app.url_map.iter_rules()}) > 80


def _sample(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return 1 if isinstance(converter, IntegerConverter) else "x"


@pytest.mark.browser
@pytest.mark.parametrize("language", READINGS)
def test_axe_finds_nothing_serious_and_nothing_overflows(demonstration, browser, language):
    faults, opened = [], set()
    with _tab(browser, demonstration, language) as tab:
        for walk in demonstration.walks.values():
            _enter(tab, demonstration, walk.client, language)
            for path, (view, forms) in sorted(walk.pages.items(), key=lambda page: -len(page[1][1])):
                # The other words and the other width are those of a view, whatever its forms.
                kinds = {(view, form) for form in forms or {""}} if language == "fr" else {view}
                if kinds - opened:
                    opened |= kinds
                    faults += _faults(tab, path, AXE[language])
    assert len(opened) > 50
    assert not faults, "\n".join(faults)


@contextmanager
def _tab(browser: Browser, shown: Demonstration, language: str) -> Iterator[Tab]:
    """One tab for everyone: what it keeps of style sheets and scripts serves from one page to the next."""
    context = browser.new_context(
        viewport={"width": READINGS[language], "height": 900}, base_url=shown.url, reduced_motion="reduce"
    )
    context.add_init_script(AXE_SCRIPT)
    try:
        yield context.new_page()
    finally:
        context.close()


def _enter(tab: Tab, shown: Demonstration, client: PageClient, language: str) -> None:
    with client.client.session_transaction() as cookie:
        cookie["language"] = language
    value = client.client.get_cookie("vigie").value
    tab.context.clear_cookies()
    tab.context.add_cookies([{"name": "vigie", "value": value, "url": shown.url}])


def _faults(tab: Tab, path: str, options: dict[str, object]) -> Iterator[str]:
    tab.goto(path)
    room, taken = tab.evaluate("[window.innerWidth, document.documentElement.scrollWidth]")
    if taken > room:
        yield f"{path}: {taken} pixels wide in a window of {room}"
    for name, where in [*tab.evaluate(RUN, options), *tab.evaluate(CONTRAST)]:
        yield f"{path}: {name} at {where}"
