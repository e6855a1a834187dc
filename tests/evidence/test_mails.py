"""A proof about to expire reaches its vendor, and our people once it has."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.evidence.mails import note_expiring_proofs
from portal.evidence.rules import EvidenceVerdict
from portal.notices.models import Notice
from tests.factories.people import user_of
from tests.factories.spaces import used_proof_of
from tests.factories.world import vendor_of, vendor_user

LAST = date(2027, 3, 31)


@pytest.fixture
def proof(session, app):
    vendor = vendor_of(session)
    vendor_user(session, vendor)
    return used_proof_of(session, vendor, expires_on=LAST)


def search(session, day):
    at = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    return note_expiring_proofs(Context(session, SYSTEM, at), day)


def test_it_is_said_a_month_and_a_week_before_its_last_day_and_the_day_after_to_our_people_too(session, proof):
    reviewer = user_of(session, Role.DPO)
    for number in range(-40, 20):
        search(session, LAST + timedelta(days=number))
    rows = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [row.key.rpartition(":")[2] for row in rows] == ["-30", "-7", "1", "1"]
    assert [row.user_id == reviewer.id for row in rows] == [False, False, False, True]


def test_a_proof_that_was_put_aside_or_serves_no_more_is_not_spoken_of(session, proof):
    proof.verdict = EvidenceVerdict.REJECTED
    session.flush()
    assert search(session, LAST) == 0
    proof.verdict, proof.in_use = EvidenceVerdict.VERIFIED, False
    session.flush()
    assert search(session, LAST) == 0
