"""The way in through the identity provider: there, and back, once."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.clock import now
from portal.identity import services
from portal.identity.models import LoginSession, SignInAttempt, User
from tests.factories.lying_provider import CLIENT, lying_provider
from tests.factories.people import user_of

THERE, BACK = "/connexion/organisation", "/connexion/retour"


@pytest.fixture
def provider(app, portal_settings):
    services.forget_providers()
    with lying_provider() as told:
        app.extensions["vigie.settings"] = replace(portal_settings, provider=told.settings)
        at = int(now().timestamp())
        told.claims = {
            "iss": told.issuer, "sub": "248", "aud": CLIENT, "iat": at, "exp": at + 300,
            "email": "jeanne@verdelet.example", "email_verified": True, "groups": ["conformite"],
        }  # fmt: skip
        yield told
    app.extensions["vigie.settings"] = portal_settings
    services.forget_providers()


@pytest.fixture
def officer(session):
    return user_of(session, Role.DPO, email="jeanne@verdelet.example", name="Jeanne Roy", password_hash="x")


def sent_with(client, provider, path=THERE):
    """What a browser is sent to the provider with; the provider remembers the nonce, as it should."""
    found = client.get(path, status=302).response.headers["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(found).query).items()}
    provider.claims["nonce"] = asked["nonce"]
    return asked


def come_back(client, asked, **changes):
    return client.client.get(BACK, query_string={"state": asked["state"], "code": "c", **changes})


def told(client, found):
    """The sentence that one is sent back to the sign-in page with; nothing of the return is left in its address."""
    assert found.status_code == 302
    assert urlsplit(found.headers["Location"]).path == "/connexion"
    assert "code=" not in found.headers["Location"]
    return client.get(found.headers["Location"]).one(".flash--danger").text_content()


def test_one_comes_in_with_the_role_of_one_s_groups_and_goes_where_one_was_going(as_, provider, officer, session):
    client = as_(None)
    page = client.get("/connexion?next=/mon-compte")
    link = page.one(f"//a[starts-with(@href, '{THERE}')]")
    assert "Se connecter avec Annuaire" in link.text_content()
    asked = sent_with(client, provider, link.get("href"))
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/connexion/retour"
    found = come_back(client, asked)
    assert (found.status_code, found.headers["Location"]) == (302, "/mon-compte")
    assert "Jeanne Roy" in client.get("/mon-compte").text
    session.expire_all()
    assert session.get_one(User, officer.id).provider_subject == "248"
    assert session.scalars(select(LoginSession.second_factor_at)).all()[-1] is None


def test_an_account_that_the_provider_opened_has_no_password_to_change(as_, session):
    made = user_of(
        session, Role.DPO, password_hash=None, provider_issuer="i", provider_subject="s", provider_linked_at=now()
    )
    page = as_(made).get("/mon-compte")
    assert "n’a pas de mot de passe" in page.words
    assert not page.all("//a[@href='/mon-compte/mot-de-passe']")


def test_the_same_return_twice_opens_once_in_this_browser_and_in_any_other(as_, provider, officer):
    client, other = as_(None), as_(None)
    asked = sent_with(client, provider)
    with client.client.session_transaction() as cookie:
        held = dict(cookie)
    assert come_back(client, asked).status_code == 302
    for again in (other, as_(None)):
        with again.client.session_transaction() as cookie:
            cookie.update(held)
        assert "plus valable" in told(again, come_back(again, asked))
    assert [path for path, _ in provider.asked].count("/token") == 1


@pytest.mark.parametrize("changes", [{"state": "0" * 64}, {"state": ""}, {"state": "é" * 5_000}])
def test_a_return_that_this_browser_did_not_ask_for_opens_nothing_and_asks_nothing(as_, provider, officer, changes):
    client = as_(None)
    asked = sent_with(client, provider)
    assert "n’est pas celle d’une demande" in told(client, come_back(client, asked, **changes))
    other = as_(None)
    assert "n’est pas celle d’une demande" in told(other, come_back(other, asked))
    assert "/token" not in dict(provider.asked)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site_at_the_end(as_, provider, officer, target):
    client = as_(None)
    asked = sent_with(client, provider, f"{THERE}?next={target}")
    assert "evil" not in come_back(client, asked).headers["Location"]


def test_after_ten_minutes_one_starts_again(as_, provider, officer, move_time):
    client = as_(None)
    asked = sent_with(client, provider)
    move_time(minutes=11)
    assert "plus valable" in told(client, come_back(client, asked))


def test_a_group_that_opens_nothing_is_told_and_the_failure_counts(as_, provider, officer, session):
    client = as_(None)
    provider.claims["groups"] = ["ventes"]
    assert "Aucun de vos groupes chez Annuaire" in told(client, come_back(client, sent_with(client, provider)))
    client.get("/mon-compte", status=302)
    session.expire_all()
    assert session.get_one(User, officer.id).provider_linked_at is None
    assert session.scalars(select(SignInAttempt.succeeded)).all() == [False]


def test_a_provider_that_is_away_is_told_there_and_back(as_, provider, officer):
    client = as_(None)
    asked = sent_with(client, provider)
    provider.answers["/token"] = (500, {}, b"")
    assert "Annuaire ne répond pas" in told(client, come_back(client, asked))
    provider.answers["/.well-known/openid-configuration"] = (500, {}, b"")
    services.forget_providers()
    assert "Annuaire ne répond pas" in told(client, client.get(THERE, status=302).response)


def test_the_provider_s_own_refusal_is_told_in_our_words(as_, provider, officer):
    client = as_(None)
    asked = sent_with(client, provider)
    found = client.client.get(
        BACK, query_string={"state": asked["state"], "error": "access_denied", "error_description": "<b>Payez ici</b>"}
    )
    sentence = told(client, found)
    assert "la demande a été refusée" in sentence
    assert "Payez" not in sentence


def test_two_factors_seen_there_are_not_asked_for_here(as_, provider, session):
    admin = user_of(
        session, Role.ADMIN, email="jeanne@verdelet.example", password_hash="x", totp_sealed=None,
        totp_confirmed_at=None,
    )  # fmt: skip
    provider.claims["groups"] = ["vigie-admins"]
    client = as_(None)
    assert "second-facteur" in come_back(client, sent_with(client, provider)).headers["Location"]
    provider.claims["amr"] = ["pwd", "mfa"]
    client = as_(None)
    assert come_back(client, sent_with(client, provider)).headers["Location"] == "/"
    client.get("/mon-compte")
    assert admin.role is Role.ADMIN


def test_who_is_in_already_goes_home(as_, provider, officer):
    client = as_(officer)
    for path in (THERE, BACK):
        assert client.get(path, status=302).response.headers["Location"] == "/"


def test_without_a_provider_there_is_no_such_way(as_):
    client = as_(None)
    for path in (THERE, BACK):
        client.get(path, status=404)
    assert THERE not in client.get("/connexion").text
