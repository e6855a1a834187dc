"""Where the gap of a finding was seen in audits, and when a vendor was last audited, for the pages of findings."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit, AuditFinding, Submission
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.numbering import numbers_asked
from portal.web.formats import long_date
from portal.web.manifest import FindingSighting
from portal.web.text import _, current_language


def sightings_of(ctx: Context, finding_id: int) -> Iterator[FindingSighting]:
    """Each audit whose answer showed the gap, with the question that was answered."""
    last = select(func.max(Submission.round)).where(Submission.audit_id == Audit.id).correlate(Audit).scalar_subquery()
    rows = ctx.session.execute(
        select(Audit, AuditFinding.question_key, Submission.content)
        .join(AuditFinding, AuditFinding.audit_id == Audit.id)
        .outerjoin(Submission, and_(Submission.audit_id == Audit.id, Submission.round == last))
        .options(joinedload(Audit.questionnaire_version))
        .where(AuditFinding.finding_id == finding_id)
        .order_by(Audit.opened_at, Audit.id)
    )
    for audit, key, content in rows:
        questionnaire = questionnaire_of(ctx.session, audit.questionnaire_version)
        section = next((s.key for s in questionnaire.sections if key in {q.key for q in s.questions}), None)
        question = questionnaire.question(key)
        yield FindingSighting(
            at=audit.submitted_at or audit.opened_at,
            place=_("l'audit du %(day)s", day=long_date(audit.opened_at)),
            link=_("Voir la réponse"),
            url=url_for("audits.show", audit_id=audit.id, section=section, _anchor=f"q-{key}"),
            number=numbers_asked(questionnaire, (content or {}).get("answers", {})).get(key, ""),
            question=question.text.read(current_language()) if question is not None else "",
        )


def last_accepted(ctx: Context, vendor_id: int) -> datetime | None:
    """When an audit of a vendor was last accepted."""
    return ctx.session.scalar(
        select(func.max(Audit.accepted_at)).where(Audit.vendor_id == vendor_id, Audit.state == AuditState.ACCEPTED)
    )
