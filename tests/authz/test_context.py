from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from portal.authz.context import Context, authorize
from portal.authz.policy import NOBODY, SYSTEM, Actor, Permission, Role
from portal.core.errors import Forbidden, NotFound

NIGHT = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # 1 July in Paris
P = Permission


def context(actor):
    return Context(session=None, actor=actor, now=NIGHT)


def row(vendor=1, owner=7):
    return SimpleNamespace(reach_vendor=vendor, reach_owner=owner)


def test_today_is_the_day_in_paris():
    assert context(SYSTEM).today == date(2026, 7, 1)


def test_a_role_that_never_may_is_told_so():
    for actor in (NOBODY, Actor(Role.BUYER, 7)):
        with pytest.raises(Forbidden):
            authorize(context(actor), P.JOURNAL_VIEW)


def test_a_row_out_of_reach_does_not_exist_and_one_within_reach_does():
    buyer = context(Actor(Role.BUYER, 7))
    authorize(buyer, P.VENDOR_EDIT)
    authorize(buyer, P.VENDOR_EDIT, row(owner=7))
    for other in (8, None):
        with pytest.raises(NotFound):
            authorize(buyer, P.VENDOR_EDIT, row(owner=other))


def test_a_forbidden_role_does_not_learn_whether_a_row_exists():
    with pytest.raises(Forbidden):
        authorize(context(Actor(Role.BUYER, 7)), P.CONTRACT_DRAFT, row(owner=7))


def test_an_experts_access_ends_with_the_last_day_in_paris():
    def expert(until):
        return context(Actor(Role.EXPERT, 3, vendor_ids=frozenset({1}), until=until))

    assert expert(date(2026, 7, 1)).can(P.VENDOR_VIEW, row())
    assert not expert(date(2026, 6, 30)).can(P.VENDOR_VIEW, row())


def test_a_vendor_account_reaches_its_own_vendor_alone_and_nothing_that_belongs_to_none():
    vendor = context(Actor(Role.VENDOR_ADMIN, 3, vendor_ids=frozenset({1})))
    assert vendor.can(P.AUDIT_ANSWER, row(vendor=1))
    assert not vendor.can(P.AUDIT_ANSWER, row(vendor=2))
    assert not vendor.can(P.AUDIT_ANSWER, row(vendor=None))
