import json
from decimal import Decimal

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.scorecards import services
from tests.conftest import NOW
from tests.factories.review import case_of


@pytest.fixture
def run(app, session, monkeypatch):
    """Run `flask …` over the test's transaction."""
    monkeypatch.setattr("portal.web.command.ready", lambda _store: None)

    def call(*arguments):
        session.commit()
        return app.test_cli_runner().invoke(args=list(arguments))

    return call


@pytest.fixture
def card(session, sent):
    return services.take_snapshot(Context(session, SYSTEM, NOW), sent.audit, reason="submitted")


def test_the_newest_level_of_each_vendor_is_listed(run, sent, card):
    (row,) = json.loads(run("scorecards", "list", "--json").output)
    assert (row["key"], row["name"], row["grade"], row["level"]) == (sent.vendor.key, "Nuage Clair SAS", "A", 91.96)
    assert run("scorecards", "list").output.splitlines()[1].startswith(sent.vendor.key)


def test_a_level_is_explained_term_by_term(run, sent, card):
    found = json.loads(run("scorecards", "explain", sent.vendor.key, "--json").output)
    assert sum(Decimal(term["contribution"]) for term in found["terms"]) == Decimal(found["contribution"])
    said = run("scorecards", "explain", sent.vendor.key).output
    assert "10,1165 ÷ 11 = 91.96 sur 100" in said
    assert "a.contrat" in said


def test_what_cannot_be_explained_is_said(run, session):
    case = case_of(session)
    done = run("scorecards", "explain", case.vendor.key)
    assert done.exit_code == 1
    assert "n’a pas encore de niveau" in done.output
    assert run("scorecards", "explain", "personne").exit_code == 1
