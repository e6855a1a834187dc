"""Accounts of the external audience: opened from a vendor's contacts, one vendor each."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Role
from portal.core.config import Secrets
from portal.core.errors import Refused
from portal.core.language import N_
from portal.identity import services as identity
from portal.identity.models import User
from portal.identity.rules import normal_address
from portal.journal import services as journal
from portal.vendors.models import Contact, ContactRole, Membership, Vendor


@dataclass(frozen=True)
class Opened:
    """What came of opening accounts: how many, and the contacts whose address already serves elsewhere."""

    user_ids: tuple[int, ...]
    taken: tuple[int, ...]


def invite_contact(ctx: Context, secrets: Secrets, contact: Contact, *, landing: str = "/espace/") -> User:
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
    _send(ctx, secrets, user, vendor, "/espace/")
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


def _send(ctx: Context, secrets: Secrets, user: User, vendor: Vendor, landing: str) -> None:
    identity.invite(
        ctx, secrets, user, landing=landing, template="vendors/emails/invitation", values={"vendor": vendor.name},
        about=f"vendor:{vendor.id}",
    )  # fmt: skip


def open_accounts(ctx: Context, vendor_ids: Sequence[int]) -> Opened:
    """Open the accounts that a wave needs: for each vendor without one, its first privacy contact (else its first).

    Few statements for a thousand vendors; the caller has authorised the wave and sends the links.
    """
    candidates = _first_contacts(ctx, vendor_ids)
    emails = {normal_address(contact.email): contact for contact in candidates}
    already = set(ctx.session.scalars(select(User.email).where(User.email.in_(sorted(emails)))))
    wanted = [contact for email, contact in emails.items() if email not in already]
    taken = tuple(contact.id for contact in candidates if normal_address(contact.email) in already)
    if not wanted:
        return Opened((), taken)
    rows = [
        {
            "email": normal_address(contact.email),
            "name": contact.name,
            "role": Role.VENDOR_ADMIN,
            "language": contact.language,
            "recovery_hashes": [],
            "created_at": ctx.now,
        }
        for contact in wanted
    ]
    ids = ctx.session.scalars(insert(User).returning(User.id, sort_by_parameter_order=True), rows).all()
    pairs = list(zip(wanted, ids, strict=True))
    ctx.session.execute(insert(Membership), [{"user_id": u, "vendor_id": c.vendor_id} for c, u in pairs])
    ctx.session.execute(update(Contact), [{"id": c.id, "user_id": u} for c, u in pairs])
    for contact, user_id in pairs:
        journal.record(ctx, "contact.account_opened", contact, after={"user": user_id}, vendor_id=contact.vendor_id)
    return Opened(tuple(ids), taken)


def _first_contacts(ctx: Context, vendor_ids: Sequence[int]) -> list[Contact]:
    with_account = select(Membership.vendor_id).where(Membership.vendor_id.in_(vendor_ids))
    contacts = ctx.session.scalars(
        select(Contact)
        .where(Contact.vendor_id.in_(vendor_ids), Contact.vendor_id.not_in(with_account), Contact.user_id.is_(None))
        .order_by(Contact.vendor_id, Contact.id)
    ).all()
    best: dict[int, Contact] = {}
    for contact in contacts:
        held = best.get(contact.vendor_id)
        if held is None or (contact.role is ContactRole.PRIVACY and held.role is not ContactRole.PRIVACY):
            best[contact.vendor_id] = contact
    return list(best.values())
