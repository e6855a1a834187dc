"""What the pages of management count of audits; each asks for the permission to see the portfolio."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.pages import Page, first_rows
from portal.vendors.models import Vendor

WITH_VENDOR = [state for state in AuditState if state.is_with_vendor]


def late_audits(ctx: Context) -> Page[Any]:
    """Audits past their due date, the oldest first: `id`, `due_on`, `vendor_id`, `name` and `tier` of the vendor."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    late = (
        select(Audit.id, Audit.due_on, Vendor.id.label("vendor_id"), Vendor.name, Vendor.tier)
        .join(Vendor, Vendor.id == Audit.vendor_id)
        .where(Audit.state.in_(WITH_VENDOR), Audit.due_on < ctx.today)
        .order_by(Audit.due_on, Audit.id)
    )
    return first_rows(ctx.session, late)


def first_due_dates(ctx: Context, vendor_ids: Sequence[int]) -> dict[int, date]:
    """By vendor, of these alone: the first date at which answers are due."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    rows = ctx.session.execute(
        select(Audit.vendor_id, func.min(Audit.due_on))
        .where(Audit.vendor_id.in_(vendor_ids), Audit.state.in_(WITH_VENDOR))
        .group_by(Audit.vendor_id)
    )
    return dict(rows.all())
