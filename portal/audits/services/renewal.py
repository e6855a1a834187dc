"""A new version of a piece: every answer that rests on the one rests on the other, in one act."""

from sqlalchemy import or_, select

from portal.audits import evidence_ages
from portal.audits.events import PieceChanged
from portal.audits.models import AnswerEvidence, Audit, StandingAnswer
from portal.audits.rules import AuditState
from portal.audits.services.answers import touch_answer
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.evidence import services as evidence
from portal.evidence.mails import note_new_version
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.jobs.ledger import publish
from portal.journal import services as journal


def replace_piece(ctx: Context, older: Evidence, newer: Evidence) -> int:
    """Put a newer version in the place of a piece, in all its answers; returns how many answers it renews.

    What was sent stays as it was sent. An answer that is still being prepared, or was sent back, takes the new version
    at once; one that stands rests on it from now on (`AnswerEvidence.current`), and is proposed with it. Raises Refused
    as `evidence.put_in_place_of` does.
    """
    authorize(ctx, Permission.AUDIT_ANSWER, older)
    evidence.put_in_place_of(ctx, newer, older)
    renewed = _renew_open_answers(ctx, older, newer) | _standing_on(ctx, newer)
    evidence_ages.keep_ages(ctx, older.vendor_id)
    publish(ctx, PieceChanged(older.vendor_id, newer.id), key=f"{older.id}:{newer.id}")
    if older.sent_at is not None:
        note_new_version(ctx, newer, len(renewed))
    return len(renewed)


def _renew_open_answers(ctx: Context, older: Evidence, newer: Evidence) -> set[str]:
    """Put the new version in answers that may still change; returns their questions."""
    versions = [older.id, *_before(ctx, newer)]
    rows = ctx.session.execute(
        select(AnswerEvidence, Audit)
        .join(Audit, Audit.id == AnswerEvidence.audit_id)
        .where(
            AnswerEvidence.evidence_id.in_(versions),
            Audit.state.in_([state for state in AuditState if state.is_with_vendor]),
        )
        .with_for_update(of=Audit)
    ).all()
    already = ctx.session.execute(
        select(AnswerEvidence.audit_id, AnswerEvidence.question_key).where(AnswerEvidence.evidence_id == newer.id)
    )
    there = {(row.audit_id, row.question_key) for row in already}
    renewed: set[str] = set()
    for link, audit in rows:
        is_open = audit.round == 1 or link.question_key in audit.returned_questions
        if not is_open:
            continue
        place = (link.audit_id, link.question_key)
        if link.round == audit.round:
            ctx.session.delete(link)
        if place not in there:
            there.add(place)
            ctx.session.add(
                AnswerEvidence(
                    audit_id=audit.id, question_key=link.question_key, evidence_id=newer.id, round=audit.round,
                    attached_at=ctx.now,
                )
            )  # fmt: skip
        touch_answer(ctx, audit, link.question_key)
        journal.record(
            ctx, "answer.file_renewed", audit, before={"question": link.question_key, "evidence": link.evidence_id},
            after={"question": link.question_key, "evidence": newer.id},
        )  # fmt: skip
        renewed.add(link.question_key)
    ctx.session.flush()
    return renewed


def _before(ctx: Context, newer: Evidence) -> list[int]:
    return list(ctx.session.scalars(select(Evidence.id).where(Evidence.replaced_by_id == newer.id)))


def _standing_on(ctx: Context, newer: Evidence) -> set[str]:
    """The questions whose answers that stand rest on a version of this piece."""
    return set(
        ctx.session.scalars(
            select(StandingAnswer.question_key)
            .join(
                AnswerEvidence,
                (AnswerEvidence.audit_id == StandingAnswer.audit_id)
                & (AnswerEvidence.question_key == StandingAnswer.question_key),
            )
            .join(Evidence, Evidence.id == AnswerEvidence.evidence_id)
            .where(
                StandingAnswer.vendor_id == newer.vendor_id,
                or_(Evidence.replaced_by_id == newer.id, Evidence.id == newer.id),
            )
        )
    )


def withdraw_piece(ctx: Context, piece: Evidence) -> None:
    """Take away a piece on which nothing rests; raises Refused for one that an answer, or a sent audit, rests on."""
    authorize(ctx, Permission.AUDIT_ANSWER, piece)
    rests = select(AnswerEvidence.id).where(AnswerEvidence.evidence_id == piece.id).limit(1)
    if ctx.session.scalar(rests) is not None:
        raise Refused(N_("Des réponses s'appuient sur ce document : retirez-le d'abord de chacune."))
    evidence.withdraw(ctx, piece)


def judge_piece(
    ctx: Context, piece: Evidence, verdict: EvidenceVerdict, note: str, *, seen: str | None = None
) -> bool:  # fmt: skip
    """Judge a piece in its vendor's locker, for every answer that rests on it; False if unchanged.

    Raises NotFound for one that is only prepared, else as `evidence.judge` does.
    """
    if piece.sent_at is None:
        raise NotFound()
    changed = evidence.judge(ctx, piece, verdict, note, seen=seen)
    if changed:
        publish(ctx, PieceChanged(piece.vendor_id, piece.id), key=f"judged:{piece.id}:{ctx.now.isoformat()}")
    return changed
