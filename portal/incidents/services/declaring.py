"""A breach is declared: by the vendor in its space, or recorded by one of ours; then said more of, phase by phase."""

from datetime import datetime

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.row_lock import hold_row
from portal.incidents.contract_terms import breach_terms
from portal.incidents.mails import tell_deciders, write_receipt
from portal.incidents.models import Incident, IncidentStatement
from portal.incidents.rules.breach_facts import BreachFacts, changed_fields, former_values, retained
from portal.incidents.rules.life import IncidentAct
from portal.incidents.services.shared import FUTURE, check_awareness, check_told, clock_of, speak, take
from portal.journal import services as journal
from portal.vendors.daily_share import keep_daily_share
from portal.vendors.models import Vendor

DECLARED_A_DAY, ADDED_A_DAY = 20, 100
"""Breaches that a vendor may declare in twenty-four hours, and things that it may add to them."""
_MANY = N_("Vous avez écrit %(most)s fois en un jour : appelez-nous, ou complétez une violation déjà déclarée.")


def declare_breach(ctx: Context, vendor: Vendor, facts: BreachFacts) -> Incident:
    """The vendor declares a breach: our 72 hours start now (RGPD art. 33(1) and (2)); both sides are written to.

    What it does not know yet may be left out, but for what happened. Raises Refused.
    """
    authorize(ctx, Permission.INCIDENT_DECLARE, vendor)
    keep_daily_share(
        ctx, Incident.declared_at, Incident.vendor_id == vendor.id, Incident.from_vendor.is_(True),
        most=DECLARED_A_DAY, refusal=_MANY,
    )  # fmt: skip
    incident = _open(ctx, vendor, facts, aware_at=ctx.now, from_vendor=True)
    tell_deciders(ctx, incident, "incidents/emails/declared", "declared")
    write_receipt(ctx, incident)
    return incident


def record_breach(
    ctx: Context, vendor: Vendor, facts: BreachFacts, *, aware_at: datetime, aware_reason: str = ""
) -> Incident:
    """One of ours records a breach told otherwise; `aware_at` is when we learnt of it. Raises Refused."""
    authorize(ctx, Permission.INCIDENT_WORK, vendor)
    check_awareness(ctx, aware_at)
    incident = _open(ctx, vendor, facts, aware_at=aware_at, from_vendor=False, aware_reason=aware_reason)
    tell_deciders(ctx, incident, "incidents/emails/declared", "declared")
    return incident


def _open(
    ctx: Context, vendor: Vendor, facts: BreachFacts, *, aware_at: datetime, from_vendor: bool, aware_reason: str = ""
) -> Incident:
    _must_make_sense(ctx, facts)
    said = facts.plain()
    incident = Incident(
        vendor=vendor, facts=said, vendor_facts=said if from_vendor else {}, declared_at=ctx.now,
        declared_by_id=ctx.actor.id, declared_by=ctx.actor.name, from_vendor=from_vendor, is_shared=from_vendor,
        aware_at=aware_at, aware_reason=aware_reason, notify_by=clock_of(aware_at).due,
        contract_terms=[term.plain() for term in breach_terms(ctx, vendor, facts.services)],
        unread_since=ctx.now if from_vendor else None,
    )  # fmt: skip
    ctx.session.add(incident)
    ctx.session.flush()
    speak(ctx, incident, from_vendor=from_vendor, said=said, internal=not from_vendor)
    journal.record(
        ctx, "incident.declared", incident,
        after={
            "aware_at": aware_at, "notify_by": incident.notify_by, "noticed_at": facts.noticed_at, "what": facts.what,
        },
    )  # fmt: skip
    return incident


def add_phase(ctx: Context, incident: Incident, facts: BreachFacts, text: str = "") -> None:
    """The vendor says more (art. 33(4)): what it said before stays, what we corrected ourselves is not written over.

    Whoever decides is told at once. Raises Refused when nothing new is said.
    """
    authorize(ctx, Permission.INCIDENT_DECLARE, incident)
    hold_row(ctx.session, incident)
    _must_make_sense(ctx, facts)
    keep_daily_share(
        ctx, IncidentStatement.at, IncidentStatement.incident_id == incident.id,
        IncidentStatement.from_vendor.is_(True), most=ADDED_A_DAY, refusal=_MANY,
    )  # fmt: skip
    before = BreachFacts.of(incident.vendor_facts)
    said = changed_fields(before, facts)
    if not said and not text.strip():
        raise Refused(N_("Rien de nouveau n'est dit."))
    changes = {
        "vendor_facts": facts.plain(), "facts": retained(incident.known, before, facts).plain(),
        "unread_since": incident.unread_since or ctx.now,
    }  # fmt: skip
    take(ctx, incident, IncidentAct.ADD, changes, {**said, "text": text}, former_values(before, said))
    statement = speak(ctx, incident, from_vendor=True, text=text, said=said)
    tell_deciders(ctx, incident, "incidents/emails/added", f"added:{statement.id}")


def _must_make_sense(ctx: Context, facts: BreachFacts) -> None:
    check_told(facts.what)
    for at in (facts.noticed_at, facts.began_at):
        if at is not None and at > ctx.now:
            raise Refused(FUTURE)
    if facts.noticed_at is not None and facts.began_at is not None and facts.began_at > facts.noticed_at:
        raise Refused(N_("La violation aurait commencé après avoir été découverte : vérifiez les deux moments."))
