from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, local

import pytest
from sqlalchemy import event

from portal.jobs import clock_guard
from portal.jobs.models import Job, JobState
from tests.conftest import NOW

pytestmark = pytest.mark.both_databases
YEARS = timedelta(days=1095)


def look(ctx, **later):
    return clock_guard.look(ctx.session, NOW + timedelta(**later))


def test_time_that_passes_is_believed_and_so_is_a_week_switched_off(ctx):
    for later in ({}, {"seconds": 20}, {"days": 7}, {"days": 14}, {"days": 13, "hours": 23}):
        assert look(ctx, **later) == (True, None)


@pytest.mark.parametrize("days", [1095, 8, -8])
def test_a_clock_that_leaps_is_told_once_and_not_believed_until_it_is_right_again(ctx, days):
    look(ctx)
    believed, told = look(ctx, days=days)
    assert (believed, told.last, told.said) == (False, NOW, NOW + timedelta(days=days))
    assert look(ctx, days=days, seconds=20) == (False, None)
    assert clock_guard.leap(ctx.session).last == NOW
    assert look(ctx, seconds=40) == (True, None)
    assert clock_guard.leap(ctx.session) is None


def test_a_worker_that_has_run_since_its_last_tick_believes_no_day_more_than_it_has_run(ctx):
    seconds = [100.0]
    worker = clock_guard.RunningWorker(lambda: seconds[0])

    def tick(ran, **later):
        seconds[0] = 100.0 + ran
        at = NOW + timedelta(**later)
        believed, told = clock_guard.look(ctx.session, at, worker.expected())
        if believed:
            worker.ticked(at)
        return believed, told is not None

    assert worker.expected() is None
    assert tick(0) == (True, False)
    assert tick(20, hours=23) == (True, False), "summer time, or a clock some hours wrong"
    assert tick(40, days=4) == (False, True)
    assert tick(60, days=4, seconds=20) == (False, False)
    assert tick(80, hours=23, minutes=1) == (True, False), "put right"
    assert tick(100, days=4) == (False, True)
    clock_guard.accept(ctx.session, NOW + timedelta(days=4))
    assert tick(120, days=4, seconds=20) == (True, False)
    assert tick(5 * 86400, days=9) == (True, False), "asleep for five days, which the counter has seen"


def test_of_two_first_ticks_at_once_one_leaves_the_mark_and_both_are_believed(lasting):
    """On PostgreSQL both have read that there is no mark before either writes one."""
    together, seen = Barrier(2, timeout=20), local()
    if lasting.engine.dialect.name == "postgresql":

        @event.listens_for(lasting.engine, "after_cursor_execute")
        def meet(connection, cursor, statement, *_):
            if "FROM clock_mark" in statement and not getattr(seen, "none", False):
                seen.none = True
                together.wait()

    def first_tick(seconds):
        with lasting.transaction() as session:
            return clock_guard.look(session, NOW + timedelta(seconds=seconds))

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(first_tick, [0, 0])) == [(True, None)] * 2


def test_a_person_may_say_that_the_clock_is_right(ctx):
    look(ctx)
    look(ctx, days=30)
    assert clock_guard.accept(ctx.session, NOW + timedelta(days=30)).last == NOW
    assert look(ctx, days=30, seconds=20) == (True, None)
    assert clock_guard.accept(ctx.session, NOW) is None


def test_a_portal_filled_with_older_work_is_told_what_time_it_is(ctx):
    job(ctx, "old", created_at=NOW - timedelta(days=11), state=JobState.DONE)
    clock_guard.believe(ctx.session, NOW)
    assert look(ctx, seconds=20) == (True, None)
    assert look(ctx, days=9)[0] is False


def job(ctx, key, **facts):
    row = Job(
        kind="x", payload={}, dedup=key, **{"run_at": NOW + YEARS, "created_at": NOW, "state": JobState.READY, **facts}
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row


def test_without_a_mark_the_newest_job_tells_the_time(ctx):
    job(ctx, "a")
    assert look(ctx, days=1095)[0] is False


def test_what_a_clock_ahead_put_off_is_due_again_and_what_was_meant_for_later_is_not(ctx):
    look(ctx)
    promised, failed = job(ctx, "a", created_at=NOW + YEARS), job(ctx, "b", last_error="no")
    meant = job(ctx, "c", run_at=NOW + timedelta(days=30))
    clock_guard.look(ctx.session, NOW + YEARS)
    look(ctx, seconds=20)
    for row in (promised, failed, meant):
        ctx.session.refresh(row)
    assert promised.run_at == failed.run_at == NOW + timedelta(seconds=20)
    assert meant.run_at == NOW + timedelta(days=30)
