"""Reads of findings, bounded by reach."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.errors import NotFound
from portal.core.pages import PAGE_SIZE, Page, page_of
from portal.findings.models import Finding, FindingMessage
from portal.findings.rules import LIVE, FindingState
from portal.journal.models import JournalEntry


def get_finding(ctx: Context, finding_id: int, *, to: Permission) -> Finding:
    """One finding with its vendor and all its messages: the caller's page shows what its reader may see."""
    finding = ctx.session.scalar(
        select(Finding)
        .options(joinedload(Finding.vendor), joinedload(Finding.messages).joinedload(FindingMessage.evidence))
        .where(Finding.id == finding_id, visible(ctx, to, Finding))
    )
    if finding is None:
        raise NotFound()
    return finding


def findings(
    ctx: Context,
    *,
    to: Permission = Permission.FINDING_VIEW,
    states: frozenset[FindingState] = frozenset(LIVE),
    vendor_id: int | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Finding]:
    """A page of findings within reach, the soonest due first."""
    where = [visible(ctx, to, Finding), Finding.state.in_(sorted(states))]
    if vendor_id is not None:
        where.append(Finding.vendor_id == vendor_id)
    listing = select(Finding).options(joinedload(Finding.vendor)).where(*where).order_by(Finding.due_on, Finding.id)
    return page_of(ctx.session, listing, page, size=size)


HISTORY = 400
"""Entries of the journal shown on the page of a finding, at most."""


def history_of(ctx: Context, finding: Finding) -> Sequence[JournalEntry]:
    """What was done to a finding, newest first; messages are left out, for the page shows them in full."""
    return ctx.session.scalars(
        select(JournalEntry)
        .where(
            JournalEntry.object_type == "Finding",
            JournalEntry.object_id == finding.id,
            JournalEntry.action != "finding.message",
        )
        .order_by(JournalEntry.id.desc())
        .limit(HISTORY)
    ).all()
