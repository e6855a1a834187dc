"""What is kept far from the portal tells when database and anchor are rolled back together, and when it was said."""

import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import mail as post
from portal.core import process
from portal.core.errors import NotFound, Refused
from portal.core.seal import make_seal_key, read_seal_key
from portal.jobs import mail
from portal.jobs.models import Job, Mail
from portal.journal import far_copies, signed_heads, tasks
from portal.journal.models import JournalEntry, JournalHead, JournalTimestamp
from portal.journal.rules import FarHead
from portal.journal.verification import verify_journal
from tests.conftest import NOW
from tests.factories.timestamps import openssl_server, silent_server

FAR = ("loin@exemple.test", "notaire@exemple.test")


def told(monkeypatch, **changes):
    monkeypatch.setattr(process, "_settings", [replace(process.settings(), **changes)])
    monkeypatch.setattr(mail, "_find_address", [lambda landing: f"/{landing.stored}"])


def sign(copy):
    with copy.database.transaction() as session:
        signed_heads.sign_head(Context(session, SYSTEM, NOW))


def send(copy, at=NOW):
    with copy.database.transaction() as session:
        return far_copies.send_daily(Context(session, SYSTEM, at))


def message(copy):
    """The first mail, as it goes out."""
    with copy.database.reading() as session:
        row = session.scalars(select(Mail).order_by(Mail.id)).first()
        settings = process.settings()
        letter = mail.letter_of(settings, row)
        sent = post.compose(
            letter, sender=settings.mail_from, recipient=row.recipient, message_id=row.message_id, at=NOW, name="Essai"
        )
    return sent.as_bytes(), letter.body


def found(copy, raw):
    far = far_copies.far_head_of(raw, read_seal_key(process.settings().seal_source))
    with copy.database.reading() as session:
        return [one.kind for one in verify_journal(Context(session, SYSTEM, NOW), far=far).findings]


def test_each_address_gets_the_head_once_a_day_and_nobody_without_one(copy, monkeypatch):
    assert send(copy) == 0
    told(monkeypatch, anchor_mail=FAR)
    assert [send(copy), send(copy), send(copy, NOW + timedelta(days=1))] == [2, 0, 2]
    with copy.database.reading() as session:
        assert set(session.scalars(select(Mail.recipient))) == set(FAR)
    copy.does(delete(JournalHead))
    assert send(copy, NOW + timedelta(days=2)) == 0


def test_database_and_anchor_rolled_back_together_are_told_by_the_message_alone(copy, monkeypatch):
    told(monkeypatch, anchor_mail=FAR)
    anchor = copy.anchor.read_bytes()
    copy.write(2)
    sign(copy)
    send(copy)
    raw, body = message(copy)
    pasted = "\n".join(f"> {line}" for line in body.splitlines()).encode()
    copy.write(1)
    assert found(copy, raw) == found(copy, pasted) == []
    copy.does(delete(JournalEntry).where(JournalEntry.id > 10), delete(JournalHead).where(JournalHead.entries > 10))
    copy.anchor.write_bytes(anchor)
    assert copy.found() == {}, "nothing here tells"
    assert found(copy, raw) == ["far journal shortened"]
    for count in (1, 3):
        copy.write(count)
    assert copy.found() == {}
    assert found(copy, pasted) == ["far journal rewritten"]


def test_a_message_that_we_did_not_sign_is_refused_and_never_taken_for_a_sound_journal(copy, monkeypatch, tmp_path):
    told(monkeypatch, anchor_mail=FAR)
    send(copy)
    raw, body = message(copy)
    key = read_seal_key(process.settings().seal_source)
    far = far_copies.far_head_of(raw, key)
    shorter = FarHead(replace(far.head, count=1), far.last_hash)
    other = make_seal_key(tmp_path / "other.json", "Autre", at=NOW)
    for content, with_key, words in (
        (shorter.text().encode(), key, "signature ne vaut pas"), (raw, other, "clé qui n’est pas"),
        (b"", key, "n’est pas un message"), (body.replace("END VIGIE", "FIN").encode(), key, "n’est pas un message"),
        (b"x" * 2_000_000 + raw, key, "n’est pas un message"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words):
            far_copies.far_head_of(content, with_key)
    # the hash of the last entry is not signed: changed, it accuses, and never clears
    assert found(copy, FarHead(far.head, "ab" * 32).text().encode()) == ["far journal rewritten"]


def stamp(copy, entries):
    with copy.database.reading() as session:
        record = tasks.timestamp(Context(session, SYSTEM, NOW), entries=entries, job_id=0)
    if record is not None:
        with copy.database.transaction() as session:
            record(Context(session, SYSTEM, NOW))
    return record is not None


def test_a_head_is_timestamped_once_and_openssl_takes_what_is_exported(copy, monkeypatch, tmp_path):
    with openssl_server(tmp_path) as (address, certificate):
        told(monkeypatch, timestamps_url=address)
        assert [send(copy), send(copy), send(copy, NOW + timedelta(days=1))] == [1, 0, 0]
        assert [stamp(copy, 5), stamp(copy, 5), stamp(copy, 6)] == [True, False, False]
    with copy.database.reading() as session:
        exported = far_copies.get_stamped(Context(session, SYSTEM, NOW), 5)
    statement, response = tmp_path / "head.txt", tmp_path / "head.tsr"
    statement.write_bytes(exported.statement)
    response.write_bytes(exported.response)
    check = ["openssl", "ts", "-verify", "-data", str(statement), "-in", str(response), "-CAfile", str(certificate)]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    statement.write_bytes(exported.statement.replace(b'"count":5', b'"count":4'))
    assert subprocess.run(check, capture_output=True, check=False).returncode != 0


def test_a_server_that_fails_costs_the_timestamp_and_nothing_else(copy, monkeypatch):
    with silent_server() as (address, listening):
        listening.close()
        told(monkeypatch, timestamps_url=address)
        assert send(copy) == 1
        assert stamp(copy, 5) is False
    with copy.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(JournalTimestamp)) == 0
        assert session.scalar(select(func.count()).where(Job.kind == "journal.timestamp")) == 1
        with pytest.raises(NotFound):
            far_copies.get_stamped(Context(session, SYSTEM, NOW), 5)
    assert copy.found() == {}
