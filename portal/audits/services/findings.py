"""A finding on an answer: the corrective action proposed from the question, and the finding opened on it."""

from dataclasses import replace

from portal.audits import submitted_audit
from portal.audits.models import Audit, AuditFinding
from portal.audits.rules import FINDING_SOURCE, AuditState
from portal.audits.submitted_audit import open_submitted_audit
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import workdays
from portal.core.errors import NotFound, Refused
from portal.core.language import N_, Language, french
from portal.findings import services
from portal.findings.models import Finding
from portal.findings.rules import Severity, finding_due
from portal.findings.services import CorrectiveAction, FindingSource
from portal.questionnaires.definition import Question

_DEFAULT_ACTION = {
    Language.FR: "Corriger la situation décrite dans la réponse et décrire ce qui a été fait.",
    Language.EN: "Correct the situation described in the answer and describe what was done.",
}

_BAD_ANSWER = {
    Language.FR: french("Réponse insuffisante : {question}"),
    Language.EN: "Insufficient answer: {question}",
}


def propose_action(
    ctx: Context, audit: Audit, question: Question, severity: Severity, known: Finding | None = None
) -> CorrectiveAction:
    """The corrective action proposed for a bad answer: the one agreed while a finding is live, else the question's.

    `known` is the finding of this vendor on this question, from whatever audit.
    """
    language, rule = audit.vendor.language, question.opens_finding
    if known is not None and not known.state.is_settled:
        due_on = workdays.next_working(finding_due(severity, ctx.today))
        return services.continued_action(
            known, replace(services.agreed_action(known), severity=severity, due_on=due_on)
        )
    return CorrectiveAction(
        severity=severity,
        title=_title(question, language)[:300],
        action=rule.action.read(language) if rule is not None else _DEFAULT_ACTION[language],
        proof_expected=rule.proof.read(language) if rule is not None else question.evidence_label.read(language),
        responsible=audit.vendor.name[:200],
        due_on=workdays.next_working(finding_due(severity, ctx.today)),
    )


def _title(question: Question, language: Language) -> str:
    """What is wrong, in plain words; a question that does not name its fault is itself named as badly answered."""
    rule = question.opens_finding
    gap = rule.gap.read(language) if rule is not None else ""
    return gap or _BAD_ANSWER[language].format(question=question.text.read(language))


def open_finding_on_answer(ctx: Context, audit: Audit, key: str, action: CorrectiveAction) -> Finding:
    """Record a gap that an answer shows; one finding per question of an audit.

    The vendor is told of it when the audit is closed, with the others, or in its digest when that is done already.
    """
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    submitted = open_submitted_audit(ctx, audit.id, to=Permission.AUDIT_REVIEW, lock=True)
    if audit.state is AuditState.CANCELLED or key not in {question.key for question in submitted.asked}:
        raise NotFound()
    if key in submitted_audit.findings_of(ctx, audit):
        raise Refused(N_("Un constat est déjà ouvert sur cette question."))
    return open_linked_finding(ctx, audit, key, action, notify=audit.state is AuditState.ACCEPTED)


def open_linked_finding(
    ctx: Context, audit: Audit, key: str, action: CorrectiveAction, *, notify: bool = True
) -> Finding:
    """Open the finding of a question, or see it again, and keep that this audit showed it; the caller has checked."""
    source = FindingSource(FINDING_SOURCE, audit.id)
    finding = services.open_finding(ctx, audit.vendor, source, key, action, notify=notify)
    ctx.session.add(AuditFinding(audit_id=audit.id, question_key=key, finding_id=finding.id, seen_at=ctx.now))
    ctx.session.flush()
    return finding
