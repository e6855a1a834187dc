"""What a vendor's administrator does for colleagues: invite, send again, limit, remove; never whose an address is.

An invitation opens nothing before the owner of the mailbox takes it up: whoever the address belongs to, the vendor is
answered the same, and an address that the organisation has not met yet is not taken.
"""

from datetime import timedelta

from sqlalchemy import func, select, update

from portal.authz.context import Context, authorize
from portal.authz.policy import VENDOR_ROLES, Permission, Role
from portal.core import process, tokens
from portal.core.dataclass import dataclass
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.core.secret_keys import Secrets
from portal.identity import services as identity
from portal.identity.models import User
from portal.identity.rules import INVITATION_DAYS, is_person_name, normal_address
from portal.jobs.mail import Envelope, send
from portal.journal import services as journal
from portal.vendors.letter_context import letter_context
from portal.vendors.memberships import end_membership, note_strongest_role, settle_contact
from portal.vendors.models import ColleagueInvitation, Contact, Membership, Vendor
from portal.vendors.rules.addresses import is_of_domains

INVITATIONS_PER_VENDOR = 20
"""Invitations that a vendor can have sent in twenty-four hours, repeated ones included."""
INVITATIONS_PER_ACCOUNT = 10
"""Those that one of its administrators can."""
INVITATIONS_PER_ADDRESS = 3
"""Those that a vendor can have sent to one address."""
JOIN = Landing("vendor_space.join")
_GONE = N_("Cette invitation n'est plus valable : elle a déjà servi, ou une plus récente l'a remplacée.")
_UNKNOWN = N_("Cette invitation n'est pas reconnue. Vérifiez que le lien est complet.")


def invite_colleague(ctx: Context, secrets: Secrets, vendor: Vendor, person: identity.Person) -> ColleagueInvitation:
    """Have an invitation sent; the answer is the same whether the address is ours, another vendor's or nobody's yet.

    Raises Refused for what the vendor knows already: a colleague of its own, a share used up, a name that is no name.
    """
    authorize(ctx, Permission.COLLEAGUE_INVITE, vendor)
    if person.role not in VENDOR_ROLES:
        raise Refused(N_("Ce rôle n'existe pas dans l'espace prestataire."))
    if not is_person_name(person.name):
        raise Refused(N_("Écrivez un nom de personne : des lettres, sans adresse ni lien."))
    _keep_to_oneself(ctx, vendor.id)
    email = normal_address(person.email)
    if _is_member(ctx, vendor.id, email):
        raise Refused(N_("Cette personne est déjà parmi vos collègues."))
    _check_share(ctx, vendor.id, email)
    _close(ctx, vendor.id, email)
    seed = f"colleague:{vendor.id}:{tokens.draw()}"
    invitation = ColleagueInvitation(
        vendor_id=vendor.id, email=email, name=person.name.strip(), role=person.role, language=person.language,
        token_hash=tokens.fingerprint(tokens.derive(secrets.tokens, seed)), invited_by_id=ctx.actor.id,
        sent_at=ctx.now, expires_at=ctx.now + timedelta(days=INVITATION_DAYS),
    )  # fmt: skip
    ctx.session.add(invitation)
    ctx.session.flush()
    after = {"email": email, "role": person.role}
    journal.record(ctx, "colleague.invited", invitation, after=after, vendor_id=vendor.id)
    _write(ctx, invitation, vendor, seed)
    return invitation


def invite_colleague_again(ctx: Context, secrets: Secrets, vendor: Vendor, invitation_id: int) -> ColleagueInvitation:
    """Send an invitation anew: the former link opens nothing more. Raises NotFound, Refused."""
    authorize(ctx, Permission.COLLEAGUE_INVITE, vendor)
    held = _open_invitation(ctx, vendor, invitation_id)
    person = identity.Person(held.email, held.name, held.role, held.language)
    return invite_colleague(ctx, secrets, vendor, person)


def withdraw_invitation(ctx: Context, vendor: Vendor, invitation_id: int) -> ColleagueInvitation:
    """Take an invitation back: its link opens nothing from now on. Raises NotFound."""
    authorize(ctx, Permission.COLLEAGUE_INVITE, vendor)
    held = _open_invitation(ctx, vendor, invitation_id)
    held.closed_at = ctx.now
    journal.record(ctx, "colleague.invitation_withdrawn", held, before={"email": held.email}, vendor_id=vendor.id)
    return held


def send_colleague_link(ctx: Context, secrets: Secrets, vendor: Vendor, user_id: int) -> User:
    """Send the opening link again to a colleague who has not taken it up. Raises NotFound, Refused."""
    authorize(ctx, Permission.COLLEAGUE_INVITE, vendor)
    user = _colleague(ctx, vendor, user_id)[1]
    if user.has_come_in:
        raise Refused(N_("Cette personne a déjà ouvert son compte ; elle peut demander un nouveau mot de passe."))
    if identity.has_too_many_links(ctx, user.id):
        raise Refused(N_("Un lien vient d'être envoyé : regardez votre boîte de réception et les indésirables."))
    identity.send_access_link(ctx, secrets, user)
    return user


def limit_colleague(ctx: Context, vendor: Vendor, user_id: int, role: Role) -> User:
    """Say what a colleague may do at this vendor, from their next page on. Raises NotFound, Refused."""
    authorize(ctx, Permission.COLLEAGUE_INVITE, vendor)
    _keep_to_oneself(ctx, vendor.id)
    membership, user = _colleague(ctx, vendor, user_id)
    if role not in VENDOR_ROLES:
        raise Refused(N_("Ce rôle n'existe pas dans l'espace prestataire."))
    if user.id == ctx.actor.id:
        raise Refused(N_("Vous ne pouvez pas limiter votre propre accès : demandez-le à un autre responsable."))
    if membership.role is not role:
        before, membership.role = membership.role, role
        ctx.session.flush()
        note_strongest_role(ctx, user)
        journal.record(
            ctx, "colleague.limited", user, before={"role": before}, after={"role": role}, vendor_id=vendor.id
        )  # fmt: skip
    return user


def remove_colleague(ctx: Context, vendor: Vendor, user_id: int) -> User:
    """Take a colleague out of the vendor at once; what else they answer for stays theirs. Raises NotFound, Refused.

    Their line among the vendor's contacts goes too: the next campaign would open their account again.
    """
    authorize(ctx, Permission.COLLEAGUE_INVITE, vendor)
    _keep_to_oneself(ctx, vendor.id)
    membership, user = _colleague(ctx, vendor, user_id)
    if user.id == ctx.actor.id:
        raise Refused(N_("Vous ne pouvez pas vous retirer vous-même : demandez-le à un autre responsable."))
    contact = ctx.session.scalar(select(Contact).where(Contact.vendor_id == vendor.id, Contact.user_id == user.id))
    journal.record(ctx, "colleague.removed", user, before={"role": membership.role}, vendor_id=vendor.id)
    end_membership(ctx, membership, user)
    if contact is not None:
        before = {"name": contact.name, "email": contact.email}
        journal.record(ctx, "contact.removed", contact, before=before, vendor_id=vendor.id)
        ctx.session.delete(contact)
    ctx.session.flush()
    return user


@dataclass(frozen=True)
class FoundInvitation:
    """An invitation whose link was opened: for which vendor, and whether an account is there already."""

    invitation: ColleagueInvitation
    vendor: Vendor
    user: User | None

    @property
    def needs_password(self) -> bool:
        """Whether a password is to be chosen first."""
        return self.user is None or not self.user.has_come_in or self.user.disabled_at is not None


def find_invitation(ctx: Context, token: str) -> FoundInvitation:
    """The invitation of a link, with the account of its address; raises Refused when it opens nothing."""
    row = ctx.session.execute(
        select(ColleagueInvitation, Vendor)
        .join(Vendor, Vendor.id == ColleagueInvitation.vendor_id)
        .where(ColleagueInvitation.token_hash == tokens.fingerprint(token.strip()))
    ).one_or_none()
    if row is None:
        raise Refused(_UNKNOWN)
    invitation, vendor = row[0], row[1]
    if invitation.closed_at is not None:
        raise Refused(_GONE)
    if invitation.expires_at <= ctx.now:
        raise Refused(N_("Cette invitation a expiré. Demandez-en une autre à la personne qui vous a invité."))
    user = ctx.session.scalar(select(User).where(User.email == invitation.email))
    if _is_closed_to(ctx, invitation.email, user):
        raise Refused(_UNKNOWN)
    return FoundInvitation(invitation, vendor, user)


def take_up_invitation(
    ctx: Context, found: FoundInvitation, hashed: str | None, *, without_password: bool = False
) -> User:
    """Join the vendor: the account is opened, with this password or without one, or gains a vendor. Raises Refused.

    Who holds the link holds the mailbox; to an account that exists it gives nothing but a vendor more, and whoever
    signs in is its owner.
    """
    invitation, vendor = found.invitation, found.vendor
    closed = ctx.session.scalar(
        update(ColleagueInvitation)
        .where(ColleagueInvitation.id == invitation.id, ColleagueInvitation.closed_at.is_(None))
        .values(closed_at=ctx.now)
        .returning(ColleagueInvitation.id)
    )
    if closed is None or (found.needs_password and hashed is None and not without_password):
        raise Refused(_GONE)
    user = found.user or identity.create_user(
        ctx, identity.Person(invitation.email, invitation.name, invitation.role, invitation.language)
    )
    own = identity.as_user(ctx, user)
    if found.needs_password:
        user.disabled_at = None
        if hashed is not None:
            identity.set_password(own, user, hashed)
        else:
            user.password_hash = None
            identity.open_without_password(own, user)
    if not _is_member(ctx, vendor.id, user.email):
        ctx.session.add(Membership(user_id=user.id, vendor_id=vendor.id, role=invitation.role))
        ctx.session.flush()
        note_strongest_role(ctx, user)
    contact = settle_contact(ctx, vendor.id, user, invitation.name)
    journal.record(
        own, "contact.account_opened", contact, after={"user": user.id, "by": "vendor"}, vendor_id=vendor.id
    )  # fmt: skip
    ctx.session.flush()
    return user


def _keep_to_oneself(ctx: Context, vendor_id: int) -> None:
    """Have the vendor's administrators act one after the other, each still one: two could demote each other at once."""
    ctx.session.scalar(select(Vendor.id).where(Vendor.id == vendor_id).with_for_update())
    role = ctx.session.scalar(
        select(Membership.role)
        .where(Membership.vendor_id == vendor_id, Membership.user_id == ctx.actor.id)
        .execution_options(populate_existing=True)
    )
    if role is not Role.VENDOR_ADMIN:
        raise Forbidden(N_("Votre compte ne permet pas cette action."))


def _is_member(ctx: Context, vendor_id: int, email: str) -> bool:
    statement = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.vendor_id == vendor_id, Membership.role.in_(VENDOR_ROLES), User.email == email)
    )
    return ctx.session.scalar(statement) is not None


def _check_share(ctx: Context, vendor_id: int, email: str) -> None:
    """Raise Refused when the vendor, its administrator or the address has had its invitations of a day."""
    sent = ColleagueInvitation.sent_at > ctx.now - timedelta(days=1)
    ours = ColleagueInvitation.vendor_id == vendor_id
    for where, most in (
        (ours, INVITATIONS_PER_VENDOR),
        (ColleagueInvitation.invited_by_id == ctx.actor.id, INVITATIONS_PER_ACCOUNT),
    ):
        if (ctx.session.scalar(select(func.count()).select_from(ColleagueInvitation).where(sent, where)) or 0) >= most:
            raise Refused(N_("Vous avez envoyé %(n)s invitations en un jour : recommencez demain."), n=most)
    to_address = select(func.count()).select_from(ColleagueInvitation).where(sent, ours)
    if (ctx.session.scalar(to_address.where(ColleagueInvitation.email == email)) or 0) >= INVITATIONS_PER_ADDRESS:
        raise Refused(N_("Cette adresse a déjà reçu vos invitations du jour : regardez dans ses indésirables."))


def _close(ctx: Context, vendor_id: int, email: str) -> None:
    ctx.session.execute(
        update(ColleagueInvitation)
        .where(
            ColleagueInvitation.vendor_id == vendor_id,
            ColleagueInvitation.email == email,
            ColleagueInvitation.closed_at.is_(None),
        )
        .values(closed_at=ctx.now)
    )


def _open_invitation(ctx: Context, vendor: Vendor, invitation_id: int) -> ColleagueInvitation:
    row = ctx.session.scalar(
        select(ColleagueInvitation).where(
            ColleagueInvitation.id == invitation_id,
            ColleagueInvitation.vendor_id == vendor.id,
            ColleagueInvitation.closed_at.is_(None),
        )
    )
    if row is None:
        raise NotFound()
    return row


def _colleague(ctx: Context, vendor: Vendor, user_id: int) -> tuple[Membership, User]:
    row = ctx.session.execute(
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.vendor_id == vendor.id, Membership.user_id == user_id, Membership.role.in_(VENDOR_ROLES))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def _is_closed_to(ctx: Context, email: str, user: User | None) -> bool:
    """Whether no vendor may have an account opened for this address: one of ours, or one that was closed.

    An account left by its last vendor may come back; one that the organisation closed may not.
    """
    if user is not None and not user.role.is_vendor:
        return True
    if user is not None and user.disabled_at is not None:
        return ctx.session.scalar(select(Membership.id).where(Membership.user_id == user.id).limit(1)) is not None
    staff = ctx.session.scalars(select(User.email).where(User.role.not_in([*VENDOR_ROLES, Role.EXPERT])))
    return is_of_domains(email, [*staff, process.settings().mail_from])


def _write(ctx: Context, invitation: ColleagueInvitation, vendor: Vendor, seed: str) -> None:
    """Write to the owner of the address, in our words alone: no name that a vendor typed is in it."""
    user = ctx.session.scalar(select(User).where(User.email == invitation.email))
    closed = _is_closed_to(ctx, invitation.email, user)
    values = {
        "organisation": process.settings().organisation,
        "vendor": vendor.name,
        "days": str(INVITATION_DAYS),
        "has_account": user is not None and user.disabled_at is None and user.has_come_in,
    }
    language = user.language if user is not None else invitation.language
    held = letter_context(ctx, [vendor.id])
    send(
        ctx,
        Envelope(
            template="vendors/emails/colleague_of_ours" if closed else "vendors/emails/colleague",
            recipient=invitation.email, language=language,
            dedup=f"colleague:{invitation.id}", values=values,
            contact=held.contact_for(vendor.id, None, language),
            link=Landing("identity.sign_in") if closed else JOIN, token=None if closed else seed,
            about=f"vendor:{vendor.id}",
        ),
    )  # fmt: skip
