"""What the pages of management read of scorecards; each asks for the permission to see the portfolio."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, Subquery, extract, func, or_, select

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.core.pages import PAGE_SIZE, Page, page_of
from portal.scorecards.models import Scorecard
from portal.vendors.models import Vendor
from portal.vendors.rules.status import LIVE, VendorStatus
from portal.vendors.rules.tier import Tier

SHOWN = 10


def _newest() -> Subquery:
    """The newest scorecard of each vendor."""
    return select(Scorecard.vendor_id, func.max(Scorecard.id).label("id")).group_by(Scorecard.vendor_id).subquery()


def count_by_risk_and_grade(ctx: Context) -> dict[tuple[int | None, str], int]:
    """Live vendors by inherent risk (1 to 5, none when it is not described) and grade (empty when not measured)."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    newest = _newest()
    grade = func.coalesce(Scorecard.grade, "")
    rows = ctx.session.execute(
        select(Vendor.inherent, grade, func.count())
        .outerjoin(newest, newest.c.vendor_id == Vendor.id)
        .outerjoin(Scorecard, Scorecard.id == newest.c.id)
        .where(Vendor.status.in_(LIVE))
        .group_by(Vendor.inherent, grade)
    )
    return {(inherent, found): count for inherent, found, count in rows}


def weakest_vendors(ctx: Context, tiers: Collection[Tier], grades: Collection[str]) -> Sequence[Any]:
    """Live vendors of some classes of risk whose newest scorecard has one of some grades, the weakest first.

    Each with `id` of the card, `grade`, `vendor_id`, and `name` and `tier` of the vendor; ten at most.
    """
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    newest = _newest()
    return ctx.session.execute(
        select(Scorecard.id, Scorecard.grade, Vendor.id.label("vendor_id"), Vendor.name, Vendor.tier)
        .join(newest, newest.c.id == Scorecard.id)
        .join(Vendor, Vendor.id == Scorecard.vendor_id)
        .where(Vendor.status.in_(LIVE), Vendor.tier.in_(sorted(tiers)), Scorecard.grade.in_(sorted(grades)))
        .order_by(Scorecard.basis_points)
        .limit(SHOWN)
    ).all()


def never_measured(ctx: Context, tiers: Collection[Tier]) -> Sequence[Any]:
    """Active vendors of some classes of risk without any scorecard, the riskiest first: `id`, `name`, `tier`; ten."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    has = select(Scorecard.id).where(Scorecard.vendor_id == Vendor.id).exists()
    return ctx.session.execute(
        select(Vendor.id, Vendor.name, Vendor.tier)
        .where(Vendor.status == VendorStatus.ACTIVE, Vendor.tier.in_(sorted(tiers)), ~has)
        .order_by(Vendor.inherent.desc(), Vendor.folded_name)
        .limit(SHOWN)
    ).all()


def monthly_means(ctx: Context) -> list[tuple[date, float]]:
    """The mean level (of 100) of the scorecards taken in each of the last twelve months that had any."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    year, month = extract("year", Scorecard.taken_at), extract("month", Scorecard.taken_at)
    rows = ctx.session.execute(
        select(year, month, func.avg(Scorecard.basis_points))
        .where(Scorecard.taken_at >= ctx.now - timedelta(days=365))
        .group_by(year, month)
        .order_by(year, month)
    )
    return [(date(int(y), int(m), 1), float(mean) / 100) for y, m, mean in rows]


def vendors_by_risk(
    ctx: Context,
    *,
    sort: str = "-risque",
    page: int = 1,
    size: int = PAGE_SIZE,
    inherent: int | None = None,
    grade: str | None = None,
) -> Page[Row[Any]]:
    """A page of live vendors with their newest level, the greatest residual risk first.

    `sort` is a key of `_order`, with a minus sign to begin with the greatest; an empty `grade` means not measured. Each
    row has `id`, `key`, `name`, `tier` and `inherent` of the vendor, and `grade`, `basis_points`, `residual_points` and
    `card_id` of its scorecard, none when it has none.
    """
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    newest = _newest()
    where = [visible(ctx, Permission.VENDOR_VIEW, Vendor), Vendor.status.in_(LIVE)]
    if inherent is not None:
        where.append(Vendor.inherent == inherent)
    if grade is not None:
        where.append(Scorecard.grade == grade if grade else or_(Scorecard.grade.is_(None), Scorecard.grade == ""))

    def measured(*columns: Any) -> Select[Any]:
        joined = select(*columns).select_from(Vendor).outerjoin(newest, newest.c.vendor_id == Vendor.id)
        return joined.outerjoin(Scorecard, Scorecard.id == newest.c.id)

    # Without a grade to look for, counting needs no scorecard.
    total = ctx.session.scalar(select(func.count(Vendor.id)).where(*where)) if grade is None else None
    ids = measured(Vendor.id).where(*where).order_by(*_order(sort))
    found = page_of(ctx.session, ids, page, size=size, total=total)
    listed = measured(
        Vendor.id, Vendor.key, Vendor.name, Vendor.tier, Vendor.inherent, Scorecard.grade, Scorecard.basis_points,
        Scorecard.residual_points, Scorecard.id.label("card_id"),
    )  # fmt: skip
    rows = ctx.session.execute(listed.where(Vendor.id.in_(found.rows)).order_by(*_order(sort))).all()
    return found.showing(rows)


def _order(sort: str) -> list[Any]:
    # Without a scorecard the whole inherent risk remains: it counts as residual, in the same basis points.
    risk = func.coalesce(Scorecard.residual_points, Vendor.inherent * 10_000, -1)
    columns: dict[str, Any] = {
        "nom": Vendor.folded_name,
        "criticite": func.coalesce(Vendor.inherent, 0),
        "note": func.coalesce(Scorecard.basis_points, -1),
        "risque": risk,
    }
    column = columns.get(sort.lstrip("-"), risk)
    return [column.desc() if sort.startswith("-") else column, Vendor.folded_name, Vendor.id]
