"""A reviewer decides: send some questions back, accept the whole, or withdraw the audit."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audits import evidence_ages, queries, submitted_audit
from portal.audits.events import AuditAccepted, AuditCancelled
from portal.audits.mails import write_decision_to_vendor
from portal.audits.models import Audit
from portal.audits.register_facts import keep_register_facts
from portal.audits.rules import AuditState, ReviewVerdict
from portal.audits.services.delegations import forget_delegations
from portal.audits.services.findings import open_linked_finding, propose_action
from portal.audits.services.standing import keep_standing_answers
from portal.audits.submitted_audit import SubmittedAudit, open_submitted_audit
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import workdays
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.findings.mails import about
from portal.findings.models import Finding
from portal.findings.queries import findings_by_subject
from portal.findings.rules import Severity
from portal.findings.services import CorrectiveAction
from portal.jobs.ledger import publish
from portal.journal import services as journal
from portal.notices.services import tell_otherwise
from portal.questionnaires.definition import Question
from portal.questionnaires.rules.completing import severity_opened
from portal.vendors.models import Vendor
from portal.vendors.rules.status import VendorStatus
from portal.vendors.services import keep_address

DEPARTED = "Le sous-traitant est sorti : plus rien ne lui est demandé."
"""Why, in the journal."""


def return_questions(ctx: Context, audit: Audit, *, due_on: date, with_optional: bool = False) -> list[str]:
    """Send back to the vendor only the questions marked so in this round; returns their keys.

    `with_optional` asks those too that it could leave out.
    A day that is not worked becomes the next one that is, as in a wave.
    """
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    submitted = open_submitted_audit(ctx, audit.id, to=Permission.AUDIT_REVIEW, lock=True)
    if audit.state is not AuditState.SUBMITTED:
        raise Refused(N_("Seul un questionnaire envoyé peut être renvoyé au prestataire."))
    if due_on < ctx.today:
        raise Refused(N_("L'échéance est déjà passée : choisissez une date à venir."))
    due_on = workdays.next_working(due_on)
    left_out = submitted.sent.optional if submitted.sent is not None and with_optional else frozenset()
    keys = [q.key for q in submitted.questionnaire.questions if q.key in submitted.marked or q.key in left_out]
    if not keys:
        raise Refused(N_("Aucune question n'est marquée « à renvoyer »."))
    before = {"state": audit.state, "round": audit.round, "due_on": audit.due_on}
    audit.state, audit.round, audit.due_on = AuditState.RETURNED, audit.round + 1, due_on
    audit.returned_questions = keys
    ctx.session.flush()
    after = {"state": audit.state, "round": audit.round, "due_on": due_on, "questions": keys}
    journal.record(ctx, "audit.returned", audit, before=before, after=after)
    write_decision_to_vendor(ctx, audit, "returned", {"count": len(keys), "due_on": due_on.isoformat()})
    return keys


def expected_findings(
    ctx: Context, submitted: SubmittedAudit, known: frozenset[str]
) -> list[tuple[Question, CorrectiveAction]]:
    """The findings that accepting would open, with their corrective action; `known` questions have theirs already.

    An answer that would open a finding by itself opens none once the reviewer has found it acceptable: the reviewer
    has read the explanation, the file has not.
    """
    found = []
    earlier = findings_by_subject(ctx, submitted.audit.vendor_id)
    for question in submitted.asked:
        review = submitted.verdicts.get(question.key)
        if review is None or review.verdict is ReviewVerdict.ACCEPTABLE or question.key in known:
            continue
        severity = severity_opened(question, submitted.answer(question.key))
        if severity is None and review.verdict is ReviewVerdict.TO_CORRECT:
            severity = Severity.CRITICAL if question.critical else Severity.MAJOR
        if severity is not None:
            found.append(
                (question, propose_action(ctx, submitted.audit, question, severity, earlier.get(question.key)))
            )
    return found


def accept_audit(ctx: Context, audit: Audit, *, until: date | None = None, takes_address: bool = True) -> list[Finding]:
    """Accept a fully reviewed audit; what remains bad opens findings, or is seen again: they are returned.

    `until` is the last day on which the vendor is not asked again, if the reviewer says so. The address of the head
    office that the vendor corrected goes to its sheet unless `takes_address` says no; the answers are accepted all the
    same, and the journal holds the address left aside.
    """
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    submitted = open_submitted_audit(ctx, audit.id, to=Permission.AUDIT_REVIEW, lock=True)
    if audit.state is not AuditState.SUBMITTED:
        raise Refused(N_("Seul un questionnaire envoyé peut être accepté."))
    if submitted.left:
        raise Refused(
            N_("Avant de pouvoir accepter, donnez un verdict à chaque réponse ; sans verdict : %(n)s."),
            n=len(submitted.left),
        )
    if submitted.marked:
        raise Refused(
            N_("Des questions sont marquées « à renvoyer » (%(n)s) : renvoyez-les, ou retirez la marque."),
            n=len(submitted.marked),
        )
    if until is not None and until <= ctx.today:
        raise Refused(N_("« Accepté jusqu'au » est un jour à venir."))
    known = submitted_audit.findings_of(ctx, audit)
    opened = [
        open_linked_finding(ctx, audit, question.key, action, notify=False)
        for question, action in expected_findings(ctx, submitted, frozenset(known))
    ]
    audit.state, audit.accepted_at, audit.returned_questions = AuditState.ACCEPTED, ctx.now, []
    audit.accepted_until = until
    ctx.session.flush()
    standing = keep_standing_answers(ctx, submitted)
    found = [q.key for q in submitted.asked if submitted.verdicts[q.key].verdict is ReviewVerdict.ACCEPTABLE]
    keep_register_facts(ctx, audit.vendor, {key: submitted.answer(key) for key in found})
    told = {"findings": len(opened), "standing": standing, **({"accepted_until": until} if until else {})}
    if submitted.sent is not None and submitted.sent.address:
        if takes_address:
            keep_address(ctx, audit.vendor, submitted.sent.address)
        else:
            told["address_left_aside"] = submitted.sent.address
    journal.record(ctx, "audit.accepted", audit, after=told)
    publish(ctx, AuditAccepted(audit.id), key=f"{audit.id}:{audit.round}")
    live = [*opened, *(finding for finding in known.values() if not finding.state.is_settled)]
    _write_closing(ctx, audit, live)
    return opened


def _write_closing(ctx: Context, audit: Audit, live: Sequence[Finding]) -> None:
    """One letter at the closing of an audit, with all its findings: what waited for the digest is said there."""
    tell_otherwise(ctx, [about(finding.id) for finding in live])
    found = [
        {"title": finding.title, "due_on": finding.due_on.isoformat(), "severity": finding.severity.value}
        for finding in sorted(live, key=lambda finding: (finding.due_on, finding.id))
    ]
    landing = Landing("vendor_space.findings") if found else None
    write_decision_to_vendor(ctx, audit, "accepted", {"count": len(found), "findings": found}, landing=landing)


def cancel_audit(ctx: Context, audit: Audit, reason: str) -> None:
    """Withdraw an audit that is still with the vendor; what was answered stays on file."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    queries.get_audit(ctx, audit.id, to=Permission.AUDIT_REVIEW, lock=True)
    if not audit.state.is_with_vendor:
        raise Refused(N_("Seul un questionnaire encore chez le prestataire peut être annulé."))
    if not reason:
        raise Refused(N_("Écrivez pourquoi : ce motif reste au dossier."))
    before = {"state": audit.state}
    audit.state = AuditState.CANCELLED
    ctx.session.flush()
    evidence_ages.keep_ages(ctx, audit.vendor_id)
    forget_delegations(ctx, audit)
    journal.record(ctx, "audit.cancelled", audit, before=before, after={"state": audit.state, "reason": reason})
    publish(ctx, AuditCancelled(audit.id), key=str(audit.id))
    write_decision_to_vendor(ctx, audit, "cancelled", {})


def withdraw_from_departed(ctx: Context, vendor_id: int) -> int:
    """Withdraw the audits that a vendor which has left has not sent back; returns how many.

    Nobody reminds it any more, and none of them is late: there is nobody to answer.
    """
    vendor = ctx.session.get_one(Vendor, vendor_id)
    if vendor.status is not VendorStatus.OFFBOARDED:
        return 0
    waiting = [state for state in AuditState if state.is_with_vendor]
    found = ctx.session.scalars(
        select(Audit)
        .options(joinedload(Audit.vendor), joinedload(Audit.questionnaire_version))
        .where(Audit.vendor_id == vendor_id, Audit.state.in_(waiting))
        .order_by(Audit.id)
    ).all()
    for audit in found:
        cancel_audit(ctx, audit, DEPARTED)
    return len(found)
