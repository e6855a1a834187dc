from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.authz.policy import Role
from portal.core.clock import now
from portal.core.landing import Landing
from portal.core.language import Language
from portal.identity import services
from portal.identity.models import LoginSession, OneTimeLink, User
from portal.identity.services import passwords
from portal.jobs.models import Job, Mail
from tests.factories.people import user_of

PASSWORD = "une phrase de marée"
CHOSEN = {"password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def user(session):
    return user_of(session, Role.DPO, name="Jeanne Roy")


@pytest.fixture
def invited(ctx, secrets, user, mailbox, session):
    """The token of an invitation that lands on one's account."""
    link = services.invite(ctx, secrets, user, landing=Landing("identity.account", bienvenue=1))
    link.created_at, link.expires_at = now() - timedelta(hours=1), now() + timedelta(days=14)
    token = mailbox(ctx)[-1].token
    session.commit()
    return token


@pytest.fixture
def stranger(as_, user):
    return as_(None)


def test_the_page_of_a_link_asks_for_its_code_and_loads_the_script_that_moves_it(stranger):
    page = stranger.get("/invitation")
    assert page.one("#token") is not None
    assert page.all("//body[@data-portal-invitation]")
    assert "sous-traitant" not in page.one("main").text_content()


def test_a_good_code_shows_whose_account_it_opens_and_asks_for_a_password(stranger, user, invited, session):
    page = stranger.post("/invitation", {"token": invited}, status=200)
    assert "Bienvenue, Jeanne Roy" in page.words
    assert page.one("#compte").get("value") == user.email
    assert page.all("//input[@type='hidden'][@name='token']")[0].get("value") == invited
    session.expire_all()
    assert session.scalars(select(OneTimeLink.used_at)).one() is None


def test_the_whole_link_may_be_pasted(stranger, invited):
    stranger.post("/invitation", {"token": f" https://vigie.exemple/invitation#{invited} "}, status=200)


def test_taking_it_up_signs_in_and_lands_on_the_work(stranger, invited, session, user):
    found = stranger.post("/invitation", {"token": invited, **CHOSEN})
    assert found.response.headers["Location"] == "/mon-compte?bienvenue=1"
    stranger.follow(found)
    session.expire_all()
    assert passwords.is_correct(session.get_one(User, user.id).password_hash, PASSWORD)


def test_passwords_that_differ_or_are_weak_are_sent_back_with_the_code_kept(stranger, invited):
    for chosen, sentence in (
        ({"password": PASSWORD, "again": "autre"}, "ne sont pas identiques"),
        ({"password": "court", "again": "court"}, "12 caractères"),
        ({"password": "", "again": ""}, "Remplissez ce champ"),
    ):
        page = stranger.post("/invitation", {"token": invited, **chosen}, status=422)
        assert sentence in page.words
        assert page.all("//input[@type='hidden'][@name='token']")[0].get("value") == invited
        assert PASSWORD not in page.text
    stranger.post("/invitation", {"token": invited, **CHOSEN})


def test_the_page_speaks_the_language_of_the_account_until_another_is_chosen(stranger, session, user, invited):
    session.get_one(User, user.id).language = Language.EN
    session.commit()
    assert stranger.post("/invitation", {"token": invited}, status=200).tree.get("lang") == "en"
    stranger.post("/langue", {"language": "fr", "next": "/invitation"}, page="/invitation")
    assert stranger.post("/invitation", {"token": invited}, status=200).tree.get("lang") == "fr"


def test_a_used_link_says_so_and_leads_to_sign_in_then_to_the_work(stranger, as_, invited):
    stranger.post("/invitation", {"token": invited, **CHOSEN})
    page = as_(None).post("/invitation", {"token": invited}, status=410)
    assert "déjà servi" in page.words
    assert page.all("//main//a/@href") == ["/connexion?next=/mon-compte?bienvenue%3D1"]


def expire(session):
    link = session.scalars(select(OneTimeLink)).one()
    link.created_at, link.expires_at = now() - timedelta(days=20), now() - timedelta(days=6)
    session.commit()


def test_an_expired_link_says_so_and_a_button_sends_another_to_its_own_address(stranger, session, user, invited):
    expire(session)
    page = stranger.post("/invitation", {"token": invited}, status=410)
    assert "expiré" in page.words
    assert user.email not in page.text
    assert "Jeanne" not in page.text
    page = stranger.post("/invitation", {"token": invited, "resend": "1"}, status=200)
    assert "Un nouveau lien est parti" in page.words
    assert user.email not in page.text
    session.expire_all()
    links = session.scalars(select(OneTimeLink).order_by(OneTimeLink.id)).all()
    assert [link.landing for link in links] == ["identity.account?bienvenue=1"] * 2
    assert session.scalars(select(Mail.recipient)).all() == [user.email] * 2
    page = stranger.post("/invitation", {"token": invited, "resend": "1"}, status=410)
    assert "vient d’être envoyé" in page.words
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(OneTimeLink)) == 2


def test_an_expired_link_takes_no_password(stranger, session, user, invited):
    expire(session)
    stranger.post("/invitation", {"token": invited, **CHOSEN}, status=410)
    session.expire_all()
    assert session.get_one(User, user.id).password_hash is None


def test_asking_again_with_a_good_link_sends_nothing(stranger, session, invited):
    stranger.post("/invitation", {"token": invited, "resend": "1"}, status=200)
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(OneTimeLink)) == 1


def test_a_made_up_code_sends_nothing_and_points_to_the_other_way(stranger, session, invited):
    page = stranger.post("/invitation", {"token": "0" * 64, "resend": "1"}, status=410)
    assert "n’est pas reconnu" in page.words
    assert "/mot-de-passe" in page.all("//main//a/@href")
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(Mail)) == 1


def test_an_invitation_does_not_pass_for_a_reset(stranger, invited):
    stranger.post("/mot-de-passe/nouveau", {"token": invited}, status=410)


def test_taking_a_link_up_replaces_whoever_was_signed_in_here(as_, session, invited, user):
    client = as_(user_of(session, Role.LEGAL, name="Autre Personne"))
    client.post("/invitation", {"token": invited, **CHOSEN})
    assert "Jeanne Roy" in client.get("/mon-compte").words
    session.expire_all()
    ended = session.scalars(select(LoginSession.revoked_at).order_by(LoginSession.id)).all()
    assert ended[0] is not None
    assert ended[1] is None


def test_a_reset_does_not_go_around_the_second_factor(ctx, secrets, session, as_, mailbox):
    user = user_of(session, Role.DPO, password_hash="x", totp_sealed="x", totp_confirmed_at=now())
    link = services.send_reset(ctx, secrets, user)
    link.expires_at = now() + timedelta(hours=1)
    token = mailbox(ctx)[-1].token
    client = as_(None)
    found = client.post("/mot-de-passe/nouveau", {"token": token, **CHOSEN})
    assert found.response.headers["Location"] == "/second-facteur"
    client.get("/mon-compte", status=302)


def test_a_forgotten_password_gets_the_same_answer_whether_or_not_the_account_exists(stranger, session, user):
    pages = [
        stranger.follow(stranger.post("/mot-de-passe", {"email": address})).words
        for address in (user.email, "personne@exemple.test")
    ]
    assert pages[0] == pages[1]
    assert "Si un compte existe à cette adresse" in pages[0]
    session.expire_all()
    assert session.scalars(select(Job.kind)).all() == ["identity.way_in"] * 2
    assert session.scalar(select(func.count()).select_from(Mail)) == 0


def test_an_address_that_cannot_be_one_is_sent_back(stranger, session):
    assert "incomplète" in stranger.post("/mot-de-passe", {"email": "jeanne@"}, status=422).words
    assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_asking_too_often_is_told_to_wait(stranger, user):
    for _ in range(5):
        stranger.post("/mot-de-passe", {"email": user.email})
    stranger.post("/mot-de-passe", {"email": user.email}, status=429)
