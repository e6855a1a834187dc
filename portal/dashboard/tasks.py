"""Printing the portfolio; outside any transaction."""

from io import BytesIO

from portal.authz.context import Context
from portal.core import process
from portal.core.clock import legal_date
from portal.core.documents.freezing import thaw
from portal.core.documents.printing import print_in_child
from portal.core.stored import keep
from portal.dashboard.models import PortfolioReport
from portal.jobs.ledger import Record, task

PRINTING_SECONDS = 120


@task("dashboard.print", queue="pdf", outside=True, lease_seconds=300)
def print_report(ctx: Context, *, report_id: int, job_id: int) -> Record | None:
    """Print a report once; the figures are those frozen when it was asked for."""
    report = ctx.session.get_one(PortfolioReport, report_id)
    if report.stored_file_id is not None:
        return None
    pdf = print_in_child(thaw(report.tree), PRINTING_SECONDS)
    name = f"portefeuille-{legal_date(report.asked_at)}-{report.language.value}.pdf"
    blob = process.store().put(BytesIO(pdf), filename=name, allowed={"pdf"}, made_here=True)

    def record(done: Context) -> None:
        row = done.session.get_one(PortfolioReport, report_id)
        if row.stored_file_id is None:
            row.stored_file_id = keep(done.session, blob, at=done.now).id

    return record
