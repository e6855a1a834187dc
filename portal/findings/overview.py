"""What the pages of management count of findings; it asks for the permission to see the portfolio."""

from typing import Any

from sqlalchemy import func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.pages import Page
from portal.findings.models import Finding
from portal.findings.rules import LIVE, Severity
from portal.vendors.models import Vendor

SHOWN = 10


def open_findings(ctx: Context) -> Page[Any]:
    """How many findings are open in all; its rows are the gravest overdue one of each vendor.

    Each row has `id`, `title`, `severity`, `due_on`, `vendor_id`, `overdue` (how many the vendor has), and `name` and
    `tier` of the vendor.
    """
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    live = Finding.state.in_(LIVE)
    count = ctx.session.scalar(select(func.count(Finding.id)).where(live)) or 0
    gravest = (Finding.severity != Severity.CRITICAL, Finding.severity != Severity.MAJOR, Finding.due_on, Finding.id)
    overdue = (
        select(
            Finding.id,
            Finding.title,
            Finding.severity,
            Finding.due_on,
            Finding.vendor_id,
            func.row_number().over(partition_by=Finding.vendor_id, order_by=gravest).label("rank"),
            func.count().over(partition_by=Finding.vendor_id).label("overdue"),
        )
        .where(live, Finding.due_on < ctx.today)
        .subquery()
    )
    first = (
        select(overdue, Vendor.name, Vendor.tier)
        .join(Vendor, Vendor.id == overdue.c.vendor_id)
        .where(overdue.c.rank == 1)
        .order_by(overdue.c.severity != Severity.CRITICAL, overdue.c.severity != Severity.MAJOR, overdue.c.due_on)
        .limit(SHOWN)
    )
    return Page(ctx.session.execute(first).all(), 1, SHOWN, count)
