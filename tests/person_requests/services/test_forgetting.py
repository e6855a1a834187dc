"""Who asked is forgotten on the day that was said; the line of the register stays."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import process
from portal.core.errors import Refused
from portal.core.stored import StoredFile
from portal.jobs.models import Job
from portal.person_requests import services, tasks
from portal.person_requests.identity import person_of, reseal
from portal.person_requests.rules.kinds import RequestKind
from tests.conftest import NOW
from tests.factories.requests import WHY, answered, entrusted, given_back, recorded
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user


@pytest.fixture
def ours(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def closed(session, ours):
    vendor = vendor_of(session, name="Callisto")
    theirs = Context(session, actor_of(vendor_user(session, vendor), vendor), NOW)
    request = recorded(ours, vendor, RequestKind.ERASURE)
    task = given_back(theirs, entrusted(ours, request, vendor, ask="Le compte d'Honorine."))
    services.accept_return(ours, task)
    answered(ours, request)
    services.close_request(ours, request, "")
    return request, task


def at_end(session, request, days):
    return Context(session, SYSTEM, NOW + (request.erase_on - NOW.date()) + timedelta(days=days))


@pytest.mark.both_databases
def test_nobody_is_forgotten_before_the_day_and_everybody_after(session, ours, closed):
    request, task = closed
    assert services.forget_due(at_end(session, request, 0)) == 0
    ctx = at_end(session, request, 1)
    assert services.forget_due(ctx) == 1
    assert services.forget_due(ctx) == 0
    assert (request.sealed, task.ask, task.answer, task.with_identity) == (None, "", "", False)
    assert person_of(ours, request) is None
    assert (request.told_on, request.proof_id is not None, request.reference[:8]) == (NOW.date(), True, "DP-2026-")
    with pytest.raises(Refused):
        services.resume_request(ours, request, WHY)


def test_the_files_are_destroyed_and_their_digests_stay(session, closed):
    request, _task = closed
    files = session.scalars(select(StoredFile)).all()
    assert process.store().exists(files[0].key)
    ctx = at_end(session, request, 1)
    services.forget_due(ctx)
    job = session.scalars(select(Job).where(Job.kind == "person_requests.destroy")).one()
    payload = job.payload if isinstance(job.payload, dict) else json.loads(job.payload)
    record = tasks.destroy_files(ctx, **{**payload, "job_id": job.id})
    record(ctx)
    assert not any(process.store().exists(one.key) for one in files)
    assert all(one.sha256 for one in session.scalars(select(StoredFile)))


def test_what_is_not_over_is_never_forgotten(session, ours):
    request = recorded(ours, vendor_of(session))
    assert request.erase_on is None
    assert services.forget_due(Context(session, SYSTEM, NOW + timedelta(days=9000))) == 0


def test_the_round_is_promised_once_a_day(session, app, ctx):
    assert [tasks.forget_daily(ctx), tasks.forget_daily(ctx)] == [1, 0]


def test_under_the_newest_key_nothing_is_left_to_seal_again(ctx, closed):
    assert reseal(ctx) == (0, [])
