"""Reads of findings, bounded by reach."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, and_, bindparam, or_, select, union
from sqlalchemy.orm import contains_eager, joinedload

from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach
from portal.core.errors import NotFound
from portal.core.statements import written_once
from portal.core.stored import StoredFile
from portal.findings.models import BY_PROPOSED, Finding, FindingMessage, MergedFinding
from portal.findings.rules import LIVE, FindingState
from portal.journal.models import JournalEntry
from portal.vendors.models import BY_FIGURES, Contact, Vendor


def get_finding(ctx: Context, finding_id: int, *, to: Permission) -> Finding:
    """One finding with its vendor and all its messages: the caller's page shows what its reader may see.

    One that was merged with another is found by the number it had. Raises NotFound.
    """
    finding = ctx.session.scalar(
        select(Finding)
        .options(
            joinedload(Finding.vendor),
            joinedload(Finding.contact),
            joinedload(Finding.messages).joinedload(FindingMessage.file),
        )
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


def is_stale(today: date) -> ColumnElement[bool]:
    """Accepted as it is, and to be decided again: `Waiver.stale`, for a statement that joins the vendor."""
    return and_(
        Finding.state == FindingState.WAIVED,
        or_(
            Finding.waived_until.is_(None),
            Finding.waived_until < today,
            Finding.waived_level.is_(None),
            Finding.waived_level != Vendor.level_points,
        ),
    )


def is_to_decide(today: date) -> ColumnElement[bool]:
    """What waits for a decision of ours: another date proposed, or an acceptance that holds no longer."""
    return or_(and_(Finding.state.in_(LIVE), Finding.proposed_due_on.is_not(None)), is_stale(today))


def findings_waiting_for_us(ctx: Context, *, at_most: int) -> Sequence[Finding]:
    """The findings within reach that wait for us, with their vendors, the soonest due first.

    A vendor answered, or proposes another date, or an acceptance holds no longer.
    """
    return ctx.session.scalars(_waiting(reach(ctx, Permission.FINDING_VIEW), ctx.today), {"most": at_most}).all()


@written_once
def _waiting(within: Reach, today: date) -> Select[Finding]:
    # The first of each kind, along the index that holds what decides of it: what waits is not put in order whole.
    numbers = select(Finding.due_on, Finding.id).where(within.over(Finding))
    kinds = (
        numbers.where(Finding.state == FindingState.ANSWERED),
        numbers.where(Finding.state.in_(LIVE), Finding.proposed_due_on.is_not(None)).with_hint(Finding, *BY_PROPOSED),
        numbers.join(Vendor, Vendor.id == Finding.vendor_id).with_hint(Vendor, *BY_FIGURES).where(is_stale(today)),
    )
    most: BindParameter[int] = bindparam("most", type_=Integer)
    parts = [kind.order_by(Finding.due_on, Finding.id).limit(most).subquery() for kind in kinds]
    waiting = union(*map(select, parts)).subquery()
    first = select(waiting.c.id).order_by(waiting.c.due_on, waiting.c.id).limit(most)
    return (
        select(Finding)
        .join(Vendor, Vendor.id == Finding.vendor_id)
        .options(contains_eager(Finding.vendor))
        .where(Finding.id.in_(first))
        .order_by(Finding.due_on, Finding.id)
    )


def contacts_of(ctx: Context, vendor_id: int) -> Sequence[Contact]:
    """The people of a vendor, any of whom may be in charge of a finding; the caller has checked the vendor."""
    return ctx.session.scalars(
        select(Contact).where(Contact.vendor_id == vendor_id).order_by(Contact.name, Contact.id)
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
