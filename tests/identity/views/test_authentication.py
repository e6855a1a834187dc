from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from portal.authz.policy import Role
from portal.core import translation
from portal.core.clock import now
from portal.core.language import Language
from portal.identity import second_factor
from portal.identity.models import LoginSession, SignInAttempt, User
from portal.identity.services import passwords
from portal.translations import catalogue
from tests.factories.people import user_of
from tests.factories.world import vendor_of, vendor_user
from tests.pages import Page

PASSWORD = "une phrase de marée"


@pytest.fixture
def user(session):
    return user_of(session, Role.DPO, password_hash=passwords.hash_password(PASSWORD))


@pytest.fixture
def stranger(as_, user):
    return as_(None)


def sign_in(client, user, password=PASSWORD, *, status=302, path="/connexion", **kwargs):
    return client.post(path, {"email": user.email, "password": password}, status=status, **kwargs)


def cookie_of(client):
    return client.client.get_cookie("vigie")


def test_the_right_password_leads_to_the_page_that_was_asked_for(stranger, user):
    asked = stranger.get("/mon-compte?x=1", status=302)
    where = asked.response.headers["Location"]
    assert where == "/connexion?next=/mon-compte?x%3D1"
    assert "Connectez-vous pour ouvrir la page demandée" in stranger.get(where).words
    assert sign_in(stranger, user, path=where).response.headers["Location"] == "/mon-compte?x=1"
    assert "Mon compte" in stranger.get("/mon-compte").words


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/%5Cevil.example", "/%09/evil.example"])
def test_no_redirection_leaves_the_portal(stranger, user, target):
    where = sign_in(stranger, user, path=f"/connexion?next={target}").response.headers["Location"]
    assert where.startswith("/")
    assert "evil" not in where


def test_a_wrong_password_is_refused_kept_in_the_count_and_never_shown_again(stranger, user, session):
    page = sign_in(stranger, user, "mauvais mot", status=422)
    assert "L’adresse ou le mot de passe n’est pas correct" in page.words
    assert "mauvais mot" not in page.text
    assert page.one("#email").get("value") == user.email
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 1


def test_an_unknown_address_gets_the_very_same_page(stranger, user):
    known = sign_in(stranger, user, "mauvais", status=422)
    unknown = stranger.post("/connexion", {"email": "x" * len(user.email), "password": "mauvais"}, status=422)
    assert known.words == unknown.words


def test_the_sixth_attempt_is_told_to_wait(stranger, user, session):
    for _ in range(5):
        sign_in(stranger, user, "mauvais", status=422)
    page = sign_in(stranger, user, status=429)
    assert page.response.headers["Retry-After"] == "900"
    assert "quart d’heure" in page.words
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(LoginSession)) == 0


def test_a_form_without_its_token_is_refused(stranger, user, session):
    found = Page(stranger.client.post("/connexion", data={"email": user.email, "password": PASSWORD}))
    assert found.status == 400
    assert "ouverte trop longtemps" in found.words
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


@pytest.mark.parametrize(
    "path", ["/deconnexion", "/langue", "/mon-compte", "/mon-compte/sessions/fermer", "/comptes/1/fermer"]
)
def test_no_act_is_done_without_the_token(as_, path):
    client = as_(Role.ADMIN)
    assert client.client.post(path, data={"language": "en"}).status_code == 400


def test_an_empty_form_is_sent_back_without_counting(stranger, session):
    assert "Remplissez ce champ" in stranger.post("/connexion", status=422).words
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_what_the_cookie_held_before_sign_in_is_dropped(stranger, user):
    with stranger.client.session_transaction() as cookie:
        cookie["planted"], cookie["_user_id"] = "x", "token-of-an-attacker"
    sign_in(stranger, user)
    with stranger.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != "token-of-an-attacker"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(stranger, user):
    set_cookies = sign_in(stranger, user).response.headers.getlist("Set-Cookie")
    for header in set_cookies:
        assert "HttpOnly" in header
        assert "SameSite=Lax" in header
    (header,) = (one for one in set_cookies if not one.startswith("vigie-device-"))
    assert "Expires" not in header


def test_signing_in_again_closes_the_session_that_was_there(as_, user, session):
    client = as_(user_of(session, Role.LEGAL))
    token = client.csrf("/mon-compte")
    client.post("/deconnexion", {"csrf_token": token}, page="/mon-compte")
    session.expire_all()
    assert session.scalars(select(LoginSession.revoked_at)).one() is not None


HOMES = {
    **dict.fromkeys((Role.DPO, Role.LEGAL, Role.BUYER, Role.MANAGEMENT, Role.EXPERT), "/"),
    **dict.fromkeys((Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT), "/espace/"),
}


def person_of(session, role):
    """Whoever answers does so for a vendor."""
    return vendor_user(session, vendor_of(session), role) if role.is_vendor else user_of(session, role)


@pytest.mark.parametrize(("role", "home"), HOMES.items())
@pytest.mark.parametrize("path", ["/connexion", "/connexion?next=/", "/connexion?next=%2F%3F"])
def test_signing_in_leads_to_one_s_own_work(as_, session, role, home, path):
    user = person_of(session, role)
    user.password_hash = passwords.hash_password(PASSWORD)
    client = as_(None)
    where = sign_in(client, user, path=path).response.headers["Location"]
    if where.rstrip("?") != home:
        where = client.get(where, status=302).response.headers["Location"]
    arrived = client.get(where)
    assert where.rstrip("?") == home
    assert arrived.one("a.brand").get("href") == home


@pytest.mark.parametrize("role", [Role.ADMIN, *HOMES])
def test_the_root_of_the_portal_is_a_door_for_everyone(as_, session, role):
    """It was « Accès refusé » for vendors, at the very address that the start script prints."""
    client = as_(person_of(session, role))
    home = HOMES.get(role, "/")
    assert client.get("/", status=200 if home == "/" else 302).response.headers.get("Location", "/") == home
    refused = client.get("/nulle-part", status=404)
    # An error page asks the database nothing, so not who reads it: it leads to the door.
    assert refused.one("a.brand").get("href") == "/"
    assert refused.all("//main//a/@href") == ["/"]


def test_who_is_signed_in_already_is_sent_on(as_):
    assert as_(Role.DPO).get("/connexion?next=/mon-compte", status=302).response.headers["Location"] == "/mon-compte"


def test_signing_out_kills_the_session_itself_not_only_the_cookie(stranger, user):
    sign_in(stranger, user)
    stolen = cookie_of(stranger).value
    page = stranger.follow(stranger.post("/deconnexion", page="/mon-compte"))
    assert "Vous êtes déconnecté" in page.words
    stranger.client.set_cookie("vigie", stolen)
    stranger.get("/mon-compte", status=302)


def test_signing_out_when_nobody_is_signed_in_does_nothing(stranger):
    assert stranger.post("/deconnexion", page="/connexion").response.headers["Location"] == "/connexion"


@pytest.mark.parametrize(
    ("field", "ago"), [("seen_at", timedelta(minutes=61)), ("created_at", timedelta(hours=12, minutes=1))]
)
def test_a_session_left_too_long_ends_and_says_so(stranger, user, session, field, ago):
    sign_in(stranger, user)
    row = session.scalars(select(LoginSession)).one()
    setattr(row, field, now() - ago)
    session.commit()
    asked = stranger.get("/mon-compte", status=302)
    assert "Votre session a pris fin" in stranger.follow(asked).words


def test_a_session_in_use_stays_open(stranger, user, session):
    sign_in(stranger, user)
    row = session.scalars(select(LoginSession)).one()
    row.seen_at = before = now() - timedelta(minutes=50)
    session.commit()
    stranger.get("/mon-compte")
    session.expire_all()
    assert session.scalars(select(LoginSession)).one().seen_at > before + timedelta(minutes=49)


def test_an_act_of_an_ended_session_is_refused_and_a_script_is_told_in_json(stranger, user, session):
    sign_in(stranger, user)
    token = stranger.csrf("/mon-compte")
    row = session.scalars(select(LoginSession)).one()
    row.revoked_at = now()
    session.commit()
    data = {"csrf_token": token, "name": "Autre", "language": "fr"}
    assert stranger.client.post("/mon-compte", data=data).status_code == 401
    answer = stranger.client.post("/mon-compte", data=data, headers={"Accept": "application/json"})
    assert "Votre session a pris fin" in answer.get_json()["error"]
    session.expire_all()
    assert session.get_one(User, user.id).name != "Autre"


def test_a_closed_account_is_out_at_the_next_page(stranger, user, session):
    sign_in(stranger, user)
    stranger.get("/mon-compte")
    session.get_one(User, user.id).disabled_at = now()
    session.commit()
    stranger.get("/mon-compte", status=302)
    sign_in(stranger, user, status=422)


# The second factor


@pytest.fixture
def totp(ctx, session, secrets, user):
    """The account has a second factor; the authenticator that gives its codes."""
    second_factor.begin(ctx, secrets, user)
    found = pyotp.TOTP(second_factor.pending(secrets, user, "Vigie").secret.replace(" ", ""))
    second_factor.confirm(ctx, secrets, user, found.at(ctx.now))
    user.totp_last_step = None
    session.commit()
    return found


def test_the_password_alone_opens_the_code_page_and_nothing_else(stranger, user, totp):
    where = sign_in(stranger, user, path="/connexion?next=/mon-compte").response.headers["Location"]
    assert where == "/second-facteur?next=/mon-compte"
    for path in ("/mon-compte", "/mon-compte/second-facteur", "/mon-compte/mot-de-passe", "/comptes"):
        assert stranger.get(path, status=302).response.headers["Location"] == "/second-facteur"
    for path in ("/mon-compte", "/mon-compte/sessions/fermer"):
        found = stranger.post(path, {"name": "x", "language": "fr"}, page="/second-facteur")
        assert found.response.headers["Location"] == "/second-facteur"


def test_the_code_opens_the_rest_under_a_new_token(stranger, user, totp):
    sign_in(stranger, user)
    before = cookie_of(stranger).value
    found = stranger.post("/second-facteur?next=/mon-compte", {"code": totp.at(now())})
    assert found.response.headers["Location"] == "/mon-compte"
    stranger.get("/mon-compte")
    stranger.client.set_cookie("vigie", before)
    stranger.get("/mon-compte", status=302)


def test_a_code_already_used_is_refused_in_another_browser(as_, stranger, user, totp):
    code = totp.at(now())
    sign_in(stranger, user)
    stranger.post("/second-facteur", {"code": code})
    thief = as_(None)
    sign_in(thief, user)
    assert "n’est pas bon" in thief.post("/second-facteur", {"code": code}, status=422).words


def test_guessing_codes_is_told_to_wait(stranger, user, totp):
    sign_in(stranger, user)
    for _ in range(5):
        stranger.post("/second-facteur", {"code": "000000"}, status=422)
    assert stranger.post("/second-facteur", {"code": totp.at(now())}, status=429).response.headers["Retry-After"]


def test_without_a_telephone_a_recovery_code_does(stranger, ctx, session, secrets, user, totp):
    code = second_factor.draw_recovery_codes(ctx, user)[0]
    session.commit()
    sign_in(stranger, user)
    stranger.post("/second-facteur", {"recovery": code})
    stranger.get("/mon-compte")


def test_no_code_at_all_is_asked_for_again_without_counting(stranger, session, user, totp):
    sign_in(stranger, user)
    assert "Saisissez le code" in stranger.post("/second-facteur", status=422).words
    assert session.scalars(select(SignInAttempt.succeeded)).all() == [True]


def test_who_owes_no_code_is_sent_on(as_):
    found = as_(Role.DPO).get("/second-facteur?next=/mon-compte", status=302)
    assert found.response.headers["Location"] == "/mon-compte"


def test_an_administrator_without_second_factor_is_sent_to_enrol_and_nowhere_else(stranger, session):
    admin = user_of(
        session, Role.ADMIN, totp_sealed=None, totp_confirmed_at=None, password_hash=passwords.hash_password(PASSWORD)
    )
    session.commit()
    where = sign_in(stranger, admin, path="/connexion?next=/comptes").response.headers["Location"]
    assert where == "/mon-compte/second-facteur?next=/comptes"
    for path in ("/comptes", "/journal", "/mon-compte", "/second-facteur"):
        assert stranger.get(path, status=302).response.headers["Location"].startswith("/mon-compte/second-facteur")
    stranger.get(where)


# The language


@pytest.fixture
def english(monkeypatch, tmp_path):
    """The English catalogue as the parts say it today."""
    catalogue.compile_catalogue(compiled=tmp_path / "en" / "LC_MESSAGES" / "messages.mo")
    monkeypatch.setattr(translation, "CATALOGUES", tmp_path)
    translation.translations.cache_clear()
    yield
    translation.translations.cache_clear()


def test_a_stranger_reads_the_language_of_the_browser_then_the_one_chosen(stranger, english):
    assert stranger.get("/connexion").tree.get("lang") == "fr"
    page = stranger.get("/connexion", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (page.tree.get("lang"), page.one("h1").text_content()) == ("en", "Sign-in")
    found = stranger.post("/langue", {"language": "en", "next": "/mot-de-passe?"}, page="/connexion")
    assert found.response.headers["Location"] == "/mot-de-passe"
    assert stranger.follow(found).one("h1").text_content() == "Forgotten password"


def test_the_language_chosen_is_kept_by_the_account(as_, session, user):
    client = as_(user)
    client.post("/langue", {"language": "en", "next": "/mon-compte"}, page="/mon-compte")
    session.expire_all()
    assert session.get_one(User, user.id).language is Language.EN
    assert client.get("/mon-compte").tree.get("lang") == "en"


def test_the_language_chosen_before_signing_in_becomes_the_accounts(stranger, session, user):
    stranger.post("/langue", {"language": "en", "next": "/connexion"}, page="/connexion")
    sign_in(stranger, user)
    session.expire_all()
    assert session.get_one(User, user.id).language is Language.EN
    assert stranger.get("/mon-compte").tree.get("lang") == "en"


def test_a_language_that_does_not_exist_and_a_foreign_return_address_are_refused(stranger):
    stranger.post("/langue", {"language": "xx", "next": "/connexion"}, page="/connexion", status=400)
    found = stranger.post("/langue", {"language": "en", "next": "//evil.example"}, page="/connexion")
    assert found.response.headers["Location"] == "/connexion"


def test_the_code_of_a_link_survives_a_change_of_language(stranger):
    found = stranger.post("/langue", {"language": "en", "next": "/invitation#abc"}, page="/connexion")
    assert found.response.headers["Location"] == "/invitation#abc"


def test_services_are_given_the_address_of_the_connection_not_of_a_header(stranger, user, session, secrets):
    """Not behind TLS there is no proxy to believe: the header is what the caller likes."""
    for n in range(30):
        stranger.post(
            "/connexion", {"email": f"{n}@exemple.test", "password": "x"}, status=422,
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        )  # fmt: skip
    sign_in(stranger, user, status=429, headers={"X-Forwarded-For": "203.0.113.99"})
