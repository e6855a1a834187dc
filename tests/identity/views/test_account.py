import pyotp
import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.clock import now
from portal.core.language import Language
from portal.identity.models import LoginSession, User
from portal.identity.services import passwords
from portal.jobs.models import Mail
from tests.factories.people import token_for, user_of

PASSWORD = "une phrase de marée"
NEW = {"password": "une autre phrase salée", "again": "une autre phrase salée"}


@pytest.fixture
def user(session):
    return user_of(session, Role.DPO, name="Jeanne Roy", password_hash=passwords.hash_password(PASSWORD))


@pytest.fixture
def client(as_, user):
    return as_(user)


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.SYSTEM, Role.ANONYMOUS}])
def test_everyone_has_an_account_page_on_their_own_side_of_the_portal(as_, role):
    client = as_(role)
    for path in ("/mon-compte", "/mon-compte/mot-de-passe", "/mon-compte/second-facteur"):
        page = client.get(path)
        assert ("audience-vendor" in page.one("body").get("class", "")) is role.is_vendor


def test_name_and_language_are_changed_and_the_page_follows(client, session, user):
    found = client.post("/mon-compte", {"name": "  Jeanne   Le Roy ", "language": "en"})
    assert client.follow(found).tree.get("lang") == "en"
    session.expire_all()
    changed = session.get_one(User, user.id)
    assert (changed.name, changed.language) == ("Jeanne Le Roy", Language.EN)


@pytest.mark.parametrize(
    "data", [{"name": "", "language": "fr"}, {"name": "x" * 201, "language": "fr"}, {"name": "x", "language": "xx"}]
)
def test_what_is_not_well_formed_is_sent_back(client, data):
    client.post("/mon-compte", data, status=422)


def test_nothing_else_of_an_account_can_be_posted(client, session, user):
    client.post("/mon-compte", {"name": "x", "language": "fr", "role": "admin", "email": "x@exemple.test", "id": "1"})
    session.expire_all()
    same = session.get_one(User, user.id)
    assert (same.role, same.email) == (Role.DPO, user.email)


def test_open_sessions_are_shown_with_the_present_one_named(client):
    page = client.get("/mon-compte")
    assert page.words.count("celle-ci") == 1


def test_signing_out_everywhere_ends_this_session_too(client, session, user):
    token_for(session, user)
    session.commit()
    page = client.follow(client.post("/mon-compte/sessions/fermer", page="/mon-compte"))
    assert "Toutes vos sessions sont fermées" in page.words
    session.expire_all()
    assert None not in session.scalars(select(LoginSession.revoked_at)).all()
    client.get("/mon-compte", status=302)


def test_a_new_password_needs_the_present_one_and_keeps_this_session_only(client, session, user):
    token_for(session, user)
    session.commit()
    page = client.post("/mon-compte/mot-de-passe", {"old": "mauvais", **NEW}, status=422)
    assert "n’est pas le bon" in page.words
    client.follow(client.post("/mon-compte/mot-de-passe", {"old": PASSWORD, **NEW}))
    session.expire_all()
    assert passwords.is_correct(session.get_one(User, user.id).password_hash, NEW["password"])
    ended = session.scalars(select(LoginSession.revoked_at).order_by(LoginSession.id)).all()
    assert sorted(e is None for e in ended) == [False, True]
    client.get("/mon-compte")


def test_a_weak_new_password_is_said_beside_its_field(client):
    page = client.post(
        "/mon-compte/mot-de-passe", {"old": PASSWORD, "password": "Jeanne Roy 1", "again": "Jeanne Roy 1"}, status=422
    )
    assert "tient à votre nom" in page.one("#password-error").text_content()


def test_guessing_the_present_password_is_told_to_wait(client):
    for _ in range(5):
        client.post("/mon-compte/mot-de-passe", {"old": "mauvais", **NEW}, status=422)
    client.post("/mon-compte/mot-de-passe", {"old": PASSWORD, **NEW}, status=429)


def secret_on(page):
    return page.one("code").text_content().replace(" ", "")


def test_a_telephone_is_linked_in_three_steps_and_the_codes_are_shown_once(client, session, user):
    path = "/mon-compte/second-facteur"
    assert "Afficher le code QR" in client.get(path).words
    page = client.follow(client.post(path, {"begin": "1"}))
    picture = page.one("img")
    assert picture.get("src").startswith("data:image/svg+xml")
    assert picture.get("alt")
    totp = pyotp.TOTP(secret_on(page))
    client.post(path, {"code": "000000"}, status=422)
    page = client.post(path, {"code": totp.at(now())}, status=200)
    codes = [c.text_content() for c in page.all("//main//ol//code")]
    assert len(codes) == 10
    assert page.response.headers["Cache-Control"] == "no-store"
    page = client.get(path)
    assert not any(code in page.text for code in codes)
    assert "Il vous reste 10 codes de secours" in page.words


def test_the_forms_of_the_page_that_shows_the_codes_work(client):
    """The session was renewed in that very answer: its forms bear the new token."""
    path = "/mon-compte/second-facteur"
    page = client.follow(client.post(path, {"begin": "1"}))
    page = client.post(path, {"code": pyotp.TOTP(secret_on(page)).at(now())}, status=200)
    found = client.client.post("/deconnexion", data={"csrf_token": page.csrf})
    assert found.status_code == 302


def test_linking_a_telephone_makes_other_sessions_owe_the_code(client, as_, session, user):
    other = as_(user)
    row = session.scalars(select(LoginSession).order_by(LoginSession.id.desc())).first()
    row.second_factor_at = None
    session.commit()
    path = "/mon-compte/second-facteur"
    page = client.follow(client.post(path, {"begin": "1"}))
    client.post(path, {"code": pyotp.TOTP(secret_on(page)).at(now())}, status=200)
    assert other.get("/mon-compte", status=302).response.headers["Location"] == "/second-facteur"


@pytest.fixture
def linked(client):
    path = "/mon-compte/second-facteur"
    page = client.follow(client.post(path, {"begin": "1"}))
    page = client.post(path, {"code": pyotp.TOTP(secret_on(page)).at(now())}, status=200)
    return [c.text_content() for c in page.all("//main//ol//code")]


def test_new_recovery_codes_are_drawn_with_one_of_the_former(client, linked):
    page = client.post("/mon-compte/second-facteur", {"recovery": linked[0], "renew": "1"}, status=200)
    fresh = [c.text_content() for c in page.all("//main//ol//code")]
    assert not set(fresh) & set(linked)
    client.post("/mon-compte/second-facteur", {"recovery": linked[1], "renew": "1"}, status=422)


def test_it_is_given_up_with_a_code_only(client, session, user, linked):
    path = "/mon-compte/second-facteur"
    client.post(path, {"code": "000000", "remove": "1"}, status=422)
    client.post(path, {"recovery": linked[0], "remove": "1"})
    session.expire_all()
    assert session.get_one(User, user.id).totp_confirmed_at is None


def test_an_active_one_cannot_be_drawn_again_over(client, session, user, linked):
    session.expire_all()
    sealed = session.get_one(User, user.id).totp_sealed
    assert sealed
    client.post("/mon-compte/second-facteur", {"begin": "1"}, status=422)
    session.expire_all()
    assert session.get_one(User, user.id).totp_sealed == sealed


def test_an_administrator_enrols_on_the_way_in_and_goes_on_to_the_page_asked_for(as_, session):
    admin = user_of(session, Role.ADMIN, totp_sealed=None, totp_confirmed_at=None)
    client = as_(admin)
    path = "/mon-compte/second-facteur?next=/comptes"
    page = client.follow(client.post(path, {"begin": "1"}))
    page = client.post(path, {"code": pyotp.TOTP(secret_on(page)).at(now())}, status=200)
    assert "/comptes" in page.all("//main//a/@href")
    client.get("/comptes")


def test_an_administrator_is_not_offered_to_give_it_up(as_):
    page = as_(Role.ADMIN).get("/mon-compte/second-facteur")
    assert not page.all("//button[@name='remove']")
    assert "exige un second facteur" in page.words


def test_one_browser_is_signed_out_from_another_and_no_one_else_s(client, session, user, mailbox_of):
    token_for(session, user)
    stranger = user_of(session, Role.LEGAL)
    token_for(session, stranger)
    session.commit()
    theirs = session.scalars(select(LoginSession.id).where(LoginSession.user_id == stranger.id)).one()
    client.post(f"/mon-compte/sessions/{theirs}/fermer", page="/mon-compte", status=404)
    mine = session.scalars(
        select(LoginSession.id).where(LoginSession.user_id == user.id).order_by(LoginSession.id.desc()).limit(1)
    ).one()
    page = client.follow(client.post(f"/mon-compte/sessions/{mine}/fermer", page="/mon-compte"))
    assert "Cette session est fermée" in page.words
    client.post(f"/mon-compte/sessions/{mine}/fermer", page="/mon-compte", status=404)
    session.expire_all()
    assert session.get_one(LoginSession, mine).revoked_at is not None
    assert session.get_one(LoginSession, theirs).revoked_at is None
    assert mailbox_of() == [(user.email, "identity/emails/sessions_ended")]


def test_all_others_are_signed_out_and_this_one_stays(client, session, user, mailbox_of):
    for _ in range(2):
        token_for(session, user)
    session.commit()
    page = client.follow(client.post("/mon-compte/sessions/autres", page="/mon-compte"))
    assert "Vos autres sessions sont fermées" in page.words
    page = client.follow(client.post("/mon-compte/sessions/autres", page="/mon-compte"))
    assert "Aucune autre session" in page.words
    assert mailbox_of() == [(user.email, "identity/emails/sessions_ended")]


@pytest.fixture
def mailbox_of(session):
    def read():
        session.expire_all()
        return list(session.execute(select(Mail.recipient, Mail.template).order_by(Mail.id)))

    return read
