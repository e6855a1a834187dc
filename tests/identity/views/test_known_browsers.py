"""A browser that an account knows: who is given its cookie, and who is told of one that it did not know."""

import pyotp
import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.clock import now
from portal.identity import rules, second_factor
from portal.identity.services import passwords
from portal.jobs.models import Mail
from tests.factories.people import user_of
from tests.pages import PageClient

PASSWORD = "une phrase de marée"
NEW_BROWSER = "identity/emails/new_browser"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def user(session):
    return user_of(session, Role.DPO, password_hash=passwords.hash_password(PASSWORD))


@pytest.fixture
def stranger(app, session):
    session.commit()
    return PageClient(app)


def sign_in(client, user, password=PASSWORD, status=302):
    return client.post("/connexion", {"email": user.email, "password": password}, status=status)


def devices_of(client):
    return [name for name in (c.key for c in client.client._cookies.values()) if name.startswith("vigie-device-")]


def templates(session):
    session.expire_all()
    return list(session.scalars(select(Mail.template).order_by(Mail.id)))


def test_a_browser_not_yet_known_is_told_of_by_mail_once(app, stranger, user, session):
    sign_in(stranger, user)
    assert templates(session) == [NEW_BROWSER]
    stranger.post("/deconnexion", page="/mon-compte")
    sign_in(stranger, user)
    assert templates(session) == [NEW_BROWSER]


def test_a_failure_makes_no_browser_known(stranger, user, session):
    sign_in(stranger, user, "mauvais", status=422)
    assert devices_of(stranger) == []
    assert templates(session) == []


def test_a_password_alone_makes_no_browser_known_where_a_code_is_owed(
    app, stranger, user, session, portal_settings, ctx
):
    """Each new one would give five more tries at the code to who has the password only."""
    second_factor.begin(ctx, portal_settings.secrets, user)
    secret = second_factor.pending(portal_settings.secrets, user, "Vigie").secret.replace(" ", "")
    user.totp_confirmed_at = ctx.now
    session.commit()
    sign_in(stranger, user)
    assert devices_of(stranger) == []
    assert templates(session) == []
    stranger.post("/second-facteur", {"code": pyotp.TOTP(secret).at(now())})
    assert len(devices_of(stranger)) == 1
    assert templates(session) == [NEW_BROWSER]


def test_the_owner_comes_in_from_their_browser_whatever_others_try(app, stranger, user, session):
    sign_in(stranger, user)
    stranger.post("/deconnexion", page="/mon-compte")
    attacker = PageClient(app)
    for _ in range(rules.FAILURES_PER_ACCOUNT):
        sign_in(attacker, user, "mauvais", status=422)
    sign_in(attacker, user, status=429)
    sign_in(stranger, user)


def test_others_are_slowed_whether_or_not_the_account_exists(app, user, session):
    session.commit()
    answers = []
    for address in (user.email, "x" * len(user.email)):
        attacker = PageClient(app)
        answers.append(
            [
                attacker.client.post(
                    "/connexion",
                    data={"email": address, "password": "mauvais", "csrf_token": attacker.csrf("/connexion")},
                ).status_code
                for _ in range(6)
            ]
        )
    assert answers[0] == answers[1] == [422] * 5 + [429]
