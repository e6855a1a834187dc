"""A page of dates opens only what it shows, and shows what whoever opens all of them would."""

from datetime import datetime, timedelta
from random import Random

import pytest

from portal.audits import due_dates
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.calendars import calendar_page
from portal.campaigns.models import Campaign
from portal.changes.models import AnnouncedChange
from portal.changes.rules.life import ChangeState
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.core.clock import LEGAL_ZONE
from portal.evidence.models import Evidence
from portal.findings.models import Finding
from portal.findings.rules import FindingState
from portal.identity.models import User
from portal.incidents.models import Incident
from portal.incidents.rules.life import IncidentState
from portal.person_requests.models import PersonRequest
from portal.person_requests.rules.life import RequestState
from portal.vendors.rules.status import VendorStatus
from portal.web.manifest import DatedThing
from tests.conftest import NOW
from tests.factories.campaigns import campaign_of
from tests.factories.changes import announced
from tests.factories.incidents import declared
from tests.factories.law import finding_of
from tests.factories.requests import recorded
from tests.factories.world import audit_of, full_vendor, vendor_of

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
DAYS = (-400, -32, -31, -2, 0, 1, 1, 1, 2, 3, 30, 366, 367)
"""Some beyond what is shown, some on its first and last day, and one that is crowded."""


def world_of(ctx, session, seed, buyer):
    """Every kind of dated thing at several vendors, one owned by a buyer, on days and in states drawn."""
    draw = Random(seed)
    for number in range(4):
        vendor = full_vendor(session, buyer if number % 2 else None, name=f"Atelier {draw.randrange(100)} {number}")
        finding_of(session, session.query(Audit).filter_by(vendor_id=vendor.id).one(), f"sujet.{number}")
        announced(ctx, vendor)
        declared(ctx, vendor)
        recorded(ctx, vendor)
        campaign_of(ctx, active=True, name=f"Campagne {number}")
        vendor.status = draw.choice((VendorStatus.ACTIVE, VendorStatus.ACTIVE, VendorStatus.OFFBOARDED))

    def day():
        return NOW.date() + timedelta(days=draw.choice(DAYS))

    def moment():
        at = draw.choice((datetime.min.time(), datetime(2026, 1, 1, 17, 30).time()))
        return datetime.combine(day(), at, LEGAL_ZONE)

    def drawn(model, states, column, of):
        for row in session.query(model):
            row.state = draw.choice(states)
            setattr(row, column, of())

    drawn(Audit, (AuditState.OPENED, AuditState.OPENED, *AuditState), "due_on", day)
    drawn(Finding, list(FindingState), "due_on", day)
    drawn(AnnouncedChange, list(ChangeState), "object_before", moment)
    drawn(Incident, list(IncidentState), "notify_by", moment)
    drawn(PersonRequest, list(RequestState), "due_on", day)
    for contract in session.query(Contract):
        contract.state = draw.choice((ContractState.IN_FORCE, ContractState.DRAFT))
        contract.awaited_on, contract.expires_on = day(), day()
    for proof in session.query(Evidence):
        proof.good_until = day()
    for campaign in session.query(Campaign):
        campaign.next_run_at = moment()
    session.flush()


def opened_all(ctx, number):
    """The same page, by who opens every date there is."""
    dates = calendar_page.calendar_dates(ctx)
    start = (number - 1) * calendar_page.DATES
    shown = [thing.day for thing in dates.things][start : start + calendar_page.DATES]
    if not shown:
        return [], len(dates.things), dates.is_cut
    before = sum(thing.day < shown[0] for thing in dates.things)
    days = calendar_page.in_order([thing for thing in dates.things if shown[0] <= thing.day <= shown[-1]])
    return days[start - before : start - before + len(shown)], len(dates.things), dates.is_cut


@pytest.mark.parametrize("seed", range(6))
def test_a_page_shows_what_opening_every_date_would(acting, ctx, session, app, monkeypatch, seed):
    monkeypatch.setattr(calendar_page, "DATES", Random(seed).choice((1, 3, 5)))
    monkeypatch.setattr(calendar_page, "MOST_EACH", Random(seed).choice((1, 2, 3, 300)))
    buyer = acting(Role.BUYER)
    world_of(ctx, session, seed, session.get_one(User, buyer.actor.id))
    with app.test_request_context():
        assert opened_all(acting(Role.DPO), 1)[0]
        for asking in (acting(Role.DPO), acting(Role.BUYER), buyer):
            for number in range(1, 12):
                found, is_cut = calendar_page.dates_shown(asking, number)
                expected, total, expected_cut = opened_all(asking, number)
                assert [(one.key, one.day, one.words) for one in found.rows] == [
                    (one.key, one.day, one.words) for one in expected
                ]
                assert (found.total, is_cut) == (total, expected_cut)


def test_only_what_falls_due_on_the_days_of_the_page_is_opened(acting, session, app, monkeypatch):
    """Three hundred dates of each kind were opened to show a hundred of all."""
    opened, vendor = [], vendor_of(session)
    for ahead in range(20):
        audit_of(session, vendor, due_on=NOW.date() + timedelta(days=ahead))
    monkeypatch.setattr(calendar_page, "DATES", 3)
    monkeypatch.setattr(due_dates, "DatedThing", lambda *told: opened.append(told) or DatedThing(*told))
    with app.test_request_context():
        found, _is_cut = calendar_page.dates_shown(acting(Role.DPO), 2)
    assert [one.day for one in found.rows] == [NOW.date() + timedelta(days=ahead) for ahead in (3, 4, 5)]
    assert (found.total, len(opened)) == (20, 3)
