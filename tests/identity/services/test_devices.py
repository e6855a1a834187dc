"""Failures from elsewhere do not close the door to the owner of an account, and no cookie opens another door."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.authz.policy import NOBODY, Role
from portal.core.errors import Refused
from portal.core.secret_keys import Secrets
from portal.identity import rules, services
from portal.identity.services import devices, passwords, throttle
from portal.identity.services.throttle import Caller, Throttled
from tests.factories.people import user_of

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PASSWORD = "une phrase de marée"
_NUMBERS = count(1)


def cookie(secrets, email, known_as=None):
    return devices.device_cookie(secrets, email, NOW, known_as).value


def key_of(secrets, email, caller):
    return throttle.throttle_key(
        secrets, "password", email, caller, known_as=devices.known_as(secrets, email, caller.devices)
    )


def is_let_in(ctx, secrets, email, caller):
    """Whether an attempt is looked at; it is then counted as a failure."""
    try:
        throttle.count_in_advance(ctx, key_of(secrets, email, caller))
    except Throttled:
        return False
    return True


def test_a_cookie_is_good_for_the_account_it_was_given_for_and_no_other(secrets):
    value = cookie(secrets, "a@exemple.test")
    assert devices.known_as(secrets, " A@exemple.test", [value]) == value.split(".")[1]
    assert devices.known_as(secrets, "b@exemple.test", [value]) is None


@given(st.data())
def test_no_cookie_altered_in_any_place_is_recognised(data):
    ring = Secrets("s" * 48, "t" * 48, (), "")
    value = cookie(ring, "a@exemple.test")
    at = data.draw(st.integers(0, len(value) - 1))
    letter = data.draw(st.characters(codec="utf-8"))
    altered = value[:at] + letter + value[at + 1 :]
    if altered != value:
        assert devices.known_as(ring, "a@exemple.test", [altered]) is None


@given(st.lists(st.text(max_size=200), max_size=20))
def test_anything_may_be_offered_as_cookies(values):
    ring = Secrets("s" * 48, "t" * 48, (), "")
    assert devices.known_as(ring, "a@exemple.test", values) is None
    assert all(devices.is_recent(value, NOW) in {True, False} for value in values)


def test_a_cookie_is_old_after_half_a_year_and_cannot_say_otherwise(secrets):
    value = cookie(secrets, "a@exemple.test")
    assert devices.is_recent(value, NOW + timedelta(days=rules.DEVICE_DAYS))
    assert not devices.is_recent(value, NOW + timedelta(days=rules.DEVICE_DAYS, seconds=1))
    younger = f"{int(NOW.timestamp()) + 1}.{value.partition('.')[2]}"
    assert devices.known_as(secrets, "a@exemple.test", [younger]) is None


def test_the_cookie_names_nobody_and_two_accounts_keep_one_each(secrets):
    one, other = (devices.device_cookie(secrets, f"{name}@exemple.test", NOW) for name in "ab")
    assert one.name != other.name
    assert "exemple" not in one.name + one.value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    addresses=st.integers(1, 40),
    tries=st.lists(st.tuples(st.integers(0, 39), st.sampled_from(["none", "forged", "others"])), max_size=60),
)
def test_whoever_attacks_from_many_addresses_neither_locks_the_owner_nor_tries_more(ctx, secrets, addresses, tries):
    n = next(_NUMBERS)
    owner, other = f"titulaire{n}@exemple.test", f"autre{n}@exemple.test"
    own = Caller(f"2001:db8:{n:x}:ffff::1", "", (cookie(secrets, owner),))
    offered = {
        "none": (),
        "forged": (f"{int(NOW.timestamp())}.numero.{'0' * 64}",),
        "others": (cookie(secrets, other), cookie(secrets, f"tiers{n}@exemple.test")),
    }
    let_in = 0
    for address, kind in tries:
        caller = Caller(f"2001:db8:{n:x}:{address % addresses:x}::1", "", offered[kind])
        let_in += is_let_in(ctx, secrets, owner, caller)
    assert let_in <= rules.FAILURES_PER_ACCOUNT
    assert is_let_in(ctx, secrets, owner, own)


def test_an_attacker_at_the_same_address_does_not_lock_the_owner_either(ctx, secrets):
    here = Caller("192.0.2.10", "")
    for n in range(rules.FAILURES_PER_ADDRESS):
        is_let_in(ctx, secrets, f"{n}@exemple.test", here)
    assert not is_let_in(ctx, secrets, "titulaire@exemple.test", here)
    known = replace(here, devices=(cookie(secrets, "titulaire@exemple.test"),))
    assert is_let_in(ctx, secrets, "titulaire@exemple.test", known)


def test_a_stolen_cookie_gives_five_tries_and_no_more(ctx, secrets):
    thief = Caller("203.0.113.5", "", (cookie(secrets, "titulaire@exemple.test"),))
    assert [is_let_in(ctx, secrets, "titulaire@exemple.test", thief) for _ in range(8)] == [True] * 5 + [False] * 3
    renewed = (
        cookie(secrets, "titulaire@exemple.test", devices.known_as(secrets, "titulaire@exemple.test", thief.devices)),
    )
    assert not is_let_in(ctx, secrets, "titulaire@exemple.test", replace(thief, devices=renewed))


def test_the_owner_who_comes_in_does_not_give_the_others_more_tries(ctx, secrets, caller):
    user = user_of(ctx.session, Role.DPO, password_hash=passwords.hash_password(PASSWORD))
    visitor, known = replace(ctx, actor=NOBODY), replace(caller, devices=(cookie(secrets, user.email),))
    for _ in range(rules.FAILURES_PER_ACCOUNT):
        with pytest.raises(Refused):
            services.sign_in(visitor, secrets, caller, user.email, "mauvais", release=ctx.session.commit)
    assert services.sign_in(visitor, secrets, known, user.email, PASSWORD, release=ctx.session.commit) is user
    with pytest.raises(Throttled):
        services.sign_in(visitor, secrets, caller, user.email, PASSWORD, release=ctx.session.commit)
