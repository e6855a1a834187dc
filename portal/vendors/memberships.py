"""Accounts of the external audience: opened from a vendor's contacts; one person may answer for several vendors."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from portal.authz.context import Context, authorize
from portal.authz.policy import ANSWERING_ROLES, VENDOR_ROLES, Permission, Role
from portal.core import process
from portal.core.errors import NotFound, Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.core.secret_keys import Secrets
from portal.identity import services as identity
from portal.identity.models import User
from portal.identity.rules import normal_address
from portal.jobs.mail import Envelope, send
from portal.journal import services as journal
from portal.vendors.letter_context import letter_context
from portal.vendors.letters import arrival
from portal.vendors.models import Contact, ContactRole, Membership, Vendor

SPACE = Landing("vendor_space.home")
"""Where a vendor's people arrive."""


def invite_contact(ctx: Context, secrets: Secrets, contact: Contact, *, landing: Landing = SPACE) -> User:
    """Open an account for a contact and send the invitation; until it is taken up, a second call sends a fresh link.

    Somebody who answers for another vendor already gains this one: they are told, and sign in as before. Raises
    Refused for an address of our own.
    """
    user, is_new = open_account(ctx, contact)
    if user.has_come_in and not is_new:
        raise Refused(N_("Cette personne a déjà ouvert son compte ; elle peut demander un nouveau mot de passe."))
    if user.has_come_in:
        _tell(ctx, user, contact, landing)
    else:
        _send(ctx, secrets, user, contact.vendor, landing)
    return user


def open_account(ctx: Context, contact: Contact) -> tuple[User, bool]:
    """The account of a contact, opened if there is none, and whether it gains this vendor; the caller writes to it.

    Raises Refused for an address of our own.
    """
    authorize(ctx, Permission.VENDOR_INVITE, contact.vendor)
    user = contact.user or _account_of(ctx, contact.email)
    if user is None:
        person = identity.Person(contact.email, contact.name, Role.VENDOR_ADMIN, contact.language)
        user = identity.create_user(ctx, person)
    elif not user.role.is_vendor:
        raise Refused(N_("Un compte existe déjà avec l'adresse %(email)s."), email=user.email)
    elif user.disabled_at is not None:
        # What it answered for when it was closed does not come back with it.
        ctx.session.execute(delete(Membership).where(Membership.user_id == user.id))
        user.disabled_at, user.password_hash, user.opened_at = None, None, None
    is_new = _join(ctx, contact.vendor_id, user)
    if contact.user_id is None:
        contact.user_id = user.id
        journal.record(ctx, "contact.account_opened", contact, after={"user": user.id})
    ctx.session.flush()
    return user, is_new


def _account_of(ctx: Context, email: str) -> User | None:
    return ctx.session.scalar(select(User).where(User.email == normal_address(email)))


def _join(ctx: Context, vendor_id: int, user: User) -> bool:
    """Make an account one of the vendor's, as an administrator; whether it was not yet."""
    held = ctx.session.scalar(
        select(Membership.id).where(Membership.user_id == user.id, Membership.vendor_id == vendor_id)
    )
    if held is None:
        ctx.session.add(Membership(user_id=user.id, vendor_id=vendor_id, role=Role.VENDOR_ADMIN))
        ctx.session.flush()
        note_strongest_role(ctx, user)
    return held is None


def settle_contact(ctx: Context, vendor_id: int, user: User, name: str) -> Contact:
    """The line of an account among its vendor's contacts, entered when there is none."""
    contact = ctx.session.scalar(select(Contact).where(Contact.vendor_id == vendor_id, Contact.email == user.email))
    if contact is None:
        contact = Contact(vendor_id=vendor_id, name=name, email=user.email, language=user.language)
        ctx.session.add(contact)
    contact.user_id = user.id
    ctx.session.flush()
    return contact


def close_account(ctx: Context, contact: Contact) -> None:
    """End a contact's access to its vendor: whoever left it signs in no more. What they answered stays theirs.

    What they answer for elsewhere goes on; an account that answers for nobody any more is closed.
    """
    authorize(ctx, Permission.VENDOR_INVITE, contact.vendor)
    if contact.user is None:
        return
    held = ctx.session.scalar(
        select(Membership).where(Membership.user_id == contact.user.id, Membership.vendor_id == contact.vendor_id)
    )
    if held is None:
        return
    journal.record(ctx, "contact.account_closed", contact, before={"user": contact.user.id})
    end_membership(ctx, held, contact.user)


def end_membership(ctx: Context, membership: Membership, user: User) -> None:
    """Take a vendor from an account at once; the last one closes it, its sessions and its links. The caller journals.

    Which vendors an account reaches is read at every request: a session that had chosen this one reaches nothing.
    """
    ctx.session.delete(membership)
    ctx.session.flush()
    if not note_strongest_role(ctx, user):
        identity.close_account(ctx, user)


def note_strongest_role(ctx: Context, user: User) -> bool:
    """Keep on an account the strongest of its roles at its vendors, for lists of accounts; whether it has one left."""
    held = set(ctx.session.scalars(select(Membership.role).where(Membership.user_id == user.id)))
    strongest = next((role for role in VENDOR_ROLES if role in held), None)
    if strongest is not None:
        user.role = strongest
    return strongest is not None


def choose_vendor(ctx: Context, session_id: int, vendor_id: int) -> None:
    """Answer for this vendor from now on, in this browser and at the next sign-in; raises NotFound for a stranger's."""
    authorize(ctx, Permission.ACCOUNT_SELF)
    held = ctx.session.scalar(
        select(Membership).where(
            Membership.user_id == ctx.actor.id, Membership.vendor_id == vendor_id, Membership.role.in_(VENDOR_ROLES)
        )
    )
    if held is None:
        raise NotFound()
    held.chosen_at = ctx.now
    identity.choose_vendor(ctx, session_id, vendor_id)


def _send(ctx: Context, secrets: Secrets, user: User, vendor: Vendor, landing: Landing) -> None:
    held = letter_context(ctx, [vendor.id])
    identity.invite(
        ctx, secrets, user, landing=arrival(landing, vendor.id), template="vendors/emails/invitation",
        values={"vendor": vendor.name, **held.subject_of(vendor.id)},
        about=f"vendor:{vendor.id}", contact=held.contact_for(vendor.id, None, user.language),
    )  # fmt: skip


def _tell(ctx: Context, user: User, contact: Contact, landing: Landing) -> None:
    """Tell somebody who has an account already that it answers for one more vendor."""
    held = letter_context(ctx, [contact.vendor_id])
    send(
        ctx,
        Envelope(
            template="vendors/emails/one_more_vendor", recipient=user.email, language=user.language,
            dedup=f"vendor:{contact.vendor_id}:joined:{user.id}:{int(ctx.now.timestamp())}",
            values={
                "name": user.name, "vendor": contact.vendor.name, "organisation": process.settings().organisation,
                **held.subject_of(contact.vendor_id),
            },
            link=arrival(landing, contact.vendor_id), about=f"vendor:{contact.vendor_id}",
            contact=held.contact_for(contact.vendor_id, None, user.language),
        ),
    )  # fmt: skip


def open_accounts(ctx: Context, vendor_ids: Sequence[int]) -> None:
    """Open the accounts that a wave needs: for each vendor that nobody answers for, one contact's, privacy first.

    Somebody who answers for another vendor gains this one; an address of our own, or of an account that was closed,
    opens nothing. Few statements for a thousand vendors; the caller has authorised the wave and sends the links.
    """
    contacts = _contacts_to_open(ctx, vendor_ids)
    addresses = {normal_address(contact.email) for contact in contacts}
    known = {user.email: user for user in _accounts_at(ctx, addresses)}
    chosen: list[tuple[Contact, str]] = []
    served: set[int] = set()
    for contact in contacts:
        address = normal_address(contact.email)
        user = known.get(address)
        if contact.vendor_id not in served and (user is None or (user.role.is_vendor and user.disabled_at is None)):
            chosen.append((contact, address))
            served.add(contact.vendor_id)
    if not chosen:
        return
    first = {address: contact for contact, address in reversed(chosen) if address not in known}
    rows = [
        {
            "email": address,
            "name": contact.name,
            "role": Role.VENDOR_ADMIN,
            "language": contact.language,
            "recovery_hashes": [],
            "created_at": ctx.now,
        }
        for address, contact in first.items()
    ]
    ids = {email: user.id for email, user in known.items()}
    if rows:
        # Asking for the ids in order of the rows would make SQLite insert them one by one.
        made = ctx.session.execute(insert(User).returning(User.id, User.email), rows)
        ids |= {email: user_id for user_id, email in made}
    pairs = [(contact, ids[address]) for contact, address in chosen]
    former = {ids[address] for _, address in chosen if address in known}
    already = _members_among(ctx, sorted(former))
    members = [
        {"user_id": user_id, "vendor_id": contact.vendor_id, "role": Role.VENDOR_ADMIN}
        for contact, user_id in pairs
        if (user_id, contact.vendor_id) not in already
    ]
    if members:
        ctx.session.execute(insert(Membership), members)
    if former:
        ctx.session.execute(update(User).where(User.id.in_(former)).values(role=Role.VENDOR_ADMIN))
    ctx.session.execute(update(Contact), [{"id": c.id, "user_id": u} for c, u in pairs])
    for contact, user_id in pairs:
        journal.record(ctx, "contact.account_opened", contact, after={"user": user_id}, vendor_id=contact.vendor_id)


def _accounts_at(ctx: Context, addresses: set[str]) -> Sequence[User]:
    if not addresses:
        return []
    return ctx.session.scalars(select(User).where(User.email.in_(sorted(addresses)))).all()


def _members_among(ctx: Context, user_ids: Sequence[int]) -> set[tuple[int, int]]:
    """The pairs of account and vendor that some accounts are already; none costs nothing."""
    if not user_ids:
        return set()
    rows = ctx.session.execute(select(Membership.user_id, Membership.vendor_id).where(Membership.user_id.in_(user_ids)))
    return {(row.user_id, row.vendor_id) for row in rows}


def _contacts_to_open(ctx: Context, vendor_ids: Sequence[int]) -> list[Contact]:
    """Contacts without an account of vendors without an open external one, those for privacy first."""
    answered_for = (
        select(Membership.vendor_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.vendor_id.in_(vendor_ids),
            Membership.role.in_(ANSWERING_ROLES),
            User.disabled_at.is_(None),
        )
    )
    contacts = ctx.session.scalars(
        select(Contact)
        .where(Contact.vendor_id.in_(vendor_ids), Contact.vendor_id.not_in(answered_for), Contact.user_id.is_(None))
        .order_by(Contact.vendor_id, Contact.id)
    )
    return sorted(contacts, key=lambda contact: contact.role is not ContactRole.PRIVACY)
