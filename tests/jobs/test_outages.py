import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core.clock import now
from portal.jobs import execution, ledger, outages
from portal.jobs.ledger import JobOrder
from portal.jobs.models import Job, JobState
from portal.jobs.outages import DatabaseWatch
from tests.conftest import NOW


def away():
    return OperationalError("SELECT 1", {}, Exception("the server closed the connection"))


@pytest.fixture
def told(monkeypatch):
    """What the journal would be told."""
    found = []
    monkeypatch.setattr(outages, "ON_RETURN", [lambda _ctx, over: found.append(over)])
    return found


@pytest.fixture
def lines(monkeypatch):
    """The lines of the log."""
    found = []

    class Log:
        def __getattr__(self, level):
            return lambda event, **facts: found.append((level, event))

    monkeypatch.setattr(outages, "log", Log())
    return found


def watch_of(database):
    return DatabaseWatch(database, "w", ["w", "w/mail"], lease_seconds=120)


def test_an_outage_is_told_once_when_it_begins_and_once_when_it_is_over(lasting, told, lines, move_time, monkeypatch):
    watch = watch_of(lasting)
    assert not watch.is_settling

    def fail():
        raise away()

    watch.round("heartbeat", fail)
    with monkeypatch.context() as patch:
        patch.setattr(lasting, "transaction", fail)
        for _ in range(5):
            watch.round("heartbeat", lambda: pytest.fail("nothing is tried before the database is back"))
    move_time(seconds=75)
    ran = []
    for _ in range(2):
        watch.round("heartbeat", lambda: ran.append(True))
    assert lines == [("error", "database away"), ("info", "database back")]
    watch.lost(away(), began=watch._over_at - 1)
    assert not watch.is_on, "asked before it came back"
    (over,) = told
    assert (over.worker, over.seconds, over.error) == ("w", 75, "OperationalError")
    assert (ran, watch.is_on, watch.is_settling) == ([True, True], False, True)


def test_an_outage_began_when_what_was_never_answered_was_asked(lasting, told, lines):
    """SQLite says « locked » after thirty seconds."""
    watch, end = watch_of(lasting), time.monotonic()
    watch.lost(away(), began=end - 30)
    watch.lost(away(), began=end - 45)
    watch.lost(away(), began=end)
    watch.returned()
    assert (told[0].seconds, lines[0]) == (45, ("error", "database away"))
    assert len(lines) == 2


def test_the_leases_of_what_a_worker_has_in_hand_are_renewed_before_anyone_may_take_it_over(lasting, told, kind):
    kind("test.a", lambda _ctx: None)
    with lasting.transaction() as session:
        mine, theirs = ledger.enqueue_many(Context(session, SYSTEM, NOW), [JobOrder("test.a", {}, key) for key in "ab"])
    execution.claim(lasting, "w/mail", at=NOW, job_id=mine)
    execution.claim(lasting, "v", at=NOW, job_id=theirs)
    with lasting.transaction() as session:
        session.execute(update(Job).values(lease_until=now() - timedelta(days=400)))
    watch = watch_of(lasting)
    watch.lost(away(), began=time.monotonic())
    watch.returned()
    assert execution.rescue(lasting, at=NOW) == 1
    with lasting.reading() as session:
        assert session.get_one(Job, mine).state is JobState.RUNNING


def test_a_lane_outlives_its_database_waits_longer_each_time_and_gives_back_what_it_had(monkeypatch, told, lines):
    waits, rounds, handed = [], [away(), away(), away(), ValueError("ours"), 3, 0], []

    class Stop:
        def is_set(self):
            return not rounds

        def wait(self, seconds):
            waits.append(seconds)

    def drain(*_arguments, **_options):
        found = rounds.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    watch = watch_of(None)
    monkeypatch.setattr(watch, "returned", lambda: None)
    monkeypatch.setattr(execution, "drain", drain)
    monkeypatch.setattr(execution, "hand_back", lambda _database, lane, at: handed.append(lane))
    outages.serve(None, "w", ["default"], stop=Stop(), watch=watch, poll_seconds=1, lease_seconds=None)
    assert handed == ["w"] * 4
    assert all(low <= wait <= low * 1.25 for wait, low in zip(waits, (0.5, 1, 2, 5, 1), strict=True))
    assert lines == [("error", "database away"), ("error", "round failed")]


def test_a_mail_lane_that_hangs_leaves_the_others_at_work(lasting, kind, monkeypatch):
    hanging, printed = threading.Event(), threading.Event()
    monkeypatch.setitem(
        ledger.REGISTRY, "test.mail", ledger.Task("test.mail", lambda _ctx, **_: hanging.wait(30), "mail", True, 120)
    )
    kind("test.print", lambda _ctx: printed.set())
    with lasting.transaction() as session:
        ctx = Context(session, SYSTEM, now() - timedelta(seconds=1))
        ledger.enqueue_many(ctx, [JobOrder("test.mail", {}, "m"), JobOrder("test.print", {}, "p")])
    stop, watch = threading.Event(), watch_of(lasting)
    lanes = [
        threading.Thread(
            target=outages.serve, args=(lasting, name, queues),
            kwargs={"stop": stop, "watch": watch, "poll_seconds": 0.01, "lease_seconds": None},
        )
        for name, queues in (("w/mail", ["mail"]), ("w", ["default"]))
    ]  # fmt: skip
    for lane in lanes:
        lane.start()
    try:
        assert printed.wait(10)
        assert not hanging.is_set()
    finally:
        stop.set()
        hanging.set()
        for lane in lanes:
            lane.join()
