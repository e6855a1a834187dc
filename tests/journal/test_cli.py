import json

import pytest
from sqlalchemy import delete, update

from portal.journal import signed_heads
from portal.journal.models import JournalEntry, JournalHead, JournalTimestamp
from portal.journal.rules import GENESIS, FarHead, head_statement
from portal.web import command
from tests.factories.signing import with_seal_key
from tests.factories.tampering import tamper

SOUND = {
    "ok": True, "count": 0, "head": GENESIS, "broken": None, "changed_head": None, "keyed_from": None,
    "anchored": None, "findings": [],
}  # fmt: skip


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
    told = run("verify").stdout.splitlines()
    assert told[:2] == ["3 écritures, chaîne intacte.", f"Empreinte de fin : {last.hash}"]
    assert "Sans ancre" in told[2]
    assert verified(run) == {**SOUND, "count": 3, "head": last.hash, "keyed_from": 1}


def test_an_empty_journal_is_intact(run, session):
    assert verified(run) == SOUND


def test_the_first_broken_link_is_named_and_the_exit_code_tells(run, written, session):
    written(5)
    tamper(session, update(JournalEntry).where(JournalEntry.id.in_([3, 5])).values(actor_name="Autre"))
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
    tamper(session, delete(JournalEntry).where(JournalEntry.id == 5))
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


def test_a_proof_and_the_page_that_checks_it_are_made_and_checked_by_command(run, written, ctx, monkeypatch, tmp_path):
    with_seal_key(ctx, monkeypatch, tmp_path)
    written(3)
    proof, page = tmp_path / "p.json", tmp_path / "p.html"
    run("prove", "2", "--out", str(proof))
    found = run("check-proof", str(proof)).stdout
    assert "Écriture n° 2" in found
    assert "Chose 2" in found
    run("checker", "--out", str(page))
    assert proof.name.encode() not in page.read_bytes()
    proof.write_text(proof.read_text().replace("Chose 2", "Chose 3"))
    assert "n’est pas dans le journal" in run("check-proof", str(proof), code=1).stderr
    proof.write_bytes("é".encode())
    assert "n’est pas une preuve" in run("check-proof", str(proof), code=1).stderr


def test_entries_that_are_no_longer_those_that_were_signed_are_told(run, written, session, ctx, monkeypatch, tmp_path):
    with_seal_key(ctx, monkeypatch, tmp_path)
    written(4)
    run("prove", "1", "--out", str(tmp_path / "p.json"))
    assert verified(run)["changed_head"] is None
    tamper(session, delete(JournalEntry).where(JournalEntry.id >= 3))
    session.commit()
    written(3)
    told = verified(run, code=1)
    assert (told["broken"], told["changed_head"]) == (None, 4)
    assert "Les premières écritures (4)" in run("verify", code=1).stderr


def test_a_head_kept_far_away_and_its_timestamp_are_taken_and_given_by_command(
    run, written, session, ctx, monkeypatch, tmp_path
):
    with_seal_key(ctx, monkeypatch, tmp_path)
    last = written(3)[-1]
    head = signed_heads.sign_head(ctx)
    session.add(JournalTimestamp(entries=3, at=ctx.now, response=b"answer"))
    session.commit()
    far, stamp = tmp_path / "far.txt", tmp_path / "head.tsr"
    far.write_text(FarHead(signed_heads.signed_head(head), last.hash).text())
    assert verified(run, "--far", str(far))["ok"]
    run("timestamp", "3", "--out", str(stamp))
    assert stamp.read_bytes() == b"answer"
    assert stamp.with_suffix(".txt").read_bytes() == head_statement(signed_heads.signed_head(head))
    assert "Aucun horodatage" in run("timestamp", "2", "--out", str(stamp), code=1).stderr
    tamper(session, delete(JournalEntry).where(JournalEntry.id == 3), delete(JournalHead))
    session.commit()
    assert verified(run)["ok"]
    assert verified(run, "--far", str(far), code=1)["findings"][0]["kind"] == "far journal shortened"
    far.write_text("rien")
    assert "n’est pas un message" in run("verify", "--far", str(far), code=1).stderr
