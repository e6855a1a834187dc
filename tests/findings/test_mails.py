"""Who hears of a finding, when, and in what words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.language import Language
from portal.core.mail import render
from portal.findings.mails import note_due_findings, note_stale_waivers
from portal.findings.models import Finding
from portal.findings.rules import FindingState, Severity
from portal.findings.services import CorrectiveAction, FindingSource, open_finding
from portal.jobs.models import Mail
from portal.notices.models import Notice
from portal.vendors.models import Vendor
from portal.vendors.rules.status import VendorStatus
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.world import vendor_of, vendor_user

DUE = date(2027, 3, 31)


@pytest.fixture
def finding(session, app):
    vendor = vendor_of(session)
    made = Finding(
        vendor_id=vendor.id, subject="a.contrat", severity=Severity.MAJOR, title="Pas de contrat signé",
        action="Signer.", due_on=DUE, opened_at=NOW, state=FindingState.OPEN,
    )  # fmt: skip
    session.add(made)
    vendor_user(session, vendor)
    session.flush()
    return made


def search(session, day):
    at = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    return note_due_findings(Context(session, SYSTEM, at), day)


def told(session):
    return [(one.template.rpartition("/")[2], one.key.rpartition(":")[2]) for one in session.scalars(select(Notice))]


def test_the_vendor_hears_before_the_day_and_after_it_and_our_people_once_it_is_a_week_late(session, finding):
    reviewer = user_of(session, Role.DPO)
    for number in range(-10, 14):
        search(session, DUE + timedelta(days=number))
    steps = [("notice", "-7"), ("notice", "-1"), ("notice", "1"), ("notice", "7")]
    assert told(session) == [*steps, ("late", str(DUE))]
    late = session.scalars(select(Notice).where(Notice.template == "findings/emails/late")).one()
    assert (late.user_id, late.vendor_id) == (reviewer.id, finding.vendor_id)


def test_what_stays_late_is_told_every_week_to_the_vendor_and_every_four_to_us_and_never_twice(session, finding):
    worker, owner = user_of(session, Role.DPO), user_of(session, Role.BUYER)
    session.get_one(Vendor, finding.vendor_id).owner_id = owner.id
    session.flush()
    for number in [*range(8, 60), *range(8, 60, 5)]:
        if number not in (28, 29):  # mornings without post: what fell then is told at the next
            search(session, DUE + timedelta(days=number))
    weeks = [key for template, key in told(session) if template == "notice"]
    assert weeks == ["7", "14", "21", "28", "35", "42", "49", "56"]
    late = session.execute(select(Notice.user_id, Notice.key).where(Notice.template == "findings/emails/late")).all()
    assert sorted((user, key.rpartition(":")[2]) for user, key in late) == sorted(
        [(worker.id, str(DUE)), (worker.id, "1"), (worker.id, "2"), (owner.id, "1"), (owner.id, "2")]
    )


@pytest.mark.parametrize(
    "changed",
    [{"state": FindingState.ANSWERED}, {"state": FindingState.CLOSED}, {"due_on": DUE + timedelta(days=90)}],
)
def test_what_the_vendor_has_answered_or_is_not_due_is_not_spoken_of(session, finding, changed):
    for name, value in changed.items():
        setattr(finding, name, value)
    session.flush()
    assert search(session, DUE + timedelta(days=1)) == 0


@pytest.mark.both_databases
def test_an_acceptance_that_ends_or_holds_no_longer_is_told_to_our_people_once(session, finding):
    reviewer = user_of(session, Role.DPO)
    vendor = session.get_one(Vendor, finding.vendor_id)
    finding.state, finding.waived_until, finding.waived_level = FindingState.WAIVED, DUE, vendor.level_points

    def noted(days):
        day = DUE + timedelta(days=days)
        note_stale_waivers(Context(session, SYSTEM, datetime(day.year, day.month, day.day, 7, tzinfo=UTC)), day)
        return [one.values["reason"] for one in session.scalars(select(Notice).order_by(Notice.id))]

    assert noted(-8) == []
    assert noted(-7) == noted(0) == ["soon"]
    assert noted(1) == noted(2) == ["soon", "terme_passe"]
    finding.waived_until, vendor.level_points = DUE + timedelta(days=90), 7300
    session.flush()
    assert noted(3) == noted(4) == ["soon", "terme_passe", "niveau_change"]
    assert {one.user_id for one in session.scalars(select(Notice))} == {reviewer.id}
    for language in Language:
        for notice in session.scalars(select(Notice)):
            assert "Pas de contrat" in render(notice.template, language, notice.values).subject


def test_a_vendor_that_has_left_is_not_reminded(session, finding):
    session.get_one(Finding, finding.id).vendor_id = vendor_of(session, status=VendorStatus.OFFBOARDED).id
    session.flush()
    assert search(session, DUE + timedelta(days=1)) == 0


@pytest.mark.parametrize(("days", "at_once"), [(0, True), (1, True), (2, False), (30, False)])
def test_what_is_due_before_the_digest_could_be_read_is_written_at_once(session, app, days, at_once):
    vendor = vendor_of(session)
    vendor_user(session, vendor)
    due_on = NOW.date() + timedelta(days=days)
    action = CorrectiveAction(Severity.MAJOR, "Pas de contrat signé", "Signer.", "", "", due_on)
    open_finding(Context(session, SYSTEM, NOW), vendor, FindingSource("audit", 1), "a.contrat", action)
    mails, notices = session.scalars(select(Mail)).all(), session.scalars(select(Notice)).all()
    assert (len(mails), len(notices)) == ((1, 0) if at_once else (0, 1))
