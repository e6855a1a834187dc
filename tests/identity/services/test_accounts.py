from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.authz.policy import Actor, Role
from portal.core.errors import Forbidden, Refused
from portal.core.language import Language
from portal.identity import queries, services
from portal.identity.models import LinkPurpose, User
from portal.identity.services import LinkUnusable, Person, Throttled, WrongPassword, passwords
from portal.journal.models import JournalEntry
from tests.factories.people import user_of

PASSWORD = "une phrase de marée"


def change_password(ctx, *args, **kwargs):
    services.change_password(ctx, *args, **kwargs, release=ctx.session.commit)


@pytest.fixture
def admin(acting):
    return acting(Role.ADMIN)


@pytest.fixture
def user(ctx):
    return user_of(ctx.session, Role.DPO, name="Jeanne Roy", password_hash=passwords.hash_password(PASSWORD))


@pytest.fixture
def own(ctx, user):
    return replace(ctx, actor=Actor(user.role, user.id, user.name, user.email))


def test_an_administrator_opens_an_account_and_its_invitation_leaves(admin, secrets, mailbox):
    person = Person(" Jeanne.Roy@Exemple.TEST ", " Jeanne Roy ", Role.LEGAL, Language.EN)
    user = services.invite_staff(admin, secrets, person)
    assert (user.email, user.name, user.password_hash) == ("jeanne.roy@exemple.test", "Jeanne Roy", None)
    assert mailbox(admin)[-1].to == "jeanne.roy@exemple.test"


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.ADMIN, Role.SYSTEM}])
def test_nobody_else_manages_accounts(acting, secrets, user, role):
    ctx = acting(role)
    attempts = (
        lambda: services.invite_staff(ctx, secrets, Person("a@exemple.test", "A", Role.ADMIN, Language.FR)),
        lambda: services.invite_again(ctx, secrets, user),
        lambda: services.disable(ctx, user),
        lambda: services.enable(ctx, user),
        lambda: services.reset_second_factor(ctx, user),
        lambda: queries.accounts(ctx, queries.AccountFilter()),
        lambda: queries.users(ctx),
        lambda: queries.get_user(ctx, user.id),
        lambda: queries.by_address(ctx, user.email),
    )
    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()
    assert user.disabled_at is None


def test_one_address_has_one_account_however_it_is_written(admin, secrets, user):
    with pytest.raises(Refused, match="existe déjà"):
        services.create_user(admin, Person(user.email.upper(), "Autre", Role.LEGAL, Language.FR))


@pytest.mark.parametrize("role", [Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT, Role.SYSTEM, Role.ANONYMOUS])
def test_accounts_of_vendors_and_of_nobody_are_not_opened_here(admin, secrets, role):
    with pytest.raises(Refused, match="prestataire"):
        services.invite_staff(admin, secrets, Person("a@exemple.test", "A", role, Language.FR))


def test_an_invitation_is_sent_again_only_while_it_waits(admin, secrets, user, mailbox):
    waiting = user_of(admin.session, Role.LEGAL)
    services.invite_again(admin, secrets, waiting)
    assert mailbox(admin)[-1].to == waiting.email
    with pytest.raises(Refused, match="déjà ouvert"):
        services.invite_again(admin, secrets, user)
    services.disable(admin, waiting)
    with pytest.raises(Refused, match="fermé"):
        services.invite_again(admin, secrets, waiting)


def test_nobody_closes_their_own_account_nor_strips_their_own_second_factor(admin):
    me = admin.session.get_one(User, admin.actor.id)
    for act in (services.disable, services.reset_second_factor):
        with pytest.raises(Refused):
            act(admin, me)
    assert me.disabled_at is None
    assert me.totp_confirmed_at is not None


def test_closing_and_reopening_write_once_each(admin, user):
    for act in (services.disable, services.disable, services.enable, services.enable):
        act(admin, user)
    admin.session.commit()
    actions = admin.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()
    assert actions == ["user.disabled", "user.enabled"]


def test_a_lost_second_factor_is_removed_its_holder_told_and_put_out(admin, caller, mailbox):
    other = user_of(admin.session, Role.ADMIN)
    token = services.open_session(admin, other, caller)
    services.reset_second_factor(admin, other)
    assert (other.totp_sealed, other.totp_confirmed_at, other.recovery_hashes) == (None, None, [])
    assert queries.find_session(admin.session, token, admin.now) is None
    assert mailbox(admin)[-1].subject == "Votre second facteur a été retiré"


def test_a_password_is_changed_by_who_knows_it_and_everything_else_ends(own, user, secrets, caller, mailbox):
    services.send_reset(own, secrets, user)
    link = mailbox(own)[-1].token
    here, elsewhere = (services.open_session(own, user, caller) for _ in range(2))
    mine = queries.find_session(own.session, here, own.now).session.id
    change_password(own, secrets, caller, user, old=PASSWORD, new="une autre phrase salée", session_id=mine)
    assert passwords.is_correct(user.password_hash, "une autre phrase salée")
    assert queries.find_session(own.session, here, own.now) is not None
    assert queries.find_session(own.session, elsewhere, own.now) is None
    with pytest.raises(LinkUnusable):
        services.open_link(own, link, LinkPurpose.PASSWORD_RESET)
    assert mailbox(own)[-1].subject == "Votre mot de passe a été changé"


def test_guessing_the_present_password_from_a_stolen_session_is_counted(own, user, secrets, caller):
    for _ in range(5):
        with pytest.raises(WrongPassword):
            change_password(own, secrets, caller, user, old="deviné", new="une autre phrase", session_id=None)
    with pytest.raises(Throttled):
        change_password(own, secrets, caller, user, old=PASSWORD, new="une autre phrase", session_id=None)
    assert passwords.is_correct(user.password_hash, PASSWORD)


def test_a_new_password_that_is_too_weak_changes_nothing(own, user, secrets, caller):
    with pytest.raises(Refused, match="12"):
        change_password(own, secrets, caller, user, old=PASSWORD, new="court", session_id=None)
    assert passwords.is_correct(user.password_hash, PASSWORD)


def test_nobody_changes_the_account_of_another_as_their_own(acting, user, secrets, caller):
    other = acting(Role.ADMIN)
    with pytest.raises(Forbidden):
        change_password(other, secrets, caller, user, old=PASSWORD, new="une autre phrase", session_id=None)
    with pytest.raises(Forbidden):
        services.describe_self(other, user, name="Autre", language=Language.EN)


def test_name_and_language_are_changed_with_their_before_and_after(own, user):
    services.describe_self(own, user, name=" Jeanne Le Roy ", language=Language.EN)
    services.describe_self(own, user, name="Jeanne Le Roy", language=Language.EN)
    services.set_language(own, user, Language.EN)
    own.session.commit()
    entry = own.session.scalars(select(JournalEntry)).one()
    assert entry.before == {"name": "Jeanne Roy", "language": "fr"}
    assert entry.after == {"name": "Jeanne Le Roy", "language": "en"}
