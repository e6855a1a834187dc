"""Someone else at a vendor is asked to answer, instead of or beside whoever was."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import wave_letters
from portal.campaigns.models import Wave, WaveAudit
from portal.campaigns.wave_letters import LetterDraft
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.identity.rules import normal_address
from portal.journal import services as journal
from portal.vendors.memberships import open_account
from portal.vendors.models import Contact, Vendor
from portal.vendors.queries import correspondents
from portal.vendors.services import ContactSheet, add_contact, remove_contact


@dataclass(frozen=True)
class NewRecipient:
    """Who answers from now on; `instead_of` are the contacts (ids) that are written to no more."""

    name: str
    email: str
    instead_of: Collection[int] = ()


def change_recipient(ctx: Context, wave: Wave, audit_id: int, wanted: NewRecipient) -> None:
    """Write to someone at a vendor about an audit of a wave; those they replace leave the vendor's contacts.

    Someone known already is sent the invitation again; anyone else becomes a contact, with an account to open. Raises
    NotFound, InvalidSheet (the address is wrong, or another person's) or Refused (nothing is awaited any more).
    """
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    row = ctx.session.execute(
        select(WaveAudit, Audit)
        .join(Audit, Audit.id == WaveAudit.audit_id)
        .where(WaveAudit.wave_id == wave.id, WaveAudit.audit_id == audit_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    link, audit = row
    if not audit.state.is_with_vendor:
        raise Refused(N_("Ses réponses ne sont plus attendues : il n'y a personne à qui écrire."))
    vendor = ctx.session.get_one(Vendor, audit.vendor_id)
    contacts = _contacts(ctx, vendor)
    address = normal_address(wanted.email)
    known = next((one for one in contacts if normal_address(one.email) == address), None)
    contact = known or add_contact(ctx, vendor, ContactSheet(wanted.name, wanted.email, language=vendor.language))
    user, _is_new = open_account(ctx, contact)
    person = next((one for one in correspondents(ctx.session, [vendor.id]) if one.user_id == user.id), None)
    if person is None:
        raise Refused(N_("Cette personne peut lire ces questionnaires, non y répondre : choisissez quelqu'un d'autre."))
    draft = LetterDraft("invitation", person, audit.id, audit.due_on, audit.state, f":again-{ctx.today}")
    wave_letters.send(ctx, wave, [draft])
    for one in contacts:
        if one.id in wanted.instead_of and one is not contact:
            remove_contact(ctx, one)
    link.invited = max(1, len(correspondents(ctx.session, [vendor.id])))
    after = {"wave": wave.id, "audits": [audit.id], "to": contact.email}
    journal.record(ctx, "wave.recipient_changed", wave.campaign, after=after, vendor_id=vendor.id)


def _contacts(ctx: Context, vendor: Vendor) -> list[Contact]:
    found = select(Contact).options(joinedload(Contact.user), joinedload(Contact.vendor))
    return list(ctx.session.scalars(found.where(Contact.vendor_id == vendor.id).order_by(Contact.id)))
