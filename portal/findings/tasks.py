"""Jobs of findings."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.findings.mails import note_due_findings, note_stale_waivers, tell_workers_of_answer
from portal.findings.models import Finding
from portal.findings.queries import numbered
from portal.jobs.ledger import task
from portal.notices.morning import every_morning

every_morning("findings.due")(note_due_findings)
every_morning("findings.waivers")(note_stale_waivers)


@task("audits.tell_finding_answered")  # the name that waiting jobs were promised under
def tell_finding_answered(ctx: Context, *, finding_id: int, message_id: int) -> None:
    """Write to whoever works findings that the vendor has answered one; running it twice writes once."""
    finding = ctx.session.scalars(select(Finding).options(joinedload(Finding.vendor)).where(numbered(finding_id))).one()
    tell_workers_of_answer(ctx, finding, message_id)
