"""Who is written to: the people in charge at the vendor when a reviewer has decided, the reviewers when it has sent."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from portal.audits.models import Answer, Audit, Submission
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.landing import Landing
from portal.core.stored import StoredFile
from portal.identity.queries import holders_of
from portal.jobs.attachments import Attachment, finds_attachment
from portal.notices.services import News, note_for_staff
from portal.vendors.letters import VendorLetter, write_to_vendor

RECEIPT = "audits.receipt"
"""Who finds the receipt that goes with an acknowledgement."""


def write_decision_to_vendor(
    ctx: Context, audit: Audit, what: str, values: Mapping[str, Any], *, landing: Landing | None = None
) -> None:
    """Write to the people in charge: its questionnaire was returned, accepted or withdrawn."""
    letter = VendorLetter(
        template=f"audits/emails/{what}",
        key=f"audit:{audit.id}:{what}:{audit.round}",
        landing=landing or Landing("vendor_space.audit", audit_id=audit.id),
        about=f"audit:{audit.id}",
        values=values,
        title=audit.questionnaire_version.title,
    )
    write_to_vendor(ctx, audit.vendor_id, letter, took_part=who_answered(ctx, audit.id))


def write_acknowledgement(ctx: Context, audit: Audit, submission: Submission) -> None:
    """Write to the people in charge, whoever sent among them, that the answers are received, with the receipt.

    Once per round; it leaves as soon as the receipt is printed, without it when that takes too long.
    """
    letter = VendorLetter(
        template="audits/emails/received",
        key=f"audit:{audit.id}:received:{submission.round}",
        landing=Landing("vendor_space.receipt", audit_id=audit.id, number=submission.round),
        about=f"audit:{audit.id}",
        values={
            "by": submission.by_name,
            "at": submission.at.isoformat(),
            "round": submission.round,
            "answers": sum(given["value"] not in (None, "", []) for given in submission.content["answers"].values()),
            "files": len(submission.content["files"]),
            "sha256": submission.sha256,
        },
        title=audit.questionnaire_version.title,
        contact_id=audit.opened_by_id,
        attachment=Attachment(RECEIPT, {"audit_id": audit.id, "round": submission.round}),
    )
    write_to_vendor(ctx, audit.vendor_id, letter, took_part=who_answered(ctx, audit.id))


@finds_attachment(RECEIPT)
def find_receipt(session: Session, submission: Mapping[str, Any]) -> StoredFile | None:
    """The receipt of a submission; none while it is not printed."""
    return session.scalar(
        select(StoredFile)
        .join(Submission, Submission.receipt_file_id == StoredFile.id)
        .where(Submission.audit_id == submission["audit_id"], Submission.round == submission["round"])
    )


def write_to_reviewers(ctx: Context, audit: Audit) -> int:
    """Tell the reviewers in their digest that a vendor has sent its answers, once per round; returns how many."""
    news = News(
        template="audits/emails/notice_submitted",
        key=f"audit:{audit.id}:submitted:{audit.round}",
        about=f"audit:{audit.id}",
        values={"vendor": audit.vendor.name, "titles": audit.questionnaire_version.title, "round": audit.round},
    )
    return note_for_staff(ctx, audit.vendor_id, news, holders_of(ctx, Permission.AUDIT_REVIEW, audit))


def who_answered(ctx: Context, audit_id: int) -> list[int]:
    """The accounts that wrote an answer of an audit, or sent it."""
    wrote = select(Answer.updated_by_id).where(Answer.audit_id == audit_id)
    sent = select(Submission.by_id).where(Submission.audit_id == audit_id)
    return [one for one in ctx.session.scalars(union(wrote, sent)) if one is not None]
