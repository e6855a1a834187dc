"""A finding and its corrective action, worked by both sides until it is closed or its risk accepted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.audits import dossiers
from portal.audits.dossiers import open_dossier
from portal.audits.events import FindingAnswered
from portal.audits.models import Audit, Finding, FindingMessage
from portal.audits.reviewing import telling
from portal.audits.rules import AuditState, FindingState, finding_due
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import N_, Language
from portal.evidence.models import Evidence
from portal.jobs.ledger import publish
from portal.journal import services as journal
from portal.questionnaires.definition import Question, Severity
from portal.vendors.models import Vendor

_DEFAULT_ACTION = {
    Language.FR: "Corriger la situation décrite dans la réponse et décrire ce qui a été fait.",
    Language.EN: "Correct the situation described in the answer and describe what was done.",
}
_PAST = N_("L'échéance est déjà passée : choisissez une date à venir.")


@dataclass(frozen=True)
class Action:
    """The corrective action of a finding."""

    severity: Severity
    title: str
    action: str
    proof_expected: str
    responsible: str
    due_on: date


@dataclass(frozen=True)
class Place:
    """Where a gap was found, outside any questionnaire."""

    origin: str
    """A key of `finding_origins` in the manifest of a domain."""
    origin_id: int
    key: str
    """The thing measured there."""


def prefill(ctx: Context, audit: Audit, question: Question, severity: Severity) -> Action:
    """The corrective action proposed for a bad answer, in the vendor's language."""
    language, rule = audit.vendor.language, question.opens_finding
    return Action(
        severity=severity,
        title=question.text.read(language)[:300],
        action=rule.action.read(language) if rule is not None else _DEFAULT_ACTION[language],
        proof_expected=rule.proof.read(language) if rule is not None else question.evidence_label.read(language),
        responsible=audit.vendor.name[:200],
        due_on=finding_due(severity, ctx.today),
    )


def open_finding(ctx: Context, audit: Audit, key: str, wanted: Action) -> Finding:
    """Record a gap with the action agreed for it, and tell the vendor; one finding per question of an audit."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    dossier = open_dossier(ctx, audit.id, to=Permission.AUDIT_REVIEW, lock=True)
    if audit.state is AuditState.CANCELLED or key not in {question.key for question in dossier.asked}:
        raise NotFound()
    if key in dossiers.findings_of(ctx, audit):
        raise Refused(N_("Un constat est déjà ouvert sur cette question."))
    if wanted.due_on < ctx.today:
        raise Refused(_PAST)
    finding = keep_finding(ctx, audit, key, wanted)
    telling.tell_of_finding(ctx, finding, "opened", key="1")
    return finding


def open_elsewhere(ctx: Context, vendor: Vendor, place: Place, wanted: Action) -> Finding:
    """Record a gap that was measured outside any questionnaire, and tell the vendor; one per place and thing measured.

    Raises Refused when it is open already, or due in the past.
    """
    authorize(ctx, Permission.FINDING_WORK, vendor)
    if wanted.due_on < ctx.today:
        raise Refused(_PAST)
    # Two people who open the same one at once: the second waits here, then finds it open.
    ctx.session.execute(select(Vendor.id).where(Vendor.id == vendor.id).with_for_update())
    if place.key in findings_at(ctx, place.origin, place.origin_id):
        raise Refused(N_("Un constat est déjà ouvert sur ce point."))
    finding = Finding(
        vendor_id=vendor.id, origin=place.origin, origin_id=place.origin_id, question_key=place.key, opened_at=ctx.now,
        state=FindingState.OPEN, vendor=vendor, **asdict(wanted),
    )  # fmt: skip
    ctx.session.add(finding)
    ctx.session.flush()
    journal.record(
        ctx, "finding.opened", finding,
        after={
            "origin": f"{place.origin}:{place.origin_id}", "question": place.key, "severity": wanted.severity,
            "due_on": wanted.due_on, "action": wanted.action,
        },
    )  # fmt: skip
    telling.tell_of_finding(ctx, finding, "opened", key="1")
    return finding


def findings_at(ctx: Context, origin: str, origin_id: int) -> dict[str, Finding]:
    """The findings opened from one place, by the thing measured."""
    rows = ctx.session.scalars(
        select(Finding).where(Finding.origin == origin, Finding.origin_id == origin_id).order_by(Finding.id)
    )
    return {finding.question_key: finding for finding in rows}


def keep_finding(ctx: Context, audit: Audit, key: str, wanted: Action) -> Finding:
    """Store and journal a finding; the caller has checked that there is none yet on this question."""
    finding = Finding(
        vendor_id=audit.vendor_id, audit_id=audit.id, question_key=key, opened_at=ctx.now, state=FindingState.OPEN,
        vendor=audit.vendor, **asdict(wanted),
    )  # fmt: skip
    ctx.session.add(finding)
    ctx.session.flush()
    journal.record(
        ctx, "finding.opened", finding,
        after={"question": key, "severity": wanted.severity, "due_on": wanted.due_on, "action": wanted.action},
    )  # fmt: skip
    return finding


def amend(ctx: Context, finding: Finding, wanted: Action) -> None:
    """Change what is expected, by whom and by when; the vendor is told when that changes anything."""
    authorize(ctx, Permission.FINDING_WORK, finding)
    _lock(ctx, finding)
    _must_be_live(finding)
    if wanted.due_on != finding.due_on and wanted.due_on < ctx.today:
        raise Refused(_PAST)
    before, after = journal.changes(finding, asdict(wanted))
    if after:
        ctx.session.flush()
        journal.record(ctx, "finding.amended", finding, before=before, after=after)
        telling.tell_of_finding(ctx, finding, "amended", key=ctx.now.isoformat())


def reply(ctx: Context, finding: Finding, text: str, evidence: Evidence | None = None) -> FindingMessage:
    """The vendor says what was done, with a proof if it has one; the finding then waits for the reviewer."""
    authorize(ctx, Permission.FINDING_REPLY, finding)
    _lock(ctx, finding)
    _must_be_live(finding)
    if evidence is not None and evidence.vendor_id != finding.vendor_id:
        raise NotFound()
    message = _say(ctx, finding, text, from_vendor=True, internal=False, evidence=evidence)
    finding.state = FindingState.ANSWERED
    ctx.session.flush()
    publish(ctx, FindingAnswered(finding.id, message.id), key=f"{finding.id}:{message.id}")
    return message


def answer_vendor(ctx: Context, finding: Finding, text: str, *, internal: bool) -> FindingMessage:
    """The reviewer writes to the vendor (the finding is then open again), or leaves an internal note."""
    authorize(ctx, Permission.FINDING_WORK, finding)
    _lock(ctx, finding)
    if internal:
        return _say(ctx, finding, text, from_vendor=False, internal=True, evidence=None)
    _must_be_live(finding)
    message = _say(ctx, finding, text, from_vendor=False, internal=False, evidence=None)
    finding.state = FindingState.OPEN
    ctx.session.flush()
    telling.tell_of_finding(ctx, finding, "message", key=f"m{message.id}")
    return message


def settle(ctx: Context, finding: Finding, state: FindingState, reason: str) -> None:
    """Close a finding as corrected, or accept the risk, always with a reason that stays on file."""
    authorize(ctx, Permission.FINDING_WORK, finding)
    _lock(ctx, finding)
    _must_be_live(finding)
    if not state.is_settled:
        raise Refused(N_("Un constat se clôt corrigé, ou par un risque accepté."))
    if not reason:
        raise Refused(N_("Écrivez pourquoi : ce motif reste au dossier."))
    before, after = journal.changes(finding, {"state": state, "closed_at": ctx.now, "closing_reason": reason})
    _note(ctx, finding, f"finding.{state.value}", before, after)
    telling.tell_of_finding(ctx, finding, "settled", key=ctx.now.isoformat())


def reopen(ctx: Context, finding: Finding, reason: str) -> None:
    """Open a settled finding again; why it had been settled stays in the journal."""
    authorize(ctx, Permission.FINDING_WORK, finding)
    _lock(ctx, finding)
    if not finding.state.is_settled:
        raise Refused(N_("Ce constat est déjà ouvert."))
    if not reason:
        raise Refused(N_("Écrivez pourquoi : ce motif reste au dossier."))
    before, after = journal.changes(
        finding, {"state": FindingState.OPEN, "closed_at": None, "closing_reason": ""}
    )  # fmt: skip
    _note(ctx, finding, "finding.reopened", before, {**after, "reason": reason})
    telling.tell_of_finding(ctx, finding, "reopened", key=ctx.now.isoformat())


def _note(
    ctx: Context, finding: Finding, action: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:  # fmt: skip
    ctx.session.flush()
    journal.record(ctx, action, finding, before=before, after=after)


def _lock(ctx: Context, finding: Finding) -> None:
    """Keep the finding to this transaction: whoever answers, settles or reopens it at the same moment waits."""
    ctx.session.refresh(finding, ["state", "closed_at", "closing_reason", "due_on"], with_for_update=True)


def _must_be_live(finding: Finding) -> None:
    if finding.state.is_settled:
        raise Refused(N_("Ce constat est clos : rouvrez-le d'abord."))


def _say(
    ctx: Context, finding: Finding, text: str, *, from_vendor: bool, internal: bool, evidence: Evidence | None
) -> FindingMessage:
    if not text:
        raise Refused(N_("Écrivez un message."))
    message = FindingMessage(
        finding_id=finding.id, at=ctx.now, author_id=ctx.actor.id, author_name=ctx.actor.name, from_vendor=from_vendor,
        internal=internal, text=text, evidence_id=evidence.id if evidence is not None else None,
    )  # fmt: skip
    ctx.session.add(message)
    ctx.session.flush()
    journal.record(
        ctx, "finding.message", finding, after={"internal": internal, "text": text, "evidence": message.evidence_id}
    )
    return message
