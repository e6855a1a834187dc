"""The page that checks proofs, opened as a file in a browser without any network."""

import json
import random
from html import unescape

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import process
from portal.core.seal import read_seal_key
from portal.journal import signed_heads
from tests.conftest import NOW
from tests.factories.signing import with_seal_key


@pytest.fixture
def saved(ctx, as_, monkeypatch, tmp_path, written):
    """The page and a proof, as a DPO downloads them."""
    with_seal_key(ctx, monkeypatch, tmp_path)
    written(9)
    dpo = as_(Role.DPO)
    page, proof = tmp_path / "verifier.html", tmp_path / "preuve.json"
    page.write_bytes(dpo.client.get("/journal/verificateur").data)
    proof.write_bytes(dpo.post("/journal/5/preuve", {}, status=200).response.data)
    return page, proof


@pytest.mark.browser
def test_a_proof_is_checked_off_line_and_not_one_of_ten_thousand_changes_passes(saved, browser):
    page, proof = saved
    tab = browser.new_page(offline=True, viewport={"width": 390, "height": 800})
    try:
        asked = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(page.as_uri())
        tab.set_input_files("#file", proof)
        tab.wait_for_selector("#verdict.ok")
        assert "Chose 5" in tab.inner_text("#facts")
        assert "Chose 4" not in tab.content()
        assert asked == [page.as_uri()], "it calls nobody"
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        text = proof.read_text()
        assert not tab.evaluate(PASSING, [text, changes(text)])
        assert tab.evaluate(PASSING, [text, [[0, text[0]]]]) == [0], "the very text passes"
        other = proof.with_name("autre.json")
        other.write_text(text.replace("Chose 5", "Chose 6"))
        tab.set_input_files("#file", other)
        tab.wait_for_selector("#verdict.refused")
        assert tab.inner_text("#facts") == ""
    finally:
        tab.close()


PASSING = """async ([text, changes]) => {
    const passed = [];
    for (const [place, other] of changes) {
        const changed = text.slice(0, place) + other + text.slice(place + 1);
        try { await window.checkProof(changed); passed.push(place); } catch {}
    }
    return passed;
}"""


def changes(text):
    chance = random.Random(20261128)
    found = []
    for _ in range(10_000):
        place, other = chance.randrange(len(text)), chr(chance.randrange(256))
        found.append([place, other if other != text[place] else chr((ord(other) + 1) % 256)])
    return found


def test_the_page_may_load_nothing_and_run_nothing_but_itself(saved):
    page, _proof = saved
    text = unescape(page.read_text())
    assert "default-src 'none'" in text
    assert "unsafe" not in text
    assert "http" not in text.replace('http-equiv="', "")


def test_both_sides_agree_on_a_text_of_every_kind_of_letter(ctx, monkeypatch, tmp_path, session, written):
    with_seal_key(ctx, monkeypatch, tmp_path)
    written(1, before={"é\u2028": "\x7f\x00\u00a0😀"})
    text = signed_heads.prove_entry(Context(session, SYSTEM, NOW), 1)
    assert text.isascii()
    assert json.loads(json.loads(text)["content"])["before"] == {"é\u2028": "\x7f\ufffd\u00a0😀"}
    signed_heads.check_proof(text, read_seal_key(process.settings().seal_file))
