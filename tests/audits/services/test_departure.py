"""What a vendor that has left was still asked is withdrawn: it was reminded, and late, for ever."""

import pytest
from sqlalchemy import select

from portal.audits import overview, tasks
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.jobs.models import Job
from portal.vendors.rules.status import VendorStatus
from portal.vendors.services import change_status
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.review import case_of
from tests.factories.world import audit_of

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def late(session):
    """A vendor whose answers are late, and whose last ones are read by us."""
    case = case_of(session, due_on=NOW.date().replace(day=1))
    audit_of(session, case.vendor, state=AuditState.SUBMITTED)
    session.commit()
    return case


def departures(session):
    return session.scalars(select(Job).where(Job.kind == "audits.on_departure")).all()


def leave(case):
    change_status(case.judging, case.vendor, VendorStatus.OFFBOARDING)
    assert not departures(case.session), "it holds our data, and answers still"
    change_status(case.judging, case.vendor, VendorStatus.OFFBOARDED)
    return departures(case.session)


def states(case):
    case.session.expire_all()
    return [audit.state for audit in case.session.query(type(case.audit)).order_by("id")]


def test_a_vendor_that_has_left_is_late_no_more_and_what_it_sent_is_still_ours_to_read(session, late):
    management, system = late.acting(user_of(session, Role.MANAGEMENT)), Context(session, SYSTEM, NOW)
    assert overview.count_late_audits(management) == 1
    [job] = leave(late)
    for _ in range(2):
        tasks.withdraw_from_departed(system, **job.payload)
    assert states(late) == [AuditState.CANCELLED, AuditState.SUBMITTED]
    assert overview.count_late_audits(management) == 0


def test_one_that_came_back_before_is_left_alone(session, late):
    [job] = leave(late)
    change_status(late.judging, late.vendor, VendorStatus.ONBOARDING)
    tasks.withdraw_from_departed(Context(session, SYSTEM, NOW), **job.payload)
    assert states(late) == [AuditState.OPENED, AuditState.SUBMITTED]
