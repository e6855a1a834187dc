"""A vendor asks for more time; one of ours grants it, grants another date, or refuses and says why."""

from datetime import date

from portal.audits import delay_queries, queries
from portal.audits.events import AuditPostponed
from portal.audits.exchange_models import DelayRequest, DelayState
from portal.audits.mails import who_answered
from portal.audits.models import Audit
from portal.audits.rules import MOST_REQUESTS, delay_problem
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core import workdays
from portal.core.clock import legal_date
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.identity.queries import holders_of
from portal.jobs.ledger import publish
from portal.journal import services as journal
from portal.notices.services import News, note_for_staff, note_for_vendor, tell_otherwise
from portal.vendors.letters import arrival

LONGEST_WORDS = 1_000
"""Characters of a reason, on either side."""
_SENT = N_("Ces réponses ne sont plus attendues : il n'y a plus de délai à donner.")


def ask_delay(ctx: Context, audit_id: int, wanted: date, reason: str) -> DelayRequest:
    """Ask until a day, or the next working one, to answer; one request at a time. Raises NotFound, Refused."""
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_ANSWER, lock=True)
    if not audit.state.is_with_vendor:
        raise Refused(N_("Ce questionnaire est déjà envoyé : il n'y a plus de délai à demander."))
    if delay_queries.is_waiting(delay_queries.last_request(ctx, audit), audit):
        raise Refused(N_("Votre demande précédente attend encore une réponse."))
    if delay_queries.count_requests(ctx, audit) >= MOST_REQUESTS:
        raise Refused(N_("Vous avez demandé %(most)s délais pour ces réponses : écrivez-nous plutôt."),
                      most=MOST_REQUESTS)  # fmt: skip
    day = _working_day(ctx, audit, wanted)
    _check_words(reason)
    row = DelayRequest(
        vendor_id=audit.vendor_id, audit_id=audit.id, round=audit.round, due_on=audit.due_on, wanted_on=day,
        reason=reason, asked_at=ctx.now, asked_by_id=ctx.actor.id, asked_by_name=ctx.actor.name,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    journal.record(ctx, "delay.asked", audit, after={"wanted_on": day, "reason": reason})
    news = News(
        template="audits/emails/notice_delay_asked",
        key=f"delay:{row.id}",
        about=_about(audit),
        values={
            "vendor": audit.vendor.name, "titles": audit.questionnaire_version.title, "wanted_on": day.isoformat(),
            "due_on": audit.due_on.isoformat(),
        },
        due_on=audit.due_on,
        landing=Landing("audits.delay", audit_id=audit.id),
    )  # fmt: skip
    note_for_staff(ctx, audit.vendor_id, news, holders_of(ctx, Permission.AUDIT_REVIEW, audit))
    return row


def grant_delay(ctx: Context, audit_id: int, day: date, words: str = "") -> DelayRequest:
    """Give until a day, the one asked for or another: everything that looks at the due date follows by itself.

    An audit that was sent meanwhile is given nothing. Raises NotFound when nothing is asked, Refused.
    """
    audit, row = _asked(ctx, audit_id)
    _check_words(words)
    until = _working_day(ctx, audit, day)
    before = audit.due_on
    audit.due_on = until
    _decide(ctx, row, DelayState.GRANTED, words)
    row.granted_on = until
    ctx.session.flush()
    journal.record(ctx, "delay.granted", audit, before={"due_on": before}, after={"due_on": until, "reason": words})
    publish(ctx, AuditPostponed(audit.id), key=f"{audit.id}:{row.id}")
    _tell_vendor(ctx, audit, row)
    return row


def refuse_delay(ctx: Context, audit_id: int, words: str) -> DelayRequest:
    """Refuse more time, saying why: the vendor reads it. Raises NotFound when nothing is asked, Refused."""
    audit, row = _asked(ctx, audit_id)
    if not words:
        raise Refused(N_("Dites pourquoi : le prestataire lira votre réponse."))
    _check_words(words)
    _decide(ctx, row, DelayState.REFUSED, words)
    ctx.session.flush()
    journal.record(ctx, "delay.refused", audit, after={"wanted_on": row.wanted_on, "reason": words})
    _tell_vendor(ctx, audit, row)
    return row


def _asked(ctx: Context, audit_id: int) -> tuple[Audit, DelayRequest]:
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW, lock=True)
    if not audit.state.is_with_vendor:
        raise Refused(_SENT)
    return audit, delay_queries.waiting_request(ctx, audit)


def _working_day(ctx: Context, audit: Audit, day: date) -> date:
    """The day, or the next working one; raises Refused when that is beyond sense."""
    opened_on = legal_date(audit.opened_at)
    problem = delay_problem(day, audit.due_on, opened_on, ctx.today)
    if problem is not None:
        raise Refused(problem)
    return workdays.next_working(day)


def _check_words(words: str) -> None:
    if len(words) > LONGEST_WORDS:
        raise Refused(N_("Ce texte dépasse %(limit)s caractères."), limit=LONGEST_WORDS)


def _decide(ctx: Context, row: DelayRequest, state: DelayState, words: str) -> None:
    row.state, row.answer, row.decided_at, row.decided_by_id = state, words, ctx.now, ctx.actor.id


def _tell_vendor(ctx: Context, audit: Audit, row: DelayRequest) -> None:
    tell_otherwise(ctx, [_about(audit)])
    news = News(
        template="audits/emails/notice_delay",
        key=f"delay:{row.id}:{row.state.value}",
        about=f"{_about(audit)}:answer",
        values={
            "titles": audit.questionnaire_version.title, "due_on": audit.due_on.isoformat(),
            "granted": row.granted_on is not None, "is_other": row.granted_on not in {None, row.wanted_on},
            "wanted_on": row.wanted_on.isoformat(), "answer": row.answer,
        },
        expects_action=False,
        due_on=audit.due_on,
        landing=arrival(Landing("vendor_space.audit", audit_id=audit.id), audit.vendor_id),
    )  # fmt: skip
    took_part = {*who_answered(ctx, audit.id), *([row.asked_by_id] if row.asked_by_id is not None else [])}
    note_for_vendor(ctx, audit.vendor_id, news, took_part=took_part)


def _about(audit: Audit) -> str:
    return f"audit:{audit.id}:delay"
