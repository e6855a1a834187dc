"""The people at a vendor; those who have an account keep its address."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.language import Language, say
from portal.identity.rules import is_address, normal_address
from portal.journal import services as journal
from portal.vendors.memberships import close_account
from portal.vendors.models import Contact, ContactRole, Vendor
from portal.vendors.services.refusals import InvalidSheet


@dataclass(frozen=True)
class ContactSheet:
    """Who someone at a vendor is, and what for."""

    name: str
    email: str
    phone: str = ""
    role: ContactRole = ContactRole.PRIVACY
    language: Language = Language.FR


def add_contact(ctx: Context, vendor: Vendor, sheet: ContactSheet) -> Contact:
    """Enter someone at a vendor; raises InvalidSheet when the address is there already."""
    authorize(ctx, Permission.VENDOR_EDIT, vendor)
    sheet = _sound(ctx, vendor, sheet)
    contact = Contact(vendor=vendor, **asdict(sheet))
    ctx.session.add(contact)
    ctx.session.flush()
    journal.record(ctx, "contact.added", contact, after=_told(asdict(sheet)))
    return contact


def revise_contact(ctx: Context, contact: Contact, sheet: ContactSheet) -> None:
    """Correct what is known of someone; raises InvalidSheet on an address already there, or one that signs in."""
    authorize(ctx, Permission.VENDOR_EDIT, contact)
    sheet = _sound(ctx, contact.vendor, sheet, contact)
    before, after = journal.changes(contact, asdict(sheet))
    if after:
        journal.record(ctx, "contact.revised", contact, before=_told(before), after=_told(after))


def remove_contact(ctx: Context, contact: Contact) -> None:
    """Take someone off a vendor's page; their account, if they have one, is closed at once."""
    authorize(ctx, Permission.VENDOR_EDIT, contact)
    if contact.user is not None:
        close_account(ctx, contact)
    journal.record(ctx, "contact.removed", contact, before={"name": contact.name, "email": contact.email})
    ctx.session.delete(contact)
    ctx.session.flush()


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the journal keeps; there « role » is that of an account."""
    return {"contact_role" if name == "role" else name: value for name, value in values.items()}


def _sound(ctx: Context, vendor: Vendor, sheet: ContactSheet, contact: Contact | None = None) -> ContactSheet:
    """The sheet with its address as accounts write it."""
    email = normal_address(sheet.email)
    if not is_address(email):
        raise InvalidSheet({"email": say("Cette adresse est incomplète.")})
    if contact is not None and contact.user_id is not None and email != contact.email:
        raise InvalidSheet(
            {"email": say("Cette personne se connecte avec cette adresse : retirez-la, puis ajoutez-la à nouveau.")}
        )
    twin = select(Contact.id).where(Contact.vendor_id == vendor.id, Contact.email == email)
    if contact is not None:
        twin = twin.where(Contact.id != contact.id)
    if ctx.session.scalar(twin) is not None:
        raise InvalidSheet({"email": say("Un contact de ce sous-traitant a déjà cette adresse.")})
    return ContactSheet(sheet.name, email, sheet.phone, sheet.role, sheet.language)
