"""What a reviewer judges: an audit as its vendor last sent it, what it was before, and the verdicts that hold.

Everything comes from submissions, which never change: what a vendor is typing in a round that is still open shows
nowhere on the staff side before it is sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audits import queries
from portal.audits.models import Audit, AuditFinding, Review, Submission, value_of
from portal.audits.rules import AuditState, CarriedAs, still_holds, unreviewed
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.stored import StoredFile
from portal.evidence.models import Evidence
from portal.findings.models import Finding
from portal.identity.models import User
from portal.journal.models import JournalEntry
from portal.questionnaires.definition import NO_ANSWER, GivenAnswer, Question, Questionnaire
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.completing import visible_questions
from portal.questionnaires.rules.numbering import numbers_asked

HISTORY = 400
_SHOWN_ELSEWHERE = ("answer.saved", "answer.file_attached", "answer.file_detached", "finding.message")
"""What a vendor does before it sends, and exchanges read in full above: the journal keeps them, a history does not."""


@dataclass(frozen=True)
class SentAnswers:
    """One submission, as the rules take it."""

    round: int
    at: datetime
    by_name: str
    sha256: str
    has_receipt: bool
    answers: Mapping[str, GivenAnswer]
    files: Mapping[str, tuple[int, ...]]
    """Numbers of the proofs sent with each answer, in the order they came."""
    carried: Mapping[str, CarriedAs] = field(default_factory=dict)
    """What each answer made of the one proposed, when one was."""
    optional: frozenset[str] = frozenset()
    """Questions left out because no answer to them could change the grade or a critical finding."""
    address: str = ""
    """The address of the head office, when its vendor corrected the one that the register held."""

    def answer(self, key: str) -> GivenAnswer:
        """What was answered to a question; nothing when it was not asked."""
        return self.answers.get(key, NO_ANSWER)

    def comparable(self, key: str) -> tuple[object, ...] | None:
        """What two sendings are compared by: answer, comment and proofs; None when the question was not asked."""
        if key not in self.answers:
            return None
        answer = self.answers[key]
        return answer.value, answer.comment, frozenset(self.files.get(key, ()))


@dataclass(frozen=True)
class SubmittedAudit:
    """An audit with all that was sent and the verdict that holds on each answer."""

    audit: Audit
    questionnaire: Questionnaire
    submissions: tuple[SentAnswers, ...]
    """Oldest first; none while the vendor has sent nothing."""
    verdicts: Mapping[str, Review]
    """By question: the verdict that holds on the answer as last sent."""
    reviewers: Mapping[int, str] = field(default_factory=dict)

    @property
    def sent(self) -> SentAnswers | None:
        """The last submission."""
        return self.submissions[-1] if self.submissions else None

    @property
    def is_open_to_review(self) -> bool:
        """Whether verdicts may be given now."""
        return self.audit.state is AuditState.SUBMITTED

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """The questions that the last submission answers, in order; not those it could leave out."""
        if self.sent is None:
            return ()
        shown = visible_questions(self.questionnaire, self.sent.answers)
        return tuple(question for question in shown if question.key not in self.sent.optional)

    @cached_property
    def numbers(self) -> Mapping[str, str]:
        """The number of each question that was asked, as its vendor read it when sending."""
        return numbers_asked(self.questionnaire, {question.key for question in self.asked})

    def answer(self, key: str) -> GivenAnswer:
        """The answer as last sent."""
        return self.sent.answer(key) if self.sent else NO_ANSWER

    @cached_property
    def left(self) -> tuple[str, ...]:
        """Questions that still wait for a verdict, in order."""
        return unreviewed([question.key for question in self.asked], self.verdicts)

    @cached_property
    def marked(self) -> tuple[str, ...]:
        """Questions that a reviewer means to send back, in order."""
        if not self.is_open_to_review:
            return ()
        return tuple(q.key for q in self.asked if q.key in self.verdicts and self.verdicts[q.key].to_return)


def open_submitted_audit(ctx: Context, audit_id: int, *, to: Permission, lock: bool = False) -> SubmittedAudit:
    """An audit within reach, as last sent; three statements, and the frozen questionnaire once per process.

    `lock` keeps the audit to this transaction: two reviewers who decide at the same moment do so one after the other.
    Raises NotFound.
    """
    return submitted_audit_of(ctx, queries.get_audit(ctx, audit_id, to=to, lock=lock))


def submitted_audit_of(ctx: Context, audit: Audit) -> SubmittedAudit:
    """The same, of an audit already loaded with its questionnaire."""
    submissions = tuple(_sent_answers(row) for row in _submissions(ctx, Submission.audit_id == audit.id))
    rows = ctx.session.execute(
        select(Review, User.name)
        .outerjoin(User, User.id == Review.reviewer_id)
        .where(Review.audit_id == audit.id)
        .order_by(Review.round)
    ).all()
    return SubmittedAudit(
        audit=audit,
        questionnaire=questionnaire_of(ctx.session, audit.questionnaire_version),
        submissions=submissions,
        verdicts=dict(_holding(audit, submissions, [row.Review for row in rows])),
        reviewers={row.Review.id: row.name for row in rows if row.name is not None},
    )


def _submissions(ctx: Context, where: Any) -> Sequence[Submission]:
    return ctx.session.scalars(select(Submission).where(where).order_by(Submission.round)).all()


def _sent_answers(row: Submission) -> SentAnswers:
    files: dict[str, tuple[int, ...]] = {}
    for file in row.content["files"]:
        files[file["question"]] = (*files.get(file["question"], ()), file["evidence"])
    return SentAnswers(
        round=row.round,
        at=row.at,
        by_name=row.by_name,
        sha256=row.sha256,
        has_receipt=row.receipt_file_id is not None,
        answers={
            key: GivenAnswer(value_of({"v": answer["value"]}), answer["comment"], len(files.get(key, ())))
            for key, answer in row.content["answers"].items()
        },
        files=files,
        carried={
            key: CarriedAs(answer["carried"]) for key, answer in row.content["answers"].items() if "carried" in answer
        },
        optional=frozenset(row.content.get("optional", ())),
        address=_corrected(row.content.get("address")),
    )


def _corrected(address: Mapping[str, str] | None) -> str:
    return address["said"] if address and address["said"] != address["held"] else ""


def _holding(
    audit: Audit, submissions: Sequence[SentAnswers], reviews: Sequence[Review]
) -> Iterator[tuple[str, Review]]:
    if not submissions:
        return
    last, by_round = submissions[-1], {sending.round: sending for sending in submissions}
    # While the vendor answers a new round, what was sent back is that of the round to come.
    returned = frozenset(audit.returned_questions) if last.round == audit.round else frozenset()
    for review in reviews:
        judged, key = by_round.get(review.round), review.question_key
        unchanged = judged is not None and judged.comparable(key) == last.comparable(key)
        if still_holds(review.round, last.round, unchanged=unchanged, returned=key in returned):
            yield key, review


def compared_with(ctx: Context, submitted: SubmittedAudit) -> SentAnswers | None:
    """What the last submission is read against: the round before, else what was last sent to an earlier accepted audit.

    The earlier audit must have asked the same questionnaire, in whatever version: question keys keep their meaning. One
    that nobody accepted is no reference. While it is under review, `difference` says more.
    """
    if len(submitted.submissions) > 1:
        return submitted.submissions[-2]
    if not submitted.submissions:
        return None
    audit = submitted.audit
    row = ctx.session.scalar(
        select(Submission)
        .join(Audit, Audit.id == Submission.audit_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(
            Audit.vendor_id == audit.vendor_id,
            Audit.id < audit.id,
            Audit.state == AuditState.ACCEPTED,
            QuestionnaireVersion.key == audit.questionnaire_version.key,
        )
        .order_by(Submission.id.desc())
        .limit(1)
    )
    return _sent_answers(row) if row is not None else None


def changed_since(submitted: SubmittedAudit, before: SentAnswers | None) -> frozenset[str]:
    """Questions answered otherwise than before, newly asked ones included; none without anything to compare with."""
    if before is None or submitted.sent is None:
        return frozenset()
    sent = submitted.sent
    return frozenset(q.key for q in submitted.asked if sent.comparable(q.key) != before.comparable(q.key))


def proofs(ctx: Context, submitted: SubmittedAudit, before: SentAnswers | None = None) -> dict[int, Evidence]:
    """The proofs sent, and those sent before, with their files."""
    submissions = [sending for sending in (submitted.sent, before) if sending is not None]
    ids = {number for sending in submissions for numbers in sending.files.values() for number in numbers}
    if not ids:
        return {}
    rows = ctx.session.scalars(
        select(Evidence)
        .options(joinedload(Evidence.stored_file), joinedload(Evidence.replaced_by).joinedload(Evidence.stored_file))
        .where(Evidence.id.in_(sorted(ids)))
    )
    return {row.id: row for row in rows}


def get_receipt(ctx: Context, audit_id: int, round: int) -> StoredFile:
    """The receipt of a submission within reach; raises NotFound, also while it is not printed yet."""
    stored = ctx.session.scalar(
        select(StoredFile)
        .join(Submission, Submission.receipt_file_id == StoredFile.id)
        .join(Audit, Audit.id == Submission.audit_id)
        .where(Audit.id == audit_id, Submission.round == round, visible(ctx, Permission.AUDIT_VIEW, Audit))
    )
    if stored is None:
        raise NotFound()
    return stored


def findings_of(ctx: Context, audit: Audit) -> dict[str, Finding]:
    """The findings of an audit by question: there is at most one on each."""
    rows = ctx.session.execute(
        select(AuditFinding.question_key, Finding)
        .join(Finding, Finding.id == AuditFinding.finding_id)
        .where(AuditFinding.audit_id == audit.id)
        .order_by(AuditFinding.id)
    )
    return {row.question_key: row.Finding for row in rows}


def history(ctx: Context, object_type: str, object_id: int) -> Sequence[JournalEntry]:
    """What was done to an audit or a finding, newest first; the caller has checked that the actor may see it."""
    return ctx.session.scalars(
        select(JournalEntry)
        .where(
            JournalEntry.object_type == object_type,
            JournalEntry.object_id == object_id,
            JournalEntry.action.not_in(_SHOWN_ELSEWHERE),
        )
        .order_by(JournalEntry.id.desc())
        .limit(HISTORY)
    ).all()
