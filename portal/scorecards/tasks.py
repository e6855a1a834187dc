"""Snapshots are taken when something that counts has happened, and when a proof runs out."""

from datetime import date

from sqlalchemy.orm import joinedload

from portal.audits import evidence_ages
from portal.audits.models import Audit
from portal.authz.context import Context
from portal.jobs.ledger import task
from portal.jobs.schedule import every_tick
from portal.scorecards import queries, services

every_tick("scorecards.expiry")(services.queue_expiry_check)


@task("scorecards.on_submission")
def on_submission(ctx: Context, *, audit_id: int, round: int) -> None:
    """Measure what a vendor has just sent; the job's own key keeps it from being measured twice."""
    services.take_snapshot_if_current(ctx, _audit(ctx, audit_id), reason="submitted")


@task("scorecards.on_acceptance")
def on_acceptance(ctx: Context, *, audit_id: int) -> None:
    """Measure what a reviewer has just accepted."""
    services.take_snapshot_if_current(ctx, _audit(ctx, audit_id), reason="accepted")


@task("scorecards.on_withdrawal")
def on_withdrawal(ctx: Context, *, audit_id: int) -> None:
    """Measure without an audit that was withdrawn; running it twice changes nothing more."""
    services.measure_without(ctx, _audit(ctx, audit_id))


@task("scorecards.on_evidence")
def on_evidence(ctx: Context, *, audit_id: int, evidence_id: int) -> None:
    """Measure again after a verdict on a proof; audits that no longer count for their vendor are left alone."""
    carriers = queries.audits_with_evidence(ctx, evidence_id)
    services.retake_snapshots(ctx, _audit(ctx, audit_id).vendor_id, reason="evidence", only=carriers)


@task("scorecards.on_piece")
def on_piece(ctx: Context, *, vendor_id: int, **_fact: object) -> None:
    """Measure again once a proof has a newer version or was judged; running it twice changes nothing more."""
    services.retake_snapshots(ctx, vendor_id, reason="evidence")


@task("scorecards.on_reclassification")
def on_reclassification(ctx: Context, *, vendor_id: int, **_fact: object) -> None:
    """Measure again after a vendor's inherent risk has changed; running it twice changes nothing more."""
    services.retake_snapshots(ctx, vendor_id, reason="reclassified")


@task("scorecards.on_sample")
def on_sample(ctx: Context, *, sample_id: int, vendor_id: int) -> None:
    """Measure again once a vendor's cases were measured; running it twice changes nothing more."""
    services.retake_snapshots(ctx, vendor_id, reason="sample")


@task("scorecards.look_for_expired")
def look_for_expired(ctx: Context) -> None:
    """Count again until when proofs are good, then promise the snapshots that those run out ask for; safe to repeat."""
    evidence_ages.recount(ctx)
    services.queue_expired_snapshots(ctx)


@task("scorecards.on_expiry")
def on_expiry(ctx: Context, *, audit_id: int, until: str) -> None:
    """Measure again once a proof has run out, unless that was counted already."""
    audit = _audit(ctx, audit_id)
    if not services.counts_expiry_of(ctx, audit, date.fromisoformat(until)):
        services.retake_snapshots(ctx, audit.vendor_id, reason="expired", only=[audit_id])


def _audit(ctx: Context, audit_id: int) -> Audit:
    return ctx.session.get_one(
        Audit, audit_id, options=[joinedload(Audit.vendor), joinedload(Audit.questionnaire_version)]
    )
