"""More time is asked for and granted, refused or given until another day: never beyond sense, never once it is sent."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audits import services
from portal.audits.exchange_models import DelayState
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.audits.waiting_exchanges import waiting_exchanges
from portal.authz.policy import Role
from portal.core import workdays
from portal.core.errors import NotFound, Refused
from portal.jobs.models import Job, Mail
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from portal.vendors.models import Vendor

pytestmark = pytest.mark.both_databases


@pytest.fixture
def dpo(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def ask(space, colleague):
    """`ask(14)` asks for so many days after the date due."""
    return lambda days, reason="": services.ask_delay(
        colleague, space.audit.id, space.audit.due_on + timedelta(days=days), reason
    )


def test_the_due_date_moves_once_it_is_granted_and_everything_reads_it_there(session, space, dpo, ask):
    before = space.audit.due_on
    row = ask(14, "Notre RSSI est absent.")
    assert space.audit.due_on == before, "asking changes nothing"
    assert [one.wanted_on for one in waiting_exchanges(dpo, most=5)] == [row.wanted_on]
    services.grant_delay(dpo, space.audit.id, row.wanted_on)
    assert space.audit.due_on == row.wanted_on == workdays.next_working(before + timedelta(days=14))
    assert waiting_exchanges(dpo, most=5) == []
    assert [job.payload for job in session.scalars(select(Job).where(Job.kind == "campaigns.on_postponed"))] == [
        {"audit_id": space.audit.id}
    ]
    told = {(one.user_id, one.template) for one in session.scalars(select(Notice))}
    assert told == {
        (space.admin.id, "audits/emails/notice_delay"), (space.respondent.id, "audits/emails/notice_delay")
    }  # fmt: skip
    assert session.scalars(select(Mail)).all() == [], "told in the digest"


def test_another_date_or_a_refusal_says_so(session, space, dpo, ask):
    row = ask(30)
    before = space.audit.due_on
    services.grant_delay(dpo, space.audit.id, before + timedelta(days=7), "Notre comité se réunit le 15.")
    assert row.granted_on == space.audit.due_on < row.wanted_on
    ask(14)
    with pytest.raises(Refused, match="Dites pourquoi"):
        services.refuse_delay(dpo, space.audit.id, "")
    refused = services.refuse_delay(dpo, space.audit.id, "Votre certificat expire avant.")
    assert (refused.state, refused.granted_on, space.audit.due_on) == (DelayState.REFUSED, None, row.granted_on)
    values = [one.values for one in session.scalars(select(Notice)) if one.template == "audits/emails/notice_delay"]
    assert any(found["is_other"] for found in values)
    assert any(found["answer"] == "Votre certificat expire avant." for found in values)


def test_a_delay_is_not_granted_on_an_audit_that_was_sent(session, space, dpo, ask):
    ask(14)
    before = space.audit.due_on
    session.get_one(Audit, space.audit.id).state = AuditState.SUBMITTED
    session.flush()
    assert waiting_exchanges(dpo, most=5) == []
    for decide in (
        lambda: services.grant_delay(dpo, space.audit.id, before + timedelta(days=14)),
        lambda: services.refuse_delay(dpo, space.audit.id, "Non."),
        lambda: ask(14),
    ):
        with pytest.raises(Refused):
            decide()
    assert space.audit.due_on == before
    # Sent back for another round, it has its own date: the request of the round before asks nothing more.
    space.audit.state, space.audit.round = AuditState.RETURNED, 2
    session.flush()
    with pytest.raises(NotFound):
        services.grant_delay(dpo, space.audit.id, before + timedelta(days=14))


@pytest.mark.parametrize(("days", "why"), [(0, "plus tard"), (-40, "jour à venir"), (61, "jusqu.au"), (5000, "jusqu")])
def test_a_date_is_never_beyond_sense(space, dpo, ask, days, why):
    with pytest.raises(Refused, match=why):
        ask(days)
    ask(14)
    with pytest.raises(Refused, match=why):
        services.grant_delay(dpo, space.audit.id, space.audit.due_on + timedelta(days=days))


def test_one_request_at_a_time_three_in_a_round_and_never_a_year_after_the_opening(session, space, dpo, ask, colleague):
    for _ in range(3):
        row = ask(14)
        with pytest.raises(Refused, match="attend encore"):
            ask(20)
        services.grant_delay(dpo, space.audit.id, row.wanted_on)
    with pytest.raises(Refused, match="écrivez-nous"):
        ask(14)
    space.audit.round, space.audit.opened_at = 2, colleague.now - timedelta(days=360)
    with pytest.raises(Refused, match="trop longtemps"):
        ask(14)


def test_time_given_meanwhile_answers_the_request(session, space, dpo, ask):
    row = ask(14)
    space.audit.due_on = row.wanted_on + timedelta(days=1)
    session.flush()
    assert waiting_exchanges(dpo, most=5) == []
    with pytest.raises(NotFound):
        services.grant_delay(dpo, space.audit.id, space.audit.due_on + timedelta(days=3))


def test_only_the_vendor_asks_and_only_a_reviewer_decides(session, space, stranger, colleague, acting, ask):
    with pytest.raises(NotFound):
        services.ask_delay(stranger, space.audit.id, space.audit.due_on + timedelta(days=3), "")
    ask(14)
    for who in (stranger, colleague, acting(Role.LEGAL), acting(Role.BUYER)):
        with pytest.raises(NotFound):
            services.grant_delay(who, space.audit.id, space.audit.due_on + timedelta(days=3))


def test_every_act_is_in_the_journal_of_the_audit(session, space, dpo, ask):
    space.audit.vendor = session.get_one(Vendor, space.vendor.id)
    row = ask(14, "Absence")
    services.grant_delay(dpo, space.audit.id, row.wanted_on)
    session.commit()
    noted = select(JournalEntry).where(JournalEntry.action.like("delay.%")).order_by(JournalEntry.id)
    found = session.scalars(noted).all()
    assert [one.action for one in found] == ["delay.asked", "delay.granted"]
    assert found[1].after["due_on"] == row.wanted_on.isoformat()
