"""Accounts of the external audience: opened, left, opened again, never two and never elsewhere."""

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core import mail
from portal.core.errors import NotFound, Refused
from portal.core.language import Language
from portal.identity.models import LoginSession, OneTimeLink, User
from portal.identity.services import Person
from portal.jobs.models import Mail
from portal.vendors import accounts, memberships, services
from portal.vendors.models import Contact, Membership
from portal.vendors.services import ContactSheet
from tests.factories.people import token_for, user_of
from tests.factories.vendors import contact_at, entered


@pytest.fixture
def secrets(portal_settings):
    return portal_settings.secrets


def test_an_invited_contact_gets_an_account_bound_to_its_vendor_and_a_letter_in_its_language(dpo, secrets, session):
    vendor = entered(dpo, "Beacon Ltd")
    contact = services.add_contact(dpo, vendor, ContactSheet("Ann Lee", "ann@beacon.test", language=Language.EN))
    user = memberships.invite_contact(dpo, secrets, contact)
    assert (user.role, user.language, contact.user_id) == (Role.VENDOR_ADMIN, Language.EN, user.id)
    assert accounts.account_binding(session, user.id, today=dpo.today).vendor_ids == {vendor.id}
    [row] = session.scalars(select(Mail)).all()
    letter = mail.render(row.template, row.language, {**row.payload["values"], "link": "https://x.test/invitation"})
    assert "Beacon Ltd" in letter.subject
    assert "needs answers" in letter.subject
    assert "Ann Lee" in letter.body
    french = mail.render(row.template, Language.FR, {**row.payload["values"], "link": "https://x.test/"})
    assert "a besoin de réponses de Beacon Ltd" in french.subject


def test_a_second_invitation_sends_a_fresh_link_to_the_same_account(dpo, secrets, session):
    contact = contact_at(dpo, entered(dpo, "Acme"))
    first = memberships.invite_contact(dpo, secrets, contact)
    contact.user = first
    assert memberships.invite_contact(dpo, secrets, contact) is first
    assert len(session.scalars(select(OneTimeLink)).all()) == 2
    assert len(session.scalars(select(Membership)).all()) == 1


def test_whoever_has_opened_their_account_is_not_invited_again(dpo, secrets):
    contact = contact_at(dpo, entered(dpo, "Acme"))
    contact.user = memberships.invite_contact(dpo, secrets, contact)
    contact.user.password_hash = "x"
    with pytest.raises(Refused, match="déjà ouvert"):
        memberships.invite_contact(dpo, secrets, contact)


def test_an_address_that_serves_elsewhere_opens_no_second_account(dpo, secrets, session):
    user_of(session, Role.LEGAL, email="jeanne@acme.test")
    with pytest.raises(Refused, match="existe déjà"):
        memberships.invite_contact(dpo, secrets, contact_at(dpo, entered(dpo, "Acme")))


def test_a_contact_who_leaves_is_out_at_once_and_may_come_back_without_the_old_password(dpo, secrets, session):
    vendor = entered(dpo, "Acme")
    contact = contact_at(dpo, vendor)
    user = contact.user = memberships.invite_contact(dpo, secrets, contact)
    user.password_hash = "x"
    token_for(session, user)
    services.remove_contact(dpo, contact)
    assert user.disabled_at is not None
    assert session.scalars(select(LoginSession.id).where(LoginSession.revoked_at.is_(None))).all() == []
    assert session.scalars(select(OneTimeLink.id).where(OneTimeLink.used_at.is_(None))).all() == []
    again = contact_at(dpo, vendor)
    assert memberships.invite_contact(dpo, secrets, again) is user
    assert (user.disabled_at, user.password_hash) == (None, None)


def test_the_address_of_someone_who_signs_in_does_not_change(dpo, secrets):
    contact = contact_at(dpo, entered(dpo, "Acme"))
    memberships.invite_contact(dpo, secrets, contact)
    with pytest.raises(services.InvalidSheet, match="se connecte"):
        services.revise_contact(dpo, contact, ContactSheet("Jeanne", "autre@acme.test"))


def test_a_colleague_who_was_already_a_contact_keeps_one_line(acting, dpo, secrets, session):
    vendor = entered(dpo, "Acme")
    contact_at(dpo, vendor, "marc@acme.test", "Marc")
    inside = acting(Role.VENDOR_ADMIN, vendor_ids=frozenset({vendor.id}))
    person = Person("Marc@acme.test", "Marc Petit", Role.VENDOR_RESPONDENT, Language.FR)
    user = memberships.invite_colleague(inside, secrets, vendor, person)
    [contact] = session.scalars(select(Contact)).all()
    assert contact.user_id == user.id
    staff = Person("x@acme.test", "X", Role.DPO, Language.FR)
    with pytest.raises(Refused):
        memberships.invite_colleague(inside, secrets, vendor, staff)
    with pytest.raises(NotFound):
        memberships.invite_colleague(inside, secrets, entered(dpo, "Beta"), person)


def test_a_buyer_invites_for_their_own_vendors_only(buyer, dpo, secrets, session):
    own = contact_at(buyer, entered(buyer, "À moi"))
    memberships.invite_contact(buyer, secrets, own)
    with pytest.raises(NotFound):
        memberships.invite_contact(buyer, secrets, contact_at(dpo, entered(dpo, "Autre"), "b@b.test"))
    assert [u.email for u in session.scalars(select(User).where(User.role == Role.VENDOR_ADMIN))] == [
        "jeanne@acme.test"
    ]
