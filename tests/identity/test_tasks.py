from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.landing import Landing
from portal.identity import services, tasks
from portal.identity.models import LinkPurpose, OneTimeLink, SignInAttempt
from portal.identity.services import passwords
from portal.jobs import execution
from portal.jobs.models import Job, JobState, Mail
from portal.jobs.schedule import TICKS
from tests.conftest import NOW
from tests.factories.people import user_of


def purposes(ctx):
    return [(link.purpose, link.landing) for link in ctx.session.scalars(select(OneTimeLink).order_by(OneTimeLink.id))]


def test_who_has_a_password_receives_a_reset(ctx):
    user = user_of(ctx.session, Role.DPO, password_hash="x")
    tasks.way_in(ctx, user_id=user.id)
    assert purposes(ctx) == [(LinkPurpose.PASSWORD_RESET, "dashboard.home")]


def test_who_has_none_yet_receives_the_invitation_again_with_its_landing(ctx, secrets):
    user = user_of(ctx.session, Role.VENDOR_ADMIN)
    services.invite(ctx, secrets, user, landing=Landing("vendor_space.audit", audit_id=3))
    tasks.way_in(ctx, user_id=user.id)
    assert purposes(ctx) == [(LinkPurpose.INVITATION, "vendor_space.audit?audit_id=3")] * 2


def test_nobody_receives_anything_for_an_unknown_or_closed_account(ctx):
    closed = user_of(ctx.session, Role.DPO, password_hash="x", disabled_at=ctx.now)
    for user_id in (None, 10**6, closed.id):
        tasks.way_in(ctx, user_id=user_id)
    assert purposes(ctx) == []


def test_a_mailbox_is_not_filled_by_asking_again_and_again(ctx):
    user = user_of(ctx.session, Role.DPO, password_hash="x")
    for hours in range(20):
        tasks.way_in(replace(ctx, now=ctx.now + timedelta(hours=hours)), user_id=user.id)
    assert len(purposes(ctx)) == 10
    tasks.way_in(replace(ctx, now=ctx.now + timedelta(hours=30)), user_id=user.id)
    assert len(purposes(ctx)) == 11


def test_erasure_is_promised_once_a_day(ctx):
    assert TICKS["identity.forget"] is tasks.forget_daily
    assert [tasks.forget_daily(ctx) for _ in range(3)] == [1, 0, 0]
    assert tasks.forget_daily(replace(ctx, now=ctx.now + timedelta(days=1))) == 1


def test_erasing_twice_erases_nothing_more(ctx):
    for days in (0, 2):
        ctx.session.add(SignInAttempt(at=ctx.now - timedelta(days), account_hash="a", address_hash="b", succeeded=True))
    for _ in range(2):
        tasks.forget(ctx)
        assert ctx.session.scalar(select(func.count()).select_from(SignInAttempt)) == 1


@pytest.mark.parametrize("known", [True, False])
def test_from_the_page_to_the_mail_a_forgotten_password_goes_through_the_ledger(
    lasting, secrets, caller, known, tmp_path
):
    """The whole way, by the carrier: asked once, promised, sent once, and marked sent."""
    with lasting.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        user = user_of(session, Role.DPO, password_hash=passwords.hash_password("une phrase de marée"))
        services.ask_reset(ctx, secrets, caller, user.email if known else "personne@exemple.test")
    for _ in range(2):
        execution.drain(lasting, "test", clock=lambda: NOW + timedelta(seconds=5))
    with lasting.reading() as session:
        assert {job.state for job in session.scalars(select(Job))} == {JobState.DONE}
        sent = session.scalars(select(Mail)).all()
        assert len(sent) == int(known)
        assert all(mail.sent_at is not None and mail.subject for mail in sent)
