"""Audits opened by hand: reminded and escalated as in a wave, and never due on a day that is not worked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.audits.services import open_audit
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.campaigns import services
from portal.core.language import Language
from portal.core.mail import render
from portal.jobs.models import Mail
from portal.notices.models import Notice
from tests.factories.campaigns import campaign_of, started_wave
from tests.factories.people import user_of
from tests.factories.world import audit_of, vendor_of, vendor_user, version_of

DUE = date(2026, 12, 24)


@pytest.fixture
def asker(session):
    return user_of(session, Role.LEGAL)


@pytest.fixture
def audit(session, app, asker):
    vendor = vendor_of(session)
    vendor_user(session, vendor)
    opened = datetime(2026, 11, 24, 9, tzinfo=UTC)
    return audit_of(session, vendor, due_on=DUE, opened_at=opened, opened_by_id=asker.id)


def follow(session, first=-12, last=20):
    for number in range(first, last):
        day = DUE + timedelta(days=number)
        at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        for _ in range(2):
            services.follow_up_single_audits(Context(session, SYSTEM, at), day)


def letters(session):
    return [mail.template.rpartition("/")[2] for mail in session.scalars(select(Mail).order_by(Mail.id))]


def test_it_is_reminded_as_a_wave_is_then_whoever_asked_is_told(session, audit, asker):
    user_of(session, Role.DPO)
    follow(session)
    assert letters(session) == ["reminder", "reminder", "late"]
    (notice,) = session.scalars(select(Notice))
    assert (notice.user_id, notice.template) == (asker.id, "campaigns/emails/single_late")
    assert "rappel" not in render(notice.template, Language.FR, notice.values).body, "none may have been sent"


def test_once_whoever_asked_has_left_the_reviewers_are_told(session, audit, asker):
    officer = user_of(session, Role.DPO)
    asker.disabled_at = datetime(2026, 12, 1, tzinfo=UTC)
    session.flush()
    follow(session)
    assert [notice.user_id for notice in session.scalars(select(Notice))] == [officer.id]


def test_what_was_sent_is_not_reminded(session, audit):
    audit.state = AuditState.SUBMITTED
    session.flush()
    follow(session)
    assert letters(session) == []


def test_an_audit_of_a_wave_is_followed_by_its_wave_alone(ctx, app):
    vendor = vendor_of(ctx.session)
    vendor_user(ctx.session, vendor)
    started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
    before = len(letters(ctx.session))
    follow(ctx.session)
    assert len(letters(ctx.session)) == before


def test_nobody_is_reminded_of_a_letter_of_the_same_day(session, app, asker):
    vendor = vendor_of(session)
    vendor_user(session, vendor)
    opened = datetime(2026, 12, 23, 9, tzinfo=UTC)
    audit_of(session, vendor, due_on=DUE, opened_at=opened, opened_by_id=asker.id)
    follow(session, -1, 1)
    assert letters(session) == []


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (date(2026, 12, 27), date(2026, 12, 28)),  # a Sunday
        (date(2026, 12, 26), date(2026, 12, 28)),
        (date(2026, 12, 25), date(2026, 12, 28)),  # Christmas
        (date(2026, 12, 28), date(2026, 12, 28)),
    ],
)
def test_an_audit_opened_by_hand_never_falls_due_on_a_day_that_is_not_worked(ctx, app, asked, due):
    made = open_audit(ctx, vendor_of(ctx.session), version_of(ctx.session), due_on=asked)
    assert ctx.session.get_one(Audit, made.id).due_on == due
