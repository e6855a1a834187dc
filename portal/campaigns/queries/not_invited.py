"""Vendors of a wave that were not written to: nobody to reach, or busy with the same questionnaire already."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.authz.context import Context
from portal.authz.policy import VENDOR_ROLES
from portal.campaigns.models import Wave, WaveAudit, WaveSkip
from portal.campaigns.queries.lookups import WITH_VENDOR
from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.identity.models import User
from portal.identity.rules import normal_address
from portal.vendors.models import Contact, Vendor

SHOWN_AT_MOST = 10
"""Vendors listed on a board; the filtered list shows them all."""


@dataclass(frozen=True)
class UnreachedVendor:
    """A vendor of a wave whom nobody could write to, and what to do about it."""

    vendor_id: int
    name: str
    reason: str


NO_CONTACT = N_("Aucun contact : ajoutez-en un à la fiche.")
ADDRESS_TAKEN = N_("L'adresse de son contact est celle d'un compte interne ou fermé : donnez-lui une autre adresse.")
ACCOUNT_CLOSED = N_("Le compte de son contact est fermé : rouvrez-le, ou ajoutez un contact.")
READY = N_("Un contact peut maintenant être invité.")


def unreached(ctx: Context, wave: Wave, *, limit: int = SHOWN_AT_MOST) -> list[UnreachedVendor]:
    """Vendors nobody could write to, each with what to do; three statements."""
    vendors = ctx.session.execute(
        select(Vendor.id, Vendor.name)
        .join(Audit, Audit.vendor_id == Vendor.id)
        .join(WaveAudit, WaveAudit.audit_id == Audit.id)
        .where(WaveAudit.wave_id == wave.id, WaveAudit.invited == 0, Audit.state.in_(WITH_VENDOR))
        .order_by(Vendor.folded_name)
        .limit(limit)
    ).all()
    contacts: dict[int, list[Contact]] = defaultdict(list)
    for contact in ctx.session.scalars(
        select(Contact).options(joinedload(Contact.user)).where(Contact.vendor_id.in_([row.id for row in vendors]))
    ):
        contacts[contact.vendor_id].append(contact)
    taken = _addresses_taken(ctx, [contact for each in contacts.values() for contact in each])
    return [UnreachedVendor(row.id, row.name, _reason(contacts[row.id], taken)) for row in vendors]


def _addresses_taken(ctx: Context, contacts: Iterable[Contact]) -> set[str]:
    """Addresses of our own people and of closed accounts; who answers for another vendor may for this one too."""
    wanted = {normal_address(contact.email) for contact in contacts if contact.user_id is None}
    ours = or_(User.role.not_in(VENDOR_ROLES), User.disabled_at.is_not(None))
    return set(ctx.session.scalars(select(User.email).where(User.email.in_(sorted(wanted)), ours)))


def _reason(contacts: Sequence[Contact], taken: set[str]) -> str:
    if not contacts:
        return NO_CONTACT
    for contact in contacts:
        is_open = contact.user is not None and contact.user.disabled_at is None
        if is_open or (contact.user is None and normal_address(contact.email) not in taken):
            return READY
    return ACCOUNT_CLOSED if any(contact.user is not None for contact in contacts) else ADDRESS_TAKEN


def skipped(ctx: Context, wave: Wave, *, limit: int = SHOWN_AT_MOST) -> list[WaveSkip]:
    """Vendors left alone: they were answering the same questionnaire, or what they sent is accepted until later."""
    return list(
        ctx.session.scalars(
            select(WaveSkip)
            .join(Vendor, Vendor.id == WaveSkip.vendor_id)
            .options(joinedload(WaveSkip.vendor), joinedload(WaveSkip.audit))
            .where(WaveSkip.wave_id == wave.id)
            .order_by(Vendor.folded_name)
            .limit(limit)
        )
    )
