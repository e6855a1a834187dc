"""A reviewer judges: one answer, or one proof."""

from sqlalchemy import select

from portal.audits import queries
from portal.audits.events import EvidenceJudged
from portal.audits.models import AnswerEvidence, Audit, Review
from portal.audits.rules import AuditState, ReviewVerdict
from portal.audits.submitted_audit import SubmittedAudit, open_submitted_audit
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.core.stale import StaleWrite, fingerprint
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.evidence.services import judge as judge_file
from portal.jobs.ledger import publish
from portal.journal import services as journal


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
    must_be_open(submitted)
    if key not in {question.key for question in submitted.asked}:
        raise NotFound()
    must_be_judgeable(judgement)
    held = submitted.verdicts.get(key)
    if held is not None and _same(held, judgement) and held.round == audit.round:
        return held
    if held is not None and seen is not None and seen != review_fingerprint(held):
        told = N_("Un autre relecteur a jugé cette réponse entre-temps. Les deux avis sont affichés.")
        raise StaleWrite(told, held, by=submitted.reviewers.get(held.id, ""))
    return _keep(ctx, submitted, key, judgement, held)


def must_be_open(submitted: SubmittedAudit) -> None:
    """Raise Refused unless verdicts may be given now."""
    if not submitted.is_open_to_review:
        raise Refused(N_("La revue porte sur un questionnaire envoyé par le prestataire."))


def must_be_judgeable(judgement: Judgement) -> None:
    """Raise Refused for a verdict that contradicts itself: sent back though acceptable, or without a word."""
    if judgement.to_return and judgement.verdict is ReviewVerdict.ACCEPTABLE:
        raise Refused(N_("Une réponse acceptable n'est pas à renvoyer : changez l'avis, ou décochez le renvoi."))
    if judgement.to_return and not judgement.comment:
        raise Refused(N_("Dites au prestataire ce qui est attendu avant de lui renvoyer la question."))


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
