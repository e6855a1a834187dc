"""`flask campaigns` over a database of its own: what it promises is committed and drained."""

import json
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.app import create_app
from portal.audits.models import Audit
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.campaigns.models import Wave
from portal.core import process
from portal.core.db import Database
from portal.jobs import ledger
from portal.jobs.models import Job, JobState, Mail
from portal.jobs.schedule import TICKS
from tests.conftest import NOW, settings_for
from tests.factories.campaigns import YEARLY, campaign_of, register_of, started_wave


@pytest.fixture
def store(migrated, tmp_path):
    database = Database.at(f"sqlite:///{shutil.copy(migrated, tmp_path / 'vigie.db')}")
    yield database
    database.engine.dispose()


@pytest.fixture
def run(store, tmp_path, portal_settings, monkeypatch):
    """`run("list", "--json")` runs a command; only the ticks of campaigns are left."""
    app = create_app(settings_for(tmp_path, str(store.engine.url)), store)
    monkeypatch.setattr("portal.jobs.schedule.TICKS", {k: v for k, v in TICKS.items() if k.startswith("campaigns.")})
    yield lambda *words: app.test_cli_runner().invoke(args=["campaigns", *map(str, words)])
    process.prepare(portal_settings)


@pytest.fixture
def work(store, run):
    """`with work() as ctx:` writes for good."""

    class Writing:
        def __enter__(self):
            self.block = store.transaction()
            return Context(self.block.__enter__(), SYSTEM, NOW)

        def __exit__(self, *failure):
            self.block.__exit__(*failure)

    return Writing


def count(store, what, *where):
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(what).where(*where))


def test_an_empty_portal_lists_no_campaign(run):
    assert json.loads(run("list", "--json").stdout) == []


def test_campaigns_are_listed_with_their_last_wave(run, work):
    with work() as ctx:
        ids = register_of(ctx.session, 3)
        started_wave(ctx, campaign_of(ctx, name="Socle", audience={"vendor_ids": ids}))
    (row,) = json.loads(run("list", "--json").stdout)
    assert (row["name"], row["state"], row["audits"], row["accepted"]) == ("Socle", "brouillon", 3, 0)
    lines = run("list").stdout.splitlines()
    assert lines[0].split("\t")[:3] == ["id", "name", "state"]
    assert "Socle" in lines[1]


def test_a_campaign_is_described_in_words_and_as_data(run, work):
    with work() as ctx:
        campaign = campaign_of(ctx, active=True, recurrence={**YEARLY, "start": "2027-01-04"})
        campaign_id = campaign.id
    told = json.loads(run("show", campaign_id, "--json").stdout)
    assert told["rule"].startswith("Chaque année à 09:00")
    assert told["next_dates"][0] == "2027-01-04T09:00:00+01:00"
    assert told["recurrence"] == {**YEARLY, "start": "2027-01-04"}
    assert "Chaque année à 09:00" in run("show", campaign_id).stdout


def test_a_campaign_that_does_not_exist_is_a_sentence_and_a_status(run):
    result = run("show", 99)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Cette page n")


def test_launching_promises_a_wave_that_the_next_tick_opens(run, work, store):
    with work() as ctx:
        campaign_id = campaign_of(ctx, audience={"vendor_ids": register_of(ctx.session, 4)}).id
    told = json.loads(run("launch", campaign_id, "--json").stdout)
    assert count(store, Audit) == 0
    assert run("tick").exit_code == 0
    assert count(store, Audit) == 4
    with store.reading() as session:
        assert session.scalars(select(Wave.id)).all() == [told["wave"]]


def test_a_tick_plays_an_instant_whole_waves_audits_and_letters(run, work, store, tmp_path):
    with work() as ctx:
        register_of(ctx.session, 5)
        campaign_of(ctx, active=True, recurrence={**YEARLY, "start": "2027-01-04"})
    assert json.loads(run("tick", "--at", "2027-01-04T08:59", "--json").stdout)["waves"] == []
    result = run("tick", "--at", "2027-01-04T09:00", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert told["at"] == "2027-01-04T09:00:00+01:00", "without a zone, an instant is one of Paris"
    assert told["ticks"]["campaigns.start"] == 1
    assert len(told["waves"]) == 1
    assert {(job["kind"], job["state"]): job["count"] for job in told["jobs"]} == {
        ("campaigns.launch", "done"): 1, ("campaigns.open_batch", "done"): 1, ("mail.send", "done"): 5,
    }  # fmt: skip
    with store.reading() as session:
        wave = session.scalars(select(Wave)).one()
        assert (wave.started_at.isoformat(), str(wave.due_on)) == ("2027-01-04T08:00:00+00:00", "2027-02-03")
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 5
    again = json.loads(run("tick", "--at", "2027-01-04T09:00", "--json").stdout)
    assert (again["waves"], again["ran"]) == ([], 0)


def test_the_days_of_a_wave_can_be_played_one_by_one(run, work, store):
    with work() as ctx:
        register_of(ctx.session, 3)
        campaign_of(ctx, active=True, recurrence={**YEARLY, "start": "2027-01-04"})
    run("tick", "--at", "2027-01-04T09:00")
    with store.reading() as session:
        due = session.scalars(select(Wave.due_on)).one()
    for days in range(-8, 9):
        run("tick", "--at", f"{due + timedelta(days=days)}T08:05")
    found = {
        kind: count(store, Mail, Mail.template == f"campaigns/emails/{kind}", Mail.sent_at.is_not(None))
        for kind in ("invitation", "reminder", "late", "escalation")
    }
    assert found == {"invitation": 3, "reminder": 6, "late": 3, "escalation": 1}


@pytest.mark.parametrize("typed", ["demain", "2027-13-01", "04/01/2027", ""])
def test_an_instant_that_is_not_one_is_said_with_an_example(run, typed):
    result = run("tick", "--at", typed)
    assert result.exit_code == 2
    assert "2027-01-04T09:00" in result.stderr


def test_a_job_that_fails_is_told_and_gives_a_status(run, work, store, monkeypatch):
    def break_down(_ctx):
        raise ValueError("cassé")

    monkeypatch.setitem(ledger.REGISTRY, "test.broken", ledger.Task("test.broken", break_down, "default", False, 60))
    with work() as ctx:
        ledger.enqueue(ctx, "test.broken", {}, dedup="x", run_at=NOW)
    result = run("tick", "--at", "2027-01-04T07:00", "--json")
    assert result.exit_code == 1
    assert {"kind": "test.broken", "state": "ready", "count": 1} in json.loads(result.stdout)["jobs"]
    assert count(store, Job, Job.state == JobState.READY, Job.attempts == 1) == 1


def test_a_tick_says_in_words_what_it_did(run, work):
    with work() as ctx:
        register_of(ctx.session, 2)
        campaign_of(ctx, active=True, recurrence={**YEARLY, "start": "2027-01-04"})
    words = run("tick", "--at", "2027-01-04T09:00").stdout
    assert "Vagues lancées\t1" in words
    assert "mail.send\tdone\t2" in words
