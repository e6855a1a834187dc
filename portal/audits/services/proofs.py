"""Proofs of an answer: attached, taken off, described, while their question is open."""

from dataclasses import replace

from sqlalchemy import select

from portal.audits.models import AnswerEvidence, Audit
from portal.audits.queries import AuditAnswers
from portal.audits.services.answers import (
    PostedAnswer,
    note_progress,
    open_answers_to_write,
    open_question,
    store_answer,
    touch_answer,
)
from portal.audits.services.confirmation import confirm_proposed
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.evidence import services as proofs
from portal.evidence.leaving import note_left
from portal.evidence.models import Evidence
from portal.evidence.services import EvidenceDetails
from portal.journal import services as journal
from portal.questionnaires.definition import NO_ANSWER, Question

FILES_PER_QUESTION = 20


def attach_proof(ctx: Context, audit: Audit, key: str, evidence: Evidence) -> AnswerEvidence:
    """Attach a proof of the same vendor to an open question; attaching it twice changes nothing."""
    authorize(ctx, Permission.AUDIT_ANSWER, audit)
    if evidence.vendor_id != audit.vendor_id:
        raise NotFound()
    sheet = open_answers_to_write(ctx, audit.id)
    question_taking_files(sheet, key)
    found = ctx.session.scalar(
        select(AnswerEvidence).where(
            AnswerEvidence.audit_id == audit.id,
            AnswerEvidence.question_key == key,
            AnswerEvidence.evidence_id == evidence.id,
        )
    )
    if found is not None:
        return found
    if key in sheet.proposed:
        # A new proof of a proposed answer is given for that answer: it is said again by it.
        sheet = confirm_proposed(ctx, sheet, [key])
    version = sheet.versions.get(key) or store_answer(ctx, sheet, PostedAnswer(key, None), None, "")
    touch_answer(ctx, audit, key)
    link = AnswerEvidence(
        audit_id=audit.id, question_key=key, evidence_id=evidence.id, round=audit.round, attached_at=ctx.now
    )
    ctx.session.add(link)
    evidence.left_at = None
    ctx.session.flush()
    note_progress(ctx, _with_files(sheet, key, version, +1))
    journal.record(ctx, "answer.file_attached", audit, after={"question": key, "evidence": evidence.id})
    return link


def question_taking_files(sheet: AuditAnswers, key: str) -> Question:
    """The open question that a file is for; raises Refused when it takes none, or no more."""
    question = open_question(sheet, key)
    if not question.takes_files:
        raise Refused(N_("Cette question ne demande pas de fichier."))
    if sheet.answers.get(key, NO_ANSWER).files >= FILES_PER_QUESTION:
        raise Refused(N_("Cette réponse a déjà %(count)s fichiers : retirez-en un d'abord."), count=FILES_PER_QUESTION)
    return question


def _with_files(sheet: AuditAnswers, key: str, version: int, change: int) -> AuditAnswers:
    old = sheet.answers.get(key, NO_ANSWER)
    return replace(
        sheet,
        answers={**sheet.answers, key: replace(old, files=old.files + change)},
        versions={**sheet.versions, key: version},
    )


def detach_proof(ctx: Context, audit: Audit, link: AnswerEvidence) -> None:
    """Take a proof off an answer, only in the round in which it came; the file stays a while (`evidence.leaving`)."""
    authorize(ctx, Permission.AUDIT_ANSWER, audit)
    sheet = _where_it_may_change(ctx, audit, link)
    journal.record(
        ctx, "answer.file_detached", audit, before={"question": link.question_key, "evidence": link.evidence_id}
    )
    touch_answer(ctx, audit, link.question_key)
    ctx.session.delete(link)
    note_left(ctx, ctx.session.get_one(Evidence, link.evidence_id))
    ctx.session.flush()
    note_progress(ctx, _with_files(sheet, link.question_key, sheet.versions.get(link.question_key, 0), -1))


def describe_proof(ctx: Context, audit: Audit, link: AnswerEvidence, details: EvidenceDetails) -> None:
    """Say who issued a proof, what it covers and until when, as long as it was never sent nor judged."""
    authorize(ctx, Permission.AUDIT_ANSWER, audit)
    _where_it_may_change(ctx, audit, link)
    proofs.describe(ctx, ctx.session.get_one(Evidence, link.evidence_id), details)


def _where_it_may_change(ctx: Context, audit: Audit, link: AnswerEvidence) -> AuditAnswers:
    if link.audit_id != audit.id:
        raise NotFound()
    sheet = open_answers_to_write(ctx, audit.id)
    open_question(sheet, link.question_key)
    if link.round != sheet.audit.round:
        raise Refused(N_("Ce fichier a été envoyé dans un tour précédent : il reste au dossier."))
    return sheet
