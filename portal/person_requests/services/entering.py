"""A request is entered: relayed by the vendor that received it, or recorded by one of ours."""

from datetime import date

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_
from portal.journal import services as journal
from portal.person_requests.identity import RequestingPerson, sealed_person
from portal.person_requests.legislation import request_law
from portal.person_requests.models import PersonRequest
from portal.person_requests.request_notices import tell_relayed
from portal.person_requests.rules.kinds import RequestKind
from portal.person_requests.rules.term import is_covered
from portal.person_requests.services.shared import FUTURE, term_of_request
from portal.vendors.daily_share import keep_daily_share
from portal.vendors.models import Vendor

RELAYED_A_DAY = 500
"""Requests that a vendor may relay in twenty-four hours: a call centre relays many."""
MUST_COME_FIRST = N_("La demande nous serait parvenue avant d'arriver chez le prestataire : vérifiez les deux dates.")


@dataclass(frozen=True)
class RequestSheet:
    """What is known of a request when it is entered."""

    kind: RequestKind
    person: RequestingPerson
    service_id: int | None = None


def relay_request(ctx: Context, vendor: Vendor, sheet: RequestSheet, received_on: date) -> PersonRequest:
    """The vendor relays what it received in our name (RGPD art. 28(3)(e)); whoever works requests is told.

    The term runs from the day it reached the vendor. Raises Refused for a day to come, or without anybody named.
    """
    authorize(ctx, Permission.REQUEST_RELAY, vendor)
    keep_daily_share(
        ctx, PersonRequest.entered_at, PersonRequest.vendor_id == vendor.id, PersonRequest.from_vendor.is_(True),
        most=RELAYED_A_DAY,
        refusal=N_("Vous avez relayé %(most)s demandes en un jour : envoyez-nous les suivantes en liste."),
    )  # fmt: skip
    made = _enter(ctx, vendor, sheet, received_on, ctx.today, from_vendor=True)
    tell_relayed(ctx, made)
    return made


def record_request(
    ctx: Context, vendor: Vendor, sheet: RequestSheet, *, vendor_received_on: date | None, reached_us_on: date
) -> PersonRequest:
    """One of ours records a request, wherever it came; the vendor sees nothing of it. Raises Refused."""
    authorize(ctx, Permission.REQUEST_WORK, vendor)
    return _enter(ctx, vendor, sheet, vendor_received_on, reached_us_on, from_vendor=False)


def _enter(
    ctx: Context, vendor: Vendor, sheet: RequestSheet, vendor_on: date | None, ours_on: date, *, from_vendor: bool
) -> PersonRequest:
    check_dates(ctx, vendor_on, ours_on)
    if not sheet.person.name.strip():
        raise Refused(N_("Dites de qui vient la demande : un nom, ou un numéro de client."))
    row = PersonRequest(
        vendor_id=vendor.id, vendor=vendor, service_id=sheet.service_id, kind=sheet.kind, entered_at=ctx.now,
        entered_by_id=ctx.actor.id, entered_by=ctx.actor.name, from_vendor=from_vendor, vendor_received_on=vendor_on,
        reached_us_on=ours_on, counts_from_vendor=vendor_on is not None, sealed=sealed_person(sheet.person),
    )  # fmt: skip
    row.pauses = []
    row.due_on = term_of_request(row).due
    ctx.session.add(row)
    ctx.session.flush()
    journal.record(
        ctx, "person_request.relayed" if from_vendor else "person_request.recorded", row,
        after={
            "request_kind": row.kind, "vendor_received_on": vendor_on, "reached_us_on": ours_on, "due_on": row.due_on,
        },
    )  # fmt: skip
    return row


def check_dates(ctx: Context, vendor_on: date | None, ours_on: date) -> None:
    """Raise Refused for a day to come, days in the wrong order, or a day before the law was."""
    days = [day for day in (vendor_on, ours_on) if day is not None]
    if max(days) > ctx.today:
        raise Refused(FUTURE)
    if vendor_on is not None and vendor_on > ours_on:
        raise Refused(MUST_COME_FIRST)
    if not is_covered(min(days), request_law()):
        raise Refused(N_("Ce jour est antérieur au RGPD (25 mai 2018) : vérifiez la date."))
