"""A request is relayed or recorded: who asks is sealed, which day counts is said."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from portal.person_requests import queries
from portal.person_requests.identity import RequestingPerson, person_of
from portal.person_requests.rules.kinds import RequestKind
from portal.person_requests.rules.life import RequestState
from portal.person_requests.services import entering
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.requests import PERSON, WHO, recorded, relayed
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user

TODAY = NOW.date()


@pytest.fixture
def vendor(session, app):
    return vendor_of(session, name="Callisto")


@pytest.fixture
def theirs(session, vendor):
    return Context(session, actor_of(vendor_user(session, vendor), vendor), NOW)


@pytest.fixture
def ours(acting, app):
    return acting(Role.DPO)


def test_what_a_vendor_relays_is_counted_from_the_day_it_reached_it_and_both_days_are_kept(vendor, theirs):
    request = relayed(theirs, vendor, ago=6)
    assert (request.vendor_received_on, request.reached_us_on) == (TODAY - timedelta(days=6), TODAY)
    assert request.start == request.vendor_received_on
    assert request.due_on == date(2026, 12, 18)
    assert (request.state, request.from_vendor) == (RequestState.RECEIVED, True)


def test_a_vendor_relays_so_many_requests_a_day_and_ours_are_not_counted(vendor, theirs, ours, monkeypatch):
    monkeypatch.setattr(entering, "RELAYED_A_DAY", 1)
    recorded(ours, vendor, ours_on=TODAY)
    relayed(theirs, vendor)
    with pytest.raises(Refused, match="1 demandes"):
        relayed(theirs, vendor)


def test_what_came_to_us_alone_is_counted_from_us(ours, vendor):
    request = recorded(ours, vendor, ours_on=TODAY - timedelta(days=1))
    assert request.vendor_received_on is None
    assert (request.start, request.due_on) == (date(2026, 11, 23), date(2026, 12, 23))


def test_a_withdrawal_from_a_contract_has_its_own_term(vendor, theirs):
    assert relayed(theirs, vendor, RequestKind.CONTRACT).due_on == TODAY + timedelta(days=14)
    assert relayed(theirs, vendor, RequestKind.CONSENT).due_on == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("vendor_on", "ours_on"),
    [
        (TODAY + timedelta(days=1), TODAY + timedelta(days=1)),
        (TODAY, TODAY - timedelta(days=1)),
        (date(2018, 5, 24), TODAY),
    ],
)
def test_days_that_cannot_be_are_refused(ours, vendor, vendor_on, ours_on):
    with pytest.raises(Refused):
        recorded(ours, vendor, vendor_on=vendor_on, ours_on=ours_on)


def test_nobody_named_is_refused(vendor, theirs):
    with pytest.raises(Refused):
        relayed(theirs, vendor, person=RequestingPerson("  "))


def test_a_vendor_relays_for_itself_alone_and_who_only_reads_does_not(session, vendor, theirs):
    with pytest.raises(NotFound):
        relayed(theirs, vendor_of(session))
    reader = vendor_user(session, vendor, Role.VENDOR_READER)
    with pytest.raises(Forbidden):
        relayed(Context(session, actor_of(reader, vendor), NOW), vendor)


def test_who_asks_is_sealed_in_the_database_and_in_no_journal_nor_message(session, vendor, theirs):
    user_of(session, Role.DPO)
    request = relayed(theirs, vendor)
    session.commit()
    held = session.execute(text("SELECT * FROM person_request")).one()
    assert not any(word in str(tuple(held)) for word in (WHO, "honorine", "Effacez-moi"))
    told = [str((one.object_label, one.before, one.after)) for one in session.scalars(select(JournalEntry))]
    told += [str(one.values) for one in session.scalars(select(Notice))]
    assert told
    assert not any("Honorine" in one or "honorine" in one for one in told)
    assert queries.own_requests(theirs)[0].id == request.id


def test_only_whoever_works_requests_knows_who_asks(acting, vendor, theirs, ours):
    request = relayed(theirs, vendor)
    assert person_of(ours, request) == PERSON
    for role in (Role.MANAGEMENT, Role.BUYER):
        with pytest.raises((Forbidden, NotFound)):
            person_of(acting(role), request)


def test_whoever_works_requests_is_told_in_the_morning(session, vendor, theirs):
    dpo, buyer = user_of(session, Role.DPO), user_of(session, Role.BUYER)
    relayed(theirs, vendor)
    told = session.scalars(select(Notice)).all()
    assert dpo.id in {one.user_id for one in told}
    assert buyer.id not in {one.user_id for one in told}
    assert {one.due_on for one in told} == {date(2026, 12, 24)}
