"""What the pages of management count of findings; each asks for the permission to see the portfolio."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, union_all
from sqlalchemy.orm import aliased

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Reach, Scope
from portal.core.dataclass import dataclass
from portal.core.statements import among, written_once
from portal.findings.models import FINDINGS, Finding
from portal.findings.queries import is_stale
from portal.findings.rules import LIVE, FindingState, Severity
from portal.vendors.models import BY_FIGURES, Vendor

SHOWN = 10
_ORDER = (Finding.severity, Finding.due_on, Finding.id)
"""The gravest, then the longest overdue: the values of severities stand in the order of gravity, as in the index."""
_TODAY = bindparam("today", type_=Finding.due_on.type)


def _first_of_vendors(state: FindingState) -> Select[Any]:
    """The numbers of the first overdue findings in a state, one a vendor, along the index of that order."""
    before = aliased(Finding)
    is_before = (before.severity < Finding.severity) | (
        (before.severity == Finding.severity)
        & ((before.due_on < Finding.due_on) | ((before.due_on == Finding.due_on) & (before.id < Finding.id)))
    )
    # Said by what it is not, so that the few findings of the vendor are looked up, not every one in this state.
    others = [one for one in FindingState if one is not state]
    same = select(before.id).where(
        before.vendor_id == Finding.vendor_id, ~among(before.state, others), before.due_on < _TODAY, is_before
    )
    first = select(Finding.id).where(Finding.state == state, Finding.due_on < _TODAY, ~same.exists())
    return select(first.order_by(*_ORDER).limit(bindparam("most")).subquery().c.id)


@cache
def _gravest() -> Any:
    """Written once, at the first home shown."""
    return (
        select(Finding.id, Finding.title, Finding.severity, Finding.due_on, Finding.vendor_id, Vendor.name, Vendor.tier)
        .join(Vendor, Vendor.id == Finding.vendor_id)
        .where(Finding.id.in_(union_all(*map(_first_of_vendors, LIVE))))
        .order_by(*_ORDER)
    )


_OVERDUE = (
    select(Finding.vendor_id, func.count().label("n"))
    .where(
        Finding.vendor_id.in_(bindparam("vendors", expanding=True)), Finding.due_on < _TODAY,
        ~among(Finding.state, [state for state in FindingState if state not in LIVE]),
    )
    .group_by(Finding.vendor_id)
)  # fmt: skip
_COUNT = select(func.count()).select_from(Finding).where(among(Finding.state, LIVE))
_STALE = (
    select(func.count())
    .select_from(Finding)
    .join(Vendor, Vendor.id == Finding.vendor_id)
    .with_hint(Vendor, *BY_FIGURES)
)


@dataclass(frozen=True)
class OverdueFinding:
    """The gravest overdue finding of a vendor."""

    id: int
    title: str
    severity: Severity
    due_on: date
    vendor_id: int
    name: str
    """Of the vendor."""
    tier: Any
    overdue: int
    """How many the vendor has."""


def overdue_findings(ctx: Context, *, most: int = SHOWN) -> list[OverdueFinding]:
    """The gravest overdue finding of each vendor, the gravest and longest overdue first; `most` at most."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    first: dict[int, Any] = {}
    for row in ctx.session.execute(_gravest(), {"today": ctx.today, "most": most}):
        first.setdefault(row.vendor_id, row)
    shown = list(first.values())[:most]
    asked = {"vendors": [row.vendor_id for row in shown], "today": ctx.today}
    overdue = {row.vendor_id: row.n for row in ctx.session.execute(_OVERDUE, asked)}
    return [OverdueFinding(**row._mapping, overdue=overdue[row.vendor_id]) for row in shown]


def count_open_findings(ctx: Context) -> int:
    """How many findings are open in all; one whose acceptance holds no longer is open again for this figure."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    return ctx.session.scalar(_open(ctx.today)) or 0


@written_once
def _open(today: date) -> Select[int]:
    live = FINDINGS.count(among(FINDINGS.rows.c.state, LIVE), otherwise=_COUNT)
    return select(live + _STALE.where(is_stale(today)).scalar_subquery())


def counted_late(within: Reach, today: date) -> ColumnElement[int]:
    """How many findings within reach are past their date, to be asked with others."""
    every = select(func.count()).select_from(Finding).where(
        within.over(Finding), among(Finding.state, LIVE), Finding.due_on < today
    )  # fmt: skip
    if within.scope is not Scope.ALL:
        return every.scalar_subquery()
    held = FINDINGS.rows.c
    return FINDINGS.count(among(held.state, LIVE), held.due_on < today, otherwise=every)
