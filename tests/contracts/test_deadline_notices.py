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


def test_a_renewal_says_until_when_notice_can_be_given(session, world):
    _, [one, *_] = told(session, date(2027, 8, 31))
    for language, words in ((Language.FR, "30 septembre 2027"), (Language.EN, "30 September 2027")):
        assert words in render(one.template, language, one.values).subject
