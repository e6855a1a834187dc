"""Pages of passkeys, answered by an authenticator of our own."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from portal.authz.policy import Role
from portal.core.clock import now
from portal.identity.models import LoginSession, Passkey, User
from portal.identity.services import passwords
from tests.factories.authenticator import Authenticator
from tests.factories.people import user_of

PASSWORD = "une phrase de marée"
MINE, NEW, WAY_IN = "/mon-compte/cles-d-acces", "/mon-compte/cles-d-acces/nouvelle", "/connexion/cle-d-acces"


@pytest.fixture(autouse=True)
def _at_localhost(app, portal_settings):
    app.extensions["vigie.settings"] = replace(portal_settings, base_url="http://localhost:8000")
    yield
    app.extensions["vigie.settings"] = portal_settings


@pytest.fixture
def user(session):
    return user_of(session, Role.DPO, name="Jeanne Roy", password_hash=passwords.hash_password(PASSWORD))


@pytest.fixture
def client(as_, user):
    return as_(user)


@pytest.fixture
def device():
    return Authenticator()


def asked(page):
    return page.one("//form[@data-passkey]").get("data-passkey-asked")


def post(client, path, page, **data):
    """Post what a browser posts from a page it holds: asking again would draw another challenge."""
    return client.client.post(path, data={"csrf_token": page.csrf, **data})


def add(client, device, name="Ordinateur"):
    page = client.get(NEW)
    return post(client, NEW, page, name=name, answer=device.create(asked(page)))


def test_a_passkey_is_made_listed_and_removed(client, session, user, device):
    page = client.get(NEW)
    assert page.one("//input[@name='name']").get("value"), "a name is proposed"
    assert add(client, device).headers["Location"] == MINE
    listed = client.get(MINE)
    assert "Ordinateur" in listed.words
    assert "Ajoutez-en une seconde" in listed.words
    session.expire_all()
    one = session.scalars(select(Passkey)).one()
    client.post(f"{MINE}/{one.id}/retirer", {})
    assert "Aucune clé" in client.get(MINE).words
    session.expire_all()
    assert session.get_one(User, user.id).passkey_count == 0


def test_signing_in_with_one_needs_neither_password_nor_code(client, as_, device, session):
    add(client, device)
    stranger = as_(None)
    page = stranger.get(WAY_IN)
    found = post(stranger, f"{WAY_IN}?next=/mon-compte", page, answer=device.get(asked(page)))
    assert (found.status_code, found.headers["Location"]) == (302, "/mon-compte")
    assert "Jeanne Roy" in stranger.get("/mon-compte").text
    newest = session.scalars(select(LoginSession).order_by(LoginSession.id.desc())).first()
    assert newest.second_factor_at is not None


def test_an_answer_sent_twice_opens_once(client, as_, device):
    add(client, device)
    stranger, other = as_(None), as_(None)
    page = stranger.get(WAY_IN)
    answer = device.get(asked(page))
    with stranger.client.session_transaction() as cookie:
        held = dict(cookie)
    assert post(stranger, WAY_IN, page, answer=answer).status_code == 302
    with other.client.session_transaction() as cookie:
        cookie.update(held)
    again = post(other, WAY_IN, page, answer=answer)
    assert again.status_code == 422
    assert "plus valable" in again.text


def test_an_answer_to_another_browser_s_challenge_opens_nothing(client, as_, device):
    add(client, device)
    mine, theirs = as_(None), as_(None)
    page = mine.get(WAY_IN)
    answer = device.get(asked(theirs.get(WAY_IN)))
    assert post(mine, WAY_IN, page, answer=answer).status_code == 422


@pytest.mark.parametrize("answer", ["", "{}", "[]", "x" * 30_000, '{"id":"a","response":{}}', "\x00"])
def test_what_is_no_answer_is_refused_with_a_sentence(as_, answer):
    stranger = as_(None)
    page = stranger.get(WAY_IN)
    found = post(stranger, WAY_IN, page, answer=answer)
    assert found.status_code == 422
    assert "Recommencez" in found.text or "Entrez autrement" in found.text


def test_after_the_password_a_passkey_is_asked_for_and_passes(client, as_, device, user):
    add(client, device)
    half = as_(None)
    found = half.post("/connexion", {"email": user.email, "password": PASSWORD})
    assert found.response.headers["Location"].startswith("/second-facteur")
    half.get("/mon-compte", status=302)
    page = half.get("/second-facteur")
    assert not page.all("//input[@name='code']"), "there is no telephone"
    assert post(half, "/second-facteur", page, answer="{}").status_code == 422
    page = half.get("/second-facteur")
    assert post(half, "/second-facteur", page, answer=device.get(asked(page))).status_code == 302
    half.get("/mon-compte")


def test_with_both_either_passes(as_, session, device):
    both = user_of(
        session, Role.DPO, password_hash=passwords.hash_password(PASSWORD), totp_sealed="x", totp_confirmed_at=now()
    )
    add(as_(both), device)
    half = as_(None)
    half.post("/connexion", {"email": both.email, "password": PASSWORD})
    page = half.get("/second-facteur")
    assert page.all("//input[@name='code']")
    assert post(half, "/second-facteur", page, answer=device.get(asked(page))).status_code == 302


def test_later_the_password_is_asked_for_before_passkeys_change(client, session, user, device, move_time):
    add(client, device)
    session.expire_all()
    one = session.scalars(select(Passkey)).one()
    move_time(minutes=11)
    for path in (NEW, f"{MINE}/{one.id}/retirer"):
        page = client.get(path)
        assert "votre mot de passe est redemandé" in page.words
        assert not page.all("//form[@data-passkey]")
    client.post(f"{MINE}/{one.id}/retirer", {}, status=200)
    assert session.scalars(select(Passkey)).all(), "posting straight to it removes nothing"
    client.post(NEW, {"password": "mauvais"}, status=422)
    assert client.post(NEW, {"password": PASSWORD}).response.headers["Location"] == NEW
    assert client.get(NEW).all("//form[@data-passkey]")
    move_time(minutes=11)
    assert "redemandé" in client.get(NEW).words


def test_without_a_password_one_signs_in_again_first(as_, session, move_time):
    client = as_(user_of(session, Role.DPO, password_hash=None))
    move_time(minutes=11)
    assert "reconnectez-vous" in client.get(NEW).words


def test_another_person_s_passkey_is_not_found(client, as_, session, device):
    add(client, device)
    session.expire_all()
    one = session.scalars(select(Passkey)).one()
    as_(Role.ADMIN).get(f"{MINE}/{one.id}/retirer", status=404)


def test_who_must_have_a_second_factor_may_make_a_passkey_of_it(as_, session, device):
    admin = user_of(session, Role.ADMIN, totp_sealed=None, totp_confirmed_at=None)
    client = as_(admin)
    session.execute(update(LoginSession).where(LoginSession.user_id == admin.id).values(second_factor_at=None))
    session.commit()
    client.get("/mon-compte", status=302)
    assert NEW in client.get("/mon-compte/second-facteur").text
    add(client, device)
    client.get("/mon-compte")
    assert "la dernière" in client.get(MINE).words


def test_at_an_address_in_digits_it_says_why_none_is_offered(client, app, as_, portal_settings):
    app.extensions["vigie.settings"] = portal_settings
    assert "adresse en chiffres" in client.get(MINE).words
    assert not client.get(MINE).all(f"//a[@href='{NEW}']")
    for path in (NEW, WAY_IN):
        (client if path == NEW else as_(None)).get(path, status=404)
    assert WAY_IN not in as_(None).get("/connexion").text
    app.extensions["vigie.settings"] = replace(portal_settings, base_url="http://localhost:8000")
    assert WAY_IN in as_(None).get("/connexion").text


def test_the_script_is_loaded_by_the_pages_that_need_it_alone_and_without_scripts_a_sentence_is_there(client, as_):
    loads = "//script[contains(., 'navigator.credentials')]"
    assert not as_(None).get("/connexion").all(loads)
    assert not client.get(MINE).all(loads)
    for page in (as_(None).get(WAY_IN), client.get(NEW)):
        assert page.one(loads).get("nonce")
        assert "JavaScript est actif" in page.one(".no-script").text_content()
        assert "needs-script" in page.one("//form[@data-passkey]//button").get("class")
