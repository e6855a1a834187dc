import json

import pytest

from portal.audits.rules import AuditState
from tests.factories.review import case_of, sent_case


@pytest.fixture
def run(app, session, monkeypatch):
    """Run `flask …` over the test's transaction."""
    monkeypatch.setattr("portal.web.command.ready", lambda _store: None)

    def call(*arguments):
        session.commit()
        return app.test_cli_runner().invoke(args=list(arguments))

    return call


def test_audits_are_listed_the_soonest_due_first(session, run):
    late = case_of(session, due_on=case_of(session).audit.due_on.replace(month=1))
    sent = sent_case(session)
    done = run("audits", "list", "--json")
    rows = json.loads(done.output)
    assert done.exit_code == 0
    assert rows[0]["id"] == late.audit.id
    found = {row["id"]: row for row in rows}[sent.audit.id]
    assert (found["state"], found["vendor"], found["questionnaire"]) == ("soumis", sent.vendor.key, "examen")
    assert found["submitted_at"].startswith("2026-11-24")


def test_a_state_narrows_the_list(session, run):
    case_of(session)
    sent = sent_case(session)
    lines = run("audits", "list", "--state", AuditState.SUBMITTED.value).output.splitlines()
    assert lines[0].startswith("id\tvendor")
    assert [line.split("\t")[0] for line in lines[1:]] == [str(sent.audit.id)]


def test_an_unknown_state_is_refused(run):
    assert run("audits", "list", "--state", "perdu").exit_code == 2
