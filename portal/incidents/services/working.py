"""What we do with a breach before and beside deciding: correct the facts, date our awareness, ask, note."""

from datetime import datetime

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.incidents.contract_terms import breach_terms
from portal.incidents.mails import ask_vendor
from portal.incidents.models import Incident, IncidentStatement
from portal.incidents.rules.breach_facts import BreachFacts, changed_fields, former_values
from portal.incidents.rules.life import IncidentAct
from portal.incidents.rules.sense import says_something
from portal.incidents.services.shared import FUTURE, clock_of, explained, hold, speak, take

W = Permission.INCIDENT_WORK


def amend_facts(ctx: Context, incident: Incident, facts: BreachFacts) -> None:
    """Correct the facts that we retain; what the vendor said stays as it said it. Nothing changed is nothing done."""
    authorize(ctx, W, incident)
    hold(ctx, incident)
    if not says_something(facts.what):
        raise Refused(N_("Dites ce qui s'est passé, en une phrase : le reste peut attendre."))
    before = incident.known
    said = changed_fields(before, facts)
    if not said:
        return
    changes = {"facts": facts.plain()}
    if "services" in said:
        changes["contract_terms"] = [term.plain() for term in breach_terms(ctx, incident.vendor, facts.services)]  # type: ignore[assignment]
    take(ctx, incident, IncidentAct.AMEND, changes, said, former_values(before, said))
    speak(ctx, incident, from_vendor=False, said=said, internal=True)


def set_awareness(ctx: Context, incident: Incident, at: datetime, reason: str) -> None:
    """Say when we became aware, which is not always when it was declared here, and why; the 72 hours are counted anew.

    Raises Refused for a moment to come, or without a reason.
    """
    authorize(ctx, W, incident)
    hold(ctx, incident)
    if at > ctx.now:
        raise Refused(FUTURE)
    changes = {"aware_at": at, "aware_reason": explained(reason), "notify_by": clock_of(at).due}
    take(ctx, incident, IncidentAct.DATE, changes)


def ask_precision(ctx: Context, incident: Incident, text: str) -> int:
    """Ask the vendor something, by a message that leaves at once; returns how many of its people are written to."""
    authorize(ctx, W, incident)
    hold(ctx, incident)
    if not text.strip():
        raise Refused(N_("Écrivez votre question."))
    take(ctx, incident, IncidentAct.ASK, {"is_shared": True}, {"text": text})
    statement = speak(ctx, incident, from_vendor=False, text=text)
    return ask_vendor(ctx, incident, statement.id, text)


def note_internally(ctx: Context, incident: Incident, text: str) -> IncidentStatement:
    """Leave a note that the vendor never sees."""
    authorize(ctx, W, incident)
    hold(ctx, incident)
    if not text.strip():
        raise Refused(N_("Écrivez une note."))
    take(ctx, incident, IncidentAct.NOTE, {}, {"internal": True, "text": text})
    return speak(ctx, incident, from_vendor=False, text=text, internal=True)
