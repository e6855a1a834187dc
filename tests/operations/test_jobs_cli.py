import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.jobs import clock_guard, ledger, outages, schedule, undelivered
from portal.jobs.clock_guard import ClockLeap
from portal.jobs.ledger import JobOrder
from portal.jobs.models import Job, JobState, Mail, MailState
from portal.jobs.outages import DatabaseOutage
from portal.journal.models import JournalEntry
from portal.operations import incidents
from tests.conftest import NOW


@pytest.fixture
def run(app, ctx, monkeypatch):
    """`run("list")` runs a command over three jobs of a kind of the test: one dead, one done, one ready."""
    ran = []
    task = ledger.Task("test.cli", lambda _ctx, number: ran.append(number), "default", False, 60)
    monkeypatch.setitem(ledger.REGISTRY, "test.cli", task)
    ids = ledger.enqueue_many(ctx, [JobOrder("test.cli", {"number": n}, f"cli:{n}") for n in range(3)])
    dead = ctx.session.get_one(Job, ids[0])
    dead.state, dead.attempts, dead.last_error = JobState.DEAD, 5, "ValueError: cassé"
    ctx.session.get_one(Job, ids[1]).state = JobState.DONE
    ctx.session.commit()
    runner = app.test_cli_runner()

    def call(*words):
        return runner.invoke(args=["jobs", *map(str, words)])

    call.ids, call.ran = ids, ran
    return call


def test_jobs_are_listed_newest_first_as_lines_and_as_json(run):
    rows = json.loads(run("list", "--json").stdout)
    assert [row["id"] for row in rows] == sorted(run.ids, reverse=True)
    assert rows[-1]["error"] == "ValueError: cassé"
    assert run("list").stdout.startswith("id\tkind\tqueue\tstate")


def test_a_list_is_narrowed_to_a_state_and_cut_with_a_word_about_the_rest(run):
    assert [row["id"] for row in json.loads(run("list", "--state", "dead", "--json").stdout)] == [run.ids[0]]
    result = run("list", "--limit", 1)
    assert len(result.stdout.splitlines()) == 2
    assert "2 de plus" in result.stderr


def test_a_state_that_does_not_exist_is_refused(run):
    assert run("list", "--state", "presque").exit_code == 2


def test_a_dead_job_named_is_retried_and_the_journal_knows(run, session):
    result = run("retry", run.ids[0])
    assert (result.exit_code, result.stdout) == (0, "1 tâche relancée.\n")
    session.expire_all()
    assert session.get_one(Job, run.ids[0]).state is JobState.READY
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "job.retried")).one()
    assert entry.object_label == f"test.cli {run.ids[0]}"


def test_a_job_that_is_not_dead_is_named_and_gives_a_status(run):
    result = run("retry", run.ids[0], run.ids[1])
    assert result.exit_code == 1
    assert f"Tâche {run.ids[1]}" in result.stderr
    assert "1 tâche relancée." in result.stdout


def test_all_dead_jobs_can_be_retried_at_once_but_not_by_mistake(run):
    assert run("retry").exit_code == 2
    assert run("retry", run.ids[0], "--all-dead").exit_code == 2
    assert "1 tâche relancée." in run("retry", "--all-dead").stdout


def test_draining_runs_what_is_due_in_this_process(run, session, ctx):
    session.get_one(Job, run.ids[2]).run_at = ctx.now
    session.commit()
    assert "1 tâche exécutée." in run("drain").stdout
    assert run.ran == [2]


def test_a_leap_of_the_clock_is_told_and_a_person_may_confirm_it(run, ctx, app):
    assert run("clock").exit_code == 0
    clock_guard.look(ctx.session, NOW)
    clock_guard.look(ctx.session, NOW + timedelta(days=1095))
    ctx.session.commit()
    assert "2029-11-23 09:00" in run("clock").stdout
    assert run("clock").exit_code == 1
    reasons = app.test_client().get("/healthz").get_json()["reasons"]
    assert any("l'horloge a sauté du 2026-11-24 au 2029-11-23" in reason for reason in reasons)
    assert run("clock", "--accept").exit_code == 0
    assert run("clock").exit_code == 0
    assert run("clock", "--accept").exit_code == 1
    ctx.session.expire_all()
    assert ctx.session.scalars(select(JournalEntry.action)).all() == ["clock.accepted"]


def test_an_outage_and_a_leap_are_journalled(app, ctx):
    incidents.note_outage(ctx, DatabaseOutage("w", NOW, NOW + timedelta(seconds=75), "OperationalError"))
    incidents.note_leap(ctx, ClockLeap(NOW + timedelta(days=1095), NOW))
    ctx.session.commit()
    entries = ctx.session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [(entry.action, entry.object_label) for entry in entries] == [
        ("database.away", "w"), ("clock.leapt", "2026-11-24 09:00 → 2029-11-23 09:00"),
    ]  # fmt: skip
    assert entries[0].after["seconds"] == 75
    assert incidents.note_outage in outages.ON_RETURN
    assert incidents.note_leap in schedule.ON_LEAP


def test_a_message_that_did_not_arrive_is_journalled_with_the_servers_words(ctx):
    facts = {"template": "t", "language": ctx.actor.language, "payload": {}, "queued_at": NOW, "message_id": "<1@x>"}
    mail = Mail(recipient="ana@exemple.test", subject="Votre audit", about="audit:1", vendor_id=None, **facts)
    mail.state, mail.reason = MailState.REFUSED, "550 no such mailbox"
    ctx.session.add(mail)
    ctx.session.flush()
    undelivered.tell(ctx, [mail.id])
    ctx.session.commit()
    entry = ctx.session.scalars(select(JournalEntry)).one()
    assert (entry.action, entry.object_label) == ("mail.undelivered", "ana@exemple.test (audit:1)")
    told = {"recipient": "ana@exemple.test", "subject": "Votre audit", "delivery": "refused", "reason": mail.reason}
    assert entry.after == told
