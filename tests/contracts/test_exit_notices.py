"""What is still to be proved after a contract's end is asked of its vendor, then told to ours, once each."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts import exit_queries, services
from portal.contracts.exit_notices import note_contract_exits
from portal.contracts.rules.life import ContractAct
from portal.contracts.services import ContractDates
from portal.notices.models import Notice
from portal.vendors.rules.status import VendorStatus
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of, vendor_user

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]


@pytest.fixture
def world(session, acting):
    """The end of a contract, somebody of the vendor, who answers for it, and a lawyer."""
    owner, lawyer = user_of(session, Role.BUYER), acting(Role.LEGAL)
    vendor = vendor_of(session, owner, status=VendorStatus.OFFBOARDING)
    theirs = vendor_user(session, vendor)
    contract = contract_of(lawyer, vendor, dates=ContractDates(date(2026, 1, 1), 36, 0, "0"))
    services.do_act(lawyer, contract, ContractAct.TERMINATE, why="Fin de la relation")
    return exit_queries.get_exit(lawyer, contract), theirs, owner, lawyer.actor


def told(session, day):
    """Who is told on a morning, and nothing twice."""
    session.query(Notice).delete()
    ctx = Context(session, SYSTEM, NOW + (day - NOW.date()))
    first = note_contract_exits(ctx, day)
    assert note_contract_exits(ctx, day) == 0
    people = session.scalars(select(Notice.user_id)).all()
    assert len(people) == first
    return set(people)


def test_the_vendor_is_reminded_a_week_before_then_ours_once_it_is_late(session, world):
    row, theirs, owner, lawyer = world
    assert told(session, row.due_on - timedelta(days=8)) == set()
    assert told(session, row.due_on - timedelta(days=7)) == {theirs.id}
    late = told(session, row.due_on + timedelta(days=1))
    assert late >= {theirs.id, owner.id, lawyer.id}


def test_an_end_that_is_over_is_told_to_nobody(session, world):
    row, *_ = world
    row.closed_at = NOW
    session.flush()
    assert told(session, row.due_on + timedelta(days=1)) == set()
