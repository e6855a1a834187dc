import json

import pytest
from sqlalchemy import delete, update

from portal.journal.models import JournalEntry
from portal.journal.rules import GENESIS
from portal.web import command


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setattr(command, "ready", lambda store: None)
    runner = app.test_cli_runner()

    def call(*args, code=0):
        found = runner.invoke(args=["journal", *args])
        assert found.exit_code == code, found.output
        return found

    return call


def verified(run, *args, code=0):
    return json.loads(run("verify", "--json", *args, code=code).stdout)


def test_an_intact_chain_is_said_so_with_its_length_and_its_head(run, written):
    last = written(3)[-1]
    assert run("verify").stdout.splitlines() == ["3 écritures, chaîne intacte.", f"Empreinte de fin : {last.hash}"]
    assert verified(run) == {"ok": True, "count": 3, "head": last.hash, "broken": None}


def test_an_empty_journal_is_intact(run, session):
    assert verified(run) == {"ok": True, "count": 0, "head": GENESIS, "broken": None}


def test_the_first_broken_link_is_named_and_the_exit_code_tells(run, written, session):
    written(5)
    session.execute(update(JournalEntry).where(JournalEntry.id.in_([3, 5])).values(actor_name="Autre"))
    session.commit()
    found = run("verify", code=1)
    assert "n° 3 a été modifiée" in found.stderr
    assert found.stdout == ""
    told = verified(run, code=1)
    assert (told["ok"], told["count"], told["broken"]["id"], told["broken"]["reason"]) == (False, 2, 3, "changed")
    assert "n° 3" in told["broken"]["message"]


def test_entries_removed_from_the_end_show_against_the_head_noted_before(run, written, session):
    head = written(5)[-1].hash
    assert verified(run, "--expect", head.upper())["ok"]
    session.execute(delete(JournalEntry).where(JournalEntry.id == 5))
    session.commit()
    assert verified(run)["ok"]
    told = verified(run, "--expect", head, code=1)
    assert told["broken"]["reason"] == "unknown head"
    assert "la fin du journal a été retirée" in told["broken"]["message"]


def test_entries_are_listed_newest_first_as_lines_or_objects(run, written):
    written(3, vendor_id=4)
    lines = run("list", "--limit", "2").stdout.splitlines()
    assert lines[0].split("\t")[:2] == ["id", "at"]
    assert [line.split("\t")[0] for line in lines[1:]] == ["3", "2"]
    rows = json.loads(run("list", "--json", "--action", "chose", "--words", "chose 2").stdout)
    assert [(r["id"], r["object"], r["after"], r["vendor_id"]) for r in rows] == [(2, "Chose 2", {"n": 1}, 4)]
    assert rows[0]["at"] == "2026-11-24T10:00:00+01:00"


def test_the_list_is_bounded_by_days_of_paris(run, written):
    written(1)
    assert len(json.loads(run("list", "--json", "--since", "2026-11-24", "--until", "2026-11-24").stdout)) == 1
    assert json.loads(run("list", "--json", "--until", "2026-11-23").stdout) == []
    run("list", "--since", "hier", code=2)
