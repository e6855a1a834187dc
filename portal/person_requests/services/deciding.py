"""What is done with a request until it is closed: acknowledged, doubted, extended, answered or refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.calendar import months_later
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.files import Blob
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.incidents.rules.sense import says_something
from portal.person_requests.legislation import request_law
from portal.person_requests.models import PersonRequest, RequestTask
from portal.person_requests.rules.entrusted import TaskFacts, missing_before_answer, missing_before_closing
from portal.person_requests.rules.kinds import RefusalGround, fits
from portal.person_requests.rules.life import RequestAct
from portal.person_requests.rules.term import IdentityPause, term_of
from portal.person_requests.services.entering import check_dates
from portal.person_requests.services.shared import (
    FUTURE,
    check,
    explained,
    keep_proof,
    take,
    term_of_request,
)

W = Permission.REQUEST_WORK
DOUBT_FIRST = N_("L'identité est en doute : notez d'abord qu'elle est établie, ou refusez faute de pouvoir identifier.")


@dataclass(frozen=True)
class ReceiptDates:
    """When a request was received, by whom, and which day counts."""

    vendor_received_on: date | None
    reached_us_on: date
    counts_from_vendor: bool
    reason: str


@dataclass(frozen=True)
class AnswerSheet:
    """What the person was told, and when."""

    told_on: date
    answer: str


@dataclass(frozen=True)
class RefusalSheet:
    """Why the request is not acted on, and when the person was told."""

    ground: RefusalGround
    reason: str
    told_on: date


def acknowledge(ctx: Context, request: PersonRequest, on: date) -> None:
    """Note the day on which the person was told that we have their request."""
    authorize(ctx, W, request)
    hold_row(ctx.session, request)
    _must_be_between(ctx, request, on)
    take(ctx, request, RequestAct.ACKNOWLEDGE, {"acknowledged_on": on})


def correct_dates(ctx: Context, request: PersonRequest, dates: ReceiptDates) -> None:
    """Say when it was received and which day counts, with why; the term is counted anew.

    Raises Refused for days that contradict one another or what was noted since.
    """
    authorize(ctx, W, request)
    hold_row(ctx.session, request)
    check(request, RequestAct.DATE)
    check_dates(ctx, dates.vendor_received_on, dates.reached_us_on)
    if dates.counts_from_vendor and dates.vendor_received_on is None:
        raise Refused(N_("Donnez le jour où le prestataire l'a reçue, ou comptez du nôtre."))
    start = dates.vendor_received_on if dates.counts_from_vendor and dates.vendor_received_on else dates.reached_us_on
    noted = [request.acknowledged_on, request.extended_on, *(one.since for one in request.doubts)]
    if any(day is not None and day < start for day in noted):
        raise Refused(N_("Ce qui est déjà noté serait antérieur à la réception : vérifiez ces dates."))
    facts = replace(request.term_facts, start=start, from_vendor=dates.counts_from_vendor)
    first = term_of(facts, request_law()).first_due
    if request.extended_on is not None and request.extended_on > first:
        raise Refused(say("La prolongation aurait été dite après le premier mois (%(day)s) : vérifiez.", day=first))
    changes = {
        "vendor_received_on": dates.vendor_received_on, "reached_us_on": dates.reached_us_on,
        "counts_from_vendor": dates.counts_from_vendor, "dates_reason": explained(dates.reason),
    }  # fmt: skip
    take(ctx, request, RequestAct.DATE, changes)


def doubt_identity(ctx: Context, request: PersonRequest, asked_on: date, reason: str) -> None:
    """Note that the person was asked to prove who they are (art. 12(6)); raises Refused once the term is over."""
    authorize(ctx, W, request)
    hold_row(ctx.session, request)
    check(request, RequestAct.DOUBT)
    _must_be_between(ctx, request, asked_on)
    if request.is_paused:
        raise Refused(N_("L'identité est déjà en doute."))
    if asked_on > request.due_on:
        raise Refused(N_("Le délai était déjà écoulé ce jour-là : un doute ne le suspend plus."))
    if any(one.until is not None and asked_on < one.until for one in request.doubts):
        raise Refused(N_("Ce jour tombe dans un doute précédent : vérifiez les dates."))
    held = [*request.pauses, IdentityPause(asked_on, None, explained(reason)).plain()]
    take(ctx, request, RequestAct.DOUBT, {"pauses": held}, {"asked_on": asked_on})


def establish_identity(ctx: Context, request: PersonRequest, on: date) -> None:
    """Note the day on which the person proved who they are: the days of waiting are added to the term."""
    authorize(ctx, W, request)
    hold_row(ctx.session, request)
    check(request, RequestAct.IDENTIFY)
    if not request.is_paused:
        raise Refused(N_("L'identité n'est pas en doute."))
    if on > ctx.today:
        raise Refused(FUTURE)
    *before, last = request.doubts
    if on < last.since:
        raise Refused(say("La preuve a été demandée le %(day)s : donnez un jour qui suit.", day=last.since))
    held = [one.plain() for one in (*before, replace(last, until=on))]
    take(ctx, request, RequestAct.IDENTIFY, {"pauses": held}, {"identified_on": on})


def extend(ctx: Context, request: PersonRequest, told_on: date, reason: str) -> None:
    """Extend by two months; refused unless the person was told, with why, within the first (art. 12(3))."""
    authorize(ctx, W, request)
    hold_row(ctx.session, request)
    check(request, RequestAct.EXTEND)
    if request.extended_on is not None:
        raise Refused(N_("Cette demande est déjà prolongée : la loi ne le permet qu'une fois."))
    _must_be_between(ctx, request, told_on)
    first = term_of_request(request).first_due
    if told_on > first:
        raise Refused(say(
            "La personne devait le savoir le %(day)s au plus tard : passé le premier mois, le délai ne se prolonge plus"
            " (RGPD art. 12(3)).",
            day=first,
        ))  # fmt: skip
    take(ctx, request, RequestAct.EXTEND, {"extended_on": told_on, "extension_reason": explained(reason)})


def answer_request(ctx: Context, request: PersonRequest, sheet: AnswerSheet, proof: Blob | None) -> None:
    """Note what the person was answered, with the file that proves it; nothing asked of a vendor is left waiting."""
    authorize(ctx, W, request)
    hold_row(ctx.session, request)
    check(request, RequestAct.ANSWER)
    if request.is_paused:
        raise Refused(DOUBT_FIRST)
    _must_be_between(ctx, request, sheet.told_on)
    missing = missing_before_answer(task_facts(ctx, request))
    if missing is not None:
        raise Refused(missing)
    if not says_something(sheet.answer):
        raise Refused(N_("Dites en une phrase ce qui a été fait, sans nommer la personne."))
    kept = keep_proof(ctx, proof)
    changes = {
        "told_on": sheet.told_on, "answer": sheet.answer, "proof_id": kept.id, "decided_by": ctx.actor.name,
        "decided_at": ctx.now,
    }  # fmt: skip
    take(ctx, request, RequestAct.ANSWER, changes, {"sha256": kept.sha256})


def refuse_request(ctx: Context, request: PersonRequest, sheet: RefusalSheet, proof: Blob | None) -> None:
    """Note that it is not acted on, on which ground and why, and the file that shows that the person was told."""
    authorize(ctx, W, request)
    hold_row(ctx.session, request)
    check(request, RequestAct.REFUSE)
    if not fits(sheet.ground, request.kind):
        raise Refused(N_("Ce motif n'est pas celui de cette demande : droit des données et consommation sont séparés."))
    if request.is_paused and sheet.ground is not RefusalGround.UNIDENTIFIED:
        raise Refused(DOUBT_FIRST)
    _must_be_between(ctx, request, sheet.told_on)
    reason = explained(sheet.reason)
    kept = keep_proof(ctx, proof)
    changes = {
        "told_on": sheet.told_on, "refusal": sheet.ground, "refusal_reason": reason, "proof_id": kept.id,
        "decided_by": ctx.actor.name, "decided_at": ctx.now,
    }  # fmt: skip
    take(ctx, request, RequestAct.REFUSE, changes, {"sha256": kept.sha256})


def close_request(ctx: Context, request: PersonRequest, recipients: str) -> None:
    """Close it once nothing that the law asks for is missing; who the person is is forgotten on a day said now."""
    authorize(ctx, W, request)
    hold_row(ctx.session, request)
    check(request, RequestAct.CLOSE)
    told = recipients.strip()
    if told:
        explained(told)
    missing = missing_before_closing(
        request.kind, is_refused=request.refusal is not None, tasks=task_facts(ctx, request), recipients=told
    )
    if missing is not None:
        raise Refused(missing)
    _end(ctx, request, RequestAct.CLOSE, recipients=told)


def drop_request(ctx: Context, request: PersonRequest, reason: str) -> None:
    """Note that it asks for nothing: entered twice, taken back by the person. It stays in the register, with why."""
    authorize(ctx, W, request)
    hold_row(ctx.session, request)
    check(request, RequestAct.DROP)
    if any(one.state.is_open for one in task_facts(ctx, request)):
        raise Refused(N_("Un sous-traitant y travaille encore : annulez d'abord ce qui lui est demandé."))
    _end(ctx, request, RequestAct.DROP, drop_reason=explained(reason))


def resume_request(ctx: Context, request: PersonRequest, reason: str) -> None:
    """Take it up again, saying why; what was told to the person is to be told anew. Refused once they are forgotten."""
    authorize(ctx, W, request)
    hold_row(ctx.session, request)
    check(request, RequestAct.RESUME)
    if request.sealed is None:
        raise Refused(N_("L'identité de la personne est effacée : consignez une nouvelle demande."))
    changes = {
        "told_on": None, "answer": "", "proof_id": None, "refusal": None, "refusal_reason": "", "decided_by": "",
        "decided_at": None, "recipients": "", "closed_at": None, "closed_by": "", "drop_reason": "", "erase_on": None,
        "dates_reason": explained(reason),
    }  # fmt: skip
    take(ctx, request, RequestAct.RESUME, changes)


def task_facts(ctx: Context, request: PersonRequest) -> Sequence[TaskFacts]:
    """What is known of everything that vendors were asked for it."""
    rows = ctx.session.execute(
        select(RequestTask.kind, RequestTask.state).where(RequestTask.request_id == request.id).order_by(RequestTask.id)
    )
    return [TaskFacts(row.kind, row.state) for row in rows]


def _end(ctx: Context, request: PersonRequest, act: RequestAct, **words: str) -> None:
    kept = request_law().rules.at("identity.kept", ctx.today)
    erase_on = months_later(ctx.today, int(kept.figures["months"]))
    take(ctx, request, act, {**words, "closed_at": ctx.now, "closed_by": ctx.actor.name, "erase_on": erase_on})


def _must_be_between(ctx: Context, request: PersonRequest, day: date) -> None:
    if day > ctx.today:
        raise Refused(FUTURE)
    if day < request.start:
        raise Refused(say("La demande a été reçue le %(day)s : donnez un jour qui suit.", day=request.start))
