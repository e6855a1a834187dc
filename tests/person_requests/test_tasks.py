"""What falls due is told in the morning, once, here and at vendors."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.notices.models import Notice
from portal.person_requests import tasks
from portal.person_requests.queries import concerned_vendors
from tests.conftest import NOW
from tests.factories.desk import service_of
from tests.factories.people import user_of
from tests.factories.register import activity_of
from tests.factories.requests import entrusted, recorded, relayed
from tests.factories.world import vendor_of, vendor_user

pytestmark = pytest.mark.both_databases


def test_a_term_that_draws_near_is_told_once_and_what_a_vendor_owes_too(session, ctx, app):
    user_of(session, Role.DPO)
    vendor = vendor_of(session)
    vendor_user(session, vendor)
    request = recorded(ctx, vendor)
    task = entrusted(ctx, request, vendor)
    before = session.scalar(select(func.count(Notice.id)))
    assert tasks.note_requests_due(ctx, NOW.date()) == 0
    near = request.due_on - timedelta(days=3)
    assert tasks.note_requests_due(Context(session, SYSTEM, NOW), near) == 1
    assert tasks.note_requests_due(Context(session, SYSTEM, NOW), near) == 0
    assert tasks.note_requests_due(Context(session, SYSTEM, NOW), task.due_on + timedelta(days=1)) == 1
    assert session.scalar(select(func.count(Notice.id))) == before + 2


def test_vendors_that_serve_the_same_processing_are_proposed_and_no_other(session, acting, app):
    ours = acting(Role.DPO)
    first, beside, away = (vendor_of(session, name=name) for name in ("Callisto", "Europe", "Ganymède"))
    numbers = tuple(service_of(session, one, started_on=None).id for one in (first, beside))
    service_of(session, away, started_on=None)
    activity_of(ours, service_ids=numbers)
    request = relayed(Context(session, SYSTEM, NOW), first)
    assert [(one.name, one.is_chained) for one in concerned_vendors(ours, request, ())] == [("Europe", False)]
    assert concerned_vendors(ours, request, {beside.id}) == []
