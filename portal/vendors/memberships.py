"""Accounts of the external audience: opened from a vendor's contacts, one vendor each."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Role
from portal.core.config import Secrets
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.identity import services as identity
from portal.identity.models import User
from portal.identity.rules import normal_address
from portal.journal import services as journal
from portal.vendors.models import Contact, ContactRole, Membership, Vendor

SPACE = Landing("vendor_space.home")
"""Where a vendor's people arrive."""


def invite_contact(ctx: Context, secrets: Secrets, contact: Contact, *, landing: Landing = SPACE) -> User:
    """Open an account for a contact and send the invitation; until it is taken up, a second call sends a fresh link."""
    authorize(ctx, Permission.VENDOR_INVITE, contact.vendor)
    user = contact.user or _former_account(ctx, contact)
    if user is None:
        person = identity.Person(contact.email, contact.name, Role.VENDOR_ADMIN, contact.language)
        user = identity.create_user(ctx, person)
        ctx.session.add(Membership(user_id=user.id, vendor_id=contact.vendor_id))
    if user.password_hash is not None:
        raise Refused(N_("Cette personne a déjà ouvert son compte ; elle peut demander un nouveau mot de passe."))
    if contact.user_id is None:
        contact.user_id = user.id
        journal.record(ctx, "contact.account_opened", contact, after={"user": user.id})
    _send(ctx, secrets, user, contact.vendor, landing)
    return user


def invite_colleague(ctx: Context, secrets: Secrets, vendor: Vendor, person: identity.Person) -> User:
    """A vendor's administrator invites a colleague; one of the vendor's contacts keeps their line."""
    authorize(ctx, Permission.COLLEAGUE_INVITE, vendor)
    if person.role not in {Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT}:
        raise Refused(N_("Ce rôle n'existe pas dans l'espace prestataire."))
    user = identity.create_user(ctx, person)
    ctx.session.add(Membership(user_id=user.id, vendor_id=vendor.id))
    contact = ctx.session.scalar(select(Contact).where(Contact.vendor_id == vendor.id, Contact.email == user.email))
    if contact is None:
        contact = Contact(vendor_id=vendor.id, name=person.name, email=user.email, language=person.language)
        ctx.session.add(contact)
    contact.user_id = user.id
    ctx.session.flush()
    journal.record(ctx, "contact.account_opened", contact, after={"user": user.id, "by": "vendor"}, vendor_id=vendor.id)
    _send(ctx, secrets, user, vendor, SPACE)
    return user


def close_account(ctx: Context, contact: Contact) -> None:
    """Close a contact's account: whoever left the vendor signs in no more. What they answered stays theirs."""
    authorize(ctx, Permission.VENDOR_INVITE, contact.vendor)
    if contact.user is None or contact.user.disabled_at is not None:
        return
    contact.user.disabled_at = ctx.now
    identity.sign_out_everywhere(ctx, contact.user)
    identity.void_links(ctx, contact.user)
    journal.record(ctx, "contact.account_closed", contact, before={"user": contact.user.id})


def _former_account(ctx: Context, contact: Contact) -> User | None:
    """The account this address had at this vendor before its contact was removed, open again but without a password."""
    user = ctx.session.scalar(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.email == contact.email,
            User.disabled_at.is_not(None),
            Membership.vendor_id == contact.vendor_id,
            User.role.in_([Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT]),
        )
    )
    if user is not None:
        user.disabled_at, user.password_hash = None, None
    return user


def _send(ctx: Context, secrets: Secrets, user: User, vendor: Vendor, landing: Landing) -> None:
    identity.invite(
        ctx, secrets, user, landing=landing, template="vendors/emails/invitation", values={"vendor": vendor.name},
        about=f"vendor:{vendor.id}",
    )  # fmt: skip


def open_accounts(ctx: Context, vendor_ids: Sequence[int]) -> None:
    """Open the accounts that a wave needs: for each vendor that nobody answers for, one contact's, privacy first.

    An address that serves elsewhere already (another vendor, our own staff) opens nothing: one account, one vendor. Few
    statements for a thousand vendors; the caller has authorised the wave and sends the links.
    """
    contacts = _contacts_to_open(ctx, vendor_ids)
    addresses = {normal_address(contact.email) for contact in contacts}
    elsewhere = (
        set(ctx.session.scalars(select(User.email).where(User.email.in_(sorted(addresses))))) if contacts else ()
    )
    chosen: dict[str, Contact] = {}
    served: set[int] = set()
    for contact in contacts:
        address = normal_address(contact.email)
        if contact.vendor_id not in served and address not in elsewhere and address not in chosen:
            chosen[address] = contact
            served.add(contact.vendor_id)
    if not chosen:
        return
    rows = [
        {
            "email": address,
            "name": contact.name,
            "role": Role.VENDOR_ADMIN,
            "language": contact.language,
            "recovery_hashes": [],
            "created_at": ctx.now,
        }
        for address, contact in chosen.items()
    ]
    # Asking for the ids in order of the rows would make SQLite insert them one by one.
    ids = {email: user_id for user_id, email in ctx.session.execute(insert(User).returning(User.id, User.email), rows)}
    pairs = [(contact, ids[address]) for address, contact in chosen.items()]
    ctx.session.execute(insert(Membership), [{"user_id": u, "vendor_id": c.vendor_id} for c, u in pairs])
    ctx.session.execute(update(Contact), [{"id": c.id, "user_id": u} for c, u in pairs])
    for contact, user_id in pairs:
        journal.record(ctx, "contact.account_opened", contact, after={"user": user_id}, vendor_id=contact.vendor_id)


def _contacts_to_open(ctx: Context, vendor_ids: Sequence[int]) -> list[Contact]:
    """Contacts without an account of vendors without an open external one, those for privacy first."""
    answered_for = (
        select(Membership.vendor_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.vendor_id.in_(vendor_ids),
            User.role.in_([Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT]),
            User.disabled_at.is_(None),
        )
    )
    contacts = ctx.session.scalars(
        select(Contact)
        .where(Contact.vendor_id.in_(vendor_ids), Contact.vendor_id.not_in(answered_for), Contact.user_id.is_(None))
        .order_by(Contact.vendor_id, Contact.id)
    )
    return sorted(contacts, key=lambda contact: contact.role is not ContactRole.PRIVACY)
