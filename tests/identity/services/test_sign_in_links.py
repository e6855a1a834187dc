"""A vendor comes back by a link sent to its address: good once, soon over, and nothing tells who has an account."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.policy import NOBODY, VENDOR_ROLES, Role
from portal.core.errors import Refused
from portal.identity import rules, services, tasks
from portal.identity.models import LinkPurpose, OneTimeLink, User
from portal.identity.services import LinkUnusable, Throttled, devices, passwords
from portal.jobs.models import Job
from tests.factories.people import user_of

STAFF = [r for r in Role if not r.is_vendor and r not in {Role.SYSTEM, Role.ANONYMOUS}]


@pytest.fixture
def user(ctx):
    return user_of(ctx.session, Role.VENDOR_RESPONDENT, opened_at=ctx.now)


@pytest.fixture
def visitor(ctx):
    return replace(ctx, actor=NOBODY)


def ask(ctx, secrets, caller, user):
    services.ask_sign_in_link(ctx, secrets, caller, user.email)
    job = ctx.session.scalars(
        select(Job).where(Job.kind == "identity.sign_in_link").order_by(Job.id.desc()).limit(1)
    ).one()
    tasks.sign_in_link(ctx, **job.payload)


def purposes(ctx):
    return list(ctx.session.scalars(select(OneTimeLink.purpose).order_by(OneTimeLink.id)))


@pytest.mark.parametrize("role", VENDOR_ROLES)
def test_a_vendor_is_sent_a_link_that_signs_in_once(visitor, secrets, caller, mailbox, role):
    user = user_of(visitor.session, role, opened_at=visitor.now)
    ask(visitor, secrets, caller, user)
    (message,) = mailbox(visitor)
    assert (message.to, message.subject) == (user.email, "Votre lien de connexion")
    assert services.use_sign_in_link(visitor, message.token).user is user
    with pytest.raises(LinkUnusable, match="déjà servi"):
        services.use_sign_in_link(visitor, message.token)


def test_it_is_over_after_twenty_minutes(visitor, secrets, caller, user, mailbox):
    ask(visitor, secrets, caller, user)
    token = mailbox(visitor)[-1].token
    late = replace(visitor, now=visitor.now + timedelta(minutes=rules.SIGN_IN_MINUTES))
    with pytest.raises(LinkUnusable, match="expiré"):
        services.use_sign_in_link(late, token)


def test_using_one_ends_the_others(visitor, secrets, caller, user, mailbox):
    ask(visitor, secrets, caller, user)
    ask(replace(visitor, now=visitor.now + timedelta(minutes=6)), secrets, caller, user)
    first, second = (message.token for message in mailbox(visitor))
    services.use_sign_in_link(visitor, second)
    with pytest.raises(LinkUnusable):
        services.use_sign_in_link(visitor, first)


@pytest.mark.parametrize("role", STAFF)
def test_nobody_of_ours_ever_signs_in_by_a_link(visitor, secrets, caller, mailbox, role):
    user = user_of(visitor.session, role, password_hash=passwords.hash_password("une phrase de marée"))
    ask(visitor, secrets, caller, user)
    assert purposes(visitor) == [LinkPurpose.PASSWORD_RESET]
    with pytest.raises(LinkUnusable):
        services.use_sign_in_link(visitor, mailbox(visitor)[-1].token)


def test_a_link_of_somebody_who_has_become_one_of_ours_opens_nothing(visitor, secrets, caller, user, mailbox):
    ask(visitor, secrets, caller, user)
    user.role = Role.ADMIN
    with pytest.raises(LinkUnusable):
        services.use_sign_in_link(visitor, mailbox(visitor)[-1].token)


def test_no_other_link_signs_in_and_this_one_does_nothing_else(visitor, secrets, caller, user, mailbox):
    services.send_reset(visitor, secrets, user)
    with pytest.raises(LinkUnusable):
        services.use_sign_in_link(visitor, mailbox(visitor)[-1].token)
    ask(visitor, secrets, caller, user)
    token = mailbox(visitor)[-1].token
    for purpose in (LinkPurpose.INVITATION, LinkPurpose.PASSWORD_RESET):
        with pytest.raises(LinkUnusable):
            services.open_link(visitor, token, purpose)


def test_asking_does_the_same_work_whether_or_not_the_account_exists(ctx, secrets, user, caller, statements):
    staff = user_of(ctx.session, Role.DPO)
    done = []
    for address in (user.email, staff.email, "personne@exemple.test"):
        statements.clear()
        services.ask_sign_in_link(ctx, secrets, caller, address)
        done.append([statement.split("VALUES")[0] for statement in statements])
    assert done[0] == done[1] == done[2]


def test_a_closed_account_is_sent_nothing_and_its_links_open_nothing(ctx, secrets, caller, user, mailbox, acting):
    ask(ctx, secrets, caller, user)
    token = mailbox(ctx)[-1].token
    services.disable(acting(Role.ADMIN), user)
    ask(replace(ctx, now=ctx.now + timedelta(minutes=6)), secrets, caller, user)
    assert len(mailbox(ctx)) == 1
    with pytest.raises(LinkUnusable):
        services.use_sign_in_link(ctx, token)


def test_the_sixth_asking_waits_and_a_known_browser_does_not(visitor, secrets, caller, user):
    for _ in range(rules.FAILURES_PER_ACCOUNT):
        services.ask_sign_in_link(visitor, secrets, caller, user.email)
    with pytest.raises(Throttled):
        services.ask_sign_in_link(visitor, secrets, caller, user.email)
    own = devices.device_cookie(secrets, user.email, visitor.now).value
    services.ask_sign_in_link(visitor, secrets, replace(caller, devices=(own,)), user.email)


def test_who_fills_a_mailbox_is_stopped_and_its_owner_still_gets_a_link(visitor, secrets, caller, user, mailbox):
    at = visitor
    for hour in range(rules.LINKS_PER_DAY + 2):
        at = replace(visitor, now=visitor.now + timedelta(hours=hour))
        ask(at, secrets, caller, user)
    assert len(mailbox(visitor)) == rules.LINKS_PER_DAY
    own = devices.device_cookie(secrets, user.email, visitor.now).value
    ask(at, secrets, replace(caller, devices=(own,)), user)
    assert len(mailbox(visitor)) == rules.LINKS_PER_DAY + 1


def test_a_vendor_takes_up_its_invitation_without_a_password(visitor, secrets, mailbox):
    user = user_of(visitor.session, Role.VENDOR_ADMIN)
    services.invite(visitor, secrets, user, landing=services.INVITATION_PAGE)
    assert not user.has_come_in
    services.use_without_password(visitor, mailbox(visitor)[-1].token)
    visitor.session.flush()
    assert user.has_come_in
    assert visitor.session.scalars(select(User.id).where(User.has_come_in)).all() == [user.id]
    with pytest.raises(LinkUnusable):
        services.use_without_password(visitor, mailbox(visitor)[-1].token)


def test_nobody_of_ours_does(visitor, secrets, mailbox):
    user = user_of(visitor.session, Role.DPO)
    services.invite(visitor, secrets, user, landing=services.INVITATION_PAGE)
    with pytest.raises(Refused, match="Choisissez un mot de passe"):
        services.use_without_password(visitor, mailbox(visitor)[-1].token)
    assert not user.has_come_in


def test_an_account_without_a_password_is_not_opened_by_any_password(visitor, secrets, caller, user):
    for typed in ("", "None", "une phrase de marée"):
        with pytest.raises(Refused):
            services.sign_in(visitor, secrets, caller, user.email, typed, release=visitor.session.commit)


def test_a_first_password_is_chosen_once_and_told(ctx, user, mailbox):
    own = services.as_user(ctx, user)
    chosen = {"session_id": None, "release": ctx.session.commit}
    with pytest.raises(Refused, match="saison"):
        services.choose_first_password(own, user, "Printemps2026", **chosen)
    services.choose_first_password(own, user, "une phrase de marée", **chosen)
    assert mailbox(ctx)[-1].subject == "Votre mot de passe a été changé"
    with pytest.raises(Refused, match="déjà un mot de passe"):
        services.choose_first_password(own, user, "une autre phrase salée", **chosen)
