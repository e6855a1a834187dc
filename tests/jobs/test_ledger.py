from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.jobs import ledger
from portal.jobs.ledger import JobOrder, WaitingJob
from portal.jobs.models import Job, JobState
from tests.conftest import NOW

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _kinds(kind):
    kind("test.nothing", lambda _ctx: None)
    kind("test.other", lambda _ctx, number: None)


@pytest.fixture
def told(monkeypatch):
    """What a distributed carrier hears."""
    heard: list[WaitingJob] = []
    monkeypatch.setattr(ledger, "_NOTIFIERS", [lambda _session, promises: heard.extend(promises)])
    return heard


def test_a_transaction_rolled_back_promises_nothing(lasting):
    with lasting.session(write=True) as session, session.begin() as transaction:
        ledger.enqueue(Context(session, SYSTEM, NOW), "test.nothing", {}, dedup="once")
        transaction.rollback()
    with lasting.reading() as session:
        assert session.scalars(select(Job)).all() == []


def test_a_key_promised_twice_is_one_job(ctx):
    first = ledger.enqueue(ctx, "test.nothing", {}, dedup="once")
    assert isinstance(first, int)
    assert ledger.enqueue(ctx, "test.nothing", {}, dedup="once") is None
    assert ctx.session.scalars(select(Job.id).where(Job.dedup == "once")).all() == [first]


def test_a_key_repeated_in_one_batch_is_one_job(ctx):
    orders = [JobOrder("test.other", {"number": 1}, "a"), JobOrder("test.other", {"number": 2}, "a")]
    assert len(ledger.enqueue_many(ctx, orders)) == 1


def test_an_unknown_kind_is_refused_when_promised(ctx):
    with pytest.raises(KeyError, match=r"test\.unheard"):
        ledger.enqueue(ctx, "test.unheard", {}, dedup="x")


def test_two_functions_cannot_share_a_kind():
    with pytest.raises(ValueError, match=r"mail\.send"):
        ledger.task("mail.send")(lambda _ctx: None)


def test_three_thousand_promises_cost_a_handful_of_statements(ctx, statements):
    orders = [JobOrder("test.other", {"number": n}, f"many:{n}") for n in range(3000)]
    statements.clear()
    made = ledger.enqueue_by_key(ctx, orders)
    assert len(statements) <= 6
    assert set(made) == {f"many:{n}" for n in range(3000)}
    job = ctx.session.get_one(Job, made["many:2999"])
    assert (job.payload, job.state, job.run_at) == ({"number": 2999}, JobState.READY, NOW)


def test_nothing_to_promise_asks_the_database_nothing(ctx, statements):
    statements.clear()
    assert ledger.enqueue_many(ctx, []) == []
    assert statements == []


def test_the_carrier_is_told_of_new_jobs_only_with_their_hour(ctx, told):
    later = NOW + timedelta(hours=2)
    ledger.enqueue(ctx, "test.nothing", {}, dedup="a")
    told.clear()
    ledger.enqueue_many(ctx, [JobOrder("test.nothing", {}, "a"), JobOrder("test.nothing", {}, "b", run_at=later)])
    assert [(one.queue, one.run_at) for one in told] == [("default", later)]


def test_a_fact_becomes_one_job_per_subscriber_once(ctx, monkeypatch):
    @dataclass(frozen=True)
    class Happened:
        number: int

    monkeypatch.setitem(ledger.SUBSCRIPTIONS, Happened, ("test.nothing", "test.other"))
    ledger.publish(ctx, Happened(7), key="7")
    ledger.publish(ctx, Happened(7), key="7")
    jobs = ctx.session.scalars(select(Job).where(Job.kind.startswith("test.")).order_by(Job.kind)).all()
    assert [(job.kind, job.payload) for job in jobs] == [("test.nothing", {"number": 7}), ("test.other", {"number": 7})]


def test_a_dead_job_gets_five_attempts_again_and_the_carrier_hears_of_it(ctx, told):
    dead, alive = ledger.enqueue_many(
        ctx, [JobOrder("test.nothing", {}, "dead"), JobOrder("test.nothing", {}, "alive")]
    )
    job = ctx.session.get_one(Job, dead)
    job.state, job.attempts = JobState.DEAD, 5
    ctx.session.flush()
    told.clear()
    assert ledger.retry(ctx, [dead, alive]) == [dead]
    ctx.session.refresh(job)
    assert (job.state, job.attempts) == (JobState.READY, 0)
    assert [one.job_id for one in told] == [dead]


def test_retrying_all_dead_jobs_leaves_the_others_alone(ctx):
    ids = ledger.enqueue_many(ctx, [JobOrder("test.nothing", {}, f"{n}") for n in range(4)])
    for job_id in ids[:2]:
        ctx.session.get_one(Job, job_id).state = JobState.DEAD
    ctx.session.get_one(Job, ids[2]).state = JobState.DONE
    ctx.session.flush()
    assert ledger.retry(ctx) == sorted(ids[:2])
