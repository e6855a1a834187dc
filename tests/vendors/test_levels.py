"""What is kept of scorecards on vendors, and the sums of the trend: equal to a recount, whatever happened before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core.db import Database
from portal.scorecards import overview
from portal.scorecards.models import Scorecard
from portal.vendors import services
from portal.vendors.models import PortfolioMonth, Vendor
from portal.vendors.rules.status import LIVE, MOVES, VendorStatus
from tests.conftest import NOW
from tests.effort import at_most
from tests.factories.world import audit_of, kept, vendor_of

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]


def measure(session, vendor, points, at=NOW):
    card = Scorecard(
        vendor_id=vendor.id, audit_id=audit_of(session, vendor).id, taken_at=at, reason="asked", basis_points=points,
        coverage_points=10_000, grade="C", inherent=vendor.inherent, tier=vendor.tier,
        residual_points=vendor.inherent * (10_000 - points) if vendor.inherent else None, detail={},
        scale_sha256="0" * 64,
    )  # fmt: skip
    session.add(card)
    session.flush()
    return kept(session, card)


def recounted(session):
    """How many live vendors have a scorecard, and the sum of the levels of their newest ones."""
    newest = select(func.max(Scorecard.id)).group_by(Scorecard.vendor_id)
    counted = select(func.count(), func.coalesce(func.sum(Scorecard.basis_points), 0)).join(
        Vendor, Vendor.id == Scorecard.vendor_id
    )
    return tuple(session.execute(counted.where(Scorecard.id.in_(newest), Vendor.status.in_(LIVE))).one())


def summed(session):
    """The same as it is kept for this month."""
    row = session.execute(
        select(PortfolioMonth.vendors, PortfolioMonth.points).order_by(PortfolioMonth.month.desc()).limit(1)
    ).one_or_none()
    return tuple(row) if row else (0, 0)


ACTS = st.tuples(st.sampled_from(["measure", "move"]), st.integers(0, 2), st.integers(0, 10_000), st.integers(0, 400))


@given(acts=st.lists(ACTS, max_size=10))
@at_most(12)
def test_the_summary_equals_a_recount(database: Database, acts):
    with database.session(write=True) as session:
        vendors = [vendor_of(session), vendor_of(session, inherent=None, tier=None), vendor_of(session)]
        for act, which, points, days in acts:
            ctx, vendor = Context(session, SYSTEM, NOW - timedelta(days=days)), vendors[which]
            if act == "measure":
                measure(session, vendor, points, ctx.now)
            else:
                moves = MOVES[vendor.status]
                services.change_status(ctx, vendor, moves[points % len(moves)])
        session.flush()
        session.expire_all()
        assert summed(session) == recounted(session)
        newest = select(func.max(Scorecard.id)).where(Scorecard.vendor_id == Vendor.id).scalar_subquery()
        card = select(Scorecard.basis_points).where(Scorecard.id == Vendor.card_id).scalar_subquery()
        residual = select(Scorecard.residual_points).where(Scorecard.id == Vendor.card_id).scalar_subquery()
        rows = session.execute(
            select(
                Vendor.card_id, newest, Vendor.level_points, func.coalesce(card, -1), Vendor.risk_points,
                func.coalesce(residual, Vendor.inherent * 10_000, -1),
            )
        )  # fmt: skip
        assert all((a, c, e) == (b, d, f) for a, b, c, d, e, f in rows)
        session.rollback()


def test_a_month_ends_as_it_stood_and_the_next_begins_there(session, ctx):
    """What is measured, or leaves, in November changes nothing of October."""
    first, second = vendor_of(session), vendor_of(session)
    measure(session, first, 6000, NOW - timedelta(days=60))
    measure(session, second, 8000)
    assert [round(one.mean) for one in overview.monthly_means(ctx)] == [60, 60, 70]
    services.change_status(ctx, first, VendorStatus.OFFBOARDING)
    services.change_status(ctx, first, VendorStatus.OFFBOARDED)
    assert [round(one.mean) for one in overview.monthly_means(ctx)] == [60, 60, 80]
    later = replace(ctx, now=NOW + timedelta(days=40))
    assert [round(one.mean) for one in overview.monthly_means(later)] == [60, 60, 80, 80, 80]
    much_later = replace(ctx, now=NOW + timedelta(days=900))
    assert [round(one.mean) for one in overview.monthly_means(much_later)] == [80] * 12
