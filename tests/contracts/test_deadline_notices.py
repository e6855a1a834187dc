"""Contracts that end or renew soon are told while something can still be done, once each, to whom it falls."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts import services
from portal.contracts.deadline_notices import note_contract_deadlines
from portal.contracts.rules.life import ContractAct
from portal.contracts.services import ContractDates
from portal.core.language import Language
from portal.core.mail import render
from portal.notices.models import Notice
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]
BEGUN = date(2026, 1, 1)
"""With twelve months and notice of three: it ends on 31 December, notice until 30 September of each year."""


@pytest.fixture
def world(session, acting):
    """A contract in force, who answers for its vendor, and a lawyer."""
    owner, lawyer = user_of(session, Role.BUYER), user_of(session, Role.LEGAL)
    contract = contract_of(
        acting(Role.DPO), vendor_of(session, owner), on=BEGUN, dates=ContractDates(BEGUN, 12, 12, "3")
    )
    session.query(Notice).delete()
    return contract, owner, lawyer


def told(session, day):
    """Who is told what on a morning, and nothing twice."""
    session.query(Notice).delete()
    ctx = Context(session, SYSTEM, NOW + (day - NOW.date()))
    first = note_contract_deadlines(ctx, day)
    assert note_contract_deadlines(ctx, day) == 0
    rows = session.scalars(select(Notice)).all()
    assert len(rows) == first
    return {row.user_id for row in rows}, rows


def test_the_owner_is_told_at_ninety_days_and_legal_a_week_before_notice_ends(session, world):
    _, owner, lawyer = world
    assert told(session, date(2027, 10, 1))[0] == set(), "ninety-one days before the end"
    assert told(session, date(2027, 10, 2))[0] == {owner.id}
    assert told(session, date(2027, 8, 31))[0] == {owner.id}, "thirty days before the last day for notice"
    people, rows = told(session, date(2027, 9, 23))
    assert people >= {owner.id, lawyer.id}
    assert {(row.due_on, row.expects_action) for row in rows} == {(date(2027, 9, 30), True)}


def test_an_owner_who_does_not_act_is_followed_by_legal_ten_days_later(session, world):
    _, owner, lawyer = world
    assert told(session, date(2027, 9, 9))[0] == set(), "the reminder of the thirtieth day was told"
    assert told(session, date(2027, 9, 10))[0] >= {owner.id, lawyer.id}


def test_a_decision_stops_the_reminders_of_its_period_and_of_no_other(session, acting, world):
    contract, owner, _ = world
    then = Context(session, acting(Role.DPO).actor, NOW + (date(2027, 8, 15) - NOW.date()))
    services.follow_calendar(then, 0)
    services.decide_to_let_run(then, contract, "Le service rend ce que nous en attendons.")
    for day in (date(2027, 8, 31), date(2027, 9, 10), date(2027, 9, 23), date(2027, 10, 2), date(2027, 10, 12)):
        assert told(session, day)[0] == set()
    services.follow_calendar(Context(session, SYSTEM, NOW + (date(2028, 1, 1) - NOW.date())), 0)
    assert told(session, date(2028, 8, 31))[0] == {owner.id}


def test_who_may_not_open_the_page_is_not_sent_to_it(session, acting, world):
    """A contract may be given to somebody who does not follow its vendor."""
    contract, owner, _ = world
    other = user_of(session, Role.BUYER)
    services.assign_contract(acting(Role.DPO), contract, other.id, None)
    session.expire_all()
    assert told(session, date(2027, 8, 31))[0] == {owner.id}


def test_a_reminder_leads_to_the_page_that_decides_and_says_when_notice_is_too_late(session, world):
    contract, _, _ = world
    for day, words in (
        (date(2027, 8, 31), "sauf préavis donné"),
        (date(2027, 10, 2), "dernier jour du préavis est passé"),
    ):
        _, [one, *_] = told(session, day)
        assert words in render(one.template, Language.FR, one.values).subject
        assert one.values["page"] == f"contracts.deadline?contract_id={contract.id}"


def test_without_an_owner_legal_is_told_from_the_first(session, world):
    _, owner, lawyer = world
    owner.disabled_at = NOW
    session.flush()
    assert lawyer.id in told(session, date(2027, 10, 2))[0]


def test_what_is_not_renewed_ends_and_what_is_over_is_not_told(session, acting, world):
    contract, _, _ = world
    legal = acting(Role.DPO)
    services.change_dates(legal, contract, ContractDates(date(2026, 3, 1), 12, 0, "0"))
    _, [one, *_] = told(session, date(2026, 11, 30))
    line = render(one.template, Language.FR, one.values)
    assert "prend fin le dimanche 28 février 2027" in line.subject
    assert one.due_on == date(2027, 2, 28)
    services.do_act(legal, contract, ContractAct.TERMINATE, why="Fin")
    assert told(session, date(2026, 11, 30))[0] == set()


@pytest.mark.parametrize("notice", ["6", "1", "0"])
def test_what_is_not_renewed_is_told_until_its_end_whatever_its_notice(session, acting, world, notice):
    """No notice ends it: a long one hid its last reminders, a short one brought them long before anything was due."""
    contract, owner, lawyer = world
    services.change_dates(acting(Role.DPO), contract, ContractDates(BEGUN, 24, 0, notice))
    assert told(session, date(2027, 11, 1))[0] == set(), "thirty days before a last day for notice that ends nothing"
    assert told(session, date(2027, 12, 1))[0] == {owner.id}
    people, [one, *_] = told(session, date(2027, 12, 24))
    assert people >= {owner.id, lawyer.id}
    assert one.due_on == date(2027, 12, 31)


def test_a_renewal_says_until_when_notice_can_be_given(session, world):
    _, [one, *_] = told(session, date(2027, 8, 31))
    for language, words in ((Language.FR, "30 septembre 2027"), (Language.EN, "30 September 2027")):
        assert words in render(one.template, language, one.values).subject
