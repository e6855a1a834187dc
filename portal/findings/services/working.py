"""A finding opened with a corrective action, seen again, and worked by both sides."""

from dataclasses import asdict, fields, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.row_lock import hold_row
from portal.core.stored import StoredFile
from portal.findings.events import FindingAnswered
from portal.findings.mails import drop_overtaken, tell_vendor_of_finding
from portal.findings.models import Finding, FindingMessage
from portal.findings.rules import FindingAct, FindingState, Severity, graver
from portal.findings.services.shared import (
    ASKED_AGAIN,
    PAST,
    moved_to,
    take,
    trace,
    working_day,
    write_message,
)
from portal.jobs.ledger import publish
from portal.journal import services as journal
from portal.vendors.models import Vendor


@dataclass(frozen=True)
class CorrectiveAction:
    """What is expected of a vendor about a gap, and by when."""

    severity: Severity
    title: str
    action: str
    proof_expected: str
    responsible: str
    due_on: date


@dataclass(frozen=True)
class FindingSource:
    """What showed a gap: an audit, a sample, a test."""

    kind: str
    """A key of `finding_sightings` in the manifest of a domain."""
    id: int
    """Its row."""


def open_finding(
    ctx: Context,
    vendor: Vendor,
    source: FindingSource,
    subject: str,
    action: CorrectiveAction,
    *,
    notify: bool = True,
) -> Finding:
    """Record a gap with the action agreed for it; the vendor is told unless `notify` is false.

    `subject` is the key of the question, or the code of the fault, that showed the gap: one finding per vendor and
    subject. Seen again, a settled finding is open again, and a live one is amended; both keep their messages and the
    day they were first opened. The caller keeps the link from its own row. Raises Refused when it is due in the past.
    """
    authorize(ctx, Permission.FINDING_WORK, vendor)
    lock_findings_of(ctx, vendor)
    finding = ctx.session.scalar(
        select(Finding)
        .where(Finding.vendor_id == vendor.id, Finding.subject == subject)
        .with_for_update(of=Finding)  # whoever closes it at this moment ends first: it is then open again
        .execution_options(populate_existing=True)
    )
    if finding is None or finding.due_on != action.due_on:
        action = replace(action, due_on=working_day(action.due_on))
    if finding is None:
        _must_be_due_later(ctx, action)
        return _open_new(ctx, vendor, source, subject, action, notify=notify)
    set_committed_value(finding, "vendor", vendor)
    if finding.state.is_settled:
        _must_be_due_later(ctx, action)
        _open_again(ctx, finding, source, action, notify=notify)
    else:
        _see_again(ctx, finding, source, action, notify=notify)
    return finding


def lock_findings_of(ctx: Context, vendor: Vendor) -> None:
    """Keep the findings of a vendor to this transaction: of two who open the same one, the second waits here."""
    ctx.session.execute(select(Vendor.id).where(Vendor.id == vendor.id).with_for_update())


def _must_be_due_later(ctx: Context, action: CorrectiveAction) -> None:
    if action.due_on < ctx.today:
        raise Refused(PAST)


def _open_new(
    ctx: Context, vendor: Vendor, source: FindingSource, subject: str, action: CorrectiveAction, *, notify: bool
) -> Finding:
    finding = Finding(
        vendor_id=vendor.id, subject=subject, opened_at=ctx.now, state=FindingState.OPEN, vendor=vendor,
        **asdict(action),
    )  # fmt: skip
    ctx.session.add(finding)
    after = {"question": subject, "severity": action.severity, "due_on": action.due_on, "action": action.action}
    trace(ctx, finding, "finding.opened", {}, {**_seen_in(source), **after})
    if notify:
        tell_vendor_of_finding(ctx, finding, "opened", key="1")
    return finding


def _open_again(
    ctx: Context, finding: Finding, source: FindingSource, action: CorrectiveAction, *, notify: bool
) -> None:
    take(finding, FindingAct.REOPEN)
    changes = {
        **asdict(action), **ASKED_AGAIN, "asked_at": ctx.now, "first_due_on": action.due_on, "postponements": 0,
    }  # fmt: skip
    before, after = journal.changes(finding, changes)
    trace(ctx, finding, "finding.reopened", before, {**after, **_seen_in(source)})
    if notify:
        tell_vendor_of_finding(ctx, finding, "reopened", key=ctx.now.isoformat())


def _see_again(
    ctx: Context, finding: Finding, source: FindingSource, action: CorrectiveAction, *, notify: bool
) -> None:
    if action.due_on != finding.due_on:
        _must_be_due_later(ctx, action)
    take(finding, FindingAct.SEE_AGAIN)
    before, after = journal.changes(finding, {**asdict(action), **moved_to(finding, action.due_on)})
    trace(ctx, finding, "finding.seen_again", before, {**after, **_seen_in(source)})
    if notify and after:
        tell_vendor_of_finding(ctx, finding, "amended", key=ctx.now.isoformat())


def _seen_in(source: FindingSource) -> dict[str, str]:
    return {"origin": f"{source.kind}:{source.id}"}


def agreed_action(finding: Finding) -> CorrectiveAction:
    """What is expected of the vendor about a finding now."""
    return CorrectiveAction(**{field.name: getattr(finding, field.name) for field in fields(CorrectiveAction)})


def continued_action(finding: Finding | None, proposed: CorrectiveAction) -> CorrectiveAction:
    """What to propose when a gap is seen, perhaps again: while its finding is live, never lighter and never later."""
    if finding is None or finding.state.is_settled:
        return proposed
    return replace(
        proposed,
        severity=graver(finding.severity, proposed.severity),
        due_on=min(finding.due_on, proposed.due_on),
    )


def amend_finding(ctx: Context, finding: Finding, action: CorrectiveAction) -> None:
    """Change what is expected, by whom and by when; the vendor is told when that changes anything."""
    authorize(ctx, Permission.FINDING_WORK, finding)
    hold_row(ctx.session, finding)
    take(finding, FindingAct.AMEND)
    if action.due_on != finding.due_on:
        action = replace(action, due_on=working_day(action.due_on))
    if action.due_on != finding.due_on and action.due_on < ctx.today:
        raise Refused(PAST)
    before, after = journal.changes(finding, {**asdict(action), **moved_to(finding, action.due_on)})
    if after:
        trace(ctx, finding, "finding.amended", before, after)
        tell_vendor_of_finding(ctx, finding, "amended", key=ctx.now.isoformat())


def reply_to_finding(ctx: Context, finding: Finding, text: str, file: StoredFile | None = None) -> FindingMessage:
    """The vendor says what was done, with a file if it has one; the finding then waits for the reviewer."""
    authorize(ctx, Permission.FINDING_REPLY, finding)
    hold_row(ctx.session, finding)
    state = take(finding, FindingAct.REPLY)
    message = write_message(ctx, finding, text, from_vendor=True, internal=False, file=file)
    finding.state = state
    ctx.session.flush()
    drop_overtaken(ctx, finding)
    publish(ctx, FindingAnswered(finding.id, message.id), key=f"{finding.id}:{message.id}")
    return message


def send_message_to_vendor(ctx: Context, finding: Finding, text: str) -> FindingMessage:
    """A reviewer writes to the vendor; the finding waits for the vendor again. Raises Refused once it is settled."""
    authorize(ctx, Permission.FINDING_WORK, finding)
    hold_row(ctx.session, finding)
    state = take(finding, FindingAct.ASK)
    message = write_message(ctx, finding, text, from_vendor=False, internal=False)
    finding.state = state
    ctx.session.flush()
    tell_vendor_of_finding(ctx, finding, "message", key=f"m{message.id}")
    return message


def note_internally(ctx: Context, finding: Finding, text: str) -> FindingMessage:
    """A reviewer leaves a note that the vendor never sees, also on a settled finding."""
    authorize(ctx, Permission.FINDING_WORK, finding)
    hold_row(ctx.session, finding)
    return write_message(ctx, finding, text, from_vendor=False, internal=True)
