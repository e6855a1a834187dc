"""What a vendor's page shows, and the small lists its forms choose from."""

from collections.abc import Container, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.history import rows_as_of
from portal.identity.models import User
from portal.jobs.models import Job, JobState
from portal.journal import queries as journal
from portal.journal.models import JournalEntry
from portal.vendors import reference
from portal.vendors.models import Contact, FactsRequest, ImportState, LegalEntity, Service, Vendor, VendorImport
from portal.vendors.rules.countries import transfer_exposure
from portal.vendors.rules.questionnaire_facts import DescribedService, entity_fact, service_facts
from portal.vendors.rules.status import LIVE

HISTORY = 20
FIRST_KEYS = 8
MOST_NAMED = 200
"""Contacts of one name that the journal looks for at once."""
_OWN = ("Vendor", "Contact", "Service", "SignedContract")
"""Whose journal entries make a vendor's own history; audits and contracts show theirs on their pages."""


class NextStep(StrEnum):
    """What a vendor still lacks."""

    SERVICE = "prestation"
    CONTACT = "contact"
    INVITATION = "invitation"
    NONE = ""


@dataclass(frozen=True)
class VendorOverview:
    """What belongs to a vendor."""

    services: Sequence[Service]
    contacts: Sequence[Contact]
    subsidiaries: Sequence[Vendor]

    @property
    def next_step(self) -> "NextStep":
        """The first thing that is missing before this vendor can be asked anything."""
        if not self.services:
            return NextStep.SERVICE
        if not self.contacts:
            return NextStep.CONTACT
        return NextStep.INVITATION if all(contact.user_id is None for contact in self.contacts) else NextStep.NONE


def vendor_overview(ctx: Context, vendor: Vendor) -> VendorOverview:
    """The services, contacts (with their accounts) and subsidiaries of a vendor already reached."""
    services = ctx.session.scalars(
        select(Service)
        .options(joinedload(Service.legal_entity))
        .where(Service.vendor_id == vendor.id)
        .order_by(Service.ended_on.is_not(None), Service.id)
    ).all()
    contacts = ctx.session.scalars(
        select(Contact).options(joinedload(Contact.user)).where(Contact.vendor_id == vendor.id).order_by(Contact.id)
    ).all()
    below = ctx.session.scalars(
        select(Vendor)
        .where(Vendor.parent_id == vendor.id, visible(ctx, Permission.VENDOR_VIEW, Vendor))
        .order_by(Vendor.folded_name)
    ).all()
    return VendorOverview(services, contacts, below)


def described_services(ctx: Context, vendor_ids: Sequence[int]) -> dict[int, tuple[DescribedService, ...]]:
    """What is known of the services that have not ended, by vendor; two statements whatever the number of vendors."""
    group = ctx.session.execute(select(LegalEntity.id, LegalEntity.is_financial, LegalEntity.is_nis2)).all()
    financial = {row.id: row.is_financial for row in group}
    nis2 = {row.id: row.is_nis2 for row in group}
    found: dict[int, list[DescribedService]] = {vendor_id: [] for vendor_id in vendor_ids}
    held = ctx.session.scalars(
        select(Service).where(Service.vendor_id.in_(vendor_ids), Service.goes_on(ctx.today)).order_by(Service.id)
    )
    for service in held:
        entity = service.legal_entity_id
        facts = service_facts(
            service,
            exposure=transfer_exposure(service.locations, reference.atlas(), ctx.today),
            financial=entity_fact(financial.get(entity or 0), financial.values(), is_named=entity is not None),
            nis2=entity_fact(nis2.get(entity or 0), nis2.values(), is_named=entity is not None),
        )
        found[service.vendor_id].append(DescribedService(service.name, facts, service.id))
    return {vendor_id: tuple(services) for vendor_id, services in found.items()}


def names_and_services(ctx: Context, vendor_id: int) -> tuple[list[str], list[str]]:
    """What a vendor is called, and its services that have not ended; the caller may read the vendor."""
    goes_on = Service.goes_on(ctx.today)
    rows = ctx.session.execute(
        select(Vendor.name, Vendor.legal_name, Service.name.label("service"))
        .outerjoin(Service, and_(Service.vendor_id == Vendor.id, goes_on))
        .where(Vendor.id == vendor_id)
    ).all()
    names = [name for row in rows[:1] for name in (row.name, row.legal_name) if name]
    return names, [row.service for row in rows if row.service]


def name_as_of(session: Session, vendor: Vendor, at: datetime) -> str:
    """What a vendor was called at an instant: what was sent then was sent under that name; today's when none is known.

    What was written at that very instant counts, so that a vendor entered and asked at once has its name.
    """
    past = rows_as_of(session, Vendor, at + timedelta(microseconds=1), row_ids=[vendor.id])
    return next((one.name for one in past.rows), vendor.name)


def vendor_history(ctx: Context, vendor: Vendor) -> Sequence[JournalEntry]:
    """What happened to a vendor, its services and its contacts, newest first."""
    return ctx.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.vendor_id == vendor.id, JournalEntry.object_type.in_(_OWN))
        .order_by(JournalEntry.id.desc())
        .limit(HISTORY)
    ).all()


def entities(ctx: Context) -> Sequence[LegalEntity]:
    """The legal entities of the group, by name."""
    return ctx.session.scalars(select(LegalEntity).order_by(LegalEntity.name, LegalEntity.id)).all()


def our_officer(ctx: Context) -> str:
    """How to reach our data protection officer, as the entities of the group say it; empty when none does."""
    return (
        ctx.session.scalar(
            select(LegalEntity.dpo_contact).where(LegalEntity.dpo_contact != "").order_by(LegalEntity.id).limit(1)
        )
        or ""
    )


def entities_with_unsaid_rules(ctx: Context) -> Sequence[LegalEntity]:
    """The entities of which nobody has said whether they are under DORA or NIS 2, by name."""
    authorize(ctx, Permission.ENTITY_MANAGE)
    return ctx.session.scalars(
        select(LegalEntity).where(_has_unsaid_rules()).order_by(LegalEntity.name, LegalEntity.id)
    ).all()


def counted_unsaid_entities() -> list[Select[Any]]:
    """How many they are, the first number and the first name among them: three counts to be asked with others."""
    return [
        select(wanted).where(_has_unsaid_rules())
        for wanted in (func.count(LegalEntity.id), func.min(LegalEntity.id), func.min(LegalEntity.name))
    ]


def _has_unsaid_rules() -> ColumnElement[bool]:
    return LegalEntity.is_financial.is_(None) | LegalEntity.is_nis2.is_(None)


def open_imports(ctx: Context) -> Sequence[VendorImport]:
    """The imports still under review or under way, newest first."""
    authorize(ctx, Permission.VENDOR_IMPORT)
    return ctx.session.scalars(
        select(VendorImport)
        .options(joinedload(VendorImport.created_by))
        .where(
            VendorImport.state.in_([ImportState.REVIEWING, ImportState.WORKING]),
            visible(ctx, Permission.VENDOR_IMPORT, VendorImport),
        )
        .order_by(VendorImport.id.desc())
    ).all()


def import_job(ctx: Context, row: VendorImport) -> JobState | None:
    """How far the job of a long import is; None when it has none."""
    return ctx.session.scalar(select(Job.state).where(Job.id == row.result.get("job")))


def import_content(ctx: Context, row: VendorImport) -> bytes:
    """The file of an import already reached."""
    return ctx.session.execute(select(VendorImport.content).where(VendorImport.id == row.id)).scalar_one()


_KEYS = select(Vendor.key).where(Vendor.key.in_(bindparam("keys", expanding=True)))


def keys_like(ctx: Context, base: str) -> Container[str]:
    """The keys of the register that a new key of this base must differ from."""
    first = [base, *(f"{base}-{number}" for number in range(2, FIRST_KEYS + 1))]
    taken = set(ctx.session.scalars(_KEYS, {"keys": first}))
    if len(taken) < len(first):
        return taken
    # Many vendors of one name: only then are all the keys that begin so read.
    return set(ctx.session.scalars(select(Vendor.key).where(Vendor.key.startswith(base, autoescape=True))))


MOST_DESCRIBED = 500
"""Vendors that facts are set on at once."""


def services_to_describe(ctx: Context, vendor_ids: Sequence[int]) -> Sequence[Service]:
    """The services that have not ended of some vendors that the actor may edit, by vendor, with it; one statement."""
    return ctx.session.scalars(
        select(Service)
        .join(Vendor, Vendor.id == Service.vendor_id)
        .options(contains_eager(Service.vendor))
        .where(
            Service.vendor_id.in_(vendor_ids), visible(ctx, Permission.VENDOR_EDIT, Vendor),
            Service.goes_on(ctx.today),
        )
        .order_by(Vendor.folded_name, Vendor.id, Service.id)
    ).all()  # fmt: skip


def vendors_with_unsaid_facts(ctx: Context, *, at_most: int) -> Sequence[Vendor]:
    """Live vendors that the actor may edit, of whose services nobody has said what decides of the questionnaires."""
    unsaid = exists().where(
        Service.vendor_id == Vendor.id,
        Service.goes_on(ctx.today),
        or_(*(column.is_(None) for column in (
            Service.hosts_health_data, Service.uses_ai, Service.is_cloud, Service.concerns_minors
        ))),
    )  # fmt: skip
    return ctx.session.scalars(
        select(Vendor)
        .where(visible(ctx, Permission.VENDOR_EDIT, Vendor), Vendor.status.in_(LIVE), unsaid)
        .order_by(Vendor.folded_name, Vendor.id)
        .limit(at_most)
    ).all()


def facts_proposals(ctx: Context, vendor: Vendor) -> Sequence[FactsRequest]:
    """What was answered about services of a vendor and waits for a decision, the oldest first; and what was asked."""
    return ctx.session.scalars(
        select(FactsRequest)
        .options(joinedload(FactsRequest.service))
        .where(FactsRequest.vendor_id == vendor.id, FactsRequest.settled_at.is_(None))
        .order_by(FactsRequest.answered_at.is_(None), FactsRequest.id)
    ).all()


def get_facts_request(ctx: Context, vendor_id: int, request_id: int) -> FactsRequest:
    """What was asked about a service that the actor may edit; raises NotFound."""
    row = ctx.session.scalar(
        select(FactsRequest)
        .options(joinedload(FactsRequest.service), joinedload(FactsRequest.vendor))
        .where(
            FactsRequest.id == request_id, FactsRequest.vendor_id == vendor_id,
            visible(ctx, Permission.VENDOR_EDIT, FactsRequest),
        )
    )  # fmt: skip
    if row is None:
        raise NotFound()
    return row


def owner_of(ctx: Context, vendor: Vendor) -> User | None:
    """The account that answers for a vendor, if it is open."""
    owner = ctx.session.get(User, vendor.owner_id) if vendor.owner_id is not None else None
    return owner if owner is not None and owner.disabled_at is None else None


def addresses_of_contacts(session: Session, words: str) -> Sequence[str]:
    """The addresses of the contacts whose name holds some words: the journal finds by them whom it speaks of."""
    named = select(Contact.email).where(Contact.name.icontains(words, autoescape=True)).order_by(Contact.id)
    return session.scalars(named.limit(MOST_NAMED)).all()


journal.PEOPLE.append(addresses_of_contacts)
