"""Accounts that enter through the identity provider: linked once, given today's role; closed here stays closed."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.authz.policy import NOBODY, Role
from portal.core.errors import ConfigurationError, Refused
from portal.core.provider_settings import ProviderSettings
from portal.identity import queries, rules, services
from portal.identity.models import OneTimeLink, User
from portal.identity.queries import AccountState
from portal.identity.services import Entry, EntryMeans, Throttled, VouchedPerson, provider_accounts
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.people import user_of

pytestmark = pytest.mark.both_databases
ISSUER = "https://annuaire.verdelet.example"
PROVIDER = ProviderSettings(
    issuer=ISSUER, client_id="vigie", name="Annuaire", roles=(("vigie-admins", "admin"), ("conformite", "dpo"))
)


@pytest.fixture
def visitor(ctx):
    return replace(ctx, actor=NOBODY)


@pytest.fixture
def officer(ctx):
    return user_of(ctx.session, Role.DPO, email="jeanne@verdelet.example", name="Jeanne Roy", password_hash="x")


def jeanne(**facts):
    return VouchedPerson(
        **{
            "issuer": ISSUER, "subject": "248", "email": "Jeanne@Verdelet.example", "is_email_verified": True,
            "name": "Jeanne Roy", "groups": ("conformite",), **facts,
        }
    )  # fmt: skip


def enter(ctx, secrets, person, provider=PROVIDER):
    return services.enter_by_provider(ctx, secrets, provider, person)


def refusal(act, *args, **named):
    with pytest.raises(Refused) as refused:
        act(*args, **named)
    return str(refused.value)


def entries(ctx):
    ctx.session.commit()
    return [entry.action for entry in ctx.session.scalars(select(JournalEntry).order_by(JournalEntry.id))]


def test_an_account_is_linked_by_a_verified_address_and_known_by_its_subject_from_then_on(
    visitor, secrets, officer, mailbox
):
    assert enter(visitor, secrets, jeanne()) is officer
    assert (officer.provider_issuer, officer.provider_subject, officer.provider_linked_at) == (ISSUER, "248", NOW)
    assert "user.provider_linked" in entries(visitor)
    assert "fournisseur" in mailbox(visitor)[-1].text
    renamed = jeanne(email="jeanne.martin@verdelet.example", is_email_verified=False)
    assert enter(visitor, secrets, renamed) is officer
    assert officer.email == "jeanne@verdelet.example", "its address here stays that of the account"
    assert entries(visitor).count("user.provider_linked") == 1


@pytest.mark.parametrize("facts", [{"is_email_verified": False}, {"email": ""}, {"email": "jeanne"}])
def test_an_address_that_nobody_vouches_for_links_nothing(visitor, secrets, officer, facts):
    assert "ne garantit pas" in refusal(enter, visitor, secrets, jeanne(**facts))
    assert officer.provider_linked_at is None


def test_an_address_given_to_somebody_else_does_not_give_them_the_account(visitor, secrets, officer):
    enter(visitor, secrets, jeanne())
    assert "autre personne" in refusal(enter, visitor, secrets, jeanne(subject="999"))
    assert "autre personne" in refusal(enter, visitor, secrets, jeanne(issuer="https://evil.example"))
    assert officer.provider_subject == "248"


@pytest.mark.parametrize("groups", [(), ("ventes",), ("Conformite",), ("conformite ",)])
def test_without_a_mapped_group_nothing_opens_not_even_once_linked(visitor, secrets, officer, groups):
    assert "Aucun de vos groupes" in refusal(enter, visitor, secrets, jeanne(groups=groups))
    assert officer.provider_linked_at is None
    enter(visitor, secrets, jeanne())
    assert "Aucun de vos groupes" in refusal(enter, visitor, secrets, jeanne(groups=groups))
    assert officer.role is Role.DPO


def test_the_first_pair_declared_gives_the_role_and_it_follows_the_groups(visitor, secrets, officer):
    user_of(visitor.session, Role.ADMIN, password_hash="x")
    enter(visitor, secrets, jeanne(groups=("conformite", "vigie-admins")))
    assert officer.role is Role.ADMIN
    enter(visitor, secrets, jeanne())
    assert officer.role is Role.DPO
    assert entries(visitor).count("user.role_changed") == 2
    enter(visitor, secrets, jeanne())
    assert entries(visitor).count("user.role_changed") == 2


def test_the_last_administrator_stays_one_and_it_is_written(visitor, secrets):
    admin = user_of(visitor.session, Role.ADMIN, email="jeanne@verdelet.example", password_hash="x")
    user_of(visitor.session, Role.ADMIN, password_hash="x", disabled_at=NOW)
    user_of(visitor.session, Role.ADMIN)  # invited, and never came
    assert enter(visitor, secrets, jeanne()).role is Role.ADMIN
    assert "user.role_kept" in entries(visitor)
    user_of(visitor.session, Role.ADMIN, password_hash="x")
    assert enter(visitor, secrets, jeanne()).role is Role.DPO
    assert admin.role is Role.DPO


def test_an_account_closed_here_stays_closed(visitor, secrets, officer):
    enter(visitor, secrets, jeanne())
    officer.disabled_at = NOW
    assert "fermé" in refusal(enter, visitor, secrets, jeanne())
    other = user_of(visitor.session, Role.DPO, email="paul@verdelet.example", disabled_at=NOW)
    assert "fermé" in refusal(enter, visitor, secrets, jeanne(subject="9", email=other.email))
    assert other.provider_linked_at is None


@pytest.mark.parametrize("role", [role for role in Role if role.is_vendor])
def test_a_vendor_never_comes_in_by_it(visitor, secrets, role):
    vendor = user_of(visitor.session, role, email="jeanne@verdelet.example", password_hash="x")
    assert "prestataire" in refusal(enter, visitor, secrets, jeanne(groups=("vigie-admins",)))
    assert (vendor.role, vendor.provider_linked_at) == (role, None)
    vendor.provider_issuer, vendor.provider_subject, vendor.provider_linked_at = ISSUER, "248", NOW
    assert "prestataire" in refusal(enter, visitor, secrets, jeanne(groups=("vigie-admins",)))
    assert vendor.role is role


def test_an_account_is_opened_only_where_the_settings_say_so_and_is_no_invitation(visitor, secrets, acting):
    assert "Aucun compte" in refusal(enter, visitor, secrets, jeanne())
    opening = replace(PROVIDER, opens_accounts=True)
    user = enter(visitor, secrets, jeanne(), opening)
    assert (user.email, user.name, user.role, user.password_hash) == (
        "jeanne@verdelet.example", "Jeanne Roy", Role.DPO, None,
    )  # fmt: skip
    assert queries.state_of(user) is AccountState.OPEN
    shown = queries.accounts(acting(Role.ADMIN), queries.AccountFilter(state=AccountState.OPEN))
    assert user.id in {account.id for account in shown.rows}
    assert enter(visitor, secrets, jeanne(), opening) is user
    assert services.send_access_link(visitor, secrets, user) is None, "the provider alone says whether they come in"


def test_an_invitation_that_waits_is_over_once_its_person_came_in_otherwise(ctx, visitor, secrets, acting):
    invited = user_of(ctx.session, Role.DPO, email="jeanne@verdelet.example")
    services.invite_again(acting(Role.ADMIN), secrets, invited)
    enter(visitor, secrets, jeanne())
    assert None not in ctx.session.scalars(select(OneTimeLink.used_at)).all()


def test_two_factors_seen_by_the_provider_count_and_one_does_not(visitor, secrets, caller):
    admin = user_of(
        visitor.session, Role.ADMIN, email="jeanne@verdelet.example", totp_sealed=None, totp_confirmed_at=None
    )
    enter(visitor, secrets, jeanne(groups=("vigie-admins",)))
    for is_strong in (True, False):
        token = services.open_session(visitor, admin, caller, entry=Entry(EntryMeans.PROVIDER, is_strong=is_strong))
        known = queries.find_session(visitor.session, token, NOW)
        assert known.owes_enrolment is not is_strong
    admin.totp_sealed, admin.totp_confirmed_at = "x", NOW
    assert queries.find_session(visitor.session, token, NOW).owes_second_factor, "ours is asked for"


def test_an_administrator_links_and_unlinks_by_hand(acting, visitor, secrets, officer):
    admin = acting(Role.ADMIN)
    services.link_account(admin, PROVIDER, officer, "248")
    assert enter(visitor, secrets, jeanne(email="", is_email_verified=False)) is officer
    other = user_of(admin.session, Role.DPO)
    assert "déjà liée" in refusal(services.link_account, admin, PROVIDER, other, "248")
    for subject in ("", "x" * (rules.SUBJECT_LENGTH + 1), "a\x00"):
        assert "sujet" in refusal(services.link_account, admin, PROVIDER, other, subject)
    vendor = user_of(admin.session, Role.VENDOR_ADMIN)
    assert "prestataire" in refusal(services.link_account, admin, PROVIDER, vendor, "9")
    services.unlink_account(admin, officer)
    assert officer.provider_linked_at is None
    assert "lié à aucun" in refusal(services.unlink_account, admin, officer)
    assert entries(admin)[-1] == "user.provider_unlinked"


def test_returns_from_one_address_that_fail_too_often_wait(visitor, secrets, caller):
    for _ in range(rules.FAILURES_PER_ADDRESS):
        key = services.provider_key(visitor, secrets, caller, None)
        services.record_attempt(visitor, replace(key, account="x"), succeeded=False)
    with pytest.raises(Throttled):
        services.provider_key(visitor, secrets, caller, None)


@pytest.mark.parametrize("role", ["patron", "prestataire_admin", "systeme", "anonyme"])
def test_a_group_opens_no_role_but_those_of_our_own_people(backend, role):
    with pytest.raises(ConfigurationError, match="rôles possibles"):
        provider_accounts.check_roles(replace(PROVIDER, roles=(("a", role),)))
    provider_accounts.check_roles(PROVIDER)
    provider_accounts.check_roles(None)


def test_the_account_of_one_subject_is_one(visitor, secrets, officer):
    enter(visitor, secrets, jeanne())
    found = visitor.session.scalars(select(User).where(User.provider_subject == "248")).all()
    assert found == [officer]
