"""What we do with a breach before and beside deciding: correct the facts, date our awareness, ask, note."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.row_lock import hold_row
from portal.incidents.affected_processing import AffectedLine
from portal.incidents.contract_terms import breach_terms
from portal.incidents.mails import ask_vendor
from portal.incidents.models import Incident, IncidentStatement
from portal.incidents.rules.breach_facts import BreachFacts, changed_fields, former_values
from portal.incidents.rules.life import IncidentAct
from portal.incidents.services.shared import check_awareness, check_told, clock_of, explained, speak, take

W = Permission.INCIDENT_WORK


def amend_facts(ctx: Context, incident: Incident, facts: BreachFacts) -> None:
    """Correct the facts that we retain; what the vendor said stays as it said it. Nothing changed is nothing done."""
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    check_told(facts.what)
    before = incident.known
    said = changed_fields(before, facts)
    if not said:
        return
    changes = {"facts": facts.plain()}
    if "services" in said:
        changes["contract_terms"] = [term.plain() for term in breach_terms(ctx, incident.vendor, facts.services)]  # type: ignore[assignment]
    take(ctx, incident, IncidentAct.AMEND, changes, said, former_values(before, said))
    speak(ctx, incident, from_vendor=False, said=said, internal=True)


@dataclass(frozen=True)
class AffectedSheet:
    """What a person says that a breach touches."""

    lines: Sequence[AffectedLine]
    persons: int | None = None
    """Retained only when it is given: a line says an order of magnitude, of everybody."""
    note: str = ""
    adds_facts: bool = True
    """Whether the categories of data and of persons of the lines are added to the facts retained."""


def note_affected(ctx: Context, incident: Incident, sheet: AffectedSheet) -> None:
    """Retain the lines of the register that a person says concerned, as they stand; none is an answer too."""
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    before = incident.known
    facts = before if sheet.persons is None else replace(before, persons=sheet.persons)
    if sheet.adds_facts:
        facts = replace(
            facts,
            subjects=tuple(dict.fromkeys((*facts.subjects, *(one for line in sheet.lines for one in line.subjects)))),
            categories=tuple(
                dict.fromkeys((*facts.categories, *(one for line in sheet.lines for one in line.categories)))
            ),
        )
    said = changed_fields(before, facts)
    held = {
        "lines": [line.plain() for line in sheet.lines], "note": sheet.note, "by": ctx.actor.name,
        "at": ctx.now.isoformat(),
    }  # fmt: skip
    changes = {"affected": held, "facts": facts.plain()}
    names = ", ".join(line.name for line in sheet.lines)
    take(
        ctx,
        incident,
        IncidentAct.MAP,
        changes,
        {**said, "activities": names, "note": sheet.note},
        former_values(before, said),
    )
    if said:
        speak(ctx, incident, from_vendor=False, said=said, internal=True)


def set_awareness(ctx: Context, incident: Incident, at: datetime, reason: str) -> None:
    """Say when we became aware, which is not always when it was declared here, and why; the 72 hours are counted anew.

    Raises Refused for a moment to come or before the GDPR, or without a reason.
    """
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    check_awareness(ctx, at)
    changes = {"aware_at": at, "aware_reason": explained(reason), "notify_by": clock_of(at).due}
    take(ctx, incident, IncidentAct.DATE, changes)


def ask_precision(ctx: Context, incident: Incident, text: str) -> int:
    """Ask the vendor something, by a message that leaves at once; returns how many of its people are written to."""
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    if not text.strip():
        raise Refused(N_("Écrivez votre question."))
    take(ctx, incident, IncidentAct.ASK, {"is_shared": True}, {"text": text})
    statement = speak(ctx, incident, from_vendor=False, text=text)
    return ask_vendor(ctx, incident, statement.id, text)


def note_internally(ctx: Context, incident: Incident, text: str) -> IncidentStatement:
    """Leave a note that the vendor never sees."""
    authorize(ctx, W, incident)
    hold_row(ctx.session, incident)
    if not text.strip():
        raise Refused(N_("Écrivez une note."))
    take(ctx, incident, IncidentAct.NOTE, {}, {"internal": True, "text": text})
    return speak(ctx, incident, from_vendor=False, text=text, internal=True)
