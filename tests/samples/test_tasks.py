from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.jobs import execution
from portal.jobs.models import Job, JobState
from portal.notices.models import Notice
from portal.samples import services, tasks
from portal.samples.measure import measure_part
from portal.samples.models import FlaggedCase, SampleState
from portal.samples.rules.columns import SampleKind
from tests.conftest import NOW
from tests.factories import samples
from tests.factories.samples import LATER, asked, received, run, simple, spoilt, stored
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user
from tests.samples.generating import AS_OF

COUNT = 30


@pytest.fixture
def dpo(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def vendor(session):
    return vendor_of(session)


@pytest.fixture
def sender(session, vendor):
    return Context(session, actor_of(vendor_user(session, vendor), vendor), NOW)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(tasks, "PART", 7)


@pytest.fixture(params=[*SampleKind])
def sample(request, dpo, vendor, sender):
    """A complete sample that waits for its measure."""
    made = asked(dpo, vendor, kind=request.param, size=COUNT)
    return received(sender, made, samples.csv(COUNT, request.param))


@contextmanager
def worker(database):
    """The context of a worker, in a session of its own."""
    with database.session(write=True) as opened:
        yield Context(opened, SYSTEM, NOW)
        opened.commit()


def whole(sample):
    """What one pass over the file comes to."""
    given = [*(samples.generating.cases if sample.kind is SampleKind.CASES else samples.generating.calls)(COUNT, 4)]
    return measure_part(samples.cases_of(sample.kind, given), sample.kind, {}, AS_OF, COUNT)


def flagged(session, sample):
    rows = session.scalars(
        select(FlaggedCase)
        .where(FlaggedCase.sample_id == sample.id)
        .order_by(FlaggedCase.weight.desc(), FlaggedCase.line)
    )
    return [(row.line, row.reference, row.weight, row.flags) for row in rows]


def is_whole(session, sample):
    session.expire_all()
    expected = whole(sample)
    assert (sample.state, sample.done, sample.total) == (SampleState.MEASURED, COUNT, COUNT)
    assert sample.tally == expected.tally
    assert sample.flagged_cases == len(expected.worst)
    assert flagged(session, sample) == [
        (row["line"], row["reference"], row["weight"], row["flags"]) for row in expected.worst
    ]


def waiting(session, kind):
    return session.scalars(select(Job).where(Job.kind == kind, Job.state == JobState.READY)).one()


# --- measuring


def test_parts_measured_by_several_jobs_come_to_what_one_pass_does(database, session, sample):
    assert run(database, session, "withdrawals.measure") == 5
    is_whole(session, sample)


def test_a_job_run_twice_counts_once(database, session, sample):
    for start in range(0, COUNT, 7):
        facts = {"sample_id": sample.id, "attempt": 1, "start": start, "job_id": 0}
        with worker(database) as ctx:
            for record in [tasks.measure(ctx, **facts) for _ in range(2)]:
                record(ctx)
            assert tasks.measure(ctx, **facts) is None
    is_whole(session, sample)


def test_the_part_of_a_worker_that_died_is_done_again(database, session, sample):
    for _ in range(2):
        job_id = waiting(session, "withdrawals.measure").id
        assert execution.claim(database, "mort", at=NOW, job_id=job_id) == job_id
        with worker(database) as ctx:  # it dies before anything of it is written
            assert tasks.measure(ctx, **session.get_one(Job, job_id).payload, job_id=job_id) is not None
        session.refresh(job := session.get_one(Job, job_id))
        job.lease_until = NOW - timedelta(days=9999)
        session.commit()
        assert execution.rescue(database, at=NOW) == 1
        execution.claim(database, "suivant", at=LATER, job_id=job_id)
        execution.execute(database, job_id, "suivant", clock=lambda: LATER)
    run(database, session, "withdrawals.measure")
    is_whole(session, sample)


def test_once_measured_whoever_asked_is_told_once(database, session, dpo, sample):
    run(database, session, "withdrawals.measure")
    assert run(database, session, "withdrawals.tell_measured") == 1
    with worker(database) as ctx:
        tasks.tell_measured(ctx, sample_id=sample.id, vendor_id=sample.vendor_id)
    [notice] = session.scalars(select(Notice)).all()
    assert notice.user_id == dpo.actor.id
    assert notice.values["flagged"] == session.get_one(type(sample), sample.id).flagged_cases


# --- reading


def test_a_large_file_is_read_by_its_job(database, session, dpo, vendor, sender):
    sample = asked(dpo, vendor)
    services.receive(sender, sample, stored(sender, samples.csv(10)))
    session.commit()
    assert run(database, session, "withdrawals.read") == 1
    session.refresh(sample)
    assert (sample.state, sample.total) == (SampleState.MEASURING, 10)


def test_a_file_replaced_while_it_waited_is_not_read(database, session, dpo, vendor, sender):
    sample = asked(dpo, vendor)
    services.receive(sender, sample, stored(sender, spoilt(samples.csv(simple(10)), {(3, "stated"): "hier"})))
    services.receive(sender, sample, stored(sender, samples.csv(12)))
    session.commit()
    assert run(database, session, "withdrawals.read") == 2
    session.refresh(sample)
    assert (sample.state, sample.total, sample.attempt, sample.problem_count) == (SampleState.MEASURING, 12, 2, 0)


def test_a_file_read_while_its_sender_waited_is_left_alone_by_its_job(database, session, dpo, vendor, sender):
    sample = asked(dpo, vendor)
    received(sender, sample, spoilt(samples.csv(simple(10)), {(3, "stated"): "hier"}))
    run(database, session, "withdrawals.read")
    session.refresh(sample)
    assert (sample.state, sample.problem_count) == (SampleState.TO_CORRECT, 1)


def test_a_measure_of_what_is_no_longer_there_to_measure_does_nothing(session, dpo, vendor):
    sample = asked(dpo, vendor)
    assert tasks.measure(dpo, sample_id=sample.id, attempt=0, start=0, job_id=0) is None
    assert tasks.read(dpo, sample_id=sample.id, attempt=0, job_id=0) is None
