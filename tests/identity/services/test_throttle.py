from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import NOBODY
from portal.identity.models import SignInAttempt
from portal.identity.services import throttle
from portal.identity.services.throttle import Caller, Throttled
from tests.conftest import NOW

pytestmark = pytest.mark.both_databases

HERE, THERE = Caller("192.0.2.10", ""), Caller("198.51.100.7", "")


def fail(ctx, secrets, account, caller=HERE, kind="password", times=1):
    key = throttle.throttle_key(secrets, kind, account, caller)
    for _ in range(times):
        throttle.check_throttle(ctx, key)
        throttle.record_attempt(ctx, key, succeeded=False)
    return key


def test_five_failures_on_an_account_close_its_door_from_everywhere(ctx, secrets):
    fail(ctx, secrets, "a@exemple.test", times=5)
    with pytest.raises(Throttled):
        throttle.check_throttle(ctx, throttle.throttle_key(secrets, "password", "a@exemple.test", THERE))
    throttle.check_throttle(ctx, throttle.throttle_key(secrets, "password", "b@exemple.test", HERE))


def test_thirty_failures_from_an_address_close_the_door_to_every_account(ctx, secrets):
    for n in range(10):
        fail(ctx, secrets, f"{n}@exemple.test", times=3)
    with pytest.raises(Throttled):
        throttle.check_throttle(ctx, throttle.throttle_key(secrets, "password", "neuf@exemple.test", HERE))
    throttle.check_throttle(ctx, throttle.throttle_key(secrets, "password", "neuf@exemple.test", THERE))


def test_the_addresses_of_one_ipv6_subscriber_count_together(ctx, secrets):
    for n in range(30):
        fail(ctx, secrets, f"{n}@exemple.test", Caller(f"2001:db8:1:1::{n + 1:x}", ""))
    with pytest.raises(Throttled):
        throttle.check_throttle(
            ctx, throttle.throttle_key(secrets, "password", "neuf@exemple.test", Caller("2001:db8:1:1:ffff::1", ""))
        )


def test_a_quarter_of_an_hour_later_the_door_opens_again(ctx, secrets):
    key = fail(ctx, secrets, "a@exemple.test", times=5)
    throttle.check_throttle(replace(ctx, now=ctx.now + timedelta(minutes=15)), key)


def test_a_success_forgets_the_accounts_failures_and_no_one_elses(ctx, secrets):
    """An attacker who also owns an account cannot clean the counter of the address with it."""
    for n in range(29):
        fail(ctx, secrets, f"{n}@exemple.test")
    own = fail(ctx, secrets, "attaquant@exemple.test")
    throttle.record_attempt(ctx, own, succeeded=True)
    fail(ctx, secrets, "29@exemple.test")
    with pytest.raises(Throttled):
        throttle.check_throttle(ctx, throttle.throttle_key(secrets, "password", "30@exemple.test", HERE))


def test_failures_at_one_kind_of_door_do_not_count_at_another(ctx, secrets):
    fail(ctx, secrets, 12, kind="code", times=5)
    throttle.check_throttle(ctx, throttle.throttle_key(secrets, "password", 12, HERE))


def test_the_table_names_neither_account_nor_address(ctx, secrets):
    fail(ctx, secrets, "a@exemple.test")
    row = ctx.session.scalars(select(SignInAttempt)).one()
    kept = f"{row.account_hash} {row.address_hash}"
    assert "exemple" not in kept
    assert "192.0.2" not in kept
    assert row.account_hash != throttle.account_hash(replace(secrets, tokens="autre"), "password", "a@exemple.test")


def test_attempts_fired_all_at_once_on_one_account_are_still_counted_one_by_one(lasting, secrets):
    """Each is counted before its password is compared, outside the transaction: a burst gets no more than five."""

    def attempt(_n):
        with lasting.transaction() as session:
            key = throttle.throttle_key(secrets, "password", "a@exemple.test", HERE)
            try:
                throttle.count_in_advance(Context(session, NOBODY, NOW), key)
            except Throttled:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        let_through = sum(pool.map(attempt, range(24)))
    assert let_through == 5
