"""What audits ask today of the proofs that answer them: read here, kept on each proof.

Evidence knows no audit. What its lists need of one, whether it rests on the proof and the shortest age it accepts
(`Evidence.in_use`, `max_age_months`, and the day that follows from them), is written when a vendor sends its answers
and when an audit is cancelled; a job recounts it each night, for the file of kinds may have changed, and
`flask audits recount-evidence` says what was wrong.
"""

from collections.abc import Mapping

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from portal.audits.models import AnswerEvidence, Audit, Submission
from portal.audits.rules import AuditState
from portal.authz.context import Context
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


def accepted_ages(ctx: Context, vendor_id: int | None = None) -> dict[int, int | None]:
    """By proof in use, the fewest months that a question it answers accepts, of one vendor or of all.

    Only the audits that speak for a vendor today count: of each questionnaire, the newest one it has sent answers to.
    A proof that was given again is then no longer to be renewed.
    """
    newer, asked = aliased(Audit), aliased(QuestionnaireVersion)
    superseded = exists().where(
        newer.vendor_id == Audit.vendor_id,
        newer.id > Audit.id,
        newer.state != AuditState.CANCELLED,
        asked.id == newer.questionnaire_version_id,
        asked.key == QuestionnaireVersion.key,
        exists().where(Submission.audit_id == newer.id),
    )
    statement = (
        select(AnswerEvidence.evidence_id, AnswerEvidence.question_key, Audit.questionnaire_version_id)
        .join(Audit, Audit.id == AnswerEvidence.audit_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .join(Evidence, Evidence.id == AnswerEvidence.evidence_id)
        .where(
            Evidence.sent_at.is_not(None),
            Audit.state != AuditState.CANCELLED,
            exists().where(Submission.audit_id == Audit.id),
            ~superseded,
        )
    )
    if vendor_id is not None:
        statement = statement.where(Audit.vendor_id == vendor_id)
    limits = age_limits(ctx)
    found: dict[int, int | None] = {}
    for row in ctx.session.execute(statement):
        asked_of = (limits[row.questionnaire_version_id].get(row.question_key), found.get(row.evidence_id))
        found[row.evidence_id] = min((months for months in asked_of if months is not None), default=None)
    return found


def age_limits(ctx: Context) -> Mapping[int, Mapping[str, int]]:
    """By version of questionnaire: the months beyond which each question accepts a proof no longer."""
    versions = ctx.session.scalars(select(QuestionnaireVersion)).all()
    return {
        version.id: {
            question.key: question.evidence_max_age_months
            for question in questionnaire_of(ctx.session, version).questions
            if question.evidence_max_age_months is not None
        }
        for version in versions
    }
