"""Accounts of the external audience: opened, left, opened again, never two and never elsewhere."""

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core import mail
from portal.core.errors import NotFound, Refused
from portal.core.language import Language
from portal.identity.models import LoginSession, OneTimeLink, User
from portal.jobs.models import Mail
from portal.vendors import accounts, memberships, services
from portal.vendors.models import Membership
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
    assert "DPO" in row.payload["values"]["contact"]["title"], "it comes from a person"


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


def test_whoever_answers_for_another_vendor_gains_this_one_and_is_told_in_our_words(dpo, secrets, session):
    first, second = entered(dpo, "Acme"), entered(dpo, "Beta")
    contact = contact_at(dpo, first)
    user = contact.user = memberships.invite_contact(dpo, secrets, contact)
    user.password_hash = "x"
    assert memberships.invite_contact(dpo, secrets, contact_at(dpo, second)) is user
    assert {row.vendor_id for row in session.scalars(select(Membership))} == {first.id, second.id}
    *_, told = session.scalars(select(Mail).order_by(Mail.id)).all()
    assert (told.template, told.payload["token"]) == ("vendors/emails/one_more_vendor", None)
    assert told.payload["link"] == f"vendor_space.home?pour={second.id}"
    for language in Language:
        letter = mail.render(told.template, language, {**told.payload["values"], "link": "https://x.test/"})
        assert "Beta" in letter.subject
        assert "Acme" not in letter.body
    assert told.payload["values"]["contact"]["name"] == dpo.actor.name


def test_leaving_one_vendor_keeps_the_others_and_the_session(dpo, secrets, session):
    first, second = entered(dpo, "Acme"), entered(dpo, "Beta")
    contacts = [contact_at(dpo, vendor) for vendor in (first, second)]
    for contact in contacts:
        contact.user = memberships.invite_contact(dpo, secrets, contact)
        contact.user.password_hash = "x"
    user = contacts[0].user
    token_for(session, user)
    services.remove_contact(dpo, contacts[0])
    assert user.disabled_at is None
    assert session.scalars(select(LoginSession.id).where(LoginSession.revoked_at.is_(None))).all()
    assert accounts.account_binding(session, user.id, today=dpo.today).vendor_ids == {second.id}
    services.remove_contact(dpo, contacts[1])
    assert user.disabled_at is not None


def test_an_account_that_was_closed_comes_back_for_the_vendor_that_invites_it_alone(dpo, secrets, session):
    first, second = entered(dpo, "Acme"), entered(dpo, "Beta")
    user = memberships.invite_contact(dpo, secrets, contact_at(dpo, first))
    user.disabled_at = dpo.now
    assert memberships.invite_contact(dpo, secrets, contact_at(dpo, second)) is user
    assert accounts.account_binding(session, user.id, today=dpo.today).vendor_ids == {second.id}


def test_a_session_reaches_the_vendor_it_chose_and_nothing_once_that_one_is_withdrawn(dpo, session):
    first, second = entered(dpo, "Acme"), entered(dpo, "Beta")
    user = user_of(session, Role.VENDOR_ADMIN)
    for vendor, role in ((first, Role.VENDOR_ADMIN), (second, Role.VENDOR_READER)):
        session.add(Membership(user_id=user.id, vendor_id=vendor.id, role=role))
    session.flush()

    def bound(chosen):
        return accounts.account_binding(session, user.id, today=dpo.today, chosen=chosen)

    assert (bound(None).vendor_ids, bound(None).role) == (frozenset(), None), "with several, none is guessed"
    assert (bound(second.id).vendor_ids, bound(second.id).role) == ({second.id}, Role.VENDOR_READER)
    assert [place.name for place in bound(first.id).places] == ["Acme", "Beta"]
    session.delete(session.scalars(select(Membership).where(Membership.vendor_id == second.id)).one())
    session.flush()
    assert bound(second.id).vendor_ids == frozenset(), "not the other one in its place"


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


def test_a_buyer_invites_for_their_own_vendors_only(buyer, dpo, secrets, session):
    own = contact_at(buyer, entered(buyer, "À moi"))
    memberships.invite_contact(buyer, secrets, own)
    with pytest.raises(NotFound):
        memberships.invite_contact(buyer, secrets, contact_at(dpo, entered(dpo, "Autre"), "b@b.test"))
    assert [u.email for u in session.scalars(select(User).where(User.role == Role.VENDOR_ADMIN))] == [
        "jeanne@acme.test"
    ]
