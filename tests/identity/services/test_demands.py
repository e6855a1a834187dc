from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.identity import queries, second_factor, services
from portal.identity.models import SecondFactorDemand
from portal.journal.models import JournalEntry
from tests.factories.people import user_of

PEOPLE = [role for role in Role if role not in {Role.SYSTEM, Role.ANONYMOUS}]


def coverage(ctx, role):
    (found,) = (one for one in queries.second_factor_demands(ctx) if one.role is role)
    return found.coverage.having, found.coverage.accounts


def demanded(ctx):
    return {one.role for one in queries.second_factor_demands(ctx) if one.is_demanded}


def test_administrators_alone_are_demanded_one_until_somebody_says_more(ctx):
    assert demanded(ctx) == {Role.ADMIN}
    services.demand_second_factor(ctx, Role.DPO)
    services.demand_second_factor(ctx, Role.VENDOR_ADMIN)
    assert demanded(ctx) == {Role.ADMIN, Role.DPO, Role.VENDOR_ADMIN}
    services.lift_second_factor(ctx, Role.DPO)
    assert demanded(ctx) == {Role.ADMIN, Role.VENDOR_ADMIN}


@pytest.mark.parametrize("role", PEOPLE)
def test_the_demand_reaches_the_accounts_of_its_role_and_no_other(ctx, role):
    services.demand_second_factor(ctx, role)
    for other in PEOPLE:
        user = user_of(ctx.session, other)
        ctx.session.expire(user)
        assert second_factor.is_required(user) is (other in {role, Role.ADMIN})


def test_nothing_lowers_the_demand_below_administrators(ctx):
    services.demand_second_factor(ctx, Role.ADMIN)
    with pytest.raises(Refused, match="administrateurs"):
        services.lift_second_factor(ctx, Role.ADMIN)
    ctx.session.flush()
    assert ctx.session.scalars(select(SecondFactorDemand)).all() == []
    assert demanded(ctx) == {Role.ADMIN}


def test_a_demand_made_twice_is_one_and_each_change_is_noted(ctx):
    for _ in range(2):
        services.demand_second_factor(ctx, Role.LEGAL)
    for _ in range(2):
        services.lift_second_factor(ctx, Role.LEGAL)
    ctx.session.commit()
    noted = ctx.session.scalars(select(JournalEntry.action).where(JournalEntry.object_type == "SecondFactorDemand"))
    assert list(noted) == ["second_factor.demanded", "second_factor.demand_lifted"]


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.ANONYMOUS])
def test_what_is_nobody_is_demanded_nothing(ctx, role):
    with pytest.raises(NotFound):
        services.demand_second_factor(ctx, role)


@pytest.mark.parametrize("act", [services.demand_second_factor, services.lift_second_factor])
def test_only_an_administrator_demands(ctx, act):
    user = user_of(ctx.session, Role.DPO)
    with pytest.raises(Forbidden):
        act(services.as_user(ctx, user), Role.DPO)


def test_of_nobody_nothing_is_said(ctx):
    assert coverage(ctx, Role.BUYER) == (0, 0)
    assert not any(one.coverage.is_whole for one in queries.second_factor_demands(ctx))


def test_nothing_but_a_confirmed_factor_of_an_open_account_counts(ctx):
    """The lies that would turn the figure green: prepared and never confirmed, given up, closed, not yet come."""
    has_password = {"password_hash": "x"}
    user_of(ctx.session, Role.BUYER, totp_sealed="x", **has_password)
    assert coverage(ctx, Role.BUYER) == (0, 1)
    user_of(ctx.session, Role.BUYER, recovery_hashes=["a", "b"], **has_password)
    assert coverage(ctx, Role.BUYER) == (0, 2)
    user_of(ctx.session, Role.BUYER, totp_confirmed_at=ctx.now, disabled_at=ctx.now, **has_password)
    user_of(ctx.session, Role.BUYER, totp_confirmed_at=ctx.now)
    assert coverage(ctx, Role.BUYER) == (0, 2)
    user_of(ctx.session, Role.BUYER, totp_confirmed_at=ctx.now - timedelta(days=1), **has_password)
    user_of(ctx.session, Role.BUYER, passkey_count=1, **has_password)
    assert coverage(ctx, Role.BUYER) == (2, 4)
