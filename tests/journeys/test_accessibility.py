"""Every page that a role can reach by following links on the demonstration: no dead link, sound, the same on both
databases, open to everyone.

The demonstration stands on SQLite, and was copied to PostgreSQL by `flask database copy`. Each role walks from its home
page on PostgreSQL; what the staff is answered is asked on SQLite as well, and compared. Endpoints that nobody reached
by a link are asked for by their address. Of the pages found, one of each kind (same view, same forms) is opened in
Chromium: axe-core reads it in French on a desk, and what depends on words and width in English on a telephone.
"""

import json
import re
import shutil
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask, url_for
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, MapAdapter
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.core import clock
from portal.core.config import Environment, Settings
from portal.core.db import Database
from portal.identity.models import User
from portal.jobs import execution
from tests import databases, demonstrations
from tests.conftest import NOW, fresh_postgres, settings_for
from tests.factories.backups import put_back
from tests.factories.lists import csv_of
from tests.pages import Page, PageClient, check_quality
from tests.printing_cache import nothing_printed
from tests.serving import served

pytestmark = pytest.mark.postgres
EACH = {"dpo": 4, "prestataire": 4}
"""Pages of one view that these two follow: enough to meet its rows in every state; the others follow two."""
EACH_ADDRESS = 2
"""Pages at one address, but for its numbers, that are compared on the two databases."""
COMPARED = ("dpo", "juriste", "direction")
"""They walk first: what others read is not marked as read before they look."""
PEOPLE = {
    "dpo": "dpo@verdelet.example",
    "juriste": "juriste@verdelet.example",
    "direction": "direction@verdelet.example",
    "stranger": "",
    "acheteuse": "acheteuse@verdelet.example",
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
VARYING = re.compile(r'nonce="[^"]*"|nonce-[\w+/=-]+|name="csrf_token"[^>]*|name="csrf-token"[^>]*')
"""What is drawn for each answer."""
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
    """One person's: what they met, and what was wrong."""

    client: PageClient
    routes: MapAdapter
    each: int
    """Pages of one view that are opened, and looked at in the browser."""
    twin: FlaskClient | None = None
    """The same person before the other database: what they are answered there is compared."""
    pages: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    """Address → view, and views its forms post to: those that are looked at in the browser."""
    answered: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    """The addresses of the pages that were asked on both databases."""
    different: list[str] = field(default_factory=list)
    _linked_from: dict[str, str] = field(default_factory=dict)
    _todo: deque[str] = field(default_factory=deque)
    _further: deque[tuple[str, str]] = field(default_factory=deque)
    """Links to pages that are compared and not looked at, with the page they are on."""
    _counts: Counter[str] = field(default_factory=Counter)
    """By view, and by kind of address."""
    _read: set[str] = field(default_factory=set)

    def begin(self, start: list[str]) -> "Walk":
        """Follow links from a person's home page; with a twin, then the first ones of each kind of address."""
        self._todo.extend(start)
        self._linked_from.update(dict.fromkeys(start, ""))
        while self._todo or self._further:
            if self._todo:
                self._open(self._todo.popleft(), is_seen=True)
            else:
                self._open_if_few(*self._further.popleft())
        return self

    def _open_if_few(self, asked: str, path: str) -> None:
        kind = _kind(asked)
        if asked not in self._linked_from and self._counts[kind] < EACH_ADDRESS:
            self._counts[kind] += 1
            self._linked_from[asked] = path
            self._open(asked, is_seen=False)

    def _open(self, asked: str, *, is_seen: bool) -> None:
        answer = self.client.client.get(asked, follow_redirects=True)
        answer.get_data()
        answer.close()
        path = answer.request.full_path.rstrip("?")
        if self.twin is not None:
            self._compare(asked, answer, self.twin.get(asked, follow_redirects=True))
        self.answered |= {_view(self.routes, asked), _view(self.routes, path)}
        if answer.status_code != 200:
            self.faults.append(f"{asked}: {answer.status_code}, linked from {self._linked_from[asked]}")
        elif answer.mimetype == "text/html" and path not in self._read:
            self._read.add(path)
            self._look_at(Page(answer), path, is_seen=is_seen)

    def _look_at(self, page: Page, path: str, *, is_seen: bool) -> None:
        try:
            check_quality(page, path)
        except AssertionError as fault:
            self.faults.append(str(fault))
        if is_seen:
            posts = page.tree.xpath("//main//form[@method='post']/@action")
            self.pages[path] = (
                _view(self.routes, path),
                frozenset(_view(self.routes, urljoin(path, url), "POST") for url in posts),
            )
        for link in _links(page, path):
            view = _view(self.routes, link)
            if link in self._linked_from or view in OUTSIDE:
                continue
            if self._counts[view] < self.each:
                self._counts.update([view, _kind(link)])
                self._linked_from[link] = path
                self._todo.append(link)
            elif self.twin is not None:
                self._further.append((link, path))

    def _compare(self, asked: str, answer: TestResponse, other: TestResponse) -> None:
        """Note what differs in the answers of the two databases to the same request."""
        other.close()
        if (answer.status_code, answer.mimetype) != (other.status_code, other.mimetype):
            self.different.append(f"{asked}: {other.status_code} {other.mimetype} on SQLite")
        elif answer.mimetype == "text/html" and answer.status_code == 200:
            self.compared.append(asked)
            both = [VARYING.sub("", one.get_data(as_text=True)) for one in (other, answer)]
            if both[0] != both[1]:
                lines = zip(*(one.splitlines() for one in both), strict=False)
                first = next(((one.strip(), two.strip()) for one, two in lines if one != two), ("…", "…"))
                self.different.append(f"{asked}: {first[0][:160]} | {first[1][:160]}")


@dataclass
class Demonstration:
    """The demonstration, served, and everyone's walk through it."""

    app: Flask
    url: str
    walks: dict[str, Walk]
    copied: dict[str, Any]
    """What `flask database copy` said."""


@pytest.fixture(scope="module")
def demonstration(
    postgres: str, tmp_path_factory: pytest.TempPathFactory, portal_settings: Settings
) -> Iterator[Demonstration]:
    """The demonstration a little later: a list is under review, a report is made; everything is at the same instant."""
    folder = tmp_path_factory.mktemp("demonstration")
    shutil.copytree(demonstrations.made(settings_for, NOW), folder, dirs_exist_ok=True)
    settings = settings_for(folder, f"sqlite:///{folder / 'demonstration.db'}", environment=Environment.DEVELOPMENT)
    there = fresh_postgres(postgres, "demonstration")
    with (
        put_back(portal_settings), pytest.MonkeyPatch.context() as patch,
        _opened(settings.database_url) as kept, _opened(there) as moved,
    ):  # fmt: skip
        databases.STATEMENTS.watch(moved.engine)
        patch.setattr(clock, "_source", lambda: NOW)
        before = create_app(settings, kept)
        people = {who: _client(before, kept, email) for who, email in PEOPLE.items()}
        _a_little_later(people["dpo"], kept)
        copied = before.test_cli_runner().invoke(args=["database", "copy", there, "--json"])
        app = create_app(replace(settings, database_url=there), moved)
        app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # the browser fetches style sheets and scripts once
        starts = STARTS | {"dpo": ["/", *_review_of_one(moved)]}
        walks = {}
        for who, client in people.items():
            twin = client.client if who in COMPARED else None
            walk = Walk(_seen_by(app, client), app.url_map.bind("localhost"), EACH.get(who, 2), twin)
            walks[who] = walk.begin(starts.get(who, ["/"]))
        with served(app) as address:
            yield Demonstration(app, address, walks, json.loads(copied.stdout))


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database.at(url)
    try:
        yield database
    finally:
        database.engine.dispose()


def _a_little_later(dpo: PageClient, database: Database) -> None:
    """A list is handed in and a report asked for."""
    dpo.post("/sous-traitants/import", {"file": (BytesIO(csv_of()), "liste.csv")}, content_type="multipart/form-data")
    dpo.post("/portefeuille/rapports", page="/portefeuille")
    with nothing_printed():
        execution.drain(database, "walk")
    execution.release_resources()


def _client(app: Flask, database: Database, email: str) -> PageClient:
    with database.reading() as session:
        return PageClient(app, session.scalars(select(User).where(User.email == email)).one() if email else None)


def _seen_by(app: Flask, client: PageClient) -> PageClient:
    """The same browser, signed in with the same session, before another server."""
    found = PageClient(app)
    with client.client.session_transaction() as theirs, found.client.session_transaction() as ours:
        ours.update(theirs)
    return found


def _review_of_one(database: Database) -> list[str]:
    """The two ends of a review: no link leads to them before something is judged."""
    with database.reading() as session:
        audit = session.scalars(select(Audit).where(Audit.state == AuditState.SUBMITTED).order_by(Audit.id)).first()
        return [f"/audits/{audit.id}/acceptation", f"/audits/{audit.id}/renvoi"]


def _kind(address: str) -> str:
    """An address without its numbers and what is looked for."""
    return re.sub(r"\d+", "n", address.partition("?")[0])


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


def test_every_page_of_the_staff_is_the_same_on_both_databases(demonstration):
    assert demonstration.copied["faults"] == []
    assert demonstration.copied["rows"]["vendor"] > 5
    different = [f"{who} {fault}" for who in COMPARED for fault in demonstration.walks[who].different]
    assert not different, "\n".join(different)
    compared = [address for who in COMPARED for address in demonstration.walks[who].compared]
    assert len(compared) > 1_000
    assert len(set(map(_kind, compared))) > 60


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
