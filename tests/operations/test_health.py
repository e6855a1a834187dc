"""`/healthz`: each check finds what it is for, and nothing on a sound portal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.app import create_app
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import process
from portal.core.clock import now
from portal.core.config import Environment, HealthLimits
from portal.core.language import Sentence
from portal.jobs.models import Heartbeat, Job, JobState, Mail, MailState, TickFailure
from portal.journal.nightly_checks import note_check
from portal.journal.rules import GENESIS, ChainReport
from portal.operations import health
from portal.operations.health import Portal
from tests.conftest import settings_for

TOKEN = "t" * 40


@pytest.fixture
def portal(tmp_path, database, session, portal_settings):
    session.add(Heartbeat(worker="w", carrier="embedded", seen_at=now()))
    session.commit()
    settings = settings_for(tmp_path, portal_settings.database_url)
    process.prepare(settings)
    yield Portal(database, settings, now())
    process.prepare(portal_settings)


def wrong(portal, **limits):
    told = replace(portal, settings=replace(portal.settings, health=HealthLimits(**limits)))
    return {name: reasons for name, reasons in health.look(told).items() if reasons}


def dead_job(session):
    session.add(Job(kind="k", payload={}, dedup="x", state=JobState.DEAD, run_at=now(), created_at=now()))


def old_mail(session):
    session.add(
        Mail(message_id="m", template="t", recipient="a@exemple.test", language="fr", payload={},
             state=MailState.PROMISED, queued_at=now() - timedelta(hours=5))
    )  # fmt: skip


def failing_tick(session):
    session.add(TickFailure(name="waves", since=now(), failed_at=now(), failures=3, error="RuntimeError"))


@pytest.mark.parametrize(
    ("write", "check", "words", "let_pass"),
    [(dead_job, "jobs", "1 tâche a échoué pour de bon", {"dead_jobs": 1}),
     (old_mail, "mail", "5,0 h", {"mail_minutes": 301}),
     (failing_tick, "ticks", "waves a échoué 3 fois", {"failed_ticks": 3})],
)  # fmt: skip
def test_what_goes_wrong_is_told_from_its_limit_on(portal, session, write, check, words, let_pass):
    assert wrong(portal) == {}
    write(session)
    session.commit()
    found = wrong(portal)
    assert list(found) == [check]
    assert words in found[check][0]
    assert wrong(portal, **let_pass) == {}


def test_a_disk_that_fills_up_is_told(portal):
    assert list(wrong(portal, free_mb=10**9)) == ["disk"]


def test_in_production_a_stranger_is_told_the_names_of_the_checks_and_the_token_the_rest(
    tmp_path, portal_settings, database
):
    settings = settings_for(
        tmp_path, portal_settings.database_url, environment=Environment.PRODUCTION, metrics_token=TOKEN
    )
    client = create_app(settings, database).test_client()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (503, {"status": "unavailable", "reasons": ["jobs"]})
    told = client.get("/healthz", headers={"Authorization": f"Bearer {TOKEN}"}).get_json()
    process.prepare(portal_settings)
    assert told["reasons"] == ["jobs: aucun exécutant n'a donné signe de vie depuis 90 secondes"]


def test_a_process_is_alive_whatever_the_database_says(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "vigie.database", None)
    assert app.test_client().get("/livez").get_json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("findings", "age", "words"),
    [([{"kind": "journal shortened", "text": "…", "values": {}}], timedelta(0), "a trouvé : journal shortened"),
     ([], timedelta(days=3), "devrait passer chaque nuit"), ([], timedelta(hours=-2), "pas celle de ce journal")],
)  # fmt: skip
def test_a_journal_that_was_not_found_sound_is_told(portal, session, findings, age, words):
    ctx = Context(session, SYSTEM, portal.at - age)
    report = ChainReport(0, GENESIS, None)
    note_check(ctx, report, [(one["kind"], Sentence(one["text"])) for one in findings])
    session.commit()
    found = wrong(portal)
    assert list(found) == ["journal"]
    assert words in found["journal"][0]
    note_check(Context(session, SYSTEM, portal.at), report, [])
    session.commit()
    assert wrong(portal) == {}
