"""Jobs of audits; printing happens outside any transaction."""

from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audits import services
from portal.audits.mails import write_to_reviewers
from portal.audits.models import Audit, Submission
from portal.audits.receipt import ReceiptFacts, receipt
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.core import process
from portal.core.documents.printing import print_in_child
from portal.core.seal import NoSealKey, seal_pdf
from portal.core.stored import keep
from portal.jobs.ledger import Record, task
from portal.questionnaires.queries import questionnaire_of
from portal.vendors.queries import name_as_of

PRINTING_SECONDS = 120


@task("audits.on_departure")
def withdraw_from_departed(ctx: Context, *, vendor_id: int) -> None:
    """Withdraw what a vendor that has left was still asked; one that came back in the meantime is left alone."""
    services.withdraw_from_departed(ctx, vendor_id)


@task("audits.receipt", queue="pdf", outside=True, lease_seconds=300)
def make_receipt(ctx: Context, *, audit_id: int, round: int, job_id: int) -> Record | None:
    """Print the receipt of a submission and put our seal on it, where there is a key; one that has it is left alone.

    Raises PrintingError or NotSealed: the job is tried again.
    """
    submission = ctx.session.scalars(
        select(Submission).where(Submission.audit_id == audit_id, Submission.round == round)
    ).one()
    if submission.receipt_file_id is not None:
        return None
    audit = ctx.session.get_one(
        Audit, audit_id, options=[joinedload(Audit.vendor), joinedload(Audit.questionnaire_version)]
    )
    questionnaire = questionnaire_of(ctx.session, audit.questionnaire_version)
    sent = ReceiptFacts(
        vendor=name_as_of(ctx.session, audit.vendor, submission.at),
        organisation=process.settings().organisation,
        by=submission.by_name,
        at=submission.at,
        round=round,
        sha256=submission.sha256,
        content=submission.content,
    )
    pdf = _sealed(print_in_child(receipt(sent, questionnaire, submission.language), PRINTING_SECONDS))
    name = f"accuse-{audit.vendor.key}-{round}.pdf"
    blob = process.store().put(BytesIO(pdf), filename=name, allowed={"pdf"}, made_here=True)
    submission_id = submission.id  # the row itself ends with the reading session

    def record(done: Context) -> None:
        row = done.session.get_one(Submission, submission_id)
        if row.receipt_file_id is None:
            row.receipt_file_id = keep(done.session, blob, at=done.now).id

    return record


def _sealed(pdf: bytes) -> bytes:
    try:
        return seal_pdf(pdf)
    except NoSealKey:
        return pdf  # its own fingerprint and that of every file still prove what was received


@task("audits.tell_reviewers")
def tell_reviewers(ctx: Context, *, audit_id: int, round: int) -> None:
    """Write to the reviewers that a vendor has sent its answers; running it twice, or too late, writes nothing more."""
    audit = ctx.session.get_one(
        Audit, audit_id, options=[joinedload(Audit.vendor), joinedload(Audit.questionnaire_version)]
    )
    if audit.state is AuditState.SUBMITTED and audit.round == round:
        write_to_reviewers(ctx, audit)
