"""What the pages of management read of levels; each asks for the permission to see the portfolio.

The scorecard that a vendor is known by is kept on its row (`vendors.services.keep_level`): none is opened here.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.pages import PAGE_SIZE, Page
from portal.core.statements import among, written_once
from portal.vendors.models import PortfolioMonth, Vendor
from portal.vendors.rules.status import GONE, WORKING, VendorStatus
from portal.vendors.rules.tier import AT_RISK_VALUES

SHOWN = 10
MONTHS = 12
# Said by what they are not: an index that is walked in the order shown is then not left for one on the status or tier.
_IS_LIVE = ~among(Vendor.status, GONE)
_IS_WORKING = ~among(Vendor.status, [status for status in VendorStatus if status not in WORKING])
_IS_AT_RISK = ~among(Vendor.inherent, [value for value in range(1, 6) if value not in AT_RISK_VALUES])

# Each statement is written once: what a page asks for never changes, only the values.
_WEAKEST = (
    select(Vendor.card_id.label("id"), Vendor.grade, Vendor.id.label("vendor_id"), Vendor.name, Vendor.tier)
    .where(_IS_LIVE, _IS_AT_RISK, Vendor.level_points >= 0, Vendor.grade.in_(bindparam("grades", expanding=True)))
    .order_by(Vendor.level_points, Vendor.folded_name, Vendor.id)
    .limit(bindparam("most"))
)
_UNMEASURED = (
    select(Vendor.id, Vendor.name, Vendor.tier)
    .where(_IS_WORKING, _IS_AT_RISK, Vendor.level_points < 0)
    .order_by(Vendor.risk_points.desc(), Vendor.folded_name.desc(), Vendor.id.desc())
    .limit(bindparam("most"))
)
_MONTHS = select(PortfolioMonth.month, PortfolioMonth.vendors, PortfolioMonth.points).order_by(
    PortfolioMonth.month.desc()
).limit(MONTHS)  # fmt: skip


def weakest_vendors(ctx: Context, grades: Sequence[str], *, most: int = SHOWN) -> Sequence[Any]:
    """Live vendors at risk whose scorecard has one of some grades, the weakest first.

    Each with `id` of the card, `grade`, `vendor_id`, and `name` and `tier` of the vendor; `most` at most.
    """
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    return ctx.session.execute(_WEAKEST, {"grades": list(grades), "most": most}).all()


def never_measured(ctx: Context, *, most: int = SHOWN) -> Sequence[Any]:
    """Vendors at work or suspended, at risk, without a level, the riskiest first: `id`, `name`, `tier`; `most`."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    return ctx.session.execute(_UNMEASURED, {"most": most}).all()


@dataclass(frozen=True)
class MonthLevel:
    """The mean level of the live vendors that are measured, at the end of a month."""

    month: date
    vendors: int
    points: int

    @property
    def mean(self) -> float:
        """Of 100."""
        return self.points / self.vendors / 100


def monthly_means(ctx: Context) -> list[MonthLevel]:
    """The mean level at the end of each of the last twelve months, this one as of now; none before the first.

    A month in which nothing changed has no row: it ended as the one before.
    """
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    rows = [MonthLevel(*row) for row in ctx.session.execute(_MONTHS)]
    known = {row.month: row for row in rows}
    this = ctx.today.replace(day=1)
    months = [_months_before(this, n) for n in reversed(range(MONTHS))]
    held = next((row for row in rows if row.month < months[0]), None)
    means = []
    for month in months:
        held = known.get(month, held)
        if held is not None and held.vendors:
            means.append(replace(held, month=month))
    return means


def _months_before(month: date, count: int) -> date:
    """The first day of the month that came so many months before.

    >>> _months_before(date(2026, 3, 1), 4)
    datetime.date(2025, 11, 1)
    """
    years, index = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(years, index + 1, 1)


def vendors_by_risk(
    ctx: Context,
    *,
    sort: str = "-risque",
    page: int = 1,
    size: int = PAGE_SIZE,
    total: int,
    inherent: int | None = None,
    grade: str | None = None,
) -> Page[Any]:
    """A page of live vendors with their newest level, the greatest residual risk first; two statements.

    `sort` is a key of `_SORTS`, with a minus sign to begin with the greatest; an empty `grade` means not measured, and
    `total` is how many there are, which the heat map knows. Each row has `id`, `name`, `tier` and `inherent` of the
    vendor, and `grade`, `level_points`, `residual_points` and `card_id` of its scorecard, none when it has none.
    """
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    # The page's numbers come along an index that holds all that is asked; only then are its few rows opened.
    asked = {"page_rows": size, "page_start": (page - 1) * size}
    ids = ctx.session.scalars(_ranked_ids(sort, inherent, grade), asked)
    numbers = list(ids)
    rows = {row.id: row for row in ctx.session.execute(_RANKED, {"ids": numbers})}
    return Page([rows[number] for number in numbers], page, size, total)


@written_once
def _ranked_ids(sort: str, inherent: int | None, grade: str | None) -> Select[int]:
    where: list[Any] = [_IS_LIVE]
    if inherent is not None:
        where.append(Vendor.inherent == inherent)
    if grade is not None:
        where.append(Vendor.grade == grade)
    column = _SORTS.get(sort.removeprefix("-"), Vendor.risk_points)
    order: list[Any] = list(dict.fromkeys([column, Vendor.folded_name, *_TIES.get(column, ()), Vendor.id]))
    order = [_placed(one, descending=sort.startswith("-")) for one in order]
    found = select(Vendor.id).where(*where).order_by(*order)
    return found.limit(bindparam("page_rows")).offset(bindparam("page_start"))


def _placed(column: Any, *, descending: bool) -> Any:
    """What nobody has described comes with the lightest, on both databases."""
    placed = column.desc() if descending else column.asc()
    if column is not Vendor.inherent:
        return placed
    return placed.nulls_last() if descending else placed.nulls_first()


_RANKED = select(
    Vendor.id, Vendor.name, Vendor.tier, Vendor.inherent, Vendor.grade, Vendor.level_points, Vendor.residual_points,
    Vendor.card_id,
).where(Vendor.id.in_(bindparam("ids", expanding=True)))  # fmt: skip
_SORTS: dict[str, Any] = {
    "nom": Vendor.folded_name, "criticite": Vendor.inherent, "note": Vendor.level_points, "risque": Vendor.risk_points,
}  # fmt: skip
_TIES: dict[Any, Any] = {Vendor.folded_name: [Vendor.sought], Vendor.inherent: [Vendor.sought]}
"""What the indexes of the list hold between the name and the number."""
