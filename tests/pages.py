"""The page client: every page it gets is checked for what every page must be."""

import re
import secrets
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from lxml import html as markup
from werkzeug.test import TestResponse

from portal.identity.models import User
from tests.factories.people import token_for

ASCII_PUNCTUATION = re.compile(r"\w'\w|\w [;:!?](?:\s|$)|« | »")

MARK = re.compile(r'name="seen"[^>]*value="(\w+:[0-9a-f]{8}[^"]*)"')
"""What a page says it was shown with (`EditForm.seen`)."""
IN_A_DRILL = re.compile(r"\A/exercice/\d+/")
"""Before the address of a page that a drill shows of its copy."""
VERSIONED = re.compile(r"/static/(?:css|js)/portal\.[0-9a-f]{12}\.(?:css|js)$")


class Page:
    """A response with its parsed document."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.text = response.get_data(as_text=True)
        self.tree = (
            markup.document_fromstring(self.text) if "html" in (response.content_type or "") and self.text else None
        )

    def one(self, css: str) -> Any:
        """The single element of a selector; fails when there are none or several."""
        found = self.all(css)
        assert len(found) == 1, f"{len(found)} elements for {css}"
        return found[0]

    def all(self, css: str) -> list[Any]:
        """Every element of a selector (xpath when it starts with a slash)."""
        assert self.tree is not None, "not a page"
        return self.tree.xpath(css) if css.startswith("/") else self.tree.xpath(_xpath(css))

    @property
    def words(self) -> str:
        """The text a person reads, whitespace folded."""
        assert self.tree is not None
        return " ".join(self.tree.text_content().split())

    @property
    def csrf(self) -> str:
        """The token of the page's first form."""
        return str(self.all("//input[@name='csrf_token']/@value")[0])


def _xpath(css: str) -> str:
    """The few selectors tests use: tag, .class, #id, tag.class."""
    match = re.fullmatch(r"(\w+)?(?:\.([\w-]+)|#([\w-]+))?", css)
    assert match, f"use xpath for {css}"
    tag, name, ident = match[1] or "*", match[2], match[3]
    if name:
        return f"//{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
    return f"//{tag}[@id='{ident}']" if ident else f"//{tag}"


class PageClient:
    """Gets and posts as one person; follows nothing by itself."""

    def __init__(self, app: Flask, user: User | None = None) -> None:
        self.user = user
        self._app = app
        self.mark: dict[str, str] = {}
        self.client = app.test_client()
        if user is not None:
            with app.extensions["vigie.database"].session(write=True) as opened:
                token = token_for(opened, user)
                opened.commit()
            with self.client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True

    def get(self, path: str, *, status: int = 200, **kwargs: Any) -> Page:
        """Get a page; checks its status and, when it is a page, its quality."""
        page = Page(self.client.get(path, **kwargs))
        assert page.status == status, f"{path}: {page.status} instead of {status}: {_first_words(page)}"
        if page.tree is not None:
            check_quality(page, path)
        return page

    def post(
        self,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        status: int = 302,
        page: str | None = None,
        **kwargs: Any,
    ) -> Page:
        """Post a form with a CSRF token taken from `page` (by default the same address), else drawn for this client."""
        token = self.csrf(page or path)
        found = Page(self.client.post(path, data={"csrf_token": token, **self.mark, **(data or {})}, **kwargs))
        assert found.status == status, f"{path}: {found.status} instead of {status}: {_first_words(found)}"
        if found.tree is not None and found.status not in {301, 302, 303}:
            check_quality(found, path)
        return found

    def csrf(self, path: str) -> str:
        """A CSRF token for this client; `mark` is then what the page says it was shown with, as a browser sends it."""
        self.mark = {}
        if self._is_page(path):
            text = self.client.get(path).get_data(as_text=True)
            if found := re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text):
                mark = MARK.search(text)
                self.mark = {"seen": mark[1]} if mark else {}
                return found[1]
        return self._token()

    def _is_page(self, path: str) -> bool:
        """Whether an address answers a GET: many take a form alone, which stands on another page."""
        bare = IN_A_DRILL.sub("/", path.partition("?")[0])
        return self._app.url_map.bind("127.0.0.1").test(bare, "GET")

    def _token(self) -> str:
        """The token of any form of this client, as Flask-WTF draws it."""
        with self.client.session_transaction() as cookie:
            drawn = cookie.setdefault("csrf_token", secrets.token_hex(20))
        return str(URLSafeTimedSerializer(self._app.secret_key or "", salt="wtf-csrf-token").dumps(drawn))

    def follow(self, found: Page, *, status: int = 200) -> Page:
        """The page a redirection leads to."""
        return self.get(found.response.headers["Location"], status=status)


def _first_words(page: Page) -> str:
    return page.words[:300] if page.tree is not None else page.text[:300]


def check_quality(page: Page, path: str) -> None:
    """One h1, a title, labels, no duplicate id, no inline style or handler, a strict CSP, French typography."""
    tree = page.tree
    assert len(tree.xpath("//h1")) == 1, f"{path}: {len(tree.xpath('//h1'))} h1"
    assert tree.xpath("//h1")[0].text_content().strip(), f"{path}: empty h1"
    title = tree.xpath("string(//title)").replace("· Vigie", "").strip()
    assert title, f"{path}: empty title"
    assert tree.get("lang") in {"fr", "en"}, f"{path}: no language"
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)), f"{path}: duplicate ids {sorted({i for i in ids if ids.count(i) > 1})}"
    _check_labels(tree, path, set(ids))
    assert not tree.xpath("//@style"), f"{path}: inline style"
    assert not list(tree.xpath("//@*[starts-with(name(), 'on')]")), f"{path}: inline handler"
    assert all(s.get("nonce") for s in tree.xpath("//script")), f"{path}: script without nonce"
    _check_weight(tree, path)
    policy = page.response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy, f"{path}: lax CSP"
    assert "default-src 'none'" in policy, f"{path}: lax CSP"
    for image in tree.xpath("//img"):
        assert image.get("alt") is not None, f"{path}: image without alternative"
    for form in tree.xpath("//form[translate(@method,'POST','post')='post']"):
        assert form.xpath(".//input[@name='csrf_token']"), f"{path}: form without CSRF token"
    if tree.get("lang") == "fr":
        _check_typography(tree, path)


def _check_weight(tree: Any, path: str) -> None:
    """One style sheet and one script, whose names change with their content; Werkzeug's own pages have none."""
    if tree.get("data-portal-page") is None:
        return
    linked = tree.xpath("//link[@rel='stylesheet']/@href | //script/@src")
    assert len(linked) == 2, f"{path}: {linked}"
    assert all(VERSIONED.search(one) for one in linked), f"{path}: {linked}"


def _check_labels(tree: Any, path: str, ids: set[str]) -> None:
    labelled = set(tree.xpath("//label/@for")) - {""}
    for control in tree.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        if control.get("type") in {"submit", "button"}:
            continue
        named = control.get("aria-label") or next(control.iterancestors("label"), None) is not None
        by = [i for i in (control.get("aria-labelledby") or "").split() if i in ids]
        assert named or control.get("id") in labelled or by, f"{path}: control {control.get('name')} has no label"
    for button in tree.xpath("//button | //a[@href]"):
        assert button.text_content().strip() or button.get("aria-label"), (
            f"{path}: nameless {button.tag} {button.attrib}"
        )


def _check_typography(tree: Any, path: str) -> None:
    for element in tree.xpath(
        "//main//*[self::h1 or self::h2 or self::h3 or self::label or self::button or self::legend or self::th]"
    ):
        text = "".join(element.itertext())
        if ASCII_PUNCTUATION.search(text):
            set_apart = element.xpath("ancestor-or-self::*[@lang='en' or @translate='no']")
            assert set_apart, f"{path}: typography « {text.strip()[:80]} »"
