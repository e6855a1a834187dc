"""Reads of decoys, for the few who may know of them."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.contracts.exit_models import ContractExit, ExitProof
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.pages import Page, page_of
from portal.decoys.models import Decoy, DecoyBatch, DecoyMessage
from portal.decoys.rules import company_domain
from portal.vendors.models import Contact, Service, Vendor

P = Permission
ASKED_AT_ONCE = 500
"""Digests in one statement."""


@dataclass(frozen=True)
class BatchCounts:
    """What a batch holds and what reached it."""

    people: int
    messages: int
    leaks: int


def batch_page(ctx: Context, page: int) -> Page[DecoyBatch]:
    """Batches, the latest first."""
    found = (
        select(DecoyBatch)
        .options(
            joinedload(DecoyBatch.vendor).load_only(Vendor.name, raiseload=True),
            joinedload(DecoyBatch.service).load_only(Service.name, raiseload=True),
        )
        .where(visible(ctx, P.DECOY_MANAGE, DecoyBatch))
        .order_by(DecoyBatch.id.desc())
    )
    return page_of(ctx.session, found, page)


def counts_of(ctx: Context, batch_ids: Collection[int]) -> dict[int, BatchCounts]:
    """What each batch holds and received, by its number."""
    authorize(ctx, P.DECOY_MANAGE)
    held = ctx.session.execute(
        select(Decoy.batch_id, func.count(Decoy.id).label("number"))
        .where(Decoy.batch_id.in_(batch_ids))
        .group_by(Decoy.batch_id)
    )
    people = {row.batch_id: row.number for row in held}
    told = ctx.session.execute(
        select(DecoyMessage.batch_id, DecoyMessage.verdict, func.count(DecoyMessage.id))
        .where(DecoyMessage.batch_id.in_(batch_ids))
        .group_by(DecoyMessage.batch_id, DecoyMessage.verdict)
    )
    found = {one: BatchCounts(people.get(one, 0), 0, 0) for one in batch_ids}
    for batch_id, verdict, number in told:
        was = found[batch_id]
        found[batch_id] = BatchCounts(was.people, was.messages + number, was.leaks + number * verdict.is_leak)
    return found


def get_batch(ctx: Context, batch_id: int) -> DecoyBatch:
    """A batch with its vendor and service; raises NotFound."""
    found = ctx.session.scalar(
        select(DecoyBatch)
        .options(joinedload(DecoyBatch.vendor), joinedload(DecoyBatch.service))
        .where(DecoyBatch.id == batch_id, visible(ctx, P.DECOY_MANAGE, DecoyBatch))
    )
    if found is None:
        raise NotFound
    return found


def decoys_of(ctx: Context, batch: DecoyBatch) -> Sequence[Decoy]:
    """The invented people of a batch, sealed."""
    authorize(ctx, P.DECOY_MANAGE, batch)
    return ctx.session.scalars(select(Decoy).where(Decoy.batch_id == batch.id).order_by(Decoy.id)).all()


def message_page(ctx: Context, batch: DecoyBatch, page: int) -> Page[DecoyMessage]:
    """What reached the people of a batch, the latest first."""
    authorize(ctx, P.DECOY_MANAGE, batch)
    found = select(DecoyMessage).where(DecoyMessage.batch_id == batch.id).order_by(DecoyMessage.id.desc())
    return page_of(ctx.session, found, page)


def decoys_at(ctx: Context, address_digests: Collection[str]) -> dict[str, Decoy]:
    """Invented people by the digest of their e-mail address; what is nobody's is left out."""
    authorize(ctx, P.DECOY_MANAGE)
    wanted = sorted(address_digests)
    found: dict[str, Decoy] = {}
    for start in range(0, len(wanted), ASKED_AT_ONCE):
        some = wanted[start : start + ASKED_AT_ONCE]
        found |= {row.address_digest: row for row in ctx.session.scalars(_decoys(Decoy.address_digest.in_(some)))}
    return found


def decoys_of_person(ctx: Context, person_digest: str) -> Sequence[Decoy]:
    """Invented people of this name at this postal code."""
    authorize(ctx, P.DECOY_MANAGE)
    return ctx.session.scalars(_decoys(Decoy.person_digest == person_digest)).all()


def decoys_of_phone(ctx: Context, phone_digest: str) -> Sequence[Decoy]:
    """Invented people of this number."""
    authorize(ctx, P.DECOY_MANAGE)
    return ctx.session.scalars(_decoys(Decoy.phone_digest == phone_digest)).all()


def _decoys(where: ColumnElement[bool]) -> Select[Decoy]:
    batch = joinedload(Decoy.batch)
    return (
        select(Decoy)
        .options(batch.joinedload(DecoyBatch.vendor), batch.joinedload(DecoyBatch.service))
        .where(where)
        .order_by(Decoy.id)
    )


def noted_already(ctx: Context, digests: Collection[str]) -> set[str]:
    """Which of these messages are noted already."""
    wanted = sorted(digests)
    found: set[str] = set()
    for start in range(0, len(wanted), ASKED_AT_ONCE):
        some = wanted[start : start + ASKED_AT_ONCE]
        found |= set(ctx.session.scalars(select(DecoyMessage.digest).where(DecoyMessage.digest.in_(some))))
    return found


def known_domains(ctx: Context, vendor: Vendor, ours: Collection[str]) -> frozenset[str]:
    """Domains from which a message to a decoy is expected: the vendor's site and contacts, and our own."""
    addresses = ctx.session.scalars(select(Contact.email).where(Contact.vendor_id == vendor.id)).all()
    return frozenset(filter(None, (company_domain(one) for one in (vendor.website, *addresses, *ours))))


def ended_on(ctx: Context, batch: DecoyBatch) -> date | None:
    """The last day on which the vendor may use what was handed over: that of the service, else of the contract."""
    if batch.service is not None and batch.service.ended_on is not None:
        return batch.service.ended_on
    lasting = ctx.session.scalar(
        select(func.count(Service.id)).where(Service.vendor_id == batch.vendor_id, Service.goes_on(ctx.today))
    )
    if lasting:
        return None
    return ctx.session.scalar(
        select(func.max(ContractExit.ended_on)).where(
            ContractExit.vendor_id == batch.vendor_id, ContractExit.withdrawn_at.is_(None)
        )
    )


def certificates_of_deletion(ctx: Context, batch: DecoyBatch) -> Sequence[ExitProof]:
    """What the vendor and its own processors certified to have deleted."""
    return ctx.session.scalars(
        select(ExitProof)
        .where(ExitProof.vendor_id == batch.vendor_id, ExitProof.certified_on.is_not(None))
        .order_by(ExitProof.certified_on)
    ).all()


def services_of(ctx: Context, vendor: Vendor) -> Sequence[Service]:
    """The services of a vendor, ended ones too: data handed over in the past may have been planted."""
    authorize(ctx, P.DECOY_MANAGE, vendor)
    return ctx.session.scalars(select(Service).where(Service.vendor_id == vendor.id).order_by(Service.id)).all()
