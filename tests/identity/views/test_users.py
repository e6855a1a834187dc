import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.clock import now
from portal.identity import services
from portal.identity.models import User
from portal.jobs.models import Mail
from tests.factories.people import token_for, user_of


@pytest.fixture
def admin(as_):
    return as_(Role.ADMIN)


@pytest.fixture
def other(session):
    made = user_of(session, Role.LEGAL, name="Jeanne Roy", totp_sealed="x", totp_confirmed_at=now())
    session.commit()
    return made


PATHS = ("/comptes", "/comptes/inviter", "/comptes/1")
ACTS = ("fermer", "rouvrir", "second-facteur", "inviter")


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.ADMIN, Role.SYSTEM, Role.ANONYMOUS}])
def test_nobody_but_an_administrator_sees_or_touches_accounts(as_, other, session, role):
    client = as_(role)
    for path in PATHS:
        client.get(path, status=403)
    for act in ACTS:
        client.post(f"/comptes/{other.id}/{act}", page="/mon-compte", status=403)
    session.expire_all()
    assert session.get_one(User, other.id).disabled_at is None


def test_the_list_shows_who_may_enter_and_where_each_stands(admin, other, session):
    user_of(session, Role.DPO, name="Fermée", disabled_at=now())
    session.commit()
    page = admin.get("/comptes")
    assert "Jeanne Roy" in page.words
    assert "Invitation expirée" in page.words
    assert "Fermé" in page.words
    assert "3 comptes" in page.words


def test_the_list_is_searched_and_filtered_and_ignores_what_it_does_not_know(admin, other):
    assert "Jeanne Roy" in admin.get("/comptes?q=jeanne&role=juriste&etat=invite").words
    assert "Aucun compte" in admin.get("/comptes?q=jeanne&role=dpo").words
    assert "Jeanne Roy" in admin.get("/comptes?role=roi&etat=perdu&page=0&tri=x&page=abc").words


def test_an_invitation_opens_an_account_and_a_page_of_its_own(admin, session):
    found = admin.post("/comptes/inviter", {"email": "a@exemple.test", "name": "Anne", "role": "dpo", "language": "fr"})
    page = admin.follow(found)
    assert "L’invitation part à l’adresse a@exemple.test" in page.words
    assert session.scalars(select(Mail.recipient)).all() == ["a@exemple.test"]


def test_what_was_typed_stays_when_an_invitation_is_refused(admin, other):
    data = {"email": other.email, "name": "Anne", "role": "dpo", "language": "en"}
    page = admin.post("/comptes/inviter", data, status=422)
    assert "existe déjà" in page.one("#email-error").text_content()
    assert page.one("#name").get("value") == "Anne"
    assert page.all("//select[@id='role']/option[@selected]")[0].get("value") == "dpo"


@pytest.mark.parametrize("role", ["prestataire_admin", "systeme", "anonyme", "roi"])
def test_a_role_that_is_not_offered_cannot_be_posted(admin, session, role):
    data = {"email": "a@exemple.test", "name": "A", "role": role, "language": "fr"}
    admin.post("/comptes/inviter", data, status=422)
    assert session.scalar(select(User.id).where(User.email == "a@exemple.test")) is None


def test_closing_an_account_puts_its_holder_out_and_reopening_lets_them_in(admin, as_, other, session):
    theirs = as_(other)
    theirs.get("/mon-compte")
    path = f"/comptes/{other.id}"
    assert "Fermé" in admin.follow(admin.post(f"{path}/fermer", page=path)).words
    theirs.get("/mon-compte", status=302)
    assert "Rouvrir" not in admin.follow(admin.post(f"{path}/rouvrir", page=path)).words
    theirs.get("/mon-compte", status=302)


def test_a_lost_second_factor_is_removed_from_the_page(admin, other, session):
    token_for(session, other)
    session.commit()
    path = f"/comptes/{other.id}"
    page = admin.follow(admin.post(f"{path}/second-facteur", page=path))
    assert "Second facteur retiré" in page.words
    assert not page.all("//form[contains(@action,'second-facteur')]")


def test_an_invitation_is_sent_again_from_the_page(admin, other, session):
    path = f"/comptes/{other.id}"
    assert "Une nouvelle invitation est partie" in admin.follow(admin.post(f"{path}/inviter", page=path)).words
    session.get_one(User, other.id).password_hash = "x"
    session.commit()
    assert "déjà ouvert" in admin.post(f"{path}/inviter", page=path, status=422).words


def test_ones_own_account_is_not_closed_from_the_list(admin, session):
    path = f"/comptes/{admin.user.id}"
    assert not admin.get(path).all("//main//form")
    admin.post(f"{path}/fermer", page="/mon-compte", status=422)
    admin.post(f"{path}/second-facteur", page="/mon-compte", status=422)


def test_the_page_tells_what_happened_to_the_account(admin, other, ctx, session):
    services.disable(_as_admin(ctx, admin), other)
    session.commit()
    page = admin.get(f"/comptes/{other.id}")
    assert "Compte fermé" in page.words
    assert admin.user.name in page.words


def _as_admin(ctx, admin):
    return services.as_user(ctx, admin.user)


def test_an_account_that_does_not_exist_is_not_found(admin):
    admin.get("/comptes/1000000", status=404)
    for act in ACTS:
        admin.post(f"/comptes/1000000/{act}", page="/comptes/inviter", status=404)
