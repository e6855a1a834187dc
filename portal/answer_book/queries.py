"""What a vendor has signed: its last answer to each question, with where and when it was said."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from portal.audits.models import Audit, Submission, value_of
from portal.audits.rules import AuditState
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.questionnaires.definition import Bilingual, GivenAnswer, Question
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.queries import questionnaire_of

SIGNED = (AuditState.SUBMITTED, AuditState.ACCEPTED)
"""What a vendor is answering again is no longer its word, and what was cancelled never is."""


@dataclass(frozen=True)
class SignedAnswer:
    """An answer as it was signed."""

    question: Question
    """As it was asked then."""
    given: GivenAnswer
    files: tuple[str, ...]
    """Names of the files sent with it."""
    questionnaire: Bilingual
    said_on: date


def signed_answers(ctx: Context, vendor_id: int, *, to: Permission) -> Mapping[str, SignedAnswer]:
    """The last signed answer of a vendor to each question, by key; one statement, and one a questionnaire not yet read.

    Nothing of a review is in it: neither verdict, nor note, nor score.
    """
    rows = ctx.session.execute(
        select(Submission, QuestionnaireVersion, Audit.id)
        .join(Audit, Audit.id == Submission.audit_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(Audit.vendor_id == vendor_id, Audit.state.in_(SIGNED), visible(ctx, to, Audit))
        .order_by(Submission.at, Submission.id)
    ).all()
    last = {audit_id: submission.id for submission, _version, audit_id in rows}
    found: dict[str, SignedAnswer] = {}
    for submission, version, audit_id in rows:
        if last[audit_id] != submission.id:
            continue  # a later round took its place, whole
        questionnaire = questionnaire_of(ctx.session, version)
        names: dict[str, tuple[str, ...]] = {}
        for file in submission.content["files"]:
            names[file["question"]] = (*names.get(file["question"], ()), file["name"])
        for key, answer in submission.content["answers"].items():
            question = questionnaire.question(key)
            if question is None:
                continue
            files = names.get(key, ())
            given = GivenAnswer(value_of({"v": answer["value"]}), answer["comment"], len(files))
            if question.kind.is_answered(given):
                found[key] = SignedAnswer(question, given, files, questionnaire.title, legal_date(submission.at))
    return found
