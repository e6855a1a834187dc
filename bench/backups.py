"""A backup taken while vendors answer and hand files in, restored where nothing is, compared with what was said kept.

`python -m bench backup`. Everybody writes through HTTP to gunicorn with two workers; `flask backup make` runs beside,
as an operator runs it. What the server said was saved before the backup began must be in what is restored.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench.contention import upload_paths
from bench.copies import note_copies
from bench.limits import Limits
from bench.measure import Report
from bench.pages import Saving, home_of, sections
from bench.serving import Caller, Server, field_of, served
from bench.world import World, world
from portal.audits.models import Answer
from portal.core.config import ROOT
from portal.core.db import Database
from portal.core.stored import StoredFile
from portal.seed.plain_pdf import plain_pdf
from tests import databases

SAVING, HANDING_IN = 6, 2
BEFORE, AFTER = 5.0, 2.0
"""Seconds of writing before the backup begins and after it is over."""


@dataclass
class Acknowledged:
    """What the server said was kept, with the instant it said so."""

    answers: list[tuple[float, int, str, int]] = field(default_factory=list)
    """Audit, question, version."""
    files: list[tuple[float, str]] = field(default_factory=list)
    """SHA-256."""
    refused: int = 0


def under_load(report: Report, _limits: Limits) -> None:
    """On SQLite, then on PostgreSQL with pg_dump."""
    with world(30) as made, tempfile.TemporaryDirectory(prefix="vigie-backup-") as folder:
        _one(report, "SQLite", made, Path(folder), None)
    if databases.binaries() is None:
        print("backup: PostgreSQL is not installed")
        return
    with databases.server(databases.free_port()) as address:
        url = databases.fresh_postgres(databases.answering(address), "bench")
        with world(30, url=url) as made, tempfile.TemporaryDirectory(prefix="vigie-backup-") as folder:
            _one(report, "PostgreSQL", made, Path(folder), databases.fresh_postgres(address, "restored"))


def _one(report: Report, name: str, made: World, folder: Path, url: str | None) -> None:
    backup, kept = folder / "backup", Acknowledged()
    with made.database.transaction() as session:
        note_copies(session)  # what is restored is verified, histories too
    with served(made.environment, workers=2) as server, _writing(made, server, kept):
        time.sleep(BEFORE)
        begun = time.monotonic()
        _flask(made.environment, "backup", "make", str(backup))
        over = time.monotonic()
        time.sleep(AFTER)
    environment = _elsewhere(made, folder / "there", url)
    _flask(environment, "backup", "check", str(backup))
    _flask(environment, "backup", "restore", str(backup))
    manifest = json.loads((backup / "manifest.json").read_text())
    # On a new machine nothing anchors the journal yet: what restores says so, which is an entry more.
    verified = json.loads(
        _flask(environment, "journal", "verify", "--expect", manifest["journal"]["last_hash"], "--json")
    )
    assert verified["count"] == manifest["journal"]["entries"] + 1, verified
    _flask(environment, "files", "verify")
    answers, files = _lost(environment["VIGIE_DATABASE_URL"], kept, begun)
    before = sum(at < begun for at, *_rest in kept.answers)
    during = sum(begun <= at < over for at, *_rest in kept.answers)
    handed = sum(at < begun for at, _digest in kept.files)
    rates = (
        f"saves a second: {before / BEFORE:.1f} before, {during / (over - begun):.1f} during; refused {kept.refused}"
    )
    report.add(f"{name}: answers acknowledged before the backup and lost", answers, "answers", 0.0, f"of {before:,}")
    report.add(f"{name}: files acknowledged before the backup and lost", files, "files", 0.0, f"of {handed:,}")
    rows = sum(manifest["rows"].values())
    report.add(f"{name}: a backup under load", over - begun, "s", None, f"{rows:,} rows; {rates}")


@contextmanager
def _writing(made: World, server: Server, kept: Acknowledged) -> Iterator[None]:
    """Vendors that answer and hand files in until the end of the block."""
    stop, guard = threading.Event(), threading.Lock()
    savers = made.answering[-SAVING:]
    acts = [_answering(server.caller(made.cookie(made.account_of(one))), one, kept, guard) for one in savers]
    handers = made.answering[:HANDING_IN]
    acts += [_handing_in(server.caller(made.cookie(made.account_of(one))), one, kept, guard) for one in handers]

    def work(act: Callable[[], None]) -> None:
        while not stop.is_set():
            try:
                act()
            except (AssertionError, OSError):
                with guard:
                    kept.refused += 1

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _answering(caller: Caller, audit_id: int, kept: Acknowledged, guard: threading.Lock) -> Callable[[], None]:
    saving = Saving(caller, audit_id)
    key = saving.path.rpartition("/")[2]

    def act() -> None:
        saving()
        version = int(saving.fields[f"{key}:base"].partition(".")[0])
        with guard:
            kept.answers.append((time.monotonic(), audit_id, key, version))

    return act


def _handing_in(caller: Caller, audit_id: int, kept: Acknowledged, guard: threading.Lock) -> Callable[[], None]:
    pages = [caller.get(one).text for one in sections(caller.get(home_of(audit_id)).text, audit_id)]
    token = field_of(pages[0], "csrf_token")
    paths = [path for html in pages for path in upload_paths(html, audit_id)]
    turn = 0

    def act() -> None:
        nonlocal turn
        turn += 1
        content = plain_pdf(f"Preuve {audit_id}-{turn}", [f"ligne {n} {turn} ".ljust(500, "x") for n in range(40)])
        fields = {"csrf_token": token}
        answer = caller.upload(paths[turn % len(paths)], fields, f"preuve-{turn}.pdf", content)
        if answer.status == 200:
            with guard:
                kept.files.append((time.monotonic(), hashlib.sha256(content).hexdigest()))

    return act


def _elsewhere(made: World, folder: Path, url: str | None) -> Mapping[str, str]:
    """An empty machine that has the secrets."""
    folder.mkdir(mode=0o700)
    for name in ("secrets.json", "seal.json"):
        source = made.settings.data_dir / name
        if source.exists():
            shutil.copy(source, folder / name)
    return {
        **made.environment, "VIGIE_DATA_DIR": str(folder),
        "VIGIE_DATABASE_URL": url or f"sqlite:///{folder / 'vigie.db'}",
    }  # fmt: skip


def _flask(environment: Mapping[str, str], *words: str) -> str:
    """A command as an operator runs it; raises AssertionError unless its state is 0."""
    told = {**os.environ, **environment}
    program = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    done = subprocess.run(program, env=told, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stdout


def _lost(url: str, kept: Acknowledged, begun: float) -> tuple[int, int]:
    """How many answers and files that were acknowledged before an instant are not there."""
    database = Database.at(url)
    with database.reading() as session:
        rows: Any = session.execute(select(Answer.audit_id, Answer.question_key, Answer.version))
        versions = {(audit_id, key): version for audit_id, key, version in rows}
        digests = set(session.scalars(select(StoredFile.sha256)))
    database.engine.dispose()
    answers = sum(at < begun and versions.get((audit, key), 0) < said for at, audit, key, said in kept.answers)
    return answers, sum(at < begun and digest not in digests for at, digest in kept.files)
