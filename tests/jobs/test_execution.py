import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core.clock import now
from portal.core.db import Base, Database
from portal.jobs import execution, ledger
from portal.jobs.ledger import JobOrder
from portal.jobs.models import Heartbeat, Job, JobState
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("passing_time")
"""Leases are read on the clock of the database, where one is shared."""


@pytest.fixture
def ran(kind):
    """What the jobs of the test have run, by number."""
    found: list[int] = []
    kind("test.note", lambda _ctx, number: found.append(number))
    return found


def promise(database, kind="test.note", *, count=1, at=NOW, **payload):
    with database.transaction() as session:
        orders = [
            JobOrder(kind, payload or {"number": n}, f"{kind}:{at}:{n}", at + timedelta(seconds=n))
            for n in range(count)
        ]
        return ledger.enqueue_many(Context(session, SYSTEM, at), orders)


def job_of(database, job_id):
    with database.reading() as session:
        job = session.get_one(Job, job_id)
        session.expunge(job)
    return job


def let_lease_lapse(database, job_id):
    with database.transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(lease_until=now() - timedelta(minutes=5)))


def test_the_oldest_due_job_comes_first_and_a_later_one_waits(lasting, ran):
    ids = promise(lasting, count=3)
    assert execution.claim(lasting, "w", at=NOW) == ids[0]
    assert execution.claim(lasting, "w", at=NOW) is None
    assert execution.claim(lasting, "w", at=NOW + timedelta(seconds=1)) == ids[1]


def test_a_job_handed_over_by_name_is_taken_whatever_its_hour_but_once(lasting, ran):
    (job_id,) = promise(lasting, at=NOW + timedelta(days=1))
    assert execution.claim(lasting, "w", at=NOW, job_id=job_id) == job_id
    assert execution.claim(lasting, "v", at=NOW, job_id=job_id) is None


def test_threads_that_claim_together_never_take_the_same_job(lasting, ran):
    promise(lasting, count=60)
    taken: list[int] = []
    late = NOW + timedelta(hours=1)

    def work(name: str) -> None:
        while (job_id := execution.claim(lasting, name, at=late)) is not None:
            taken.append(job_id)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 60


def test_a_claim_reads_the_index_and_sorts_nothing(tmp_path):
    """Ten thousand invitations are due at the same instant: a sort per claim would take minutes."""
    database = Database.at(f"sqlite:///{tmp_path / 'plan.db'}")
    Base.metadata.create_all(database.engine)
    chosen = execution._due("mail", NOW).order_by(Job.run_at).limit(1)
    with database.reading() as session:
        text = chosen.compile(database.engine, compile_kwargs={"literal_binds": True})
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    database.engine.dispose()
    assert len(plan) == 1
    assert "ix_job_lane" in plan[0][3]


def test_an_effect_and_its_done_are_one_commit(lasting, kind):
    def half_done(ctx, number):
        ctx.session.add(Heartbeat(worker=f"effect {number}", carrier="test", seen_at=ctx.now))
        ctx.session.flush()
        raise RuntimeError("half way")

    kind("test.half", half_done)
    (job_id,) = promise(lasting, "test.half")
    assert execution.drain(lasting, "w", clock=lambda: NOW) == 1
    job = job_of(lasting, job_id)
    assert (job.state, job.attempts, job.last_error) == (JobState.READY, 1, "RuntimeError: half way")
    with lasting.reading() as session:
        assert session.scalars(select(Heartbeat)).all() == []


def test_five_failures_end_dead_each_tried_later_than_the_last(lasting, kind):
    def fail(_ctx, number):
        raise ValueError(number)

    kind("test.fail", fail)
    (job_id,) = promise(lasting, "test.fail")
    clock = NOW
    delays = []
    for _ in range(5):
        assert execution.drain(lasting, "w", clock=lambda at=clock: at) == 1
        job = job_of(lasting, job_id)
        delays.append((job.run_at - clock).total_seconds())
        assert execution.drain(lasting, "w", clock=lambda at=clock: at) == 0, "tried again before its hour"
        clock = job.run_at
    assert delays[:4] == list(execution.BACK_OFF_SECONDS)
    assert (job.state, job.attempts) == (JobState.DEAD, 5)
    assert execution.drain(lasting, "w", clock=lambda: NOW + timedelta(days=9)) == 0


def test_a_kind_that_nobody_knows_waits_for_a_worker_that_does(lasting, kind, ran):
    kind("test.tomorrow", lambda _ctx, number: None)
    (job_id,) = promise(lasting, "test.tomorrow")
    del ledger.REGISTRY["test.tomorrow"]
    assert execution.drain(lasting, "old", clock=lambda: NOW) == 1
    assert "test.tomorrow" in job_of(lasting, job_id).last_error
    kind("test.tomorrow", lambda _ctx, number: ran.append(number))
    execution.drain(lasting, "new", clock=lambda: NOW + timedelta(minutes=1))
    assert ran == [0]


def test_the_job_of_a_worker_that_fell_silent_is_run_by_another(lasting, ran):
    (job_id,) = promise(lasting)
    execution.claim(lasting, "killed", at=NOW)
    assert execution.drain(lasting, "w", clock=lambda: NOW) == 0, "its lease still holds"
    let_lease_lapse(lasting, job_id)
    assert execution.drain(lasting, "w", clock=lambda: NOW) == 1
    job = job_of(lasting, job_id)
    assert (ran, job.state, job.attempts, job.locked_by) == ([0], JobState.DONE, 2, "w")


def test_a_job_that_kills_its_process_each_time_ends_dead(lasting, ran):
    (job_id,) = promise(lasting)
    for attempt in range(1, 6):
        assert execution.claim(lasting, f"killed {attempt}", at=NOW) == job_id
        let_lease_lapse(lasting, job_id)
        assert execution.rescue(lasting, at=NOW) == 1
    job = job_of(lasting, job_id)
    assert (job.state, job.attempts, job.last_error) == (JobState.DEAD, 5, "worker silent: killed 5")
    assert execution.drain(lasting, "w", clock=lambda: NOW + timedelta(days=1)) == 0
    assert ran == []


def test_a_clock_that_is_wrong_or_chosen_takes_no_job_from_a_live_worker(lasting, ran):
    """Leases are counted on the database's clock: a machine two hours ahead may not steal."""
    promise(lasting)
    assert execution.claim(lasting, "alive", at=NOW) is not None
    ahead = now() + timedelta(hours=2)
    assert execution.drain(lasting, "ahead", clock=lambda: ahead) == 0
    assert execution.rescue(lasting, at=ahead) == 0


def test_each_kind_has_the_lease_it_asked_for(lasting, kind, ran):
    kind("test.long", lambda _ctx, number: None, lease_seconds=3600)
    (short,), (long,) = promise(lasting), promise(lasting, "test.long")
    for job_id in (short, long):
        execution.claim(lasting, "w", at=NOW, job_id=job_id)
    left = [(job_of(lasting, job_id).lease_until - now()).total_seconds() for job_id in (short, long)]
    assert 100 < left[0] <= 121
    assert 3500 < left[1] <= 3601


def test_the_lease_of_long_work_outside_is_renewed_while_it_lasts(lasting, kind):
    started, may_end = threading.Event(), threading.Event()

    def print_slowly(_ctx, number, job_id):
        started.set()
        may_end.wait(10)

    kind("test.slow", print_slowly, outside=True, lease_seconds=1)
    (job_id,) = promise(lasting, "test.slow")
    worker = threading.Thread(target=execution.drain, args=(lasting, "slow"), kwargs={"clock": lambda: NOW})
    worker.start()
    assert started.wait(5)
    first = job_of(lasting, job_id).lease_until
    for _ in range(60):
        if job_of(lasting, job_id).lease_until > first + timedelta(seconds=1):
            break
        threading.Event().wait(0.05)
    assert job_of(lasting, job_id).lease_until > first + timedelta(seconds=1), "outlived its first lease"
    assert execution.rescue(lasting, at=NOW) == 0
    may_end.set()
    worker.join()
    assert job_of(lasting, job_id).state is JobState.DONE


def test_a_worker_that_slept_past_its_lease_does_not_do_the_work_again(lasting, ran):
    (job_id,) = promise(lasting)
    execution.claim(lasting, "sleeper", at=NOW)
    let_lease_lapse(lasting, job_id)
    execution.rescue(lasting, at=NOW)
    execution.claim(lasting, "other", at=NOW)
    assert execution.execute(lasting, job_id, "sleeper", clock=lambda: NOW) is JobState.RUNNING
    assert ran == []
    assert execution.execute(lasting, job_id, "other", clock=lambda: NOW) is JobState.DONE
    assert execution.execute(lasting, job_id, "sleeper", clock=lambda: NOW) is JobState.DONE
    assert ran == [0]


def test_the_failure_of_a_worker_that_lost_its_job_undoes_nothing(lasting, kind):
    """The sleeper fails after the other has done the work: done stays done."""

    def lose_the_race(_ctx, number, job_id):
        let_lease_lapse(lasting, job_id)
        execution.rescue(lasting, at=NOW)
        execution.claim(lasting, "other", at=NOW)
        with lasting.transaction() as session:
            session.execute(update(Job).where(Job.id == job_id).values(state=JobState.DONE))
        raise ConnectionError("gone")

    kind("test.lost", lose_the_race, outside=True)
    (job_id,) = promise(lasting, "test.lost")
    execution.drain(lasting, "sleeper", clock=lambda: NOW)
    job = job_of(lasting, job_id)
    assert (job.state, job.locked_by) == (JobState.DONE, "other")


def test_work_outside_hands_back_what_the_closing_transaction_writes(lasting, kind):
    def send(_ctx, number, job_id):
        return lambda done: done.session.add(Heartbeat(worker=f"sent {number}", carrier="test", seen_at=done.now))

    kind("test.send", send, outside=True)
    promise(lasting, "test.send")
    execution.drain(lasting, "w", clock=lambda: NOW)
    with lasting.reading() as session:
        assert session.scalars(select(Heartbeat.worker)).all() == ["sent 0"]


def test_a_drain_stops_when_told_and_keeps_the_rest(lasting, ran):
    promise(lasting, count=5)
    late = NOW + timedelta(hours=1)
    assert execution.drain(lasting, "w", clock=lambda: late, until=lambda: len(ran) == 2) == 2
    assert execution.drain(lasting, "w", clock=lambda: late, limit=2) == 2
    assert execution.drain(lasting, "w", clock=lambda: late) == 1
    assert ran == [0, 1, 2, 3, 4]


def test_jobs_promised_by_a_job_are_run_in_the_same_drain(lasting, kind, ran):
    kind("test.parent", lambda ctx, number: ledger.enqueue(ctx, "test.note", {"number": 9}, dedup="child"))
    promise(lasting, "test.parent")
    assert execution.drain(lasting, "w", clock=lambda: NOW) == 2
    assert ran == [9]


def test_what_is_kept_open_is_let_go_when_nothing_is_left(lasting, ran, monkeypatch):
    let_go = []
    monkeypatch.setattr(execution, "ON_IDLE", {"default": lambda: let_go.append(list(ran))})
    promise(lasting, count=2)
    execution.drain(lasting, "w", clock=lambda: NOW + timedelta(hours=1))
    assert let_go == [[0, 1]]


def test_a_lease_given_by_a_clock_years_ahead_holds_nobody_and_one_of_an_hour_stands(lasting, ran):
    far, near = promise(lasting, count=2)
    for job_id, ahead in ((far, timedelta(days=1095)), (near, timedelta(hours=1))):
        execution.claim(lasting, "w", at=NOW, job_id=job_id)
        with lasting.transaction() as session:
            session.execute(update(Job).where(Job.id == job_id).values(lease_until=now() + ahead))
    assert execution.rescue(lasting, at=NOW) == 1
    assert (job_of(lasting, far).state, job_of(lasting, near).state) == (JobState.READY, JobState.RUNNING)


def test_a_lane_that_lost_its_database_gives_back_what_it_had_taken_and_no_more(lasting, ran):
    mine, theirs = promise(lasting, count=2)
    execution.claim(lasting, "w", at=NOW, job_id=mine)
    execution.claim(lasting, "v", at=NOW, job_id=theirs)
    assert execution.hand_back(lasting, "w", at=NOW) == 1
    assert (job_of(lasting, mine).state, job_of(lasting, theirs).state) == (JobState.READY, JobState.RUNNING)


def away():
    return OperationalError("SELECT 1", {}, Exception("server closed the connection"))


def test_what_was_done_outside_is_written_down_once_the_database_is_back_and_done_once(lasting, kind, monkeypatch):
    done, noted = [], []
    kind("test.out", lambda _ctx, **_: done.append(1) or (lambda _later: noted.append(1)), outside=True)
    (job_id,) = promise(lasting, "test.out", number=1)
    really, refusals = execution._inside_part, [away(), away(), away()]

    def refuse(*arguments):
        if refusals:
            raise refusals.pop()
        return really(*arguments)

    monkeypatch.setattr(execution, "_inside_part", refuse)
    monkeypatch.setattr(execution.time, "sleep", lambda _seconds: None)
    assert execution.drain(lasting, "w", clock=lambda: NOW) == 1
    assert (done, noted) == ([1], [1])
    assert (job_of(lasting, job_id).state, job_of(lasting, job_id).attempts) == (JobState.DONE, 1)


def test_a_reading_that_cannot_be_ended_does_not_undo_the_work_that_went_with_it(lasting, kind, monkeypatch):
    """A message sent while PostgreSQL restarted: the connection of its reading is dead."""
    done = []
    kind("test.out", lambda _ctx, **_: done.append(1) or (lambda _later: None), outside=True)
    (job_id,) = promise(lasting, "test.out", number=1)
    really = lasting.reading

    @contextmanager
    def dying():
        with really() as session:
            yield session
        raise away()

    monkeypatch.setattr(lasting, "reading", dying)
    execution.drain(lasting, "w", clock=lambda: NOW)
    monkeypatch.undo()
    assert done == [1]
    assert job_of(lasting, job_id).state is JobState.DONE


def test_a_lane_takes_from_its_own_queues_the_oldest_first(lasting, ran, monkeypatch):
    monkeypatch.setitem(ledger.REGISTRY, "test.pdf", ledger.Task("test.pdf", lambda _ctx, **_: None, "pdf", False, 120))
    first, second = promise(lasting, count=2)
    (printing,) = promise(lasting, "test.pdf", at=NOW - timedelta(hours=1))
    late = NOW + timedelta(hours=1)
    assert execution.claim(lasting, "w", at=late, queues=["mail"]) is None
    assert execution.claim(lasting, "w", at=late, queues=["default"]) == first
    assert execution.claim(lasting, "w", at=late, queues=["pdf", "default"]) == printing
    assert execution.claim(lasting, "w", at=late, queues=["pdf", "default"]) == second
