import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.language import Language
from portal.identity.models import User
from portal.jobs.models import Mail
from portal.vendors.models import Membership

PATH = "/espace/collegues"


def fields(**changed):
    return {
        "name": "Aline Roux", "email": "aline@nuage.test", "role": "prestataire_repondant", "language": "en", **changed,
    }  # fmt: skip


def test_a_colleague_is_invited_bound_to_this_vendor_and_listed(session, page, space):
    found = page.follow(page.post(PATH, fields()))
    assert "L’invitation de Aline Roux est partie." in found.words
    assert "invitation envoyée" in found.words
    user = session.scalars(select(User).where(User.email == "aline@nuage.test")).one()
    assert (user.role, user.language) == (Role.VENDOR_RESPONDENT, Language.EN)
    assert session.scalars(select(Membership.vendor_id).where(Membership.user_id == user.id)).all() == [space.vendor.id]
    assert session.scalars(select(Mail).where(Mail.recipient == "aline@nuage.test")).all()


@pytest.mark.parametrize("role", ["admin", "dpo", "systeme", "", "n'importe quoi"])
def test_no_role_beyond_the_vendor_s_own_is_given(session, page, role):
    page.post(PATH, fields(role=role), status=422)
    assert session.scalars(select(User).where(User.email == "aline@nuage.test")).one_or_none() is None


@pytest.mark.parametrize("changed", [{"email": "pas une adresse"}, {"email": ""}, {"name": ""}, {"language": "de"}])
def test_a_mistake_is_said_and_nothing_typed_is_lost(page, changed):
    found = page.post(PATH, fields(**changed), status=422)
    if "name" not in changed:
        assert found.all("//input[@name='name']/@value") == ["Aline Roux"]


def test_an_address_already_taken_is_refused(page, space):
    found = page.post(PATH, fields(email=space.respondent.email), status=422)
    assert "Un compte existe déjà" in found.words


def test_a_respondent_invites_nobody(colleague):
    colleague.get(PATH, status=403)
    colleague.post(PATH, fields(), page="/espace/", status=403)
    assert not colleague.get("/espace/").all(f"//a[@href='{PATH}']")
