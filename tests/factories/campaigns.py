"""Campaigns for tests: valid by default, and a register to send them to."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.campaigns import queries, services
from portal.campaigns.models import Campaign, Wave
from portal.campaigns.services import Plan
from portal.core.clock import now
from portal.core.language import Language
from portal.vendors.models import Contact, ContactRole, Membership, Vendor
from tests.factories.people import user_of
from tests.factories.world import contact_of, vendor_of

YEARLY = {
    "every": "years", "step": 1, "day": None, "start": "2026-11-24", "until": None, "at": "09:00",
    "zone": "Europe/Paris",
}  # fmt: skip


def plan_of(**changes: Any) -> Plan:
    """A yearly campaign over the active vendors, with three reminders and an escalation."""
    made = Plan(
        name="Socle annuel", questionnaire_key="socle-rgpd", audience={"statuses": ["actif"]}, recurrence=dict(YEARLY),
        delay_days=30, reminders=(-7, -1, 3), escalation_email="direction@exemple.test", escalation_after_days=7,
    )  # fmt: skip
    return replace(made, **changes)


def campaign_of(ctx: Context, *, active: bool = False, **changes: Any) -> Campaign:
    """A campaign; `active` lets it run. One over nobody never launches: the default one has at least a vendor."""
    if "audience" not in changes and not ctx.session.scalar(select(Vendor.id).limit(1)):
        vendor_of(ctx.session)
    campaign = services.create(ctx, plan_of(**changes))
    if active:
        services.activate(ctx, campaign)
    ctx.session.flush()
    return campaign


def reachable_vendor(session: Session, **facts: Any) -> Vendor:
    """An active vendor with a privacy contact and no account yet."""
    vendor = vendor_of(session, **facts)
    contact_of(session, vendor)
    return vendor


def contact_named(session: Session, vendor: Vendor, email: str, role: ContactRole = ContactRole.PRIVACY) -> Contact:
    """A contact with this address."""
    contact = Contact(vendor_id=vendor.id, name=f"Contact {email}", email=email, role=role, language=Language.FR)
    session.add(contact)
    session.flush()
    return contact


def account_at(session: Session, vendor: Vendor, **facts: Any) -> Any:
    """An open external account of a vendor."""
    user = user_of(session, Role.VENDOR_ADMIN, **facts)
    session.add(Membership(user_id=user.id, vendor_id=vendor.id, role=user.role))
    session.flush()
    return user


def started_wave(ctx: Context, campaign: Campaign) -> Wave:
    """A wave launched now with all its audits opened, as the jobs would."""
    wave = queries.get_wave(ctx, services.launch_now(ctx, campaign).id)
    services.launch(ctx, wave)
    vendor_ids = queries.audience_of(ctx, campaign)
    for start in range(0, len(vendor_ids), services.BATCH):
        services.open_batch(ctx, wave, vendor_ids[start : start + services.BATCH])
    ctx.session.flush()
    return wave


def register_of(session: Session, count: int) -> list[int]:
    """So many active vendors with a contact each, written in bulk."""
    made = [
        Vendor(
            key=f"vague-{n}", name=f"Prestataire de vague {n:05}", folded_name=f"prestataire de vague {n:05}",
            country="FR", status="actif", created_at=now(),
        )
        for n in range(count)
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    session.add_all(
        [Contact(vendor_id=v.id, name=f"Contact {n}", email=f"contact{n}@vague.test") for n, v in enumerate(made)]
    )
    session.flush()
    return list(session.scalars(select(Vendor.id).where(Vendor.key.startswith("vague-"))))
