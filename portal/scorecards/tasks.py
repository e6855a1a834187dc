"""Snapshots are taken when something that counts has happened."""

from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.authz.context import Context
from portal.jobs.ledger import task
from portal.scorecards import services


@task("scorecards.snapshot")
def snapshot(ctx: Context, *, audit_id: int, reason: str = "reviewed", **_fact: object) -> None:
    """Take the snapshot of an audit; the job's own key keeps it from being taken twice."""
    audit = ctx.session.get_one(
        Audit, audit_id, options=[joinedload(Audit.vendor), joinedload(Audit.questionnaire_version)]
    )
    services.snapshot(ctx, audit, reason=reason)
