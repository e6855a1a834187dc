import pyotp
import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.clock import now
from portal.identity import second_factor, services
from portal.identity.models import LoginSession, OneTimeLink, User
from tests.factories.people import user_of

ASK, OPEN = "/connexion/lien", "/connexion/lien/ouvrir"


@pytest.fixture
def user(session):
    return user_of(session, Role.VENDOR_ADMIN, name="Zoé Nguyên", opened_at=now())


@pytest.fixture
def token(ctx, secrets, user, mailbox, session):
    link = services.send_sign_in_link(ctx, secrets, user)
    link.expires_at = now() + (link.expires_at - link.created_at)
    found = mailbox(ctx)[-1].token
    session.commit()
    return found


@pytest.fixture
def stranger(as_, user):
    return as_(None)


def sessions(session):
    session.expire_all()
    return len(session.scalars(select(LoginSession)).all())


def test_the_way_in_names_the_link_for_vendors(stranger):
    assert "Entrer par un lien" in stranger.get("/connexion").words
    stranger.get(ASK)


def test_every_address_gets_the_same_answer(stranger, user, session):
    staff = user_of(session, Role.DPO, password_hash="x")
    session.commit()
    answers = {
        stranger.follow(stranger.post(ASK, {"email": address})).words
        for address in (user.email, staff.email, "personne@exemple.test")
    }
    assert len(answers) == 1
    assert "20 minutes" in answers.pop()


@pytest.mark.parametrize("typed", ["", "pas une adresse", "x" * 300])
def test_what_is_no_address_is_sent_back(stranger, typed):
    stranger.post(ASK, {"email": typed}, status=422)


def test_what_fetches_links_signs_nobody_in_and_uses_nothing_up(stranger, token, session):
    """A scanner of mails gets the page, and may run its script, which posts the code; it presses no button."""
    stranger.get(OPEN)
    page = stranger.post(OPEN, {"token": token}, status=200)
    assert "Bonjour, Zoé Nguyên" in page.words
    assert sessions(session) == 0
    assert session.scalars(select(OneTimeLink.used_at)).one() is None


def test_the_button_signs_in_once(stranger, as_, token, session):
    found = stranger.post(OPEN, {"token": token, "entrer": "1"})
    assert found.response.location == "/espace/"
    assert sessions(session) == 1
    stranger.get("/mon-compte")
    page = as_(None).post(OPEN, {"token": token, "entrer": "1"}, status=410)
    assert "déjà servi" in page.words
    assert sessions(session) == 1


def test_the_page_asked_for_is_reached_in_the_same_browser(stranger, user, token, session):
    stranger.post(f"{ASK}?next=/mon-compte", {"email": user.email})
    assert stranger.post(OPEN, {"token": token, "entrer": "1"}).response.location == "/mon-compte"


def test_no_foreign_page_is_reached(stranger, user, token):
    stranger.post(f"{ASK}?next=//evil.example", {"email": user.email})
    assert stranger.post(OPEN, {"token": token, "entrer": "1"}).response.location == "/espace/"


def test_a_second_factor_is_still_owed(stranger, ctx, user, token, session, portal_settings):
    second_factor.begin(ctx, portal_settings.secrets, user)
    secret = second_factor.pending(portal_settings.secrets, user, "Vigie").secret.replace(" ", "")
    user.totp_confirmed_at = ctx.now
    session.commit()
    assert stranger.post(OPEN, {"token": token, "entrer": "1"}).response.location.startswith("/second-facteur")
    stranger.get("/mon-compte", status=302)
    stranger.post("/second-facteur", {"code": pyotp.TOTP(secret).at(now())})
    stranger.get("/mon-compte")


def test_without_the_form_s_token_nothing_is_done(stranger, token, session):
    assert stranger.client.post(OPEN, data={"token": token, "entrer": "1"}).status_code == 400
    assert sessions(session) == 0


def test_a_link_that_is_over_offers_another_at_the_same_address(stranger, token, session, mailbox, ctx, user):
    stranger.post(OPEN, {"token": token, "entrer": "1"})
    stranger.post("/deconnexion", page="/mon-compte")
    row = session.scalars(select(OneTimeLink)).one()
    row.created_at = row.created_at.replace(year=2025)
    session.commit()
    page = stranger.post(OPEN, {"token": token, "resend": "1"}, status=200)
    assert "Un nouveau lien est parti" in page.words
    assert mailbox(ctx)[-1].subject == "Votre lien de connexion"


def test_an_invitation_is_taken_up_without_choosing_a_password(as_, ctx, secrets, session, mailbox):
    invited = user_of(session, Role.VENDOR_ADMIN, name="Zoé Nguyên")
    link = services.invite(ctx, secrets, invited, landing=services.INVITATION_PAGE)
    link.expires_at = now() + (link.expires_at - link.created_at)
    token = mailbox(ctx)[-1].token
    session.commit()
    stranger = as_(None)
    assert "Entrer sans mot de passe" in stranger.post("/invitation", {"token": token}, status=200).words
    stranger.post("/invitation", {"token": token, "without_password": "1"})
    page = stranger.get("/mon-compte")
    assert "Aucun : vous entrez par un lien" in page.words.replace("\u202f", " ")
    stranger.post("/mon-compte/mot-de-passe", {"password": "Printemps2026", "again": "Printemps2026"}, status=422)
    new = {"password": "une phrase de marée", "again": "une phrase de marée"}
    page = stranger.follow(stranger.post("/mon-compte/mot-de-passe", new))
    assert "Mot de passe choisi" in page.words
    session.expire_all()
    assert session.get_one(User, invited.id).password_hash is not None


def test_nobody_of_ours_is_offered_to_do_without(as_, ctx, secrets, session, mailbox):
    invited = user_of(session, Role.DPO)
    link = services.invite(ctx, secrets, invited, landing=services.INVITATION_PAGE)
    link.expires_at = now() + (link.expires_at - link.created_at)
    token = mailbox(ctx)[-1].token
    session.commit()
    stranger = as_(None)
    assert "Entrer sans mot de passe" not in stranger.post("/invitation", {"token": token}, status=200).words
    page = stranger.post("/invitation", {"token": token, "without_password": "1"}, status=422)
    assert "ne s’ouvre pas sans" in page.words
