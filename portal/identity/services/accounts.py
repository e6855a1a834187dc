"""Accounts: opened, described, closed, and what an administrator may do for their holder."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Role
from portal.core.dataclass import dataclass
from portal.core.errors import Forbidden, Refused
from portal.core.language import N_, Language
from portal.core.secret_keys import Secrets
from portal.identity import rules, second_factor
from portal.identity.models import User
from portal.identity.services import devices, links, passkeys, passwords, throttle
from portal.identity.services.passwords import Release, WrongPassword
from portal.identity.services.security_mail import tell_holder
from portal.identity.services.sessions import end_session, sign_out_everywhere
from portal.journal import services as journal

ON_CLOSED: list[Callable[[Context, User], object]] = []
"""What else ends with an account, said by the domains that keep it: it does not come back if the account does."""
STAFF_ROLES = tuple(r for r in Role if not r.is_vendor and r not in {Role.SYSTEM, Role.ANONYMOUS})
"""Roles that an administrator opens accounts for; a vendor's accounts are opened from the vendor's page."""


@dataclass(frozen=True)
class Person:
    """Who is invited: an address, a name, a role and a language."""

    email: str
    name: str
    role: Role
    language: Language


def create_user(ctx: Context, person: Person) -> User:
    """An account that waits for its invitation; raises Refused when the address is taken."""
    email = rules.normal_address(person.email)
    if ctx.session.scalar(select(User.id).where(User.email == email)) is not None:
        raise Refused(N_("Un compte existe déjà avec l'adresse %(email)s."), email=email)
    user = User(
        email=email, name=person.name.strip(), role=person.role, language=person.language, created_at=ctx.now,
        recovery_hashes=[],
    )  # fmt: skip
    ctx.session.add(user)
    ctx.session.flush()
    journal.record(ctx, "user.created", user, after={"email": email, "role": person.role, "name": user.name})
    return user


def invite_staff(ctx: Context, secrets: Secrets, person: Person) -> User:
    """Open an account for a colleague or an expert and send the invitation."""
    authorize(ctx, Permission.USER_MANAGE)
    if person.role not in STAFF_ROLES:
        raise Refused(N_("Un compte de prestataire s'ouvre depuis la fiche du prestataire."))
    user = create_user(ctx, person)
    links.invite(ctx, secrets, user, landing=links.HOME)
    return user


def first_administrator(ctx: Context, secrets: Secrets, person: Person) -> str:
    """Open the first account of all, or its link once more; returns the address that lets its person in, once.

    Raises Refused once an administrator has come in: from then on, administrators invite.
    """
    authorize(ctx, Permission.USER_MANAGE)
    administrators = ctx.session.scalars(select(User).where(User.role == Role.ADMIN).order_by(User.id)).all()
    if any(one.has_come_in and one.disabled_at is None for one in administrators):
        raise Refused(N_("Un administrateur a déjà ouvert son compte : c'est à lui d'inviter, dans Réglages, Comptes."))
    email = rules.normal_address(person.email)
    if not rules.is_address(email):
        raise Refused(N_("« %(email)s » n'est pas une adresse e-mail complète."), email=email)
    user = next((one for one in administrators if one.email == email and one.disabled_at is None), None)
    return links.hand_over(ctx, secrets, user or create_user(ctx, person))


def invite_again(ctx: Context, secrets: Secrets, user: User) -> None:
    """Send an account's invitation anew; raises Refused once it has been taken up, or when the account is closed."""
    authorize(ctx, Permission.USER_MANAGE)
    if user.has_come_in:
        raise Refused(N_("Ce compte est déjà ouvert : son titulaire peut demander un nouveau mot de passe."))
    if links.send_access_link(ctx, secrets, user) is None:
        raise Refused(N_("Ce compte est fermé."))


def disable(ctx: Context, user: User) -> None:
    """Close an account at once, its sessions and its links with it; raises Refused on one's own."""
    authorize(ctx, Permission.USER_MANAGE)
    if user.id == ctx.actor.id:
        raise Refused(N_("Vous ne pouvez pas fermer votre propre compte."))
    if user.disabled_at is not None:
        return
    close_account(ctx, user)
    journal.record(ctx, "user.disabled", user)


def close_account(ctx: Context, user: User) -> None:
    """End an account with its sessions, its links and what else it held; the caller has authorised, and journals."""
    user.disabled_at = ctx.now
    sign_out_everywhere(ctx, user)
    links.void_links(ctx, user)
    for end in ON_CLOSED:
        end(ctx, user)


def enable(ctx: Context, user: User) -> None:
    """Open a closed account again."""
    authorize(ctx, Permission.USER_MANAGE)
    if user.disabled_at is not None:
        user.disabled_at = None
        journal.record(ctx, "user.enabled", user)


def reset_second_factor(ctx: Context, user: User) -> None:
    """Remove the second factor of someone who has lost it, passkeys included, and end their sessions."""
    authorize(ctx, Permission.USER_MANAGE)
    if user.id == ctx.actor.id:
        raise Refused(N_("Votre propre second facteur se change depuis votre compte, avec un code."))
    second_factor.reset(ctx, user)
    passkeys.remove_all(ctx, user)
    sign_out_everywhere(ctx, user)
    tell_holder(ctx, user, "identity/emails/second_factor_removed")


def choose_first_password(ctx: Context, user: User, password: str, *, session_id: int | None, release: Release) -> None:
    """Choose a password for one's own account that had none; ends every other session and link, and tells its holder.

    Raises Refused when it is too weak, or when there is one already: changing it asks for the present one.
    """
    _own(ctx, user)
    release()
    hashed = passwords.new_hash(password, user)
    held = passwords.held_account(ctx, user.id, None)
    if held is None or held.opened_at is None:
        raise Refused(N_("Ce compte a déjà un mot de passe : il se change avec le mot de passe actuel."))
    passwords.set_password(ctx, held, hashed)
    links.void_links(ctx, held)
    sign_out_everywhere(ctx, held, but=session_id)
    tell_holder(ctx, held, "identity/emails/password_changed")


def end_sessions_of(ctx: Context, user: User) -> int:
    """End the sessions of somebody whose browser is in other hands, and tell them; returns how many were open."""
    authorize(ctx, Permission.USER_MANAGE)
    if user.id == ctx.actor.id:
        raise Refused(N_("Vos propres sessions se ferment depuis votre compte."))
    ended = sign_out_everywhere(ctx, user)
    if ended:
        tell_holder(ctx, user, "identity/emails/sessions_ended", by="administration")
    return ended


def end_own_session(ctx: Context, user: User, session_id: int) -> None:
    """End one of one's own sessions; raises NotFound for another's, or one that is over."""
    _own(ctx, user)
    end_session(ctx, user, session_id)
    tell_holder(ctx, user, "identity/emails/sessions_ended", by="holder")


def end_other_sessions(ctx: Context, user: User, session_id: int) -> int:
    """End one's own sessions but this one; returns how many were open."""
    _own(ctx, user)
    ended = sign_out_everywhere(ctx, user, but=session_id)
    if ended:
        tell_holder(ctx, user, "identity/emails/sessions_ended", by="holder")
    return ended


def change_password(
    ctx: Context, secrets: Secrets, caller: throttle.Caller, user: User, *, old: str, new: str, session_id: int | None,
    release: Release,
) -> None:  # fmt: skip
    """Change one's own password, knowing the old one; ends every other session and link. Guesses are counted.

    A new one that is too weak is refused before the old one is looked at: that is no guess.
    """
    _own(ctx, user)
    passwords.check(new, user)
    known_as = devices.known_as(secrets, user.email, caller.devices)
    key = throttle.throttle_key(secrets, "password", user.email, caller, known_as=known_as)
    throttle.count_in_advance(ctx, key)
    stored = user.password_hash
    release()
    hashed = passwords.new_hash(new, user) if passwords.is_correct(stored, old) else None
    held = passwords.held_account(ctx, user.id, stored) if hashed is not None else None
    if hashed is None or held is None:
        raise WrongPassword(N_("Le mot de passe actuel n'est pas le bon."))
    throttle.record_attempt(ctx, key, succeeded=True)
    passwords.set_password(ctx, held, hashed)
    links.void_links(ctx, held)
    sign_out_everywhere(ctx, held, but=session_id)
    tell_holder(ctx, held, "identity/emails/password_changed")


def describe_self(ctx: Context, user: User, *, name: str, language: Language, phone: str = "") -> None:
    """Change one's own name, language and telephone.

    Raises Refused on a vendor's name that is none: it stands in our messages.
    """
    _own(ctx, user)
    if user.role.is_vendor and name.strip() != user.name and not rules.is_person_name(name):
        raise Refused(N_("Écrivez un nom de personne : des lettres, sans adresse ni lien."))
    _change(ctx, user, "user.described", {"name": name.strip(), "language": language, "phone": phone.strip()})


def set_language(ctx: Context, user: User, language: Language) -> None:
    """The language a person reads, on every page and in every mail."""
    _change(ctx, user, "user.language_changed", {"language": language})


def _change(ctx: Context, user: User, action: str, wanted: Mapping[str, Any]) -> None:
    before, after = journal.changes(user, wanted)
    if after:
        journal.record(ctx, action, user, before=before, after=after)


def _own(ctx: Context, user: User) -> None:
    authorize(ctx, Permission.ACCOUNT_SELF)
    if user.id != ctx.actor.id:
        raise Forbidden(N_("Votre compte ne permet pas cette action."))
