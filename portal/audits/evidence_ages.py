"""What audits ask today of the proofs that answer them: read here, kept on each proof.

Evidence knows no audit. What its lists need of one, whether it rests on the proof and the shortest age it accepts
(`Evidence.in_use`, `max_age_months`, and the day that follows from them), is written when a vendor sends its answers
and when an audit is cancelled; a job recounts it each night, for the file of kinds may have changed, and
`flask audits recount-evidence` says what was wrong.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Result, exists, select

from portal.audits.models import AnswerEvidence, Audit, Submission
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.evidence import services as evidence
from portal.evidence.models import Evidence
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.queries import questionnaire_of


def keep_ages(ctx: Context, vendor_id: int) -> int:
    """Write the age accepted of each proof of a vendor; returns how many changed."""
    return evidence.keep_demands(ctx, accepted_ages(ctx, vendor_id), vendor_id)


def recount(ctx: Context) -> int:
    """Write the age accepted of every proof; returns how many were wrong, which should be none."""
    return evidence.keep_demands(ctx, accepted_ages(ctx))


@dataclass(frozen=True)
class AskedQuestions:
    """What one version of a questionnaire asks, as far as proofs are concerned."""

    packs: frozenset[str]
    """The questionnaires it is made of; itself alone unless it is composed."""
    settled: frozenset[str]
    """The questions it asks, and those they replace: it speaks for a vendor on these once answers are sent."""
    limits: Mapping[str, int]
    """The months beyond which a question accepts a proof no longer, by key."""


def accepted_ages(ctx: Context, vendor_id: int | None = None) -> dict[int, int | None]:
    """By proof in use, the fewest months that a question it answers accepts, of one vendor or of all.

    A proof counts in the newest audit that asks its question, among those a vendor has sent answers to: whether one
    questionnaire asked it or a composed one, a proof that was given again is then no longer to be renewed. Where later
    audits asked all that an audit did, what they ask no more is not to be renewed either.
    """
    links = (
        select(
            AnswerEvidence.evidence_id,
            AnswerEvidence.question_key,
            AnswerEvidence.audit_id,
            Audit.vendor_id,
            Evidence.kind,
        )
        .join(Audit, Audit.id == AnswerEvidence.audit_id)
        .join(Evidence, Evidence.id == AnswerEvidence.evidence_id)
        .where(Evidence.sent_at.is_not(None))
    )
    sent = select(Audit.id, Audit.vendor_id, Audit.questionnaire_version_id).where(
        Audit.state != AuditState.CANCELLED, exists().where(Submission.audit_id == Audit.id)
    )
    if vendor_id is not None:
        links, sent = links.where(Audit.vendor_id == vendor_id), sent.where(Audit.vendor_id == vendor_id)
    asked = asked_questions(ctx)
    audits: dict[int, dict[int, AskedQuestions]] = defaultdict(dict)
    for audit in ctx.session.execute(sent.order_by(Audit.id)):
        audits[audit.vendor_id][audit.id] = asked[audit.questionnaire_version_id]
    found: dict[int, int | None] = {}
    rows: Result[Any] = ctx.session.execute(links)
    for link in rows:
        of_vendor = audits[link.vendor_id]
        if link.audit_id not in of_vendor or _is_superseded(of_vendor, link.audit_id, link.question_key):
            continue
        limit = of_vendor[link.audit_id].limits.get(link.question_key)
        months = (limit, found.get(link.evidence_id))
        found[link.evidence_id] = min((one for one in months if one is not None), default=None)
    return found


def _is_superseded(audits: Mapping[int, AskedQuestions], audit_id: int, question_key: str) -> bool:
    """Whether later audits of a vendor speak for it on a question, by asking it or by asking all that its audit did."""
    later = [asked for number, asked in audits.items() if number > audit_id]
    covered = frozenset[str]().union(*(asked.packs for asked in later))
    return audits[audit_id].packs <= covered or any(question_key in asked.settled for asked in later)


def asked_questions(ctx: Context) -> Mapping[int, AskedQuestions]:
    """By version of questionnaire, what it asks."""
    found = {}
    for version in ctx.session.scalars(select(QuestionnaireVersion)):
        questions = questionnaire_of(ctx.session, version).questions
        found[version.id] = AskedQuestions(
            packs=frozenset(version.packs),
            settled=frozenset(key for one in questions for key in (one.key, one.replaces) if key),
            limits={
                one.key: one.evidence_max_age_months for one in questions if one.evidence_max_age_months is not None
            },
        )
    return found


def age_limits(ctx: Context) -> Mapping[int, Mapping[str, int]]:
    """By version of questionnaire: the months beyond which each question accepts a proof no longer."""
    return {number: asked.limits for number, asked in asked_questions(ctx).items()}
