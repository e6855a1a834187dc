"""A review by difference: what was sent beside what stands for the vendor since an earlier audit was accepted."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.audits.proof_ages import standing_for
from portal.audits.rules import HeldAnswer, HeldProof, ReadReason, SentAnswer, is_reworded, read_reasons
from portal.audits.standing_answers import held_answers, held_proofs
from portal.audits.submitted_audit import SentAnswers, SubmittedAudit, proofs
from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.stale import fingerprint
from portal.evidence.models import Evidence
from portal.questionnaires.definition import GivenAnswer, Question, Questionnaire
from portal.questionnaires.queries import questionnaire_of


@dataclass(frozen=True)
class AuditDifference:
    """What was sent, beside the answers accepted before."""

    before: SentAnswers
    """What stands, as if it had been sent at once; `at` is when the newest of it was accepted."""
    reasons: Mapping[str, tuple[ReadReason, ...]]
    """Of each question asked, why it is to be read; nothing for an answer that stands as it was accepted."""
    no_longer_asked: tuple[str, ...]
    """Questions of this audit that had an accepted answer, and that another answer now takes away."""

    @property
    def to_read(self) -> frozenset[str]:
        """The questions that changed, are new, or rest on something that no longer holds."""
        return frozenset(key for key, reasons in self.reasons.items() if reasons)

    def unchanged(self, left: Collection[str]) -> tuple[str, ...]:
        """Among the questions left to judge, those whose answer stands as it was accepted, in order."""
        return tuple(key for key, reasons in self.reasons.items() if not reasons and key in left)

    def mark(self, left: Collection[str]) -> str:
        """The fingerprint of the list of `unchanged`: what a reviewer accepts is what they had before them."""
        return fingerprint(*self.unchanged(left))


def difference_of(ctx: Context, submitted: SubmittedAudit) -> AuditDifference | None:
    """What changed since the vendor's last accepted answers, in at most four statements.

    None where there is nothing to compare with: no earlier audit was accepted, or this one is no longer under review
    (what stands is then its own answers). « Nothing changed » is said of none of these.
    """
    if not submitted.is_open_to_review or submitted.sent is None:
        return None
    audit = submitted.audit
    held = {key: one for key, one in held_answers(ctx, audit.vendor_id).items() if one.audit_id != audit.id}
    if not held:
        return None
    sources = _sources(ctx, held.values())
    links = held_proofs(ctx, audit.vendor_id)
    files = {key: tuple(link.evidence_id for link in links.get(key, ())) for key in held}
    given = {key: GivenAnswer(one.value, one.comment, one.files) for key, one in held.items()}
    sent_proofs = proofs(ctx, submitted)
    asked = {question.key for question in submitted.asked}
    return AuditDifference(
        before=SentAnswers(
            round=0, at=max(accepted for accepted, _text in sources.values()), by_name="", sha256="",
            has_receipt=False, answers=given, files=files,
        ),
        reasons={
            question.key: read_reasons(
                question,
                sent_answer(ctx, submitted, question, sent_proofs),
                held.get(question.key),
                frozenset(files.get(question.key, ())),
                reworded=_is_reworded(question, held.get(question.key), sources),
            )
            for question in submitted.asked
        },
        no_longer_asked=tuple(
            question.key
            for question in submitted.questionnaire.questions
            if question.key in held and question.key not in asked
        ),
    )  # fmt: skip


def sent_answer(
    ctx: Context, submitted: SubmittedAudit, question: Question, sent_proofs: Mapping[int, Evidence]
) -> SentAnswer:
    """An answer as last sent, with its files and their worth today."""
    numbers = submitted.sent.files.get(question.key, ()) if submitted.sent else ()
    worth = [
        HeldProof(sent_proofs[n].kind, standing_for(question, sent_proofs[n], ctx.today).kind)
        for n in numbers
        if n in sent_proofs
    ]
    return SentAnswer(submitted.answer(question.key), frozenset(numbers), worth)


_Sources = Mapping[int, tuple[datetime, Questionnaire]]
"""By audit: when it was accepted, and what it asked."""


def _sources(ctx: Context, held: Collection[HeldAnswer]) -> _Sources:
    numbers = sorted({one.audit_id for one in held if one.audit_id is not None})
    rows = ctx.session.scalars(
        select(Audit).options(joinedload(Audit.questionnaire_version)).where(Audit.id.in_(numbers))
    ).all()
    return {
        row.id: (row.accepted_at or row.opened_at, questionnaire_of(ctx.session, row.questionnaire_version))
        for row in rows
    }


def _is_reworded(question: Question, held: HeldAnswer | None, sources: _Sources) -> bool:
    if held is None or held.audit_id is None:
        return False
    _accepted, asked = sources[held.audit_id]
    return is_reworded(question, asked.question(question.key), GivenAnswer(held.value, held.comment, held.files))
