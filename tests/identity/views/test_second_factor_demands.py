import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.errors import Refused
from portal.identity import services
from portal.identity.models import LoginSession
from tests.factories.people import user_of

PAGE = "/comptes/second-facteur"


def test_the_page_says_how_many_have_one_and_none_of_nobody(as_, session):
    page = as_(Role.ADMIN).get(PAGE)
    assert "aucun compte ouvert" in page.words
    assert "toujours" in page.words
    assert not page.all(f"//form[@action='{PAGE}/admin/lever']")


def test_a_person_of_a_role_just_demanded_enrols_before_anything_else(as_, session):
    user = user_of(session, Role.DPO, password_hash="x")
    theirs = as_(user)
    session.scalars(select(LoginSession).where(LoginSession.user_id == user.id)).one().second_factor_at = None
    session.commit()
    theirs.get("/mon-compte")
    administration = as_(Role.ADMIN)
    page = administration.follow(administration.post(f"{PAGE}/dpo/exiger", page=PAGE))
    assert "Second facteur exigé" in page.words
    assert theirs.get("/mon-compte", status=302).response.location.startswith("/mon-compte/second-facteur")
    assert "Votre rôle exige un second facteur" in theirs.get("/mon-compte/second-facteur").words
    administration.post(f"{PAGE}/dpo/lever", page=PAGE)
    theirs.get("/mon-compte")


def test_the_administrators_demand_is_not_lifted_by_hand(as_):
    client = as_(Role.ADMIN)
    page = client.follow(client.post(f"{PAGE}/admin/lever", page=PAGE))
    assert "ne se lève pas" in page.words
    client.post(f"{PAGE}/anonyme/exiger", page=PAGE, status=404)
    client.post(f"{PAGE}/n-importe-quoi/exiger", page=PAGE, status=404)


@pytest.mark.parametrize("role", [Role.DPO, Role.VENDOR_ADMIN])
def test_who_does_not_manage_accounts_neither_reads_nor_demands(as_, role):
    client = as_(role)
    assert client.client.get(PAGE).status_code in {403, 404}
    client.post(f"{PAGE}/dpo/exiger", page="/mon-compte", status=client.client.get(PAGE).status_code)


def test_everyone_is_offered_one_on_their_account_page(as_):
    for role in (Role.BUYER, Role.VENDOR_READER):
        assert "Activer le second facteur" in as_(role).get("/mon-compte").words


def test_a_demanded_factor_cannot_be_given_up(ctx, secrets, caller):
    user = user_of(ctx.session, Role.LEGAL, totp_confirmed_at=ctx.now)
    services.demand_second_factor(ctx, Role.LEGAL)
    ctx.session.expire(user)
    with pytest.raises(Refused, match="exige"):
        services.remove_second_factor(services.as_user(ctx, user), secrets, caller, user, "000000")
