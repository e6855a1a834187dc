"""`/metrics`: behind a token of its own, no more series after many addresses than after one, true to the database."""

import subprocess
import sys
from datetime import timedelta

import pytest

from portal.app import create_app
from portal.core import process
from portal.core.clock import now
from portal.core.db import Database
from portal.jobs.models import ClockMark, Heartbeat, Job, JobState, Mail, MailState
from portal.operations.request_figures import SHARED, RequestFigures
from portal.web.request_trace import Trace
from tests.conftest import settings_for

TOKEN = "t" * 40


@pytest.fixture
def client(tmp_path, portal_settings, database):
    yield create_app(settings_for(tmp_path, portal_settings.database_url, metrics_token=TOKEN), database).test_client()
    process.prepare(portal_settings)


def asked(client, shown=f"Bearer {TOKEN}"):
    return client.get("/metrics", headers={"Authorization": shown} if shown else {}, buffered=True)


def figures(client):
    """Every sample, by name and labels as written."""
    answer = asked(client)
    assert answer.status_code == 200, answer.text
    lines = [line.rsplit(" ", 1) for line in answer.text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_figures_that_nobody_asked_for_are_not_there(app):
    assert asked(app.test_client()).status_code == 404


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"]
)
def test_figures_want_their_token_whole(client, shown):
    answer = asked(client, shown)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.data == b""


def test_the_token_in_the_address_is_worth_nothing(client):
    assert client.get(f"/metrics?token={TOKEN}").status_code == 401


def test_a_thousand_addresses_make_no_more_series_than_one(client):
    for path in ("/connexion", "/nowhere/1", "/sous-traitants/1", "/invitation?jeton=abc"):
        client.get(path, buffered=True)
    before = set(figures(client)) | set(figures(client))  # the second counts the first
    for number in range(200):
        client.get(f"/nowhere/{number}", buffered=True)
        client.get(f"/sous-traitants/{number + 2}", buffered=True)
        client.get(f"/invitation?jeton=secret-{number}", buffered=True)
    after = figures(client)
    assert set(after) == before
    assert after['vigie_requests_total{endpoint="none",status="404"}'] == 201
    assert "secret" not in str(after)
    assert after["vigie_requests_under_way"] == 1, "the one that asks"


def test_figures_say_what_the_database_holds(client, session):
    def job(**changes):
        facts = {"kind": "mail.send", "payload": {}, "run_at": now() - timedelta(minutes=5), "created_at": now()}
        session.add(Job(**(facts | changes)))

    before = figures(client)
    job(dedup="a", queue="mail", state=JobState.DEAD)
    job(dedup="b", queue="pdf")
    job(dedup="c", queue="pdf", run_at=now() + timedelta(hours=1))
    for number, state in enumerate((MailState.PROMISED, MailState.REFUSED, MailState.SENT)):
        session.add(
            Mail(message_id=str(number), template="t", recipient="a@exemple.test", language="fr", payload={},
                 state=state, queued_at=now() - timedelta(hours=2))
        )  # fmt: skip
    session.add(ClockMark(id=1, at=now() - timedelta(seconds=20)))
    session.add(Heartbeat(worker="w", carrier="embedded", seen_at=now()))
    session.commit()
    found = figures(client)
    assert found['vigie_jobs{queue="mail",state="dead"}'] == 1
    assert found['vigie_jobs{queue="pdf",state="ready"}'] == 2
    assert found["vigie_oldest_due_job_seconds"] == 300
    assert (found['vigie_mails{state="promised"}'], found['vigie_mails{state="refused"}']) == (1, 1)
    assert 'vigie_mails{state="sent"}' not in found
    assert found["vigie_oldest_mail_seconds"] == 7200
    assert found["vigie_last_tick_timestamp_seconds"] == (now() - timedelta(seconds=20)).timestamp()
    assert (before["vigie_workers"], found["vigie_workers"]) == (0, 1)
    assert (before['vigie_healthy{check="jobs"}'], found['vigie_healthy{check="jobs"}']) == (0, 0), "one is dead"
    assert found["vigie_disk_free_bytes"] > 0
    assert "vigie_last_tick_timestamp_seconds" not in before, "a schedule that never ran has no time"
    assert "exemple.test" not in asked(client).text


def test_a_database_that_is_away_is_a_figure_and_the_requests_are_still_there(tmp_path, portal_settings):
    away = Database.at(f"sqlite:///{tmp_path}/missing/nothing.db")
    (tmp_path / "missing").chmod(0o500)
    client = create_app(settings_for(tmp_path, "sqlite://", metrics_token=TOKEN), away).test_client()
    found = figures(client)
    process.prepare(portal_settings)
    assert found['vigie_healthy{check="database"}'] == 0
    assert not [name for name in found if name.startswith("vigie_jobs")]
    assert found['vigie_healthy{check="files"}'] == 1


_SHARED = """
import os, sys
from pathlib import Path
from portal.operations.request_figures import RequestFigures
from portal.web.request_trace import Trace
figures = RequestFigures(Path(sys.argv[1]))
figures.share()
children = []
for number in range(2):
    pid = os.fork()
    if pid == 0:
        for _ in range(3):
            figures.began()
            figures.ended(Trace("n", endpoint="a", status=200))
        figures.began()
        os._exit(0)
    children.append(pid)
for pid in children:
    os.waitpid(pid, 0)
import prometheus_client
print(prometheus_client.generate_latest(figures.registry()).decode())
for pid in children:
    figures.forget(pid)
print(prometheus_client.generate_latest(figures.registry()).decode())
"""


def test_the_processes_of_a_server_are_counted_together_and_a_start_forgets_the_last_one(tmp_path):
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / "counter_1.db").write_bytes(b"stale")
    done = subprocess.run([sys.executable, "-c", _SHARED, str(folder)], capture_output=True, text=True, check=True)
    assert 'vigie_requests_total{endpoint="a",status="200"} 6.0' in done.stdout
    under_way = [line for line in done.stdout.splitlines() if line.startswith("vigie_requests_under_way ")]
    assert under_way == ["vigie_requests_under_way 2.0"], "and none once the server has forgotten them"
    assert done.stdout.count('vigie_requests_total{endpoint="a",status="200"} 6.0') == 2
    assert not (folder / "counter_1.db").exists()


def test_a_process_that_shares_with_none_counts_by_itself(tmp_path, monkeypatch):
    monkeypatch.delenv(SHARED, raising=False)
    alone = RequestFigures(tmp_path)
    alone.began()
    alone.ended(Trace("n", endpoint="a", status=200))
    alone.forget(12)
    samples = {sample.name: sample.value for family in alone.registry().collect() for sample in family.samples}
    assert samples["vigie_requests_total"] == 1
    assert list(tmp_path.iterdir()) == []
