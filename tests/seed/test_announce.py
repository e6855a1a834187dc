from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from portal.seed import announce
from tests.serving import serving


@pytest.fixture
def answers():
    """A portal that answers these statuses in turn, the last one for ever."""
    statuses = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b'{"reasons": ["jobs: no worker"]}')

        def log_message(self, *_):
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Answer)) as address:
        yield lambda *given: statuses.extend(given) or f"http://{address}/healthz"


def test_a_portal_that_comes_up_is_waited_for(answers, monkeypatch):
    monkeypatch.setattr(announce.time, "sleep", lambda _: None)
    assert announce.wait_until_ready(answers(503, 503, 200)) == ""


def test_a_portal_that_does_not_come_up_is_said_with_its_own_reasons(answers):
    trouble = announce.wait_until_ready(answers(503), patience_seconds=0)
    assert "503" in trouble
    assert "jobs: no worker" in trouble


def test_nobody_answering_is_said(monkeypatch, capsys):
    monkeypatch.setattr(announce, "wait_until_ready", lambda _url: "Le portail ne répond pas : refusé")
    assert announce.main(["http://127.0.0.1:1/healthz"]) == 1
    assert capsys.readouterr().err.strip() == "Le portail ne répond pas : refusé"


def test_the_accounts_are_said_with_the_address(portal_settings, tmp_path):
    settings = replace(portal_settings, data_dir=tmp_path / "new")
    assert "mot de passe" not in announce.announcement(settings)
    announce.note_logins(settings, "marée basse", [("dpo", "dpo@maison.example")])
    said = announce.announcement(settings)
    assert settings.base_url in said
    assert "dpo@maison.example" in said
    assert "marée basse" in said
