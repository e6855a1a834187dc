"""Use cases of the reviewer's side: judge answers and proofs, return questions, accept, work findings to closed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.audits import queries
from portal.audits.events import AuditAccepted, EvidenceJudged
from portal.audits.models import AnswerEvidence, Audit, Finding, FindingMessage, Review
from portal.audits.rules import AuditState, FindingState, ReviewVerdict, finding_due, unreviewed
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import N_, Language
from portal.evidence.models import Evidence
from portal.evidence.rules import Verdict
from portal.jobs.ledger import publish
from portal.jobs.mail import Envelope, send
from portal.journal import services as journal
from portal.questionnaires import rules as questions
from portal.questionnaires.rules import NO_ANSWER, Question, Severity
from portal.vendors.queries import correspondents


@dataclass(frozen=True)
class Judgement:
    """A reviewer's word on one answer."""

    verdict: ReviewVerdict
    comment: str = ""
    """For the vendor."""
    note: str = ""
    """Internal."""
    to_return: bool = False


@dataclass(frozen=True)
class Action:
    """The corrective action of a finding."""

    severity: Severity
    title: str
    action: str
    proof_expected: str
    responsible: str
    due_on: date


def judge(ctx: Context, audit: Audit, key: str, judgement: Judgement) -> Review:
    """Give a verdict on an answer of the submitted round; a second one replaces the first and is journaled."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    if audit.state is not AuditState.SUBMITTED:
        raise Refused(N_("La revue porte sur un questionnaire envoyé par le prestataire."))
    sheet = queries.sheet_of(ctx, audit)
    if key not in {q.key for q in questions.visible(sheet.questionnaire, sheet.answers)}:
        raise NotFound(queries.GONE)
    if judgement.to_return and not judgement.comment:
        raise Refused(N_("Dites au prestataire ce qui est attendu avant de lui renvoyer la question."))
    review = ctx.session.scalar(
        select(Review).where(Review.audit_id == audit.id, Review.question_key == key, Review.round == audit.round)
    )
    before = {} if review is None else {"verdict": review.verdict, "comment": review.comment, "note": review.note}
    if review is None:
        review = Review(audit_id=audit.id, question_key=key, round=audit.round)
        ctx.session.add(review)
    review.verdict, review.comment, review.note = judgement.verdict, judgement.comment, judgement.note
    review.to_return, review.reviewer_id, review.reviewed_at = judgement.to_return, ctx.actor.id, ctx.now
    ctx.session.flush()
    after = {
        "question": key,
        "verdict": judgement.verdict,
        "comment": judgement.comment,
        "to_return": judgement.to_return,
    }
    journal.record(ctx, "answer.reviewed", audit, before=before, after=after)
    return review


def judge_evidence(ctx: Context, audit: Audit, evidence: Evidence, verdict: Verdict, note: str) -> None:
    """Say whether a proof proves: the issuer, the dates and above all the scope were looked at."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    attached = ctx.session.scalar(
        select(AnswerEvidence.id).where(AnswerEvidence.audit_id == audit.id, AnswerEvidence.evidence_id == evidence.id)
    )
    if attached is None:
        raise NotFound(queries.GONE)
    before, after = journal.changes(evidence, {"verdict": verdict, "verdict_note": note})
    evidence.verified_by_id, evidence.verified_at = ctx.actor.id, ctx.now
    journal.record(ctx, "evidence.judged", evidence, before=before, after=after)
    publish(ctx, EvidenceJudged(audit.id, evidence.id), key=f"{audit.id}:{evidence.id}:{ctx.now.isoformat()}")


def return_questions(ctx: Context, audit: Audit, *, due_on: date) -> list[str]:
    """Send back to the vendor only the questions marked so in this round; returns their keys."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    if audit.state is not AuditState.SUBMITTED:
        raise Refused(N_("Seul un questionnaire envoyé peut être renvoyé au prestataire."))
    if due_on < ctx.today:
        raise Refused(N_("L'échéance est déjà passée : choisissez une date à venir."))
    keys = list(
        ctx.session.scalars(
            select(Review.question_key)
            .where(Review.audit_id == audit.id, Review.round == audit.round, Review.to_return.is_(True))
            .order_by(Review.id)
        )
    )
    if not keys:
        raise Refused(N_("Aucune question n'est marquée « à renvoyer »."))
    audit.state, audit.round, audit.returned_questions, audit.due_on = (
        AuditState.RETURNED,
        audit.round + 1,
        keys,
        due_on,
    )
    ctx.session.flush()
    journal.record(ctx, "audit.returned", audit, after={"questions": keys, "round": audit.round, "due_on": due_on})
    _tell_vendor(ctx, audit, "returned", {"count": str(len(keys)), "due_on": due_on.isoformat()})
    return keys


def accept(ctx: Context, audit: Audit) -> list[Finding]:
    """Accept a fully reviewed audit; what remains bad opens findings, returned for the page to show."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    if audit.state is not AuditState.SUBMITTED:
        raise Refused(N_("Seul un questionnaire envoyé peut être accepté."))
    sheet = queries.sheet_of(ctx, audit)
    shown = questions.visible(sheet.questionnaire, sheet.answers)
    latest = {key: found[-1] for key, found in queries.reviews_of(ctx, audit).items()}
    left = unreviewed([q.key for q in shown], latest)
    if left:
        raise Refused(N_("Il reste %(n)s réponse(s) sans verdict avant de pouvoir accepter."), n=len(left))
    opened = []
    for question in shown:
        severity = questions.opens(question, sheet.answers.get(question.key, NO_ANSWER))
        if severity is None and latest[question.key].verdict is ReviewVerdict.TO_CORRECT:
            severity = Severity.CRITICAL if question.critical else Severity.MAJOR
        if severity is not None and not _has_finding(ctx, audit, question.key):
            opened.append(open_finding(ctx, audit, question.key, prefill(ctx, audit, question, severity)))
    audit.state, audit.accepted_at = AuditState.ACCEPTED, ctx.now
    ctx.session.flush()
    journal.record(ctx, "audit.accepted", audit, after={"findings": len(opened)})
    publish(ctx, AuditAccepted(audit.id), key=f"{audit.id}:{audit.round}")
    _tell_vendor(ctx, audit, "accepted", {"count": str(len(opened))})
    return opened


def cancel(ctx: Context, audit: Audit, reason: str) -> None:
    """Withdraw an audit that is still with the vendor; what was answered stays on file."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    if not audit.state.is_with_vendor:
        raise Refused(N_("Seul un questionnaire encore chez le prestataire peut être annulé."))
    audit.state = AuditState.CANCELLED
    journal.record(ctx, "audit.cancelled", audit, after={"reason": reason})


def prefill(ctx: Context, audit: Audit, question: Question, severity: Severity) -> Action:
    """The corrective action proposed for a bad answer, in the vendor's language."""
    language = audit.vendor.language
    rule = question.opens_finding
    default = {
        Language.FR: "Corriger la situation décrite dans la réponse et décrire ce qui a été fait.",
        Language.EN: "Correct the situation described in the answer and describe what was done.",
    }[language]
    return Action(
        severity=severity,
        title=question.text.read(language)[:300],
        action=rule.action.read(language) if rule is not None else default,
        proof_expected=rule.proof.read(language) if rule is not None else question.evidence_label.read(language),
        responsible=audit.vendor.name,
        due_on=finding_due(severity, ctx.today),
    )


def open_finding(ctx: Context, audit: Audit, key: str, wanted: Action) -> Finding:
    """Record a gap with the action agreed for it; one finding per question of an audit."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    if _has_finding(ctx, audit, key):
        raise Refused(N_("Un constat est déjà ouvert sur cette question."))
    finding = Finding(
        vendor_id=audit.vendor_id,
        audit_id=audit.id,
        question_key=key,
        severity=wanted.severity,
        title=wanted.title,
        action=wanted.action,
        proof_expected=wanted.proof_expected,
        responsible=wanted.responsible,
        due_on=wanted.due_on,
        opened_at=ctx.now,
    )
    ctx.session.add(finding)
    ctx.session.flush()
    journal.record(
        ctx, "finding.opened", finding,
        after={"question": key, "severity": wanted.severity, "due_on": wanted.due_on, "action": wanted.action},
    )  # fmt: skip
    return finding


def _has_finding(ctx: Context, audit: Audit, key: str) -> bool:
    return ctx.session.scalar(
        select(Finding.id).where(Finding.audit_id == audit.id, Finding.question_key == key)
    ) is not None  # fmt: skip


def amend(ctx: Context, finding: Finding, wanted: Action) -> None:
    """Change what is expected, by whom and by when."""
    authorize(ctx, Permission.FINDING_WORK, finding)
    _must_be_live(finding)
    before, after = journal.changes(
        finding,
        {
            "severity": wanted.severity,
            "title": wanted.title,
            "action": wanted.action,
            "proof_expected": wanted.proof_expected,
            "responsible": wanted.responsible,
            "due_on": wanted.due_on,
        },
    )
    if after:
        journal.record(ctx, "finding.amended", finding, before=before, after=after)


def reply(ctx: Context, finding: Finding, text: str, evidence: Evidence | None = None) -> FindingMessage:
    """The vendor says what was done, with a proof if it has one; the finding then waits for the reviewer."""
    authorize(ctx, Permission.FINDING_REPLY, finding)
    _must_be_live(finding)
    if evidence is not None and evidence.vendor_id != finding.vendor_id:
        raise NotFound(queries.GONE)
    finding.state = FindingState.ANSWERED
    return _say(ctx, finding, text, from_vendor=True, internal=False, evidence=evidence)


def answer_vendor(ctx: Context, finding: Finding, text: str, *, internal: bool) -> FindingMessage:
    """The reviewer writes to the vendor (the finding is then open again), or leaves an internal note."""
    authorize(ctx, Permission.FINDING_WORK, finding)
    if not internal:
        _must_be_live(finding)
        finding.state = FindingState.OPEN
    return _say(ctx, finding, text, from_vendor=False, internal=internal, evidence=None)


def settle(ctx: Context, finding: Finding, state: FindingState, reason: str) -> None:
    """Close a finding as corrected, or accept the risk, always with a reason that stays on file."""
    authorize(ctx, Permission.FINDING_WORK, finding)
    _must_be_live(finding)
    if not state.is_settled:
        raise Refused(N_("Un constat se clôt corrigé, ou par un risque accepté."))
    if not reason:
        raise Refused(N_("Écrivez pourquoi : ce motif reste au dossier."))
    finding.state, finding.closed_at, finding.closing_reason = state, ctx.now, reason
    journal.record(ctx, f"finding.{state.value}", finding, after={"reason": reason})


def reopen(ctx: Context, finding: Finding, reason: str) -> None:
    """Open a settled finding again."""
    authorize(ctx, Permission.FINDING_WORK, finding)
    if not finding.state.is_settled:
        raise Refused(N_("Ce constat est déjà ouvert."))
    finding.state, finding.closed_at = FindingState.OPEN, None
    journal.record(ctx, "finding.reopened", finding, after={"reason": reason})


def _must_be_live(finding: Finding) -> None:
    if finding.state.is_settled:
        raise Refused(N_("Ce constat est clos : rouvrez-le d'abord."))


def _say(
    ctx: Context, finding: Finding, text: str, *, from_vendor: bool, internal: bool, evidence: Evidence | None
) -> FindingMessage:
    if not text:
        raise Refused(N_("Écrivez un message."))
    message = FindingMessage(
        finding_id=finding.id,
        at=ctx.now,
        author_id=ctx.actor.id,
        author_name=ctx.actor.name,
        from_vendor=from_vendor,
        internal=internal,
        text=text,
        evidence_id=evidence.id if evidence is not None else None,
    )
    ctx.session.add(message)
    ctx.session.flush()
    journal.record(
        ctx, "finding.message", finding, after={"internal": internal, "text": text, "evidence": message.evidence_id}
    )
    return message


def _tell_vendor(ctx: Context, audit: Audit, what: str, values: dict[str, str]) -> None:
    titles = audit.questionnaire_version.title
    send(
        ctx,
        *(
            Envelope(
                template=f"audits/emails/{what}",
                recipient=person.email,
                language=person.language,
                dedup=f"audit:{audit.id}:{what}:{audit.round}:{person.user_id}",
                values={
                    "name": person.name,
                    "title": titles[person.language.value],
                    **values,
                },
                link=f"/espace/audits/{audit.id}",
                about=f"audit:{audit.id}",
            )
            for person in correspondents(ctx.session, [audit.vendor_id])
        ),
    )
