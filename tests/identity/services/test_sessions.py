from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.authz.policy import Role
from portal.core import tokens
from portal.core.landing import Landing
from portal.identity import queries, services
from portal.identity.models import LinkPurpose, LoginSession, OneTimeLink, SignInAttempt
from portal.identity.services import Caller, sessions
from tests.factories.people import user_of


@pytest.fixture
def user(ctx):
    return user_of(ctx.session, Role.DPO)


def test_the_table_keeps_the_fingerprint_of_the_token_never_the_token(ctx, user, caller):
    token = services.open_session(ctx, user, caller)
    row = ctx.session.scalars(select(LoginSession)).one()
    assert row.token_hash == tokens.fingerprint(token)
    assert token not in str(vars(row))
    assert queries.find_session(ctx.session, token, ctx.now).user.id == user.id


def test_the_browser_is_noted_without_control_characters_and_not_without_end(ctx, user):
    services.open_session(ctx, user, Caller("192.0.2.1", "Firefox\x00\x1b[31m" + "x" * 500))
    noted = ctx.session.scalars(select(LoginSession.user_agent)).one()
    assert noted.startswith("Firefox[31m")
    assert len(noted) == 200


def test_the_second_factor_changes_the_token_and_the_former_opens_nothing(ctx, user, caller):
    before = services.open_session(ctx, user, caller)
    row = ctx.session.scalars(select(LoginSession)).one()
    after = services.renew_session(ctx, row.id)
    assert queries.find_session(ctx.session, before, ctx.now) is None
    assert queries.find_session(ctx.session, after, ctx.now).session.second_factor_at == ctx.now


@pytest.mark.parametrize(
    ("idle", "age", "stands"),
    [
        (timedelta(minutes=59), timedelta(hours=2), True),
        (timedelta(minutes=61), timedelta(hours=2), False),
        (timedelta(minutes=1), timedelta(hours=12, minutes=1), False),
    ],
)
def test_idle_and_absolute_limits_hold_on_the_stored_session(ctx, user, caller, idle, age, stands):
    token = services.open_session(ctx, user, caller)
    row = ctx.session.scalars(select(LoginSession)).one()
    services.touch_session(replace(ctx, now=ctx.now + age - idle), row.id)
    ctx.session.expire_all()
    assert (queries.find_session(ctx.session, token, ctx.now + age) is not None) is stands


def test_a_closed_account_is_thrown_out_of_its_sessions(ctx, user, caller, acting):
    token = services.open_session(ctx, user, caller)
    services.disable(acting(Role.ADMIN), user)
    assert queries.find_session(ctx.session, token, ctx.now) is None


def test_signing_out_everywhere_ends_all_sessions_or_all_but_one(ctx, user, caller):
    kept = services.open_session(ctx, user, caller)
    other = services.open_session(ctx, user, caller)
    known = queries.find_session(ctx.session, kept, ctx.now)
    assert services.sign_out_everywhere(ctx, user, but=known.session.id) == 1
    assert queries.find_session(ctx.session, other, ctx.now) is None
    assert queries.find_session(ctx.session, kept, ctx.now) is not None
    assert services.sign_out_everywhere(ctx, user) == 1
    assert queries.find_session(ctx.session, kept, ctx.now) is None


def test_closing_one_session_leaves_the_others(ctx, user, caller):
    first, second = (services.open_session(ctx, user, caller) for _ in range(2))
    services.close_session(ctx, queries.find_session(ctx.session, first, ctx.now).session.id)
    assert queries.find_session(ctx.session, first, ctx.now) is None
    assert queries.find_session(ctx.session, second, ctx.now) is not None
    services.close_session(ctx, 10**6)


def test_what_has_served_is_erased_and_what_may_still_serve_is_kept(ctx, user, caller, secrets):
    old = replace(ctx, now=ctx.now - timedelta(days=400))
    for moment in (old, ctx):
        services.open_session(moment, user, caller)
        services.send_reset(moment, secrets, user)
        moment.session.add(SignInAttempt(at=moment.now, account_hash="a", address_hash="b", succeeded=False))
    sessions.erase_expired(ctx)
    sessions.erase_expired(ctx)
    for model in (LoginSession, OneTimeLink, SignInAttempt):
        assert ctx.session.scalar(select(func.count()).select_from(model)) == 1, model


def test_a_link_expired_for_months_can_still_offer_a_new_one(ctx, user, secrets, mailbox):
    services.invite(replace(ctx, now=ctx.now - timedelta(days=200)), secrets, user, landing=Landing("dashboard.home"))
    token = mailbox(ctx)[0].token
    sessions.erase_expired(ctx)
    with pytest.raises(services.LinkUnusable) as over:
        services.open_link(ctx, token, LinkPurpose.INVITATION)
    assert over.value.link is not None
