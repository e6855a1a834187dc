"""The anchor of the journal: what stands in its file whatever becomes of a transaction, a process, a disk."""

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import process
from portal.core.config import ROOT
from portal.core.files import Full
from portal.journal import anchor_file as files
from portal.journal import services
from portal.journal.anchor_file import AnchorAway
from portal.journal.anchoring import anchor_file
from portal.journal.verification import verify_journal
from tests.conftest import NOW
from tests.factories.things import Thing


@pytest.fixture
def path(lasting, tmp_path, monkeypatch):
    told = replace(process.settings(), anchor_file=tmp_path / "apart" / "anchor.jsonl", seal_file=tmp_path / "no.json")
    monkeypatch.setattr(process, "_settings", [told])
    return told.anchor_file


def write(database, count=1):
    for number in range(count):
        with database.transaction() as session:
            services.record(Context(session, SYSTEM, NOW), "chose.faite", Thing(number + 1))


def verified(database):
    with database.reading() as session:
        return verify_journal(Context(session, SYSTEM, NOW))


def test_a_write_is_promised_and_then_said_done(lasting, path):
    write(lasting, 2)
    assert [line.split('"kind":"')[1].split('"')[0] for line in path.read_text().splitlines()] == [
        "start", "next", "done", "next", "done",
    ]  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o600
    assert verified(lasting).anchored.count == 2


def test_what_is_rolled_back_leaves_the_anchor_in_agreement(lasting, path):
    write(lasting)

    def fail():
        with lasting.transaction() as session:
            services.record(Context(session, SYSTEM, NOW), "chose.perdue", Thing())
            services._chain(session)  # as the commit does, before the database refuses it
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert anchor_file().read().ceiling == 2
    assert verified(lasting).is_sound
    write(lasting, 2)
    assert verified(lasting).is_sound
    assert verified(lasting).anchored.count == 3


@pytest.mark.parametrize(("code", "kind"), [(errno.ENOSPC, Full), (errno.EIO, AnchorAway), (errno.EROFS, AnchorAway)])
def test_an_anchor_that_cannot_be_written_refuses_the_write_and_says_so(lasting, path, monkeypatch, code, kind):
    write(lasting)
    before = path.read_bytes()

    def refuse(*_):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as full:
        full.setattr(files.os, "pwrite", refuse)
        with pytest.raises(kind):
            write(lasting)
    assert path.read_bytes() == before
    assert verified(lasting).chain.count == 1
    write(lasting)
    assert verified(lasting).is_sound


def test_half_a_line_that_a_machine_left_is_no_line(lasting, path):
    write(lasting)
    with path.open("a") as handle:
        handle.write('{"kind":"next","cou')
    assert verified(lasting).is_sound
    write(lasting)
    assert verified(lasting).is_sound
    assert verified(lasting).anchored.count == 2


def test_several_writers_leave_one_line_of_promises(lasting, path):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: write(lasting, 5), range(4)))
    assert verified(lasting).is_sound
    assert verified(lasting).anchored.count == 20


def test_a_file_that_has_grown_goes_on_in_another_and_holds_to_the_same(lasting, path, monkeypatch):
    monkeypatch.setattr(files, "ROTATED_AT", 2000)
    write(lasting, 12)
    assert path.stat().st_size < 3000
    assert path.with_name("anchor.jsonl.1").exists()
    assert '"kind":"continued"' in path.read_text().splitlines()[0]
    assert (verified(lasting).findings, verified(lasting).anchored.count) == ((), 12)
    assert anchor_file().since() == 1


def test_a_fault_is_still_told_once_the_file_has_gone_on(lasting, path, monkeypatch):
    write(lasting)
    path.unlink()
    monkeypatch.setattr(files, "ROTATED_AT", 2000)
    write(lasting, 12)
    assert [one.kind for one in verified(lasting).findings] == ["anchor lost"]


KILLED = """
import os, sys
from dataclasses import replace
from pathlib import Path
from portal.core.config import Settings, Environment, Tasks
from portal.core.secret_keys import Secrets
from portal.core import process
from portal.core.db import Database
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core.clock import now
from portal.journal import services, anchoring
folder, url, when = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
process.prepare(Settings(environment=Environment.TEST, data_dir=folder, database_url=url,
    files_url=f"file://{folder}/files", tasks=Tasks.EMBEDDED, secrets=Secrets.at(Path(sys.argv[4])),
    anchor_file=folder / "apart" / "anchor.jsonl"))
class Thing:
    id, name = 1, "Chose"
if when == "before the commit":
    real = anchoring.promise
    def promise(*a):
        real(*a)
        os.kill(os.getpid(), 9)
    anchoring.promise = promise
else:
    anchoring.AnchorFile.add = (lambda real: lambda self, said, **more:
        os.kill(os.getpid(), 9) if said["kind"] == "done" else real(self, said, **more))(anchoring.AnchorFile.add)
database = Database.at(url)
with database.transaction() as session:
    services.record(Context(session, SYSTEM, now()), "chose.faite", Thing())
"""


@pytest.mark.parametrize(("when", "entries"), [("before the commit", 2), ("after the commit", 3)])
def test_a_process_killed_on_either_side_of_its_commit_leaves_both_in_agreement(
    lasting, path, tmp_path, portal_settings, when, entries
):
    write(lasting, 2)
    secrets = portal_settings.data_dir / "secrets.json"
    url = lasting.engine.url.render_as_string(hide_password=False)
    program = [sys.executable, "-c", KILLED, str(tmp_path), url, when, str(secrets)]
    assert subprocess.run(program, cwd=ROOT, check=False).returncode == -9
    found = verified(lasting)
    assert (found.findings, found.chain.count) == ((), entries)
    assert (anchor_file().read().floor.count, anchor_file().read().ceiling) == (2, 3)
    write(lasting, 2)
    found = verified(lasting)
    assert (found.findings, found.chain.count, found.anchored.count) == ((), entries + 2, entries + 2)
