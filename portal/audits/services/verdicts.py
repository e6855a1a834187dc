"""A reviewer judges: one answer, one proof, or all that plainly needs no word."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from portal.audits import queries, submitted_audit
from portal.audits.events import EvidenceJudged
from portal.audits.models import AnswerEvidence, Audit, Review
from portal.audits.rules import AuditState, ReviewVerdict
from portal.audits.submitted_audit import SubmittedAudit, open_submitted_audit, standing_of
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.core.stale import StaleWrite, fingerprint
from portal.evidence.models import Evidence
from portal.evidence.rules import LIVING, EvidenceVerdict
from portal.evidence.services import judge as judge_file
from portal.jobs.ledger import publish
from portal.journal import services as journal
from portal.questionnaires.definition import Question
from portal.questionnaires.rules.completing import declared_mark, severity_opened


@dataclass(frozen=True)
class Judgement:
    """A reviewer's word on one answer."""

    verdict: ReviewVerdict
    comment: str = ""
    """For the vendor."""
    note: str = ""
    """Internal."""
    to_return: bool = False


def give_verdict(ctx: Context, audit: Audit, key: str, judgement: Judgement, *, seen: str | None = None) -> Review:
    """Give a verdict on an answer of the submitted round; a second one replaces the first and is journaled.

    `seen` is the `review_fingerprint` of the verdict the reviewer had before them; raises StaleWrite when it is no
    longer the one kept. Without it the last word stands.
    """
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    submitted = open_submitted_audit(ctx, audit.id, to=Permission.AUDIT_REVIEW, lock=True)
    _must_be_open(submitted)
    if key not in {question.key for question in submitted.asked}:
        raise NotFound()
    if judgement.to_return and judgement.verdict is ReviewVerdict.ACCEPTABLE:
        raise Refused(N_("Une réponse acceptable n'est pas à renvoyer : changez l'avis, ou décochez le renvoi."))
    if judgement.to_return and not judgement.comment:
        raise Refused(N_("Dites au prestataire ce qui est attendu avant de lui renvoyer la question."))
    held = submitted.verdicts.get(key)
    if held is not None and _same(held, judgement) and held.round == audit.round:
        return held
    if held is not None and seen is not None and seen != review_fingerprint(held):
        told = N_("Un autre relecteur a jugé cette réponse entre-temps. Les deux avis sont affichés.")
        raise StaleWrite(told, held, by=submitted.reviewers.get(held.id, ""))
    return _keep(ctx, submitted, key, judgement, held)


def _must_be_open(submitted: SubmittedAudit) -> None:
    if not submitted.is_open_to_review:
        raise Refused(N_("La revue porte sur un questionnaire envoyé par le prestataire."))


def _same(held: Review, judgement: Judgement) -> bool:
    return Judgement(held.verdict, held.comment, held.note, held.to_return) == judgement


def _keep(ctx: Context, submitted: SubmittedAudit, key: str, judgement: Judgement, held: Review | None) -> Review:
    audit = submitted.audit
    before = {} if held is None else _facts(key, Judgement(held.verdict, held.comment, held.note, held.to_return))
    review = held if held is not None and held.round == audit.round else None
    if review is None:
        review = Review(audit_id=audit.id, question_key=key, round=audit.round)
        ctx.session.add(review)
    review.verdict, review.comment, review.note = judgement.verdict, judgement.comment, judgement.note
    review.to_return, review.reviewer_id, review.reviewed_at = judgement.to_return, ctx.actor.id, ctx.now
    ctx.session.flush()
    journal.record(ctx, "answer.reviewed", audit, before=before, after=_facts(key, judgement))
    return review


def _facts(key: str, judgement: Judgement) -> dict[str, object]:
    return {
        "question": key,
        "verdict": judgement.verdict,
        "comment": judgement.comment,
        "note": judgement.note,
        "to_return": judgement.to_return,
    }


def review_fingerprint(review: Review | None) -> str:
    """Fingerprint of a verdict; a fixed one when there is none yet."""
    if review is None:
        return "0"
    return fingerprint(review.round, review.verdict.value, review.comment, review.note, review.to_return)


def accept_remaining_answers(ctx: Context, audit: Audit) -> list[str]:
    """Find acceptable every answer left that is `plainly_acceptable`; returns their keys."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    submitted = open_submitted_audit(ctx, audit.id, to=Permission.AUDIT_REVIEW, lock=True)
    _must_be_open(submitted)
    keys = plainly_acceptable_answers(ctx, submitted, submitted_audit.proofs(ctx, submitted))
    if not keys:
        raise Refused(N_("Aucune réponse restante ne peut être acceptée d'office : chacune demande votre avis."))
    ctx.session.add_all(
        Review(
            audit_id=audit.id, question_key=key, round=audit.round, verdict=ReviewVerdict.ACCEPTABLE,
            reviewer_id=ctx.actor.id, reviewed_at=ctx.now,
        )
        for key in keys
    )  # fmt: skip
    ctx.session.flush()
    journal.record(ctx, "answers.accepted_together", audit, after={"questions": keys})
    return keys


def plainly_acceptable_answers(ctx: Context, submitted: SubmittedAudit, proofs: Mapping[int, Evidence]) -> list[str]:
    """Answers left to judge that open no finding, are worth something, and whose proofs all still hold."""
    left = frozenset(submitted.left)
    return [q.key for q in submitted.asked if q.key in left and _is_plain(ctx, submitted, q, proofs)]


def _is_plain(ctx: Context, submitted: SubmittedAudit, question: Question, proofs: Mapping[int, Evidence]) -> bool:
    answer = submitted.answer(question.key)
    if severity_opened(question, answer) is not None or declared_mark(question, answer) == 0:
        return False
    numbers = submitted.sent.files.get(question.key, ()) if submitted.sent else ()
    return all(standing_of(question, proofs[n], ctx.today).kind in LIVING for n in numbers if n in proofs)


def judge_evidence(
    ctx: Context, audit: Audit, evidence: Evidence, verdict: EvidenceVerdict, note: str, *, seen: str | None = None
) -> None:
    """Judge a proof that this audit was sent with (see `portal.evidence.services.judge`), and announce it."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    queries.get_audit(ctx, audit.id, to=Permission.AUDIT_REVIEW, lock=True)
    if evidence.id not in _sent_proofs(ctx, audit):
        raise NotFound()
    if judge_file(ctx, evidence, verdict, note, seen=seen):
        publish(ctx, EvidenceJudged(audit.id, evidence.id), key=f"{audit.id}:{evidence.id}:{ctx.now.isoformat()}")


def _sent_proofs(ctx: Context, audit: Audit) -> set[int]:
    """Proofs that a submission of this audit carried: those of a round still open are not judged yet."""
    links = select(AnswerEvidence.evidence_id).where(AnswerEvidence.audit_id == audit.id)
    if audit.state not in {AuditState.SUBMITTED, AuditState.ACCEPTED}:
        links = links.where(AnswerEvidence.round < audit.round)
    return set(ctx.session.scalars(links))
