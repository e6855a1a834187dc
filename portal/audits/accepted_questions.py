"""What a vendor was told is not asked again up to a day, included: « Accepté jusqu'au », question by question."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.questionnaires.definition import Question, Questionnaire
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.queries import questionnaire_of
from portal.vendors.models import Vendor


@dataclass(frozen=True)
class AcceptedQuestions:
    """Questions accepted until one day."""

    until: date
    questions: tuple[Question, ...]


def accepted_questions(ctx: Context, vendor: Vendor, asked: Questionnaire) -> Sequence[AcceptedQuestions]:
    """The questions of a questionnaire that are accepted until today or a day to come, the furthest day first.

    A question accepted twice holds until the later day. One statement, and one a questionnaire not yet read.
    """
    rows = ctx.session.execute(
        select(Audit.accepted_until, QuestionnaireVersion)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(Audit.vendor_id == vendor.id, Audit.state == AuditState.ACCEPTED, Audit.accepted_until >= ctx.today)
    ).all()
    until: dict[str, date] = {}
    for day, version in rows:
        if day is None:
            continue
        for question in questionnaire_of(ctx.session, version).questions:
            until[question.key] = max(day, until.get(question.key, day))
    held = [(until[question.key], question) for question in asked.questions if question.key in until]
    by_day = sorted(held, key=lambda one: one[0], reverse=True)
    return [
        AcceptedQuestions(day, tuple(question for _, question in found))
        for day, found in groupby(by_day, key=lambda one: one[0])
    ]
