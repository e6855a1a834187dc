"""The embedded carrier: chosen by the settings, it polls the ledger until a signal stops it."""

import os
import signal
import threading

from portal.core.config import Tasks
from portal.jobs import carriers, embedded, execution, ledger, outages


def test_the_settings_choose_the_carrier_by_its_name():
    assert carriers.carrier_of(Tasks.EMBEDDED) is embedded
    assert carriers.carrier_of(Tasks.PROCRASTINATE).__name__ == "portal.jobs.distributed"


def test_it_tells_nobody_of_jobs_and_needs_no_table_of_its_own(monkeypatch):
    monkeypatch.setattr(ledger, "_NOTIFIERS", [print])
    embedded.install()
    assert ledger._NOTIFIERS == []
    assert embedded.prepare(None) is None


def test_it_serves_mail_in_a_lane_of_its_own_until_it_is_told_to_stop_then_lets_go_of_what_was_kept_open(monkeypatch):
    served, released, both = {}, [], threading.Barrier(2)

    def serve(_database, lane, queues, *, stop, lease_seconds, **_options):
        served[lane] = (set(queues), lease_seconds)
        both.wait(10)
        if lane == "w":
            os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(10)

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(outages, "serve", serve)
    monkeypatch.setattr(execution, "ON_IDLE", {"mail": lambda: released.append(True)})
    try:
        embedded.work(None, "w", watch=None, queues=(), concurrency=1, lease_seconds=7, sweep_seconds=30)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert served["w/mail"] == ({"mail", "bounces"}, 7)
    assert served["w"] == (execution.queues_known() - {"mail", "bounces"}, 7)
    assert released == [True]
