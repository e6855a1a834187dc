"""What the pages of management count of audits; each asks for the permission to see the portfolio."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.statements import among
from portal.vendors.models import Vendor

SHOWN = 10
WITH_VENDOR = [state for state in AuditState if state.is_with_vendor]
BACK = [state for state in AuditState if not state.is_with_vendor]
_IS_LATE = (among(Audit.state, WITH_VENDOR), Audit.due_on < bindparam("today"))
_LATE = (
    select(Audit.id, Audit.due_on, Vendor.id.label("vendor_id"), Vendor.name, Vendor.tier)
    .join(Vendor, Vendor.id == Audit.vendor_id)
    .where(Audit.id.in_(select(Audit.id).where(*_IS_LATE).order_by(Audit.due_on, Audit.id).limit(bindparam("most"))))
    .order_by(Audit.due_on, Audit.id)
)
_COUNT = select(func.count()).where(*_IS_LATE)
_FIRST_DUE = (
    select(Audit.vendor_id, func.min(Audit.due_on).label("due_on"))
    # Said by what they are not, so that the few vendors are looked up, not every audit that is with one.
    .where(Audit.vendor_id.in_(bindparam("vendors", expanding=True)), ~among(Audit.state, BACK))
    .group_by(Audit.vendor_id)
)


def late_audits(ctx: Context, *, most: int = SHOWN) -> Sequence[Any]:
    """Audits past their due date, the oldest first: `id`, `due_on`, `vendor_id`, vendor's `name` and `tier`; `most`."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    return ctx.session.execute(_LATE, {"today": ctx.today, "most": most}).all()


def count_late_audits(ctx: Context) -> int:
    """How many there are."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    return ctx.session.scalar(_COUNT, {"today": ctx.today}) or 0


def first_due_dates(ctx: Context, vendor_ids: Sequence[int]) -> dict[int, date]:
    """By vendor, of these alone: the first date at which answers are due."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    rows: Sequence[Any] = ctx.session.execute(_FIRST_DUE, {"vendors": list(vendor_ids)}).all()
    return dict(rows)
