"""Every page that a role can reach by following links on the demonstration: no dead link, sound, the same on both
databases, open to everyone.

The demonstration stands on SQLite, and was copied to PostgreSQL by `flask database copy`. Each role walks from its home
page on SQLite; one page of each view, and whatever runs or finds what none of its view did before (`OtherDatabase`),
are asked for on PostgreSQL as well, and compared. Endpoints that nobody reached by a link are asked for by their
address. Of the pages found, one of each kind (same view, same forms) is opened in Chromium: axe-core reads it in French
on a desk, and what depends on words and width in English on a telephone.
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
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, MapAdapter, Rule
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.core import clock, process
from portal.core.config import Environment, Settings
from portal.core.db import Database
from portal.identity.models import User
from portal.jobs import execution
from tests import databases, demonstrations
from tests.conftest import NOW, fresh_postgres, settings_for
from tests.factories.backups import put_back
from tests.factories.lists import csv_of
from tests.journeys.later_on import live_on
from tests.journeys.other_database import OtherDatabase
from tests.pages import Page, PageClient, check_quality
from tests.printing_cache import nothing_printed
from tests.serving import served

pytestmark = pytest.mark.postgres
EACH = {"dpo": 4, "prestataire": 4}
"""Pages of one view that these two follow: enough to meet its rows in every state; the others follow two."""
EACH_ADDRESS = 2
"""Pages at one address, but for its numbers, that are read when a view has more pages than are followed."""
STAFF = ("dpo", "juriste", "direction")
"""They read pages of every address. They walk first: what others read is not marked as read before they look."""
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
    "paie": "marc@paie-facile.example",
    "support": "samira@callisto.example",
}
VENDORS = ("prestataire", "collègue", "en cours", "paie", "support")
NUMBERS = range(1, 25)
"""Numbers under which a page that no link led to is looked for."""
WORDS = {"contracts.clause_versions": {"key": "CL18"}}
"""What stands in the addresses of such pages, where it is no number."""
STARTS = {
    "stranger": ["/connexion", "/invitation?jeton=perdu"],
    "admin": ["/", "/_messages", "/_composants", "/_composants/portfolio"],
    "prestataire": ["/espace/"],
    "collègue": ["/espace/"],
    "en cours": ["/espace/"],
    "paie": ["/espace/"],
    "support": ["/espace/"],
}
UNREACHED = {
    "authority.show", "authority.state", "calendars.feed_file", "changes.original", "contracts.certificate",
    "contracts.check_file", "contracts.notice_proof", "identity.add_passkey", "identity.provider_return",
    "identity.provider_sign_in", "identity.remove_passkey", "mystery.step", "paper.file", "paper.of_contract",
    "paper.printing", "paper.signed_copy", "system.metrics", "vendor_space.contract_facts", "vendor_space.upload",
}  # fmt: skip
"""Views of which this demonstration has nothing to show: asked for by their address, they say so; others read them."""
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
READ = """async options => {
    const room = window.innerWidth, taken = document.documentElement.scrollWidth;
    const seen = new Set(JSON.parse(sessionStorage.getItem("read") ?? "[]")), behind = new Map();
    const lies = at => {
        if (!at) return "";
        if (!behind.has(at)) {
            const {backgroundColor, backgroundImage, opacity} = getComputedStyle(at);
            const own = `${backgroundColor} ${backgroundImage} ${opacity}`;
            behind.set(at, (own === "rgba(0, 0, 0, 0) none 1" ? "" : `${own},`) + lies(at.parentElement));
        }
        return behind.get(at);
    };
    let fresh = 0;
    for (const one of document.body.querySelectorAll("*")) {
        const written = [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (!(written || one.matches("input, select, textarea")) || !one.checkVisibility()) continue;
        const style = getComputedStyle(one);
        const look = [style.color, style.fontSize, style.fontWeight, lies(one)].join();
        if (!seen.has(look)) { seen.add(look); fresh += 1; one.setAttribute("data-fresh", ""); }
    }
    sessionStorage.setItem("read", JSON.stringify([...seen]));
    if (fresh) {
        axe.configure({rules: [{id: "color-contrast", selector: "[data-fresh]"}]});
        if (options.runOnly.type === "rule") options.runOnly.values.push("color-contrast");
        else options.rules["color-contrast"].enabled = true;
    }
    const found = (await axe.run(document, options)).violations
        .map(one => [one.id, one.nodes[0].target.join(" "), one.impact]);
    return [room, taken, found.filter(one => ["serious", "critical"].includes(one[2])).map(one => one.slice(0, 2))];
}"""
"""The width of the window and that of the page; what axe finds, and the contrast of the texts that look like none read
before: colours, size, weight, and all that lies behind them. In one run, as axe first measures where everything is."""
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
    other: OtherDatabase
    twin: FlaskClient
    """The same person before the other database: what they are answered there is compared."""
    goes_further: bool = False
    """Whether pages of every kind of address are read, beyond those that are looked at."""
    pages: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    """Address → view, and views its forms post to: those that are looked at in the browser."""
    answered: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    """Views that answered with a page."""
    faults: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    compared: list[str] = field(default_factory=list)
    """The addresses of the pages that were asked on both databases."""
    different: list[str] = field(default_factory=list)
    _linked_from: dict[str, str] = field(default_factory=dict)
    _todo: deque[str] = field(default_factory=deque)
    _further: deque[tuple[str, str]] = field(default_factory=deque)
    """Links to pages that are read and not looked at, with the page they are on."""
    _counts: Counter[str] = field(default_factory=Counter)
    """By view, and by kind of address."""
    _read: set[str] = field(default_factory=set)

    def begin(self, start: list[str]) -> "Walk":
        """Follow links from a person's home page; then, further, the first ones of each kind of address."""
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

    def ask(self, asked: str) -> TestResponse:
        """What a person is answered at an address, read whole and, when it is to be, compared."""
        cookies = dict(self.client.client._cookies or {})
        self.asked.add(asked)
        with self.other.noting() as ran:
            answer = self.client.client.get(asked, follow_redirects=True)
            answer.get_data()
            answer.close()
        views = {_view(self.routes, asked), _view(self.routes, answer.request.path)}
        if self.other.is_to_be_asked(views, ran):
            self.twin._cookies = cookies
            self._compare(asked, answer, self.twin.get(asked, follow_redirects=True))
        return answer

    def _open(self, asked: str, *, is_seen: bool) -> None:
        answer = self.ask(asked)
        path = answer.request.full_path.rstrip("?")
        self.answered |= {_view(self.routes, asked), _view(self.routes, path)}
        if answer.status_code != 200:
            self.faults.append(f"{asked}: {answer.status_code}, linked from {self._linked_from[asked]}")
        elif answer.mimetype == "text/html" and path not in self._read:
            self._read.add(path)
            self.written.add(_view(self.routes, path))
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
            if link in self._linked_from or (view := _view(self.routes, link)) in OUTSIDE:
                continue
            if self._counts[view] < self.each:
                self._counts.update([view, _kind(link)])
                self._linked_from[link] = path
                self._todo.append(link)
            elif self.goes_further:
                self._further.append((link, path))

    def _compare(self, asked: str, answer: TestResponse, other: TestResponse) -> None:
        """Note what differs in the answers of the two databases to the same request."""
        other.get_data()
        other.close()
        if (answer.status_code, answer.mimetype) != (other.status_code, other.mimetype):
            self.different.append(f"{asked}: {other.status_code} {other.mimetype} on PostgreSQL")
        elif answer.mimetype == "text/html" and answer.status_code == 200:
            self.compared.append(asked)
            both = [VARYING.sub("", one.get_data(as_text=True)) for one in (answer, other)]
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
    other: OtherDatabase
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
        other = OtherDatabase(kept.engine)
        patch.setattr(clock, "_source", lambda: NOW)
        app = create_app(settings, kept)
        app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # the browser fetches style sheets and scripts once
        people = {who: _client(app, kept, email) for who, email in PEOPLE.items()}
        _a_little_later(people, kept)
        copied = app.test_cli_runner().invoke(args=["database", "copy", there, "--json"])
        copy = create_app(replace(settings, database_url=there), moved)
        process.prepare(settings)
        starts = STARTS | {"dpo": ["/", *_review_of_one(kept)]}
        walks = {}
        for who, client in people.items():
            routes = app.url_map.bind("localhost")
            walk = Walk(client, routes, EACH.get(who, 2), other, copy.test_client(), goes_further=who in STAFF)
            walks[who] = walk.begin(starts.get(who, ["/"]))
        _look_up(app, walks)
        with served(app) as address:
            yield Demonstration(app, address, walks, other, json.loads(copied.stdout))


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database.at(url)
    try:
        yield database
    finally:
        database.engine.dispose()


def _a_little_later(people: dict[str, PageClient], database: Database) -> None:
    """A list is handed in, a report asked for, and what the demonstration has not lived is done."""
    dpo = people["dpo"]
    dpo.post("/sous-traitants/import", {"file": (BytesIO(csv_of()), "liste.csv")}, content_type="multipart/form-data")
    dpo.post("/portefeuille/rapports", page="/portefeuille")
    live_on(database, dpo, people["juriste"], people["paie"])
    with nothing_printed():
        execution.drain(database, "walk")
    execution.release_resources()


def _client(app: Flask, database: Database, email: str) -> PageClient:
    with database.reading() as session:
        return PageClient(app, session.scalars(select(User).where(User.email == email)).one() if email else None)


def _review_of_one(database: Database) -> list[str]:
    """The two ends of a review: no link leads to them before something is judged."""
    with database.reading() as session:
        audit = session.scalars(select(Audit).where(Audit.state == AuditState.SUBMITTED).order_by(Audit.id)).first()
        return [f"/audits/{audit.id}/acceptation", f"/audits/{audit.id}/renvoi"]


def _look_up(app: Flask, walks: dict[str, Walk]) -> None:
    """Of each view that no link led to, the first page that somebody may read, and what it leads to."""
    for rule in app.url_map.iter_rules():
        people = VENDORS if rule.endpoint.startswith("vendor_space.") else STAFF
        reached = set().union(*(walk.answered for walk in walks.values()))
        if "GET" in (rule.methods or ()) and rule.endpoint not in reached.union(OUTSIDE):
            found = ((walks[who], address) for address in _addresses(app, rule) for who in people)
            for walk, address in found:
                if walk.ask(address).status_code == 200:
                    walk.begin([address])
                    break


def _addresses(app: Flask, rule: Rule) -> Iterator[str]:
    """Addresses of a view, under one number after another."""
    for number in NUMBERS if rule.arguments else [1]:
        known = {name: _sample(one, number) for name, one in rule._converters.items()}
        with app.test_request_context():
            address = url_for(rule.endpoint, **known | WORDS.get(rule.endpoint, {}))
        yield address


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
    for link in dict.fromkeys([*page.tree.xpath("//a/@href"), *searches]):
        parts = urlsplit(urljoin(path, link))
        if not parts.scheme and not parts.netloc:
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.mark.parametrize("who", PEOPLE)
def test_no_link_is_dead_and_every_page_is_sound(demonstration, who):
    walk = demonstration.walks[who]
    assert not walk.faults
    assert len({view for view, _ in walk.pages.values()}) >= (3 if who == "stranger" else 5)


def test_every_page_is_the_same_on_both_databases(demonstration):
    assert demonstration.copied["faults"] == []
    assert demonstration.copied["rows"]["vendor"] > 5
    walks = demonstration.walks.items()
    different = [f"{who} {fault}" for who, walk in walks for fault in walk.different]
    assert not different, "\n".join(different)
    compared = [address for _, walk in walks for address in walk.compared]
    assert len(set(map(_kind, compared))) > 60
    assert sum(len(demonstration.walks[who].asked) for who in STAFF) > 1_000


def test_every_endpoint_is_asked_once_on_both_databases_and_none_fails(demonstration):
    app = demonstration.app
    reached = set().union(*(walk.answered for walk in demonstration.walks.values()))
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in OUTSIDE and "GET" in rule.methods]
    faults = []
    for rule in rules:
        if rule.endpoint in reached:
            continue
        address = next(_addresses(app, rule))
        for who, walk in demonstration.walks.items():
            status = walk.ask(address).status_code
            faults += [f"{who} {address}: {status}"] if status >= 500 else []
    faults += [f"{who} {fault}" for who, walk in demonstration.walks.items() for fault in walk.different]
    assert not faults
    assert {rule.endpoint for rule in rules} - reached == UNREACHED
    assert not {rule.endpoint for rule in rules} - demonstration.other.views


def _sample(converter: BaseConverter, number: int) -> object:
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return number if isinstance(converter, IntegerConverter) else "x"


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
    written = set().union(*(walk.written for walk in demonstration.walks.values()))
    assert len(written) > 50
    assert not written - {kind if language == "en" else kind[0] for kind in opened}, "never opened in a browser"
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
    room, taken, found = tab.evaluate(READ, options)
    if taken > room:
        yield f"{path}: {taken} pixels wide in a window of {room}"
    for name, where in found:
        yield f"{path}: {name} at {where}"
