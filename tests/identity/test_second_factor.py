from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from cryptography.fernet import Fernet

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.errors import Refused
from portal.identity import second_factor
from portal.identity.models import User
from tests.conftest import NOW
from tests.factories.people import user_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def user(ctx):
    return user_of(ctx.session, Role.DPO)


def enrol(ctx, secrets, user):
    """Begin and confirm one step before `ctx.now`; returns the authenticator and the recovery codes."""
    second_factor.begin(ctx, secrets, user)
    totp = pyotp.TOTP(second_factor.pending(secrets, user, "Vigie").secret.replace(" ", ""))
    before = replace(ctx, now=ctx.now - timedelta(seconds=90))
    return totp, second_factor.confirm(before, secrets, user, totp.at(before.now))


def is_accepted(ctx, secrets, user, code):
    try:
        second_factor.check(ctx, secrets, user, code)
    except Refused:
        return False
    return True


def test_the_secret_is_stored_sealed_and_shown_as_a_picture_and_in_letters(ctx, secrets, user):
    second_factor.begin(ctx, secrets, user)
    shown = second_factor.pending(secrets, user, "Mutuelle du Ponant")
    secret = shown.secret.replace(" ", "")
    assert secret not in user.totp_sealed
    assert Fernet(secrets.files[0]).decrypt(user.totp_sealed.encode()).decode() == secret
    assert shown.picture.startswith("data:image/svg+xml")
    assert len(secret) == 32


def test_nothing_is_active_before_the_first_good_code(ctx, secrets, user):
    assert second_factor.pending(secrets, user, "Vigie") is None
    second_factor.begin(ctx, secrets, user)
    with pytest.raises(Refused):
        second_factor.confirm(ctx, secrets, user, "000000")
    assert user.totp_confirmed_at is None
    assert not is_accepted(ctx, secrets, user, "000000")


def test_a_secret_shown_and_never_confirmed_is_replaced_by_the_next_one(ctx, secrets, user):
    second_factor.begin(ctx, secrets, user)
    first = second_factor.pending(secrets, user, "Vigie").secret
    second_factor.begin(ctx, secrets, user)
    assert second_factor.pending(secrets, user, "Vigie").secret != first


def test_an_active_second_factor_is_neither_shown_nor_drawn_again(ctx, secrets, user):
    enrol(ctx, secrets, user)
    assert second_factor.pending(secrets, user, "Vigie") is None
    with pytest.raises(Refused, match="déjà actif"):
        second_factor.begin(ctx, secrets, user)
    with pytest.raises(Refused, match="déjà actif"):
        second_factor.confirm(ctx, secrets, user, "000000")


@pytest.mark.parametrize(("shift", "accepted"), [(0, True), (-30, True), (30, True), (-60, False), (60, False)])
def test_a_telephone_may_be_half_a_minute_off(ctx, secrets, user, shift, accepted):
    totp, _codes = enrol(ctx, secrets, user)
    assert is_accepted(ctx, secrets, user, totp.at(ctx.now + timedelta(seconds=shift))) is accepted


def test_a_code_serves_once_and_so_do_those_before_it(ctx, secrets, user):
    totp, _codes = enrol(ctx, secrets, user)
    code = totp.at(ctx.now)
    assert is_accepted(ctx, secrets, user, code)
    assert not is_accepted(ctx, secrets, user, code)
    assert not is_accepted(ctx, secrets, user, totp.at(ctx.now - timedelta(seconds=30)))
    assert is_accepted(
        replace(ctx, now=ctx.now + timedelta(seconds=30)), secrets, user, totp.at(ctx.now + timedelta(seconds=30))
    )


def test_the_code_that_activated_it_does_not_serve_again(ctx, secrets, user):
    second_factor.begin(ctx, secrets, user)
    totp = pyotp.TOTP(second_factor.pending(secrets, user, "Vigie").secret.replace(" ", ""))
    second_factor.confirm(ctx, secrets, user, totp.at(ctx.now))
    assert not is_accepted(ctx, secrets, user, totp.at(ctx.now))


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "²²²²²²", "123 45\u0664"])
def test_what_is_not_six_digits_is_refused_with_a_sentence(ctx, secrets, user, code):
    enrol(ctx, secrets, user)
    with pytest.raises(Refused, match="n’est pas bon"):
        second_factor.check(ctx, secrets, user, code)


def test_a_code_may_be_typed_as_it_is_shown_in_two_halves(ctx, secrets, user):
    totp, _codes = enrol(ctx, secrets, user)
    code = totp.at(ctx.now)
    assert is_accepted(ctx, secrets, user, f"{code[:3]} {code[3:]}")


def test_ten_recovery_codes_each_serve_once_and_are_kept_as_hashes(ctx, secrets, user):
    _totp, codes = enrol(ctx, secrets, user)
    assert len(set(codes)) == 10
    assert not any(code.replace("-", "") in str(user.recovery_hashes) for code in codes)
    for code in codes:
        assert is_accepted(ctx, secrets, user, code)
        assert not is_accepted(ctx, secrets, user, code)
    assert user.recovery_hashes == []


def test_a_recovery_code_may_be_typed_without_dashes_or_in_small_letters(ctx, secrets, user):
    _totp, codes = enrol(ctx, secrets, user)
    assert is_accepted(ctx, secrets, user, codes[0].replace("-", "").lower())
    assert is_accepted(ctx, secrets, user, f" {codes[1].replace('-', ' ')} ")


def test_a_secret_sealed_by_lost_keys_is_said_so_and_recovery_codes_do_not_save_it(ctx, secrets, user):
    enrol(ctx, secrets, user)
    other = replace(secrets, files=(Fernet.generate_key().decode(),))
    with pytest.raises(Refused, match="réinitialiser"):
        second_factor.check(ctx, other, user, "123456")


def test_keys_may_be_rotated(ctx, secrets, user):
    totp, _codes = enrol(ctx, secrets, user)
    rotated = replace(secrets, files=(Fernet.generate_key().decode(), *secrets.files))
    assert is_accepted(ctx, rotated, user, totp.at(ctx.now))


def test_administrators_alone_must_have_one(ctx):
    required = {role for role in Role if second_factor.is_required(User(role=role))}
    assert required == {Role.ADMIN}


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_a_code_sent_twice_at_the_same_instant_opens_once(lasting, secrets, kind):
    with lasting.transaction() as session:
        ctx = Context(session, SYSTEM, NOW)
        user = user_of(session, Role.DPO)
        totp, codes = enrol(ctx, secrets, user)
        user_id = user.id
    code = totp.at(NOW) if kind == "code" else codes[0]

    def show(_n):
        with lasting.session(write=True) as session:
            ctx = Context(session, SYSTEM, NOW)
            accepted = is_accepted(ctx, secrets, session.get_one(User, user_id), code)
            session.commit()
            return accepted

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(show, range(6))) == 1
