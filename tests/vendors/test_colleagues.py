"""What a vendor does for its colleagues: no oracle, no squatting, our words alone, a share a day, limits at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core import mail, tokens
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.identity.models import User
from portal.identity.services import Person, create_user, hash_password
from portal.jobs.models import Mail
from portal.journal.models import JournalEntry
from portal.vendors import colleagues, memberships
from portal.vendors.models import ColleagueInvitation, Contact, Membership
from tests.factories.people import user_of
from tests.factories.vendors import contact_at, entered
from tests.factories.world import vendor_user


@pytest.fixture
def secrets(portal_settings):
    return portal_settings.secrets


@pytest.fixture
def vendor(dpo):
    return entered(dpo, "Acme")


@pytest.fixture
def boss(acting, session, vendor):
    """An administrator of the vendor."""
    user = vendor_user(session, vendor)
    found = acting(Role.VENDOR_ADMIN, vendor_ids=frozenset({vendor.id}))
    return replace(found, actor=replace(found.actor, id=user.id, name=user.name))


def person(email="aline@acme.test", name="Aline Roux", role=Role.VENDOR_RESPONDENT):
    return Person(email, name, role, Language.FR)


def token_of(session, secrets, invitation):
    row = session.scalars(select(Mail).where(Mail.recipient == invitation.email).order_by(Mail.id.desc())).first()
    return tokens.derive(secrets.tokens, row.payload["token"])


def letters_to(session, email):
    return session.scalars(select(Mail).where(Mail.recipient == email).order_by(Mail.id)).all()


def test_the_answer_is_the_same_whoever_the_address_belongs_to(boss, dpo, secrets, session, vendor):
    staff = user_of(session, Role.DPO, email="dpo@maison.example")
    expert = user_of(session, Role.EXPERT, email="avocat@cabinet.example")
    elsewhere = vendor_user(session, entered(dpo, "Beta"))
    elsewhere.email = "marie@beta.test"
    closed = user_of(session, Role.BUYER, email="ancien@maison.example", disabled_at=dpo.now)
    unknown = "nouvelle@acme.test"
    addresses = [staff.email, expert.email, elsewhere.email, closed.email, unknown, "stagiaire@maison.example"]
    rows = [colleagues.invite_colleague(boss, secrets, vendor, person(email)) for email in addresses]
    assert {(row.vendor_id, row.name, row.role, row.closed_at, row.expires_at) for row in rows} == {
        (vendor.id, "Aline Roux", Role.VENDOR_RESPONDENT, None, boss.now + timedelta(days=14))
    }
    assert [letter.template.rpartition("/")[2] for email in addresses for letter in letters_to(session, email)] == [
        "colleague_of_ours", "colleague_of_ours", "colleague", "colleague_of_ours", "colleague", "colleague_of_ours",
    ], "only the owner of the address reads the difference"  # fmt: skip
    for email in (staff.email, expert.email, closed.email, "stagiaire@maison.example"):
        assert letters_to(session, email)[0].payload["token"] is None


def test_an_invitation_takes_no_address(boss, dpo, secrets, session, vendor):
    """Neither an account of ours to come, nor another vendor's contact, is held up by what a vendor typed."""
    user_of(session, Role.DPO, email="dpo@maison.example")
    colleagues.invite_colleague(boss, secrets, vendor, person("recrue@maison.example"))
    create_user(dpo, Person("recrue@maison.example", "Recrue", Role.LEGAL, Language.FR))
    other = entered(dpo, "Beta")
    contact = contact_at(dpo, other, "marie@beta.test", "Marie")
    colleagues.invite_colleague(boss, secrets, vendor, person("marie@beta.test"))
    assert session.scalars(select(User).where(User.email == "marie@beta.test")).all() == []
    marie = memberships.invite_contact(dpo, secrets, contact)
    bound = session.scalars(select(Membership.vendor_id).where(Membership.user_id == marie.id)).all()
    assert bound == [other.id], "and Acme has nothing of her until she accepts"


def test_a_link_of_our_own_people_opens_nothing_even_if_they_joined_us_after_it_left(boss, secrets, session, vendor):
    held = colleagues.invite_colleague(boss, secrets, vendor, person("recrue@maison.example"))
    token = token_of(session, secrets, held)
    assert colleagues.find_invitation(boss, token).user is None
    user_of(session, Role.LEGAL, email="recrue@maison.example")
    with pytest.raises(Refused, match="pas reconnue"):
        colleagues.find_invitation(boss, token)


def test_the_letter_is_ours_alone_and_names_nobody_the_vendor_typed(boss, secrets, session, vendor):
    session.get_one(User, boss.actor.id).name = "Gagnez sur evil"
    held = colleagues.invite_colleague(boss, secrets, vendor, person(name="Ursule Xérès"))
    [row] = letters_to(session, held.email)
    for language in Language:
        letter = mail.render(row.template, language, {**row.payload["values"], "link": "https://x.test/espace"})
        assert "Acme" in letter.subject
        for typed in ("Ursule", "Xérès", "Gagnez"):
            assert typed not in letter.subject + letter.body


@pytest.mark.parametrize(
    "name", ["Voir http://evil.test", "evil.test", "Aline\nBcc: x", "Gagnez 100", "a@b.fr", "x" * 81]
)
def test_a_name_that_is_no_name_is_refused(boss, secrets, session, vendor, name):
    with pytest.raises(Refused, match="nom de personne"):
        colleagues.invite_colleague(boss, secrets, vendor, person(name=name))


def test_a_vendor_an_administrator_and_an_address_have_a_share_a_day(boss, secrets, session, vendor, acting):
    def invite(who, n):
        return colleagues.invite_colleague(who, secrets, vendor, person(f"c{n}@acme.test"))

    for n in range(colleagues.INVITATIONS_PER_ACCOUNT):
        invite(boss, n)
    with pytest.raises(Refused, match="recommencez demain") as refusal:
        invite(boss, 99)
    assert refusal.value.sentence.values["n"] == colleagues.INVITATIONS_PER_ACCOUNT
    second, third = (replace(boss, actor=replace(boss.actor, id=vendor_user(session, vendor).id)) for _ in range(2))
    for n in range(colleagues.INVITATIONS_PER_VENDOR - colleagues.INVITATIONS_PER_ACCOUNT):
        invite(second, 20 + n)
    with pytest.raises(Refused, match="recommencez demain"):
        invite(third, 99)
    tomorrow = replace(third, now=third.now + timedelta(days=1, seconds=1))
    invite(tomorrow, 99)


def test_sending_again_or_withdrawing_and_inviting_anew_spares_no_share(boss, secrets, session, vendor):
    held = colleagues.invite_colleague(boss, secrets, vendor, person())
    former = token_of(session, secrets, held)
    again = colleagues.invite_colleague_again(boss, secrets, vendor, held.id)
    with pytest.raises(Refused, match="plus valable"):
        colleagues.find_invitation(boss, former)
    colleagues.withdraw_invitation(boss, vendor, again.id)
    colleagues.invite_colleague(boss, secrets, vendor, person())
    with pytest.raises(Refused, match="invitations du jour"):
        colleagues.invite_colleague(boss, secrets, vendor, person())


def test_a_newcomer_who_accepts_is_a_colleague_and_a_contact(boss, secrets, session, vendor):
    contact_before = Contact(vendor_id=vendor.id, name="A. Roux", email="aline@acme.test", language=Language.FR)
    session.add(contact_before)
    session.flush()
    held = colleagues.invite_colleague(boss, secrets, vendor, person(role=Role.VENDOR_READER))
    found = colleagues.find_invitation(boss, token_of(session, secrets, held))
    assert found.needs_password
    with pytest.raises(Refused):
        colleagues.take_up_invitation(boss, replace(found), None)
    session.refresh(held)
    held.closed_at = None
    user = colleagues.take_up_invitation(boss, found, hash_password("correct horse battery"))
    assert session.scalars(select(Membership.role).where(Membership.user_id == user.id)).all() == [Role.VENDOR_READER]
    assert contact_before.user_id == user.id, "their line among the contacts is kept"
    with pytest.raises(Refused, match="plus valable"):
        colleagues.take_up_invitation(boss, found, "x")


def test_whoever_has_an_account_gains_a_vendor_and_keeps_the_password(boss, dpo, secrets, session, vendor):
    marie = vendor_user(session, entered(dpo, "Beta"), Role.VENDOR_RESPONDENT)
    marie.email = "marie@beta.test"
    held = colleagues.invite_colleague(boss, secrets, vendor, person(marie.email, role=Role.VENDOR_ADMIN))
    found = colleagues.find_invitation(boss, token_of(session, secrets, held))
    assert (found.needs_password, found.user) == (False, marie)
    colleagues.take_up_invitation(boss, found, None)
    assert marie.password_hash == "x"
    roles = session.scalars(select(Membership.role).where(Membership.user_id == marie.id).order_by(Membership.id)).all()
    assert roles == [Role.VENDOR_RESPONDENT, Role.VENDOR_ADMIN], "each vendor's own"
    assert marie.role is Role.VENDOR_ADMIN, "what lists of accounts say: the strongest"


def test_an_account_that_we_closed_does_not_come_back_by_a_vendor(boss, dpo, secrets, session, vendor):
    shut = vendor_user(session, entered(dpo, "Beta"))
    shut.email, shut.disabled_at = "marie@beta.test", dpo.now
    held = colleagues.invite_colleague(boss, secrets, vendor, person(shut.email))
    assert letters_to(session, held.email)[0].template == "vendors/emails/colleague_of_ours"


def test_a_colleague_is_limited_and_removed_at_this_vendor_alone(boss, dpo, session, vendor):
    other = entered(dpo, "Beta")
    marie = vendor_user(session, vendor)
    session.add(Membership(user_id=marie.id, vendor_id=other.id, role=Role.VENDOR_ADMIN))
    session.flush()
    colleagues.limit_colleague(boss, vendor, marie.id, Role.VENDOR_READER)
    held = dict(
        session.execute(select(Membership.vendor_id, Membership.role).where(Membership.user_id == marie.id)).all()
    )
    assert held == {vendor.id: Role.VENDOR_READER, other.id: Role.VENDOR_ADMIN}
    colleagues.remove_colleague(boss, vendor, marie.id)
    assert session.scalars(select(Membership.vendor_id).where(Membership.user_id == marie.id)).all() == [other.id]
    assert marie.disabled_at is None
    session.commit()
    told = [entry.action for entry in session.scalars(select(JournalEntry).where(JournalEntry.vendor_id == vendor.id))]
    assert {"colleague.limited", "colleague.removed"} <= set(told)


def test_nobody_limits_or_removes_oneself_nor_a_stranger(boss, dpo, session, vendor):
    stranger = vendor_user(session, entered(dpo, "Beta"))
    for act in (
        lambda who: colleagues.limit_colleague(boss, vendor, who, Role.VENDOR_READER),
        lambda who: colleagues.remove_colleague(boss, vendor, who),
    ):
        with pytest.raises(Refused, match="autre responsable"):
            act(boss.actor.id)
        with pytest.raises(NotFound):
            act(stranger.id)


def test_two_administrators_do_not_demote_each_other(boss, session, vendor):
    second = vendor_user(session, vendor)
    hers = replace(boss, actor=replace(boss.actor, id=second.id))
    colleagues.limit_colleague(boss, vendor, second.id, Role.VENDOR_READER)
    with pytest.raises(Forbidden):
        colleagues.limit_colleague(hers, vendor, boss.actor.id, Role.VENDOR_READER)


def test_an_invitation_of_another_vendor_is_out_of_reach(boss, dpo, secrets, session, vendor):
    other = entered(dpo, "Beta")
    theirs = ColleagueInvitation(
        vendor_id=other.id, email="x@beta.test", name="X", role=Role.VENDOR_ADMIN, token_hash="0" * 64,
        sent_at=dpo.now, expires_at=dpo.now + timedelta(days=1),
    )  # fmt: skip
    session.add(theirs)
    session.flush()
    for act in (colleagues.withdraw_invitation, lambda c, v, n: colleagues.invite_colleague_again(c, secrets, v, n)):
        with pytest.raises(NotFound):
            act(boss, vendor, theirs.id)
    with pytest.raises(NotFound):
        colleagues.invite_colleague(boss, secrets, other, person())
