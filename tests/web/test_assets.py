"""Static files as browsers get them: names that follow the content, headers, encodings, and what each page links to."""

import gzip
import http.client
import re
import shutil
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from flask import Flask, url_for
from playwright.sync_api import Browser

from portal.authz.policy import Role
from portal.web import assets
from portal.web.assets import SCRIPT, SHEETS, STYLES, Assets
from tests.serving import served

STATIC = Path(assets.__file__).parent / "static"
LINKED = re.compile(r'(?:href|src)="(/static/[^"#]+)')


@pytest.fixture
def client(app):
    return app.test_client()


def address(app, name):
    with app.test_request_context():
        return url_for("static", filename=name)


@pytest.mark.parametrize("name", [STYLES, SCRIPT, "img/icons.svg", "img/favicon.svg"])
def test_an_address_holds_its_content_and_is_kept_for_good(app, client, name):
    path = address(app, name)
    answer = client.get(path)
    assert f".{sha256(answer.data).hexdigest()[:12]}." in path
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_another_content_has_another_address(tmp_path):
    folder = shutil.copytree(STATIC, tmp_path / "static")
    before = Assets(folder)
    sheet = folder / "css" / "badge.css"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("inline-flex", "inline-block", 1), encoding="utf-8")
    after = Assets(folder)
    assert after.versioned(STYLES) != before.versioned(STYLES)
    assert after.versioned(SCRIPT) == before.versioned(SCRIPT)


@pytest.mark.parametrize("name", ["css/tokens.css", "css/print.css", "js/answer.js", "img/mark.svg", STYLES])
def test_a_name_without_its_content_still_answers_and_is_asked_again(client, name):
    answer = client.get(f"/static/{name}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    again = client.get(f"/static/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_name_of_a_content_that_is_gone_brings_that_of_today_and_is_not_kept(app, client):
    answer = client.get("/static/css/portal.0123456789ab.css")
    assert answer.data == client.get(address(app, STYLES)).data
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "css/gone.css",
        "css/",
        "",
        "../app.py",
        "css/../../app.py",
        "%2e%2e/app.py",
        "css/portal.css/",
        "css\\portal.css",
    ],
)
def test_nothing_else_is_answered(client, path):
    assert client.get(f"/static/{path}").status_code == 404


def test_a_file_is_read_and_never_written(client):
    assert client.head(f"/static/{STYLES}").data == b""
    assert client.post(f"/static/{STYLES}").status_code in {400, 405}


@pytest.mark.parametrize(
    ("accepted", "sent", "opened"),
    [
        ("gzip, deflate, br", "br", brotli.decompress), ("*", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress), ("br;q=0, *;q=0", None, bytes), ("", None, bytes),
    ],
)  # fmt: skip
def test_a_file_is_sent_as_the_browser_takes_it(app, client, accepted, sent, opened):
    path = address(app, STYLES)
    answer = client.get(path, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == sent
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert opened(answer.data) == client.get(path).data


def test_an_encoding_has_its_own_etag(app, client):
    path = address(app, STYLES)
    tags = {client.get(path, headers={"Accept-Encoding": each}).headers["ETag"] for each in ("br", "gzip", "")}
    assert len(tags) == 3


def test_files_are_answered_before_the_application(app, monkeypatch):
    monkeypatch.setattr(Flask, "full_dispatch_request", None)
    answer = app.test_client().get(address(app, STYLES), base_url="https://vigie.example")
    assert answer.status_code == 200
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert "Set-Cookie" not in answer.headers


def test_all_that_a_page_loads_weighs_little_on_the_wire(app):
    """Read off the socket: what a first page makes a browser load beside itself, and what it loads again: nothing."""
    with served(app) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)

        def get(path):
            connection.request("GET", path, headers={"Accept-Encoding": "gzip, deflate, br"})
            answer = connection.getresponse()
            return answer, answer.read()

        page = brotli.decompress(get("/connexion")[1]).decode()
        loaded = {path: get(path) for path in {*LINKED.findall(page), address(app, "img/icons.svg")}}
        connection.close()
    assert len(loaded) == 4
    assert all("immutable" in answer.headers["Cache-Control"] for answer, _ in loaded.values())
    sizes = {Path(path).suffix: len(body) for path, (_, body) in sorted(loaded.items()) if "favicon" not in path}
    assert sizes[".css"] <= 15_000
    assert sizes[".js"] <= 6_000
    assert sizes[".svg"] <= 3_000


def test_every_style_sheet_is_sent_and_every_one_sent_exists():
    assert {*SHEETS, "print"} == {path.stem for path in (STATIC / "css").glob("*.css")}


def test_a_page_links_to_one_style_sheet_and_one_script(as_):
    page = as_(Role.DPO).get("/")
    assert len(page.all("//link[@rel='stylesheet']")) == len(page.all("//script[@src]")) == 1
    assert not page.all("//*[contains(@href, '/bootstrap/') or contains(@src, '/bootstrap/')]")


@pytest.mark.browser
def test_shrinking_changes_no_rule(browser: Browser):
    """Chromium reads the same rules in the sheet that is sent as in its sources."""
    sources = [(STATIC / "css" / f"{name}.css").read_text(encoding="utf-8") for name in (*SHEETS, "print")]
    plain = "\n".join([*sources[:-1], f"@media print {{ {sources[-1]} }}"])
    read = """text => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        return [...sheet.cssRules].map(rule => rule.cssText.replace(/\\s+/g, " ").replace(/ ?([,:;{}()]) ?/g, "$1"));
    }"""
    page = browser.new_page()
    ours, sent = page.evaluate(read, plain), page.evaluate(read, Assets(STATIC).text(STYLES))
    page.close()
    assert len(sent) > len(SHEETS)
    assert sent == ours
