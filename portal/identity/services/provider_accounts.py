"""Accounts that enter through the organisation's identity provider: linked, opened, given the role of their groups."""

from dataclasses import replace

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import SYSTEM, Permission, Role
from portal.core import logs
from portal.core.errors import ConfigurationError, Refused
from portal.core.language import N_, Language
from portal.core.provider_settings import ProviderSettings
from portal.core.row_lock import hold_row
from portal.core.secret_keys import Secrets
from portal.identity import rules
from portal.identity.models import User
from portal.identity.services import links, throttle
from portal.identity.services.accounts import STAFF_ROLES, Person, create_user
from portal.identity.services.challenges import Challenge
from portal.identity.services.identity_provider import VouchedPerson
from portal.identity.services.security_mail import tell_holder
from portal.identity.services.throttle import Caller, ThrottleKey
from portal.journal import services as journal

log = logs.get_logger()
_NOT_FOR_VENDORS = N_("Un compte de prestataire n'entre pas par %(name)s : il a son propre accès.")


def check_roles(provider: ProviderSettings | None) -> None:
    """Raise ConfigurationError when a group opens what is no role of the organisation's own people."""
    known = {role.value for role in STAFF_ROLES}
    unknown = [role for _, role in provider.roles if role not in known] if provider is not None else []
    if unknown:
        raise ConfigurationError(
            f"VIGIE_OIDC_ROLES : « {unknown[0]} » n'est pas un rôle ; rôles possibles : {', '.join(sorted(known))}."
        )


def provider_key(ctx: Context, secrets: Secrets, caller: Caller, challenge: Challenge | None) -> ThrottleKey:
    """The key that returns from the provider count under; raises Throttled for an address that fails too often."""
    key = throttle.throttle_key(secrets, "provider", challenge.token if challenge else "", caller)
    throttle.check_throttle(ctx, key)
    return key


def enter_by_provider(ctx: Context, secrets: Secrets, provider: ProviderSettings, person: VouchedPerson) -> User:
    """The account of a person the provider vouches for, with the role that their groups open today.

    Known by issuer and subject once linked; before that by a verified address. Raises Refused with a sentence.
    """
    ours = replace(ctx, actor=SYSTEM)
    throttle.check_throttle(
        ours, throttle.throttle_key(secrets, "subject", f"{person.issuer} {person.subject}", Caller("", ""))
    )
    user = _linked(ours, person) or _by_address(ours, person)
    if user is not None and user.disabled_at is not None:
        raise Refused(N_("Ce compte est fermé. Adressez-vous à l'administration du portail."))
    if user is not None and user.role.is_vendor:
        raise Refused(_NOT_FOR_VENDORS, name=provider.name)
    role = rules.role_of_groups(person.groups, provider.roles)
    if role is None:
        log.warning("no group of a person opens the portal", groups=len(person.groups))
        raise Refused(
            N_("Aucun de vos groupes chez %(name)s n'ouvre ce portail. Demandez à qui gère ces groupes."),
            name=provider.name,
        )
    if user is None:
        user = _opened(ours, provider, person, Role(role))
    if user.provider_linked_at is None:
        _link(ours, user, person)
    _give_role(ours, user, Role(role))
    return user


def link_account(ctx: Context, provider: ProviderSettings, user: User, subject: str) -> None:
    """Link an account by hand, for a provider that vouches for no address; raises Refused."""
    authorize(ctx, Permission.USER_MANAGE)
    if user.role.is_vendor:
        raise Refused(_NOT_FOR_VENDORS, name=provider.name)
    if not subject or len(subject) > rules.SUBJECT_LENGTH or not subject.isprintable():
        raise Refused(N_("Ce sujet n'est pas celui d'une personne chez le fournisseur d'identité."))
    if _linked(ctx, VouchedPerson(provider.issuer, subject)) is not None:
        raise Refused(N_("Cette personne est déjà liée à un compte."))
    _link(ctx, user, VouchedPerson(provider.issuer, subject))


def unlink_account(ctx: Context, user: User) -> None:
    """Undo the link of an account: its person enters with a password, or is linked again by their address."""
    authorize(ctx, Permission.USER_MANAGE)
    hold_row(ctx.session, user)
    if user.provider_linked_at is None:
        raise Refused(N_("Ce compte n'est lié à aucun fournisseur d'identité."))
    journal.record(ctx, "user.provider_unlinked", user, before={"issuer": user.provider_issuer})
    user.provider_issuer, user.provider_subject, user.provider_linked_at = None, None, None


def _linked(ctx: Context, person: VouchedPerson) -> User | None:
    return ctx.session.scalar(
        select(User)
        .where(User.provider_issuer == person.issuer, User.provider_subject == person.subject)
        .with_for_update()
    )


def _by_address(ctx: Context, person: VouchedPerson) -> User | None:
    """The account of a verified address, still linked to nobody; raises Refused."""
    email = rules.normal_address(person.email)
    if not rules.is_address(email) or not person.is_email_verified:
        raise Refused(
            N_(
                "Le fournisseur d'identité ne garantit pas votre adresse : votre compte ne peut pas être reconnu. "
                "Demandez à l'administration du portail de le lier."
            )
        )
    user = ctx.session.scalar(select(User).where(User.email == email).with_for_update())
    if user is not None and user.provider_linked_at is not None:
        # The same address for somebody else: it was given to another person, or the provider was changed.
        raise Refused(
            N_(
                "Le compte de cette adresse est lié à une autre personne chez le fournisseur d'identité. Demandez à "
                "l'administration du portail."
            )
        )
    return user


def _opened(ctx: Context, provider: ProviderSettings, person: VouchedPerson, role: Role) -> User:
    if not provider.opens_accounts:
        raise Refused(
            N_("Aucun compte n'est ouvert ici à votre adresse. Demandez une invitation à l'administration du portail.")
        )
    email = rules.normal_address(person.email)
    return create_user(ctx, Person(email, person.name or email.partition("@")[0], role, Language.FR))


def _link(ctx: Context, user: User, person: VouchedPerson) -> None:
    user.provider_issuer, user.provider_subject, user.provider_linked_at = person.issuer, person.subject, ctx.now
    links.void_links(ctx, user)
    ctx.session.flush()
    journal.record(ctx, "user.provider_linked", user, after={"issuer": person.issuer})
    tell_holder(ctx, user, "identity/emails/provider_linked")


def _give_role(ctx: Context, user: User, role: Role) -> None:
    """Give an account the role of its groups; the last administrator stays one, and that is written."""
    if user.role is role:
        return
    if user.role is Role.ADMIN and _is_last_administrator(ctx, user):
        log.warning("the last administrator keeps the role", account=user.id)
        journal.record(ctx, "user.role_kept", user, before={"role": user.role}, after={"role": role})
        return
    before, user.role = user.role, role
    journal.record(ctx, "user.role_changed", user, before={"role": before}, after={"role": role})


def _is_last_administrator(ctx: Context, user: User) -> bool:
    """Whether no other open account administers; all of them are held, so that two do not leave at once."""
    held = ctx.session.scalars(
        select(User).where(User.role == Role.ADMIN, User.disabled_at.is_(None)).order_by(User.id).with_for_update()
    ).all()
    return not any(other.id != user.id and other.has_come_in for other in held)
