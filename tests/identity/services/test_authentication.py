from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from portal.authz.policy import NOBODY, Role
from portal.core.errors import Refused
from portal.identity import queries, second_factor, services
from portal.identity.models import LoginSession, SignInAttempt
from portal.identity.services import Throttled, authentication, passwords
from portal.journal.models import JournalEntry
from tests.factories.people import user_of

PASSWORD = "une phrase de marée"


@pytest.fixture
def visitor(ctx):
    return replace(ctx, actor=NOBODY)


@pytest.fixture
def user(ctx):
    return user_of(ctx.session, Role.DPO, password_hash=passwords.hash_password(PASSWORD))


def sign_in(ctx, *args):
    return services.sign_in(ctx, *args, release=ctx.session.commit)


def refusal(act, *args):
    with pytest.raises(Refused) as refused:
        act(*args)
    return str(refused.value)


def test_the_right_password_opens_the_account_however_the_address_is_written(visitor, secrets, caller, user):
    assert sign_in(visitor, secrets, caller, f" {user.email.upper()} ", PASSWORD) is user


def test_every_refusal_says_the_same_and_does_the_same_work(visitor, secrets, caller, user, monkeypatch):
    """A wrong password, an unknown address, a closed account, one still invited: a stranger cannot tell them apart."""
    closed = user_of(
        visitor.session, Role.DPO, password_hash=passwords.hash_password(PASSWORD), disabled_at=visitor.now
    )
    invited = user_of(visitor.session, Role.DPO)
    checked = []
    real = passwords._hasher()

    class Counting:
        def verify(self, stored, typed):
            checked.append(stored)
            return real.verify(stored, typed)

        hash = staticmethod(real.hash)

    monkeypatch.setattr(passwords, "_hasher", Counting)
    cases = [
        (user.email, "mauvais"),
        ("inconnu@exemple.test", PASSWORD),
        (closed.email, PASSWORD),
        (invited.email, PASSWORD),
    ]
    said = {refusal(sign_in, visitor, secrets, caller, *case) for case in cases}
    assert said == {"L’adresse ou le mot de passe n’est pas correct."}
    assert len(checked) == len(cases)
    assert closed.password_hash not in checked


def test_five_failures_block_the_right_password_too_for_a_quarter_of_an_hour(visitor, secrets, caller, user):
    for _ in range(5):
        refusal(sign_in, visitor, secrets, caller, user.email, "mauvais")
    with pytest.raises(Throttled):
        sign_in(visitor, secrets, caller, user.email, PASSWORD)
    later = replace(visitor, now=visitor.now + timedelta(minutes=15))
    assert sign_in(later, secrets, caller, user.email, PASSWORD) is user


def test_an_unknown_address_is_throttled_like_any_other(visitor, secrets, caller):
    for _ in range(5):
        refusal(sign_in, visitor, secrets, caller, "inconnu@exemple.test", "mauvais")
    with pytest.raises(Throttled):
        sign_in(visitor, secrets, caller, "inconnu@exemple.test", "mauvais")


def test_the_block_is_written_once_in_the_journal(visitor, secrets, caller, user):
    for _ in range(7):
        with pytest.raises(Refused):
            sign_in(visitor, secrets, caller, user.email, "mauvais")
    visitor.session.commit()
    assert visitor.session.scalars(select(JournalEntry.action)).all() == ["sign_in.blocked"]


def test_a_hash_of_weaker_days_is_made_anew_when_its_owner_comes(
    visitor, secrets, caller, user, true_hasher, monkeypatch
):
    monkeypatch.setattr(passwords, "_hasher", true_hasher)
    user.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    sign_in(visitor, secrets, caller, user.email, PASSWORD)
    assert not passwords.is_outdated(user.password_hash)
    assert passwords.is_correct(user.password_hash, PASSWORD)


def test_an_account_closed_or_given_another_password_while_it_is_compared_does_not_open(visitor, secrets, caller, user):
    """What was compared is looked at again before anything is opened."""

    def closed():
        user.disabled_at = visitor.now
        visitor.session.commit()

    def changed():
        user.disabled_at, user.password_hash = None, passwords.hash_password("une autre phrase salée")
        visitor.session.commit()

    for meanwhile in (closed, changed):
        with pytest.raises(Refused, match="n’est pas correct"):
            services.sign_in(visitor, secrets, caller, user.email, PASSWORD, release=meanwhile)


@pytest.fixture
def enrolled(ctx, secrets, user):
    """An account with a second factor: `enrolled(at)` gives the code of an instant."""
    second_factor.begin(ctx, secrets, user)
    secret = second_factor.pending(secrets, user, "Vigie").secret.replace(" ", "")
    before = replace(ctx, now=ctx.now - timedelta(hours=1))
    user.recovery_codes = second_factor.confirm(before, secrets, user, pyotp.TOTP(secret).at(before.now))
    return lambda at: pyotp.TOTP(secret).at(at)


@pytest.fixture
def half_in(visitor, user, caller, enrolled):
    """The session of someone who has given the password and owes the code."""
    token = services.open_session(visitor, user, caller)
    return queries.find_session(visitor.session, token, visitor.now)


def test_a_session_owes_the_code_until_it_is_shown(visitor, secrets, caller, user, enrolled, half_in):
    assert half_in.owes_second_factor
    token = services.pass_second_factor(visitor, secrets, caller, user, half_in.session.id, enrolled(visitor.now))
    assert not queries.find_session(visitor.session, token, visitor.now).owes_second_factor


def test_codes_cannot_be_guessed_nor_the_counter_cleaned_with_the_password(
    visitor, secrets, caller, user, enrolled, half_in
):
    for _ in range(5):
        refusal(services.pass_second_factor, visitor, secrets, caller, user, half_in.session.id, "000000")
        sign_in(visitor, secrets, caller, user.email, PASSWORD)
    with pytest.raises(Throttled):
        services.pass_second_factor(visitor, secrets, caller, user, half_in.session.id, enrolled(visitor.now))
    visitor.session.commit()
    assert "second_factor.blocked" in visitor.session.scalars(select(JournalEntry.action)).all()
    assert visitor.session.get_one(LoginSession, half_in.session.id).second_factor_at is None


def test_a_recovery_code_stands_in_for_the_telephone(visitor, secrets, caller, user, half_in):
    services.pass_second_factor(visitor, secrets, caller, user, half_in.session.id, user.recovery_codes[3].lower())
    assert len(user.recovery_hashes) == 9


def test_recovery_codes_are_renewed_with_a_code_and_the_former_are_dead(visitor, secrets, caller, user, enrolled):
    former = user.recovery_codes
    fresh = services.renew_recovery_codes(visitor, secrets, caller, user, former[0])
    assert len(fresh) == 10
    assert not set(fresh) & set(former)
    refusal(services.renew_recovery_codes, visitor, secrets, caller, user, former[1])


def test_the_second_factor_is_given_up_with_a_code_except_where_the_role_requires_it(
    visitor, secrets, caller, user, enrolled
):
    refusal(services.remove_second_factor, visitor, secrets, caller, user, "000000")
    assert user.totp_confirmed_at is not None
    services.remove_second_factor(visitor, secrets, caller, user, enrolled(visitor.now))
    assert user.totp_confirmed_at is None
    admin = user_of(visitor.session, Role.ADMIN)
    assert "exige un second facteur" in refusal(
        services.remove_second_factor, visitor, secrets, caller, admin, "000000"
    )


def test_only_failures_and_the_last_success_remain_counted(visitor, secrets, caller, user, enrolled, half_in):
    refusal(services.pass_second_factor, visitor, secrets, caller, user, half_in.session.id, "000000")
    authentication.pass_second_factor(visitor, secrets, caller, user, half_in.session.id, enrolled(visitor.now))
    assert [a.succeeded for a in visitor.session.scalars(select(SignInAttempt))] == [True]
