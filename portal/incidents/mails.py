"""Who is told of a breach, at once and not in the digest: whoever decides on breaches, and the vendor."""

from collections.abc import Mapping
from typing import Any

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core import process
from portal.core.landing import Landing
from portal.identity.queries import holders_of
from portal.incidents.models import Incident
from portal.jobs.mail import Envelope, send_many
from portal.vendors.letters import VendorLetter, write_to_vendor


def about(incident: Incident) -> str:
    """What letters about a breach are filed under."""
    return f"incident:{incident.id}"


def tell_deciders(ctx: Context, incident: Incident, template: str, key: str, **values: Any) -> int:
    """Write at once to whoever decides on breaches, but to the one who acts; returns how many messages are new."""
    told: Mapping[str, Any] = {
        "organisation": process.settings().organisation, "vendor": incident.vendor.name,
        "reference": incident.reference, "notify_by": incident.notify_by.isoformat(), **values,
    }  # fmt: skip
    return send_many(ctx, [
        Envelope(
            template=template,
            recipient=person.email,
            language=person.language,
            dedup=f"incident:{incident.id}:{key}:{person.id}",
            values={"name": person.name, **told},
            link=Landing("incidents.show", incident_id=incident.id),
            about=about(incident),
            thread=about(incident),
        )
        for person in holders_of(ctx, Permission.INCIDENT_WORK, incident)
        if person.id != ctx.actor.id
    ])  # fmt: skip


def write_receipt(ctx: Context, incident: Incident) -> int:
    """Write at once to the vendor's people in charge, and to whoever declared it, that we have it."""
    letter = VendorLetter(
        template="incidents/emails/receipt",
        key=f"incident:{incident.id}:receipt",
        landing=Landing("vendor_space.incident", incident_id=incident.id),
        about=about(incident),
        values={"reference": incident.reference, "declared_at": incident.declared_at.isoformat()},
    )
    took_part = [incident.declared_by_id] if incident.declared_by_id is not None else []
    return write_to_vendor(ctx, incident.vendor_id, letter, took_part=took_part)


def ask_vendor(ctx: Context, incident: Incident, statement_id: int, text: str) -> int:
    """Write a question to the vendor at once; returns how many messages leave."""
    letter = VendorLetter(
        template="incidents/emails/asked",
        key=f"incident:{incident.id}:asked:{statement_id}",
        landing=Landing("vendor_space.incident", incident_id=incident.id),
        about=about(incident),
        values={"reference": incident.reference, "question": text},
        invites=True,
    )
    took_part = [incident.declared_by_id] if incident.from_vendor and incident.declared_by_id is not None else []
    return write_to_vendor(ctx, incident.vendor_id, letter, took_part=took_part)
