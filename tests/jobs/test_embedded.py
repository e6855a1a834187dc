"""The embedded carrier: chosen by the settings, it polls the ledger until a signal stops it."""

import os
import signal

from portal.core.config import Tasks
from portal.jobs import carriers, embedded, execution, ledger


def test_the_settings_choose_the_carrier_by_its_name():
    assert carriers.carrier_of(Tasks.EMBEDDED) is embedded
    assert carriers.carrier_of(Tasks.PROCRASTINATE).__name__ == "portal.jobs.distributed"


def test_it_tells_nobody_of_jobs_and_needs_no_table_of_its_own(monkeypatch):
    monkeypatch.setattr(ledger, "_NOTIFIERS", [print])
    embedded.install()
    assert ledger._NOTIFIERS == []
    assert embedded.prepare(None) is None


def test_it_runs_jobs_until_it_is_told_to_stop_then_lets_go_of_what_they_kept_open(monkeypatch):
    rounds, released = [], []

    def drain(database, worker, *, limit, lease_seconds, until):
        rounds.append((worker, lease_seconds))
        if len(rounds) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return 1

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(execution, "drain", drain)
    monkeypatch.setattr(execution, "ON_IDLE", [lambda: released.append(True)])
    try:
        embedded.work(None, "w", queues=(), concurrency=1, lease_seconds=7, sweep_seconds=30)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert rounds == [("w", 7)] * 2
    assert released == [True]
