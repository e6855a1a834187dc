"""A reviewer judges several answers in one act: those unchanged, those that need no word, or those chosen."""

from collections.abc import Collection, Mapping, Sequence

from portal.audits import submitted_audit
from portal.audits.difference import AuditDifference, difference_of, sent_answer
from portal.audits.models import Audit, Review
from portal.audits.rules import BARS_BULK, ReviewVerdict, lacks_asked_proof, proof_reasons
from portal.audits.services.verdicts import Judgement, must_be_judgeable, must_be_open
from portal.audits.submitted_audit import SubmittedAudit, open_submitted_audit
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.evidence.models import Evidence
from portal.findings.queries import findings_by_subject
from portal.journal import services as journal
from portal.questionnaires.definition import Question
from portal.questionnaires.rules.completing import declared_mark, severity_opened


def accept_unchanged_answers(ctx: Context, audit: Audit, *, seen: str) -> list[str]:
    """Accept in one act the answers that stand as they were accepted before; returns their keys.

    `seen` is the `AuditDifference.mark` of the list that the reviewer had before them: another list is not theirs to
    accept. An answer under a finding, contested, changed, or whose proof no longer holds is never in it.
    """
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    submitted = open_submitted_audit(ctx, audit.id, to=Permission.AUDIT_REVIEW, lock=True)
    must_be_open(submitted)
    difference = difference_of(ctx, submitted)
    if difference is None:
        raise Refused(N_("Aucun audit de ce sous-traitant n'a encore été accepté : il n'y a rien à reprendre."))
    keys = list(difference.unchanged(submitted.left))
    if not keys:
        raise Refused(N_("Aucune réponse restante n'est inchangée : chacune demande votre avis."))
    if seen != difference.mark(submitted.left):
        raise Refused(N_("La liste a changé depuis que vous l'avez ouverte : relisez-la, puis recommencez."))
    _keep(ctx, submitted, keys, Judgement(ReviewVerdict.ACCEPTABLE))
    journal.record(ctx, "answers.carried_over", audit, after={"questions": keys})
    return keys


def accept_remaining_answers(ctx: Context, audit: Audit) -> list[str]:
    """Find acceptable every answer left that is plainly so (`plainly_acceptable_answers`); returns their keys."""
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    submitted = open_submitted_audit(ctx, audit.id, to=Permission.AUDIT_REVIEW, lock=True)
    must_be_open(submitted)
    difference, proofs = difference_of(ctx, submitted), submitted_audit.proofs(ctx, submitted)
    keys = plainly_acceptable_answers(ctx, submitted, proofs, difference)
    if not keys:
        raise Refused(N_("Aucune réponse restante ne peut être acceptée d'office : chacune demande votre avis."))
    _keep(ctx, submitted, keys, Judgement(ReviewVerdict.ACCEPTABLE))
    journal.record(ctx, "answers.accepted_together", audit, after={"questions": keys})
    return keys


def judge_together(ctx: Context, audit: Audit, keys: Collection[str], judgement: Judgement) -> list[str]:
    """Give the same verdict on the answers chosen that nobody has judged yet; returns their keys.

    Raises Refused for an acceptance that one of them bars (see `BARS_BULK`), by number: it asks to be read alone.
    """
    authorize(ctx, Permission.AUDIT_REVIEW, audit)
    submitted = open_submitted_audit(ctx, audit.id, to=Permission.AUDIT_REVIEW, lock=True)
    must_be_open(submitted)
    must_be_judgeable(judgement)
    chosen = [key for key in submitted.left if key in keys]
    if not chosen:
        raise Refused(N_("Cochez au moins une réponse qui reste à juger."))
    if judgement.verdict is ReviewVerdict.ACCEPTABLE:
        barred = _barred(ctx, submitted, chosen)
        if barred:
            numbers = ", ".join(submitted.numbers[key] for key in barred)
            raise Refused(
                N_("À juger une par une, à cause d'une preuve, d'un constat ou d'un avis précédent : %(numbers)s."),
                numbers=numbers,
            )
    _keep(ctx, submitted, chosen, judgement)
    journal.record(
        ctx, "answers.judged_together", audit,
        after={
            "questions": chosen, "verdict": judgement.verdict, "comment": judgement.comment,
            "note": judgement.note, "to_return": judgement.to_return,
        },
    )  # fmt: skip
    return chosen


def _barred(ctx: Context, submitted: SubmittedAudit, keys: Sequence[str]) -> list[str]:
    """Those of some answers that must not be accepted with others."""
    proofs = submitted_audit.proofs(ctx, submitted)
    doubtful = _doubtful(ctx, submitted, difference_of(ctx, submitted))
    return [q.key for q in submitted.asked if q.key in keys and _is_barred(ctx, submitted, q, proofs, doubtful)]


def _doubtful(ctx: Context, submitted: SubmittedAudit, difference: AuditDifference | None) -> set[str]:
    """Questions whose answer an open finding, or what was found of it before, puts in doubt."""
    findings = findings_by_subject(ctx, submitted.audit.vendor_id)
    live = {key for key, finding in findings.items() if not finding.state.is_settled}
    reasons = difference.reasons if difference is not None else {}
    return live | {key for key, found in reasons.items() if BARS_BULK & set(found)}


def _is_barred(
    ctx: Context, submitted: SubmittedAudit, question: Question, proofs: Mapping[int, Evidence], doubtful: set[str]
) -> bool:
    sent = sent_answer(ctx, submitted, question, proofs)
    return question.key in doubtful or bool(proof_reasons(question, sent)) or lacks_asked_proof(question, sent)


def _keep(ctx: Context, submitted: SubmittedAudit, keys: Sequence[str], judgement: Judgement) -> None:
    ctx.session.add_all(
        Review(
            audit_id=submitted.audit.id, question_key=key, round=submitted.audit.round, verdict=judgement.verdict,
            comment=judgement.comment, note=judgement.note, to_return=judgement.to_return,
            reviewer_id=ctx.actor.id, reviewed_at=ctx.now,
        )
        for key in keys
    )  # fmt: skip
    ctx.session.flush()


def plainly_acceptable_answers(
    ctx: Context, submitted: SubmittedAudit, proofs: Mapping[int, Evidence], difference: AuditDifference | None
) -> list[str]:
    """Answers left to judge that open no finding, are worth something, and whose proofs are there and all still hold.

    None that an open finding or the verdict of an earlier audit puts in doubt.
    """
    left, doubtful = frozenset(submitted.left), _doubtful(ctx, submitted, difference)
    return [
        question.key
        for question in submitted.asked
        if question.key in left
        and _is_worth_something(submitted, question)
        and not _is_barred(ctx, submitted, question, proofs, doubtful)
    ]


def _is_worth_something(submitted: SubmittedAudit, question: Question) -> bool:
    answer = submitted.answer(question.key)
    return severity_opened(question, answer) is None and declared_mark(question, answer) != 0
