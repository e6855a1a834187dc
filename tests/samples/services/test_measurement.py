import pytest
from sqlalchemy import func, select

from portal.jobs.models import Job, JobState
from portal.notices.models import Notice
from portal.samples import services
from portal.samples.models import FlaggedCase, SampleState
from portal.samples.services import measurement
from tests.factories import samples
from tests.factories.samples import asked, received

pytestmark = pytest.mark.both_databases


@pytest.fixture
def sample(dpo, vendor, sender):
    """A sample of ten cases that waits for its measure."""
    return received(sender, asked(dpo, vendor), samples.csv(10))


def row(line, weight, **facts):
    return {
        "line": line, "reference": f"A{line}", "weight": weight, "is_firm": True, "flags": ["refund-late"],
        "facts": {}, **facts,
    }  # fmt: skip


def kept(session, sample):
    return session.execute(
        select(FlaggedCase.line, FlaggedCase.weight).where(FlaggedCase.sample_id == sample.id).order_by(FlaggedCase.id)
    ).all()


def test_a_part_adds_what_it_found_and_promises_the_next_one(session, ctx, sample):
    services.record_part(ctx, sample, start=0, count=4, tally={"flagged": 2}, worst=[row(2, 5), row(3, 7)])
    assert (sample.state, sample.done, sample.flagged_cases) == (SampleState.MEASURING, 4, 2)
    promised = select(Job).where(Job.kind == "withdrawals.measure").order_by(Job.id)
    assert [job.payload["start"] for job in session.scalars(promised)] == [0, 4]
    assert kept(session, sample) == [(2, 5), (3, 7)]


def test_a_part_counted_already_adds_nothing(session, ctx, sample):
    part = {"start": 0, "count": 4, "tally": {"flagged": 1}, "worst": [row(2, 5)]}
    for _ in range(2):
        services.record_part(ctx, sample, **part)
    assert (sample.done, kept(session, sample)) == (4, [(2, 5)])


def test_the_last_part_ends_the_measure_and_announces_it_once(session, ctx, sample):
    for _ in range(2):
        services.record_part(ctx, sample, start=0, count=10, tally={"flagged": 0}, worst=[])
    assert (sample.state, sample.measured_at) == (SampleState.MEASURED, ctx.now)
    kinds = session.scalars(select(Job.kind).where(Job.state == JobState.READY)).all()
    assert kinds.count("withdrawals.tell_measured") == kinds.count("scorecards.on_sample") == 1


def test_of_many_parts_only_the_gravest_cases_are_kept(session, ctx, sample, monkeypatch):
    monkeypatch.setattr(measurement, "MOST_FLAGGED", 3)
    services.record_part(ctx, sample, start=0, count=4, tally={"flagged": 3}, worst=[row(2, 5), row(3, 7), row(4, 1)])
    services.record_part(ctx, sample, start=4, count=4, tally={"flagged": 5}, worst=[row(6, 6), row(7, 5)])
    assert sorted(kept(session, sample)) == [(2, 5), (3, 7), (6, 6)]
    assert sample.flagged_cases == 5


def test_the_cases_of_another_sample_are_left_alone(session, ctx, dpo, vendor, sender, sample, monkeypatch):
    monkeypatch.setattr(measurement, "MOST_FLAGGED", 1)
    other = received(sender, asked(dpo, vendor), samples.csv(10))
    services.record_part(ctx, other, start=0, count=4, tally={"flagged": 1}, worst=[row(2, 1)])
    services.record_part(ctx, sample, start=0, count=4, tally={"flagged": 2}, worst=[row(2, 5), row(3, 7)])
    assert (kept(session, other), kept(session, sample)) == ([(2, 1)], [(3, 7)])
    assert not session.scalar(select(func.count(Notice.id)))
