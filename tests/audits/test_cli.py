import json
from datetime import UTC, datetime

import pytest

from portal.audits.rules import AuditState
from tests.factories.review import accepted, case_of, second_year, sent_case


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


def test_an_instant_is_of_the_day_that_the_page_says(session, run):
    """Half past ten in the evening in UTC is the next day here."""
    sent = sent_case(session)
    sent.audit.opened_at = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    [row] = json.loads(run("audits", "list", "--json").output)
    assert row["opened_at"] == "2026-07-01T00:30:00+02:00"


def test_of_an_audit_that_nobody_began_how_much_is_expected_is_not_said(session, run):
    opened = case_of(session)
    rows = json.loads(run("audits", "list", "--json").output)
    assert {row["id"]: (row["answered"], row["expected"]) for row in rows}[opened.audit.id] == (0, None)


def test_a_state_narrows_the_list(session, run):
    case_of(session)
    sent = sent_case(session)
    lines = run("audits", "list", "--state", AuditState.SUBMITTED.value).output.splitlines()
    assert lines[0].startswith("id\tvendor")
    assert [line.split("\t")[0] for line in lines[1:]] == [str(sent.audit.id)]


def test_an_unknown_state_is_refused(run):
    assert run("audits", "list", "--state", "perdu").exit_code == 2


def shown(run, audit):
    done = run("audits", "show", str(audit.id), "--json")
    assert done.exit_code == 0
    return {found["key"]: found for found in json.loads(done.output)["questions"]}


def test_an_audit_is_shown_question_by_question_in_its_first_year(session, run):
    case = sent_case(session, a_chiffre="non")
    done = run("audits", "show", str(case.audit.id), "--json")
    told = json.loads(done.output)
    assert list(told) == ["id", "vendor", "state", "questions"]
    assert (told["id"], told["vendor"], told["state"]) == (case.audit.id, case.vendor.key, "soumis")
    found = {row["key"]: row for row in told["questions"]}
    assert found["a.contrat"] == {
        "key": "a.contrat", "state": "answered", "value": "oui", "asks": None, "source_audit": None, "proof": None,
    }  # fmt: skip
    assert (found["b.texte"]["state"], found["b.texte"]["value"]) == ("hidden", None)


def test_the_states_of_a_second_audit(session, run, move_time):
    case = accepted(sent_case(session))
    first = case.audit.id
    second_year(case)
    move_time(days=365)
    found = shown(run, case.audit)
    assert {row["state"] for row in found.values()} == {"proposed"}
    assert {key for key, row in found.items() if row["asks"]} == {"a.chiffre"}
    assert (found["a.chiffre"]["asks"], found["a.chiffre"]["source_audit"]) == ("proof", first)
    assert (found["a.chiffre"]["proof"]["good"], found["a.chiffre"]["proof"]["until"]) == (False, "2027-06-01")
    case.answer_over("a.role", "autre")
    case.confirm("a")
    found = shown(run, case.audit)
    assert (found["a.role"]["state"], found["a.contrat"]["state"], found["a.chiffre"]["state"]) == (
        "edited", "confirmed", "proposed",
    )  # fmt: skip
    lines = run("audits", "show", str(case.audit.id)).output.splitlines()
    assert lines[1].split("\t") == ["number", "key", "state", "asks", "value", "source_audit", "proof"]


@pytest.mark.parametrize("number", ["999999", "0", "abc", "99999999999999999999"])
def test_an_unknown_audit_is_exit_one_and_prints_nothing_on_stdout(run, number):
    done = run("audits", "show", number, "--json")
    assert (done.exit_code, done.stdout) == (1, "")
