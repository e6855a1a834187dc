"""What the page of a review shows: each question with its answer, the one before, its proofs and the verdict."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from portal.audits import submitted_audit
from portal.audits.answer_remarks import Remarks, remarks_on
from portal.audits.difference import AuditDifference, difference_of
from portal.audits.models import Review
from portal.audits.proof_ages import standing_for
from portal.audits.proof_doubts import DoubtTeller, doubts_in
from portal.audits.proof_rules import RuleText, rule_texts
from portal.audits.rules import ReadReason, ReviewVerdict
from portal.audits.services import plainly_acceptable_answers, review_fingerprint
from portal.audits.submitted_audit import SentAnswers, SubmittedAudit, changed_since
from portal.audits.wording import READ_REASONS
from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.evidence.models import Evidence
from portal.evidence.reading.doubts import Doubt
from portal.evidence.rules import Standing
from portal.evidence.services import evidence_fingerprint
from portal.findings.models import Finding
from portal.findings.rules import Severity
from portal.questionnaires.answer_text import AnswerText, answer_text
from portal.questionnaires.definition import Question, QuestionnaireSection
from portal.questionnaires.rules.coherence import AnswerRemark
from portal.questionnaires.rules.completing import severity_opened
from portal.web.text import current_language


class ReviewView(StrEnum):
    """What the reviewer looks at."""

    DIFFERENCE = "difference"
    SECTION = "section"
    LEFT = "reste"
    CHANGED = "changees"
    MARKED = "a-renvoyer"
    FILE = "dossier"


@dataclass(frozen=True)
class ReviewedProof:
    """A file sent with an answer, and what it is worth for that question today."""

    evidence: Evidence
    standing: Standing
    is_new: bool
    mark: str
    doubts: Sequence[Doubt]
    """What does not fit: the vendor was told the same before sending."""
    newer: Evidence | None
    """The version that its vendor has given since; none when there is none."""


@dataclass(frozen=True)
class ReviewedAnswer:
    """One question under review."""

    question: Question
    number: str
    told: AnswerText
    before: AnswerText | None
    """What was answered before, when that differs."""
    proofs: Sequence[ReviewedProof]
    gone: Sequence[Evidence]
    """Files sent before and not this time."""
    review: Review | None
    reviewer: str
    mark: str
    was_returned: bool
    finding: Finding | None
    opens: Severity | None
    """How grave a finding this answer would open by itself."""
    rules: Sequence[RuleText]
    """What its vendor was told would do as proof."""
    carried: str
    """« confirmed », « edited » or « new » beside the answers of an earlier audit; empty when none was proposed."""
    reasons: Sequence[ReadReason] = ()
    """Why it is to be read, in a review by difference."""
    remarks: Sequence[AnswerRemark] = ()
    """What its vendor was told of it before sending."""


@dataclass(frozen=True)
class ReviewedSection:
    """How far a section is judged."""

    section: QuestionnaireSection
    judged: int
    total: int
    bad: int
    """Verdicts other than acceptable."""


@dataclass(frozen=True)
class AuditReviewPage:
    """What the page of an audit under review shows."""

    submitted: SubmittedAudit
    before: SentAnswers | None
    is_earlier_audit: bool
    """Whether `before` is of an earlier audit rather than of the round before."""
    view: ReviewView
    section: QuestionnaireSection | None
    items: Sequence[ReviewedAnswer]
    sections: Sequence[ReviewedSection]
    changed: frozenset[str]
    plain: Sequence[str]
    """Answers left that need no word."""
    findings: Mapping[str, Finding]
    difference: AuditDifference | None
    """What changed since an earlier audit was accepted; none when there is nothing to compare with."""
    unchanged: Sequence[str]
    """Answers left that stand as they were accepted."""
    unchanged_mark: str
    reason_counts: Sequence[tuple[ReadReason, int]]
    """How many answers are to be read for each reason, the gravest first; an answer may count for several."""
    writes_in: Language
    """The language that what is written to the vendor should be in."""

    @property
    def compares_years(self) -> bool:
        """Whether the reviewer reads by difference with what was accepted before."""
        return self.difference is not None and len(self.submitted.submissions) == 1


def review_page_of(
    ctx: Context, submitted: SubmittedAudit, asked_view: ReviewView | None, section_key: str
) -> AuditReviewPage:
    """What the page shows of an audit; the number of statements does not depend on how many questions it has.

    Without a view asked for, what changed comes first where an earlier audit was accepted, else the sections.
    """
    difference = difference_of(ctx, submitted)
    is_first_round = len(submitted.submissions) == 1
    usual_view = ReviewView.DIFFERENCE if difference is not None and is_first_round else ReviewView.SECTION
    view = asked_view or usual_view
    if difference is not None and is_first_round:
        before: SentAnswers | None = difference.before
    else:
        before = submitted_audit.compared_with(ctx, submitted)
    proofs = submitted_audit.proofs(ctx, submitted, before)
    findings = submitted_audit.findings_of(ctx, submitted.audit)
    changed = changed_since(submitted, before)
    section = _section(submitted, section_key) if view is ReviewView.SECTION else None
    kept = _kept(submitted, view, section, changed, difference)
    number = submitted.numbers
    doubts = doubts_in(ctx, submitted.audit, _attached(submitted, proofs), submitted.questionnaire)
    remarks = _remarks(ctx, submitted, proofs)
    return AuditReviewPage(
        submitted=submitted,
        before=before,
        is_earlier_audit=before is not None and is_first_round,
        view=view,
        section=section,
        items=[
            replace(
                _item(ctx, submitted, question, number[question.key], before, proofs, findings, doubts),
                reasons=difference.reasons[question.key] if difference is not None else (),
                remarks=remarks.get(question.key, ()),
            )
            for question in submitted.asked
            if question.key in kept
        ],
        sections=list(_progress(submitted)),
        changed=changed,
        plain=plainly_acceptable_answers(ctx, submitted, proofs, difference) if submitted.is_open_to_review else [],
        findings=findings,
        difference=difference,
        unchanged=difference.unchanged(submitted.left) if difference is not None else (),
        unchanged_mark=difference.mark(submitted.left) if difference is not None else "",
        reason_counts=_reason_counts(difference) if difference is not None else (),
        writes_in=submitted.audit.vendor.language,
    )


def _reason_counts(difference: AuditDifference) -> list[tuple[ReadReason, int]]:
    counted = Counter(reason for reasons in difference.reasons.values() for reason in reasons)
    return [(reason, counted[reason]) for reason in READ_REASONS if counted[reason]]


def _remarks(ctx: Context, submitted: SubmittedAudit, proofs: Mapping[int, Evidence]) -> Remarks:
    sent = submitted.sent
    if sent is None:
        return {}
    shown = frozenset(question.key for question in submitted.asked)
    return remarks_on(ctx, submitted.questionnaire, sent.answers, shown, _attached(submitted, proofs))


def _attached(submitted: SubmittedAudit, proofs: Mapping[int, Evidence]) -> Mapping[str, Sequence[Evidence]]:
    files = submitted.sent.files if submitted.sent else {}
    return {key: [proofs[number] for number in numbers if number in proofs] for key, numbers in files.items()}


def _section(submitted: SubmittedAudit, key: str) -> QuestionnaireSection | None:
    """The section asked for, else the first with something left to judge, else the first."""
    asked = frozenset(question.key for question in submitted.asked)
    shown = [section for section in submitted.questionnaire.sections if asked & {q.key for q in section.questions}]
    left = frozenset(submitted.left)
    named = [section for section in shown if section.key == key]
    waiting = [section for section in shown if left & {q.key for q in section.questions}]
    return next(iter([*named, *waiting, *shown]), None)


def _kept(
    submitted: SubmittedAudit,
    view: ReviewView,
    section: QuestionnaireSection | None,
    changed: frozenset[str],
    difference: AuditDifference | None,
) -> frozenset[str]:
    match view:
        case ReviewView.DIFFERENCE:
            return difference.to_read if difference is not None else frozenset()
        case ReviewView.SECTION:
            return frozenset(q.key for q in section.questions) if section else frozenset()
        case ReviewView.LEFT:
            return frozenset(submitted.left)
        case ReviewView.CHANGED:
            return changed
        case ReviewView.MARKED:
            return frozenset(submitted.marked)
        case ReviewView.FILE:
            return frozenset()


def _item(
    ctx: Context,
    submitted: SubmittedAudit,
    question: Question,
    number: str,
    before: SentAnswers | None,
    proofs: Mapping[int, Evidence],
    findings: Mapping[str, Finding],
    doubts: DoubtTeller,
) -> ReviewedAnswer:
    key, answer = question.key, submitted.answer(question.key)
    now = submitted.sent.files.get(key, ()) if submitted.sent else ()
    then = before.files.get(key, ()) if before else ()
    review = submitted.verdicts.get(key)
    return ReviewedAnswer(
        question=question,
        number=number,
        told=answer_text(question, answer, current_language()),
        before=_before(submitted, question, before),
        proofs=[
            ReviewedProof(
                proofs[n],
                standing_for(question, proofs[n], ctx.today),
                is_new=before is not None and n not in then,
                mark=evidence_fingerprint(proofs[n]),
                doubts=doubts(proofs[n], question, answer),
                newer=proofs[n].replaced_by,
            )
            for n in now
            if n in proofs
        ],
        gone=[proofs[n] for n in then if n not in now and n in proofs],
        review=review,
        reviewer=submitted.reviewers.get(review.id, "") if review is not None else "",
        mark=review_fingerprint(review),
        was_returned=submitted.audit.round > 1 and key in submitted.audit.returned_questions,
        finding=findings.get(key),
        opens=severity_opened(question, answer),
        rules=rule_texts(key, current_language()) if question.takes_files else (),
        carried=_carried(submitted, key),
    )


def _carried(submitted: SubmittedAudit, key: str) -> str:
    if submitted.sent is None or not submitted.audit.carries:
        return ""
    found = submitted.sent.carried.get(key)
    return found.value if found else "new"


def _before(submitted: SubmittedAudit, question: Question, before: SentAnswers | None) -> AnswerText | None:
    """The answer before, when it is not the same as now; a comment alone is a change too.

    What stands (round 0) does not tell a question left empty from one that was not asked: nothing is said of it.
    """
    if before is None or (before.round == 0 and question.key not in before.answers):
        return None
    old, new = before.answers.get(question.key), submitted.answer(question.key)
    if old is not None and (old.value, old.comment) == (new.value, new.comment):
        return None
    return answer_text(question, old, current_language())


def _progress(submitted: SubmittedAudit) -> Iterable[ReviewedSection]:
    asked = frozenset(question.key for question in submitted.asked)
    for section in submitted.questionnaire.sections:
        keys = [question.key for question in section.questions if question.key in asked]
        verdicts = [submitted.verdicts[key].verdict for key in keys if key in submitted.verdicts]
        if keys:
            bad = sum(verdict is not ReviewVerdict.ACCEPTABLE for verdict in verdicts)
            yield ReviewedSection(section, len(verdicts), len(keys), bad)
