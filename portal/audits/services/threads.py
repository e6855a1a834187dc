"""A thread under each question: the vendor asks, we answer or close it; both are told in their digest."""

from sqlalchemy import update

from portal.audits import queries, thread_queries
from portal.audits.exchange_models import QuestionMessage
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.identity.queries import holders_of
from portal.journal import services as journal
from portal.notices.services import News, note_for_staff, note_for_vendor, tell_otherwise
from portal.vendors.daily_share import keep_daily_share
from portal.vendors.letters import arrival

LONGEST_QUESTION = 4_000
"""Characters of one message."""
MOST_A_DAY = 50
"""Messages that a vendor may write in twenty-four hours."""
_OVER = (AuditState.ACCEPTED, AuditState.CANCELLED)


def may_ask(audit: Audit) -> bool:
    """Whether an audit still takes questions; its threads are read for ever."""
    return audit.state not in _OVER


def ask_about_question(ctx: Context, audit_id: int, key: str, text: str) -> QuestionMessage:
    """Put a vendor's question, under a question of its audit, to whoever reviews it. Raises NotFound, Refused."""
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_ANSWER)
    number = _number(ctx, audit, key)
    if not may_ask(audit):
        raise Refused(N_("Cet audit est clos : les échanges se lisent et ne continuent plus."))
    keep_daily_share(
        ctx, QuestionMessage.at, QuestionMessage.vendor_id == audit.vendor_id, QuestionMessage.from_vendor.is_(True),
        most=MOST_A_DAY, refusal=N_("Vous avez écrit %(most)s messages en un jour : continuez demain."),
    )  # fmt: skip
    message = _write(ctx, audit, key, text, from_vendor=True)
    news = News(
        template="audits/emails/notice_question",
        key=f"question-message:{message.id}",
        about=_about(audit, key),
        values={"vendor": audit.vendor.name, "titles": audit.questionnaire_version.title, "number": number},
        landing=Landing("audits.threads", audit_id=audit.id),
    )
    note_for_staff(ctx, audit.vendor_id, news, holders_of(ctx, Permission.AUDIT_REVIEW, audit))
    return message


def answer_question(ctx: Context, audit_id: int, key: str, text: str) -> QuestionMessage:
    """Answer a vendor on a thread of its own; its people are told. Raises NotFound, Refused."""
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    asked = _thread(ctx, audit, key)
    message = _write(ctx, audit, key, text, from_vendor=False)
    _settle(ctx, audit, key)
    news = News(
        template="audits/emails/notice_answer",
        key=f"question-message:{message.id}",
        about=f"{_about(audit, key)}:answer",
        values={"titles": audit.questionnaire_version.title, "number": _number(ctx, audit, key)},
        expects_action=False,
        landing=arrival(Landing("vendor_space.thread", audit_id=audit.id, question=key), audit.vendor_id),
    )
    writers = {one.author_id for one in asked if one.from_vendor and one.author_id is not None}
    note_for_vendor(ctx, audit.vendor_id, news, took_part=writers)
    return message


def close_thread(ctx: Context, audit_id: int, key: str) -> QuestionMessage:
    """Say that a message calls for no answer; both sides read that it was closed, and by which of them.

    Raises NotFound, Refused; Forbidden to anybody who is no person.
    """
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    if ctx.actor.id is None:
        raise Forbidden(N_("Votre compte ne permet pas cette action."))
    if not _thread(ctx, audit, key)[-1].from_vendor:
        raise Refused(N_("Cet échange n'attend pas de réponse."))
    closing = _add(ctx, audit, key, "", from_vendor=False, closes=True)
    _settle(ctx, audit, key)
    journal.record(ctx, "exchange.closed", audit, after={"question": key})
    return closing


def _thread(ctx: Context, audit: Audit, key: str) -> list[QuestionMessage]:
    found = thread_queries.threads_of(ctx, audit.id, key).get(key)
    if found is None:
        raise NotFound()
    return list(found.messages)


def _settle(ctx: Context, audit: Audit, key: str) -> None:
    """What the vendor asked so far waits no more, nor is it told in a digest."""
    ctx.session.execute(
        update(QuestionMessage)
        .where(
            QuestionMessage.audit_id == audit.id, QuestionMessage.question_key == key,
            QuestionMessage.from_vendor.is_(True), QuestionMessage.answered_at.is_(None),
        )
        .values(answered_at=ctx.now)
    )  # fmt: skip
    tell_otherwise(ctx, [_about(audit, key)])


def _write(ctx: Context, audit: Audit, key: str, text: str, *, from_vendor: bool) -> QuestionMessage:
    words = text.strip()
    if not words:
        raise Refused(N_("Écrivez votre message."))
    if len(words) > LONGEST_QUESTION:
        raise Refused(N_("Un message compte %(most)s caractères au plus."), most=LONGEST_QUESTION)
    message = _add(ctx, audit, key, words, from_vendor=from_vendor)
    action = "exchange.asked" if from_vendor else "exchange.answered"
    journal.record(ctx, action, audit, after={"question": key, "text": words})
    return message


def _add(
    ctx: Context, audit: Audit, key: str, words: str, *, from_vendor: bool, closes: bool = False
) -> QuestionMessage:  # fmt: skip
    permission = Permission.AUDIT_ANSWER if from_vendor else Permission.AUDIT_REVIEW
    authorize(ctx, permission, audit)
    message = QuestionMessage(
        vendor_id=audit.vendor_id, audit_id=audit.id, question_key=key, at=ctx.now, author_id=ctx.actor.id,
        author_name=ctx.actor.name, from_vendor=from_vendor, closes=closes, text=words,
    )  # fmt: skip
    ctx.session.add(message)
    ctx.session.flush()
    return message


def _number(ctx: Context, audit: Audit, key: str) -> str:
    sheet = queries.sheet_of(ctx, audit)
    if sheet.questionnaire.question(key) is None:
        raise NotFound()
    return sheet.number_of(key)


def _about(audit: Audit, key: str) -> str:
    return f"audit:{audit.id}:exchange:{key}"[:120]
