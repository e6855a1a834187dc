"""What an acceptance lets stand: the answers as last sent, to be proposed in the next audit."""

from datetime import datetime

from sqlalchemy import select

from portal.audits.models import StandingAnswer, stored_value, value_of
from portal.audits.rules import ReviewVerdict
from portal.audits.submitted_audit import SubmittedAudit
from portal.authz.context import Context
from portal.questionnaires.rules.completing import is_answered


def keep_standing_answers(ctx: Context, submitted: SubmittedAudit) -> int:
    """Write the answers of an audit just accepted as those that stand; returns how many.

    A question that this audit left unanswered, or did not ask because of another answer, stands no more: proposing an
    older answer would go back on what the vendor has said since. What was sent later elsewhere is left alone.
    The acceptance is what is journaled.
    """
    sent, audit = submitted.sent, submitted.audit
    if sent is None:
        return 0
    rows = ctx.session.scalars(select(StandingAnswer).where(StandingAnswer.vendor_id == audit.vendor_id))
    known = {row.question_key: row for row in rows}
    asked, kept = {question.key for question in submitted.asked}, 0
    for question in submitted.questionnaire.questions:
        key, row, answer = question.key, known.get(question.key), sent.answer(question.key)
        if row is not None and row.sent_at > sent.at:
            continue
        if key not in asked or not is_answered(question, answer):
            if row is not None:
                ctx.session.delete(row)
            continue
        same = row is not None and (value_of(row.value), row.comment) == (answer.value, answer.comment)
        if row is None:
            row = StandingAnswer(vendor_id=audit.vendor_id, question_key=key)
            ctx.session.add(row)
        if not same:
            row.said_at, row.said_by = _first_said(submitted, key)
        review = submitted.verdicts.get(key)
        row.value, row.comment, row.file_count = stored_value(answer.value), answer.comment, answer.files
        row.audit_id, row.sent_at = audit.id, sent.at
        row.contested = review is not None and review.verdict is not ReviewVerdict.ACCEPTABLE
        kept += 1
    ctx.session.flush()
    return kept


def _first_said(submitted: SubmittedAudit, key: str) -> tuple[datetime, str]:
    """When the answer was first sent in these words in this audit, and by whom: it may have been sent in each round."""
    last = submitted.submissions[-1]
    found = last
    for sending in reversed(submitted.submissions):
        given, now = sending.answers.get(key), last.answer(key)
        if given is None or (given.value, given.comment) != (now.value, now.comment):
            break
        found = sending
    return found.at, found.by_name
