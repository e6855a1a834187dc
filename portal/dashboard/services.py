"""Asking for the portfolio on paper."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.documents.freezing import freeze
from portal.core.language import Language
from portal.dashboard import queries
from portal.dashboard.models import PortfolioReport
from portal.dashboard.portfolio_report import SHOWN_VENDORS, document
from portal.jobs.ledger import enqueue
from portal.journal import services as journal


def ask_report(ctx: Context, language: Language) -> PortfolioReport:
    """Freeze the portfolio as it stands and promise its page."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    found = queries.portfolio(ctx)
    worst = queries.risk_rows(ctx, found.heat, size=SHOWN_VENDORS).rows
    page = document(ctx, found, worst, language, process.settings().organisation)
    report = PortfolioReport(asked_at=ctx.now, asked_by_id=ctx.actor.id, language=language, tree=freeze(page))
    ctx.session.add(report)
    ctx.session.flush()
    journal.record(ctx, "portfolio.report_asked", report)
    enqueue(ctx, "dashboard.print", {"report_id": report.id}, dedup=f"portfolio-report:{report.id}")
    return report
