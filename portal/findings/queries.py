"""Reads of findings, bounded by reach."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.errors import NotFound
from portal.core.stored import StoredFile
from portal.findings.models import Finding, FindingMessage, MergedFinding
from portal.findings.rules import FindingState
from portal.journal.models import JournalEntry


def get_finding(ctx: Context, finding_id: int, *, to: Permission) -> Finding:
    """One finding with its vendor and all its messages: the caller's page shows what its reader may see.

    One that was merged with another is found by the number it had. Raises NotFound.
    """
    finding = ctx.session.scalar(
        select(Finding)
        .options(joinedload(Finding.vendor), joinedload(Finding.messages).joinedload(FindingMessage.file))
        .where(numbered(finding_id), visible(ctx, to, Finding))
    )
    if finding is None:
        raise NotFound()
    return finding


def numbered(finding_id: int) -> ColumnElement[bool]:
    """The finding that has this number, or had it before it was merged with another."""
    merged = select(MergedFinding.finding_id).where(MergedFinding.id == finding_id)
    return or_(Finding.id == finding_id, Finding.id.in_(merged))


def findings_by_subject(ctx: Context, vendor_id: int) -> dict[str, Finding]:
    """Every finding of a vendor by its subject; the caller has checked that the actor may see that vendor."""
    rows = ctx.session.scalars(select(Finding).where(Finding.vendor_id == vendor_id))
    return {finding.subject: finding for finding in rows}


def get_message_file(ctx: Context, finding_id: int, message_id: int, *, to: Permission) -> StoredFile:
    """The file that came with a message about a finding within reach; raises NotFound."""
    file = ctx.session.scalar(
        select(StoredFile)
        .join(FindingMessage, FindingMessage.file_id == StoredFile.id)
        .join(Finding, Finding.id == FindingMessage.finding_id)
        .where(FindingMessage.id == message_id, numbered(finding_id), visible(ctx, to, Finding))
    )
    if file is None:
        raise NotFound()
    return file


def answered_findings(ctx: Context, *, at_most: int) -> Sequence[Finding]:
    """The findings within reach that a vendor has answered, with their vendors, the soonest due first."""
    return ctx.session.scalars(
        select(Finding)
        .options(joinedload(Finding.vendor))
        .where(visible(ctx, Permission.FINDING_VIEW, Finding), Finding.state == FindingState.ANSWERED)
        .order_by(Finding.due_on, Finding.id)
        .limit(at_most)
    ).all()


HISTORY = 400
"""Entries of the journal shown on the page of a finding, at most."""


def history_of(ctx: Context, finding: Finding) -> Sequence[JournalEntry]:
    """What was done to a finding, newest first; messages are left out, for the page shows them in full."""
    merged = select(MergedFinding.id).where(MergedFinding.finding_id == finding.id)
    return ctx.session.scalars(
        select(JournalEntry)
        .where(
            JournalEntry.object_type == "Finding",
            or_(JournalEntry.object_id == finding.id, JournalEntry.object_id.in_(merged)),
            JournalEntry.action != "finding.message",
        )
        .order_by(JournalEntry.id.desc())
        .limit(HISTORY)
    ).all()
