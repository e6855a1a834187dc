"""What scorecards say of a vendor, kept on its row, and the sums that the trend of the portfolio is made of.

Scorecards stand above vendors: the write that takes one tells it here. A vendor that enters or leaves the relation
changes the same sums. `portfolio_months` are then read without opening a scorecard.
"""

from collections.abc import Callable

from sqlalchemy import literal, select, update

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.insertions import insertion
from portal.vendors.models import PortfolioMonth, Vendor
from portal.vendors.rules.status import LIVE


@dataclass(frozen=True)
class VendorLevel:
    """What a scorecard says, as far as lists show it."""

    card_id: int | None
    grade: str
    points: int
    """0–10,000; -1 without a scorecard."""
    residual: int | None


UNMEASURED = VendorLevel(None, "", -1, None)
"""Nothing was measured, or nothing of it could be graded."""


@dataclass(frozen=True)
class Weight:
    """What a vendor weighs in the portfolio's mean: itself and its level, or nothing."""

    vendors: int
    points: int


def weight_of(vendor: Vendor) -> Weight:
    """A vendor counts while it is live and measured."""
    counts = vendor.status in LIVE and vendor.level_points >= 0
    return Weight(1, vendor.level_points) if counts else Weight(0, 0)


def keep_level(ctx: Context, vendor_id: int, found: Callable[[], VendorLevel | None]) -> None:
    """Note the scorecard that a vendor is known by, or that it has none.

    `found` looks for it once the vendor is held: of two writes at once, the second sees what the first one took.
    """
    ctx.session.flush()
    vendor = ctx.session.get_one(Vendor, vendor_id, with_for_update=True, populate_existing=True)
    authorize(ctx, Permission.AUDIT_REVIEW, vendor)
    before, level = weight_of(vendor), found() or UNMEASURED
    vendor.card_id, vendor.grade = level.card_id, level.grade
    vendor.level_points, vendor.residual_points = level.points, level.residual
    count_change(ctx, before, weight_of(vendor))


def count_change(ctx: Context, before: Weight, after: Weight) -> None:
    """Carry a change of one vendor into the sums of this month, and of later ones when the past is being written."""
    if before == after:
        return
    ctx.session.flush()
    month = ctx.today.replace(day=1)
    earlier = select(PortfolioMonth).where(PortfolioMonth.month < month).order_by(PortfolioMonth.month.desc()).limit(1)
    last = ctx.session.execute(
        earlier.with_only_columns(PortfolioMonth.vendors, PortfolioMonth.points)
    ).one_or_none()  # fmt: skip
    # A month begins as the one before it ended.
    ctx.session.execute(
        insertion(ctx.session, PortfolioMonth)
        .values(month=month, vendors=last.vendors if last else 0, points=last.points if last else 0)
        .on_conflict_do_nothing(index_elements=["month"])
    )
    ctx.session.execute(
        update(PortfolioMonth)
        .where(PortfolioMonth.month >= literal(month))
        .values(
            vendors=PortfolioMonth.vendors + (after.vendors - before.vendors),
            points=PortfolioMonth.points + (after.points - before.points),
        )
        .execution_options(synchronize_session=False)
    )
