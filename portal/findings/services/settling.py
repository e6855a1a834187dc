"""How a finding ends: verified by us before it is closed, accepted as it is for a time, or asked again."""

from datetime import date, timedelta

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.findings.mails import tell_vendor_of_finding
from portal.findings.models import Finding
from portal.findings.rules import WAIVER_DAYS, ClosingBasis, FindingAct, finding_due
from portal.findings.services.shared import (
    ASKED_AGAIN,
    NO_PROPOSAL,
    PAST,
    explained,
    moved_to,
    proofs_given,
    take,
    trace,
    working_day,
    write_message,
)
from portal.journal import services as journal


def pass_retest(ctx: Context, finding: Finding, words: str, basis: ClosingBasis = ClosingBasis.OURSELVES) -> None:
    """Close a finding: somebody of ours verified the correction and says what was looked at.

    Raises Refused without words, or when a proof is said to show it and the vendor gave none since it was asked.
    """
    authorize(ctx, Permission.FINDING_WORK, finding)
    hold_row(ctx.session, finding)
    state = take(finding, FindingAct.CONFIRM)
    explained(words)
    if basis is ClosingBasis.PROOF and not proofs_given(ctx, finding):
        raise Refused(
            N_("Aucune preuve n'a été remise depuis que cette correction est demandée : dites plutôt ce que vous avez "
               "vérifié vous-même.")
        )  # fmt: skip
    wanted = {
        "state": state, "closed_at": ctx.now, "closed_by": ctx.actor.name, "closing_reason": words,
        "closing_basis": basis, **NO_PROPOSAL,
    }  # fmt: skip
    before, after = journal.changes(finding, wanted)
    trace(ctx, finding, f"finding.{state.value}", before, after)
    tell_vendor_of_finding(ctx, finding, "settled", key=ctx.now.isoformat())


def fail_retest(ctx: Context, finding: Finding, words: str) -> None:
    """What was verified is not corrected: the vendor is asked again, and what it gave before shows nothing more.

    The vendor reads the words, as a message. Raises Refused without any.
    """
    authorize(ctx, Permission.FINDING_WORK, finding)
    hold_row(ctx.session, finding)
    state = take(finding, FindingAct.FAIL_RETEST)
    write_message(ctx, finding, explained(words), from_vendor=False, internal=False)
    wanted = {"state": state, "asked_at": ctx.now, "failed_retests": finding.failed_retests + 1}
    before, after = journal.changes(finding, wanted)
    trace(ctx, finding, "finding.retest_failed", before, {**after, "reason": words})
    tell_vendor_of_finding(ctx, finding, "failed", key=ctx.now.isoformat())


def waive_finding(ctx: Context, finding: Finding, reason: str, until: date | None) -> None:
    """Accept a gap as it is until a day, on the level of guarantees that the vendor has today; also once more.

    Raises Refused without a reason, without a last day, or for one that is past or too far for how grave it is.
    """
    authorize(ctx, Permission.FINDING_WORK, finding)
    hold_row(ctx.session, finding)
    state = take(finding, FindingAct.WAIVE)
    explained(reason)
    last = ctx.today + timedelta(days=WAIVER_DAYS[finding.severity])
    if until is None or not ctx.today < until <= last:
        raise Refused(say("Un constat s'accepte jusqu'à un jour à venir, le %(last)s au plus tard.", last=last))
    wanted = {
        "state": state, "closed_at": ctx.now, "closed_by": ctx.actor.name, "closing_reason": reason,
        "closing_basis": None, "waived_until": until, "waived_level": finding.vendor.level_points,
        "waivers": finding.waivers + 1, **NO_PROPOSAL,
    }  # fmt: skip
    before, after = journal.changes(finding, wanted)
    trace(ctx, finding, f"finding.{state.value}", before, after)
    tell_vendor_of_finding(ctx, finding, "waived", key=ctx.now.isoformat())


def reopen_finding(ctx: Context, finding: Finding, reason: str, due_on: date | None = None) -> None:
    """Ask for a settled finding again, by a new day; why it had been settled stays in the journal.

    Without a day, the delay of its severity begins again. Raises Refused for a day that is past.
    """
    authorize(ctx, Permission.FINDING_WORK, finding)
    hold_row(ctx.session, finding)
    take(finding, FindingAct.REOPEN)
    explained(reason)
    due_on = working_day(due_on or finding_due(finding.severity, ctx.today))
    if due_on < ctx.today:
        raise Refused(PAST)
    before, after = journal.changes(finding, {**ASKED_AGAIN, "asked_at": ctx.now, **moved_to(finding, due_on)})
    trace(ctx, finding, "finding.reopened", before, {**after, "reason": reason})
    tell_vendor_of_finding(ctx, finding, "reopened", key=ctx.now.isoformat())
