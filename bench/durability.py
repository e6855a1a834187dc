"""What waiting for the disk costs SQLite: journalled writes a second, in the order NORMAL, FULL, FULL, NORMAL.

`python -m bench disk`. The disk is the measure, so the clock is read; a bare append with `fsync` on the same disk is
the limit that no database passes.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.limits import Limits
from bench.measure import Report
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import db, migrating
from portal.core.clock import now
from portal.core.db import Database
from portal.journal import services as journal

SECONDS = 4.0
MOST = 40.0
"""Milliseconds of a write: 25 a second, what 250 vendors who answer at once ask for (docs/exploitation.md)."""


class _Written:
    name = "Acme"


def writes(report: Report, _limits: Limits) -> None:
    """Each write adds one entry to the journal and commits, as the lightest act of a person does."""
    found: dict[str, list[float]] = {"NORMAL": [], "FULL": []}
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        bare = _a_second(_append(Path(folder) / "appended"))
        for mode in ("NORMAL", "FULL", "FULL", "NORMAL"):
            db.SYNCHRONOUS = mode
            database = Database.at(f"sqlite:///{folder}/{mode}{len(found[mode])}.db")
            migrating.upgrade(database)
            found[mode].append(_a_second(lambda: _note(database)))  # noqa: B023 - called at once
            database.engine.dispose()
    normal, full = (sum(found[mode]) / 2 for mode in ("NORMAL", "FULL"))
    beside = f"a second: FULL {full:,.0f}, NORMAL {normal:,.0f}, a bare append with fsync {bare:,.0f}"
    report.add("a journalled write, synchronous=FULL", 1000 / full, "ms", MOST, beside)


def _note(database: Database) -> None:
    with database.transaction() as session:
        journal.record(Context(session, SYSTEM, now()), "vendor.updated", _Written(), after={"name": "Acme"})


def _append(path: Path) -> Callable[[], None]:
    file = path.open("ab", buffering=0)

    def once() -> None:
        file.write(b"x" * 4096)
        os.fsync(file.fileno())

    return once


def _a_second(act: Callable[[], None]) -> float:
    end, done = time.perf_counter() + SECONDS, 0
    while time.perf_counter() < end:
        act()
        done += 1
    return done / SECONDS
