"""The reviewer's desk: each question of a dossier with all that is needed to judge it, as the page shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.audits import dossiers
from portal.audits.dossiers import Dossier, Sending, changed_since
from portal.audits.models import Review
from portal.audits.reviewing import plainly_acceptable, review_fingerprint
from portal.audits.rules import ReviewVerdict
from portal.authz.context import Context
from portal.evidence.models import Evidence
from portal.evidence.rules import Standing
from portal.evidence.services import evidence_fingerprint
from portal.findings.models import Finding
from portal.findings.rules import Severity
from portal.questionnaires.answer_text import AnswerText, answer_text
from portal.questionnaires.definition import Question, QuestionnaireSection
from portal.questionnaires.rules.completing import severity_opened
from portal.web.text import current_language


class Lens(StrEnum):
    """What the reviewer looks at."""

    SECTION = "section"
    LEFT = "reste"
    CHANGED = "changees"
    MARKED = "a-renvoyer"
    FILE = "dossier"


@dataclass(frozen=True)
class Proof:
    """A file sent with an answer, and what it is worth for that question today."""

    evidence: Evidence
    standing: Standing
    is_new: bool
    mark: str


@dataclass(frozen=True)
class Item:
    """One question under review."""

    question: Question
    number: str
    told: AnswerText
    before: AnswerText | None
    """What was answered before, when that differs."""
    proofs: Sequence[Proof]
    gone: Sequence[Evidence]
    """Files sent before and not this time."""
    review: Review | None
    reviewer: str
    mark: str
    was_returned: bool
    finding: Finding | None
    opens: Severity | None
    """How grave a finding this answer would open by itself."""


@dataclass(frozen=True)
class Progress:
    """How far a section is judged."""

    section: QuestionnaireSection
    judged: int
    total: int
    bad: int
    """Verdicts other than acceptable."""


@dataclass(frozen=True)
class Desk:
    """The whole page of a dossier."""

    dossier: Dossier
    before: Sending | None
    is_earlier_audit: bool
    """Whether `before` is of an earlier audit rather than of the round before."""
    lens: Lens
    section: QuestionnaireSection | None
    items: Sequence[Item]
    sections: Sequence[Progress]
    changed: frozenset[str]
    plain: Sequence[str]
    """Answers left that need no word."""
    findings: Mapping[str, Finding]


def lay_out(ctx: Context, dossier: Dossier, lens: Lens, section_key: str) -> Desk:
    """The desk of a dossier; the statements do not depend on how many questions it has."""
    before = dossiers.compared_with(ctx, dossier)
    proofs = dossiers.proofs(ctx, dossier, before)
    findings = dossiers.findings_of(ctx, dossier.audit)
    changed = changed_since(dossier, before)
    section = _section(dossier, section_key) if lens is Lens.SECTION else None
    kept = _kept(dossier, lens, section, changed)
    number = dossier.questionnaire.numbers
    return Desk(
        dossier=dossier,
        before=before,
        is_earlier_audit=before is not None and len(dossier.sendings) == 1,
        lens=lens,
        section=section,
        items=[
            _item(ctx, dossier, question, number[question.key], before, proofs, findings)
            for question in dossier.asked
            if question.key in kept
        ],
        sections=list(_progress(dossier)),
        changed=changed,
        plain=plainly_acceptable(ctx, dossier, proofs) if dossier.is_open_to_review else [],
        findings=findings,
    )


def _section(dossier: Dossier, key: str) -> QuestionnaireSection | None:
    """The section asked for, else the first with something left to judge, else the first."""
    asked = frozenset(question.key for question in dossier.asked)
    shown = [section for section in dossier.questionnaire.sections if asked & {q.key for q in section.questions}]
    left = frozenset(dossier.left)
    named = [section for section in shown if section.key == key]
    waiting = [section for section in shown if left & {q.key for q in section.questions}]
    return next(iter([*named, *waiting, *shown]), None)


def _kept(
    dossier: Dossier, lens: Lens, section: QuestionnaireSection | None, changed: frozenset[str]
) -> frozenset[str]:
    match lens:
        case Lens.SECTION:
            return frozenset(q.key for q in section.questions) if section else frozenset()
        case Lens.LEFT:
            return frozenset(dossier.left)
        case Lens.CHANGED:
            return changed
        case Lens.MARKED:
            return frozenset(dossier.marked)
        case Lens.FILE:
            return frozenset()


def _item(
    ctx: Context,
    dossier: Dossier,
    question: Question,
    number: str,
    before: Sending | None,
    proofs: Mapping[int, Evidence],
    findings: Mapping[str, Finding],
) -> Item:
    key, answer = question.key, dossier.answer(question.key)
    now = dossier.sent.files.get(key, ()) if dossier.sent else ()
    then = before.files.get(key, ()) if before else ()
    review = dossier.verdicts.get(key)
    return Item(
        question=question,
        number=number,
        told=answer_text(question, answer, current_language()),
        before=_before(dossier, question, before),
        proofs=[
            Proof(
                proofs[n],
                dossiers.standing_of(question, proofs[n], ctx.today),
                is_new=before is not None and n not in then,
                mark=evidence_fingerprint(proofs[n]),
            )
            for n in now
            if n in proofs
        ],
        gone=[proofs[n] for n in then if n not in now and n in proofs],
        review=review,
        reviewer=dossier.reviewers.get(review.id, "") if review is not None else "",
        mark=review_fingerprint(review),
        was_returned=dossier.audit.round > 1 and key in dossier.audit.returned_questions,
        finding=findings.get(key),
        opens=severity_opened(question, answer),
    )


def _before(dossier: Dossier, question: Question, before: Sending | None) -> AnswerText | None:
    """The answer before, when it is not the same as now; a comment alone is a change too."""
    if before is None:
        return None
    old, new = before.answers.get(question.key), dossier.answer(question.key)
    if old is not None and (old.value, old.comment) == (new.value, new.comment):
        return None
    return answer_text(question, old, current_language())


def _progress(dossier: Dossier) -> Iterable[Progress]:
    asked = frozenset(question.key for question in dossier.asked)
    for section in dossier.questionnaire.sections:
        keys = [question.key for question in section.questions if question.key in asked]
        verdicts = [dossier.verdicts[key].verdict for key in keys if key in dossier.verdicts]
        if keys:
            bad = sum(verdict is not ReviewVerdict.ACCEPTABLE for verdict in verdicts)
            yield Progress(section, len(verdicts), len(keys), bad)
