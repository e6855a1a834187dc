"""Writes of identity: invite, take up an invitation, sign in and out, change a password, close an account."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Role
from portal.core import tokens
from portal.core.config import Secrets
from portal.core.errors import Refused
from portal.core.language import N_, Language
from portal.identity import rules
from portal.identity.models import LinkPurpose, LoginSession, OneTimeLink, SignInAttempt, User
from portal.jobs.mail import TOKEN, Envelope, send
from portal.journal import services as journal


@dataclass(frozen=True)
class Person:
    """Who is invited: an address, a name, a role and a language."""

    email: str
    name: str
    role: Role
    language: Language


@dataclass(frozen=True)
class Caller:
    """Where an attempt to sign in comes from."""

    address: str
    user_agent: str


class Throttled(Refused):
    """Too many failures of late; status 429."""


class LinkIsOver(Refused):
    """A one-time link that no longer opens anything; `user_id` lets a new one be offered."""

    def __init__(self, sentence: str, link: OneTimeLink | None = None) -> None:
        super().__init__(sentence)
        self.link = link


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _decoy() -> str:
    """A hash to verify against when the account does not exist, so that both answers take the same time."""
    return _hasher().hash(tokens.draw())


def hash_password(password: str) -> str:
    """Argon2id, with the library's current parameters."""
    return _hasher().hash(password)


def create_user(ctx: Context, person: Person) -> User:
    """An account that waits for its invitation; raises Refused when the address is taken."""
    email = person.email.strip().casefold()
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


def invite(
    ctx: Context, secrets: Secrets, user: User, *, landing: str, template: str = "identity/emails/invitation",
    values: dict[str, str] | None = None, about: str = "",
) -> OneTimeLink:  # fmt: skip
    """Send a link that opens the account and lands on `landing`; the caller has checked that it may invite."""
    return _send_link(
        ctx, secrets, user, LinkPurpose.INVITATION, timedelta(days=rules.INVITATION_DAYS), landing, template,
        {"name": user.name, "days": str(rules.INVITATION_DAYS), **(values or {})}, about,
    )  # fmt: skip


def invite_staff(ctx: Context, secrets: Secrets, person: Person) -> User:
    """Open an account for a colleague or an expert and send the invitation."""
    authorize(ctx, Permission.USER_MANAGE)
    if person.role.is_vendor or person.role in {Role.SYSTEM, Role.ANONYMOUS}:
        raise Refused(N_("Un compte de prestataire s'ouvre depuis la fiche du prestataire."))
    user = create_user(ctx, person)
    invite(ctx, secrets, user, landing="/")
    return user


def resend(ctx: Context, secrets: Secrets, link: OneTimeLink) -> None:
    """Send a fresh link in place of one that has expired, to the same address only."""
    newest = ctx.session.scalar(select(func.max(OneTimeLink.created_at)).where(OneTimeLink.user_id == link.user_id))
    if newest is not None and ctx.now - newest < timedelta(minutes=2):
        raise Refused(N_("Un lien vient d'être envoyé : regardez votre boîte de réception et les indésirables."))
    user = ctx.session.get_one(User, link.user_id)
    if user.disabled_at is not None:
        raise Refused(N_("Ce compte est fermé."))
    if link.purpose is LinkPurpose.INVITATION:
        invite(ctx, secrets, user, landing=link.landing)
    else:
        ask_reset(ctx, secrets, user.email)


def ask_reset(ctx: Context, secrets: Secrets, email: str) -> None:
    """Send a reset link when the account exists and is open; says nothing either way."""
    user = ctx.session.scalar(select(User).where(User.email == email.strip().casefold(), User.disabled_at.is_(None)))
    if user is None:
        return
    recent = ctx.session.scalar(
        select(func.count()).select_from(OneTimeLink).where(
            OneTimeLink.user_id == user.id, OneTimeLink.created_at > ctx.now - timedelta(minutes=15)
        )
    )  # fmt: skip
    if (recent or 0) >= 3:
        return
    if user.password_hash is None:
        invite(ctx, secrets, user, landing="/")
        return
    _send_link(
        ctx, secrets, user, LinkPurpose.PASSWORD_RESET, timedelta(minutes=rules.RESET_MINUTES), "/",
        "identity/emails/reset", {"name": user.name, "minutes": str(rules.RESET_MINUTES)}, "",
    )  # fmt: skip


def _send_link(
    ctx: Context, secrets: Secrets, user: User, purpose: LinkPurpose, life: timedelta, landing: str, template: str,
    values: dict[str, str], about: str,
) -> OneTimeLink:  # fmt: skip
    seed = f"{purpose.value}:{user.id}:{tokens.draw()}"
    link = OneTimeLink(
        user_id=user.id, purpose=purpose, token_hash=tokens.fingerprint(tokens.derive(secrets.tokens, seed)),
        landing=landing, created_at=ctx.now, expires_at=ctx.now + life,
    )  # fmt: skip
    ctx.session.add(link)
    ctx.session.flush()
    page = "/invitation" if purpose is LinkPurpose.INVITATION else "/mot-de-passe/nouveau"
    send(
        ctx,
        Envelope(
            template=template, recipient=user.email, language=user.language, dedup=f"link:{link.id}", values=values,
            link=f"{page}#{TOKEN}", token=seed, about=about,
        ),
    )  # fmt: skip
    journal.record(ctx, f"link.{purpose.value}_sent", user, after={"expires_at": link.expires_at})
    return link


@dataclass(frozen=True)
class LinkOrder:
    """A one-time link to make for an account: where it lands; `seed` is what the mail's token is derived from."""

    user_id: int
    landing: str
    seed: str


def link_many(ctx: Context, secrets: Secrets, landings: Sequence[tuple[int, str]]) -> list[LinkOrder]:
    """Make invitation links for many accounts with one statement; the caller sends them and journals the whole."""
    orders = [
        LinkOrder(user_id, landing, f"{LinkPurpose.INVITATION.value}:{user_id}:{tokens.draw()}")
        for user_id, landing in landings
    ]
    rows = [
        {
            "user_id": order.user_id,
            "purpose": LinkPurpose.INVITATION,
            "token_hash": tokens.fingerprint(tokens.derive(secrets.tokens, order.seed)),
            "landing": order.landing,
            "created_at": ctx.now,
            "expires_at": ctx.now + timedelta(days=rules.INVITATION_DAYS),
        }
        for order in orders
    ]
    if rows:
        ctx.session.execute(insert(OneTimeLink), rows)
    return orders


def open_link(ctx: Context, token: str, purpose: LinkPurpose) -> OneTimeLink:
    """The link of a token, with its account; raises LinkIsOver with a sentence that says why."""
    link = ctx.session.scalar(
        select(OneTimeLink)
        .options(joinedload(OneTimeLink.user))
        .where(OneTimeLink.token_hash == tokens.fingerprint(token.strip()), OneTimeLink.purpose == purpose)
    )
    if link is None or link.user.disabled_at is not None:
        raise LinkIsOver(N_("Ce lien n'est pas reconnu. Vérifiez qu'il est complet, ou demandez-en un nouveau."))
    if link.used_at is not None:
        raise LinkIsOver(
            N_("Ce lien a déjà servi. Connectez-vous avec votre mot de passe, ou demandez un nouveau lien."), link
        )
    if link.expires_at <= ctx.now:
        raise LinkIsOver(N_("Ce lien a expiré. Demandez-en un nouveau : il arrivera à la même adresse."), link)
    return link


def take_up(ctx: Context, token: str, purpose: LinkPurpose, password: str) -> OneTimeLink:
    """Use a link once: set the password, end every other session and every other link of the account."""
    link = open_link(ctx, token, purpose)
    _set_password(ctx, link.user, password)
    used = ctx.session.execute(
        update(OneTimeLink).where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None)).values(used_at=ctx.now)
        .returning(OneTimeLink.id)
    ).one_or_none()  # fmt: skip
    if used is None:
        raise LinkIsOver(
            N_("Ce lien a déjà servi. Connectez-vous avec votre mot de passe, ou demandez un nouveau lien."), link
        )
    ctx.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.user_id == link.user_id, OneTimeLink.used_at.is_(None))
        .values(used_at=ctx.now)
    )
    sign_out_everywhere(ctx, link.user)
    journal.record(ctx, f"link.{purpose.value}_used", link.user)
    return link


def change_password(ctx: Context, user: User, *, old: str, new: str) -> None:
    """Change one's own password, knowing the old one."""
    if not _matches(user.password_hash, old):
        raise Refused(N_("Le mot de passe actuel n'est pas le bon."))
    _set_password(ctx, user, new)


def _set_password(ctx: Context, user: User, password: str) -> None:
    problem = rules.password_problem(password, email=user.email, name=user.name)
    if problem is not None:
        raise Refused(problem)
    user.password_hash = hash_password(password)
    journal.record(ctx, "user.password_changed", user)


def sign_in(ctx: Context, secrets: Secrets, caller: Caller, email: str, password: str) -> User:
    """The account of a correct address and password; raises Throttled, or Refused without saying which was wrong."""
    account = _keyed(secrets, email.strip().casefold())
    address = _keyed(secrets, caller.address)
    if rules.is_throttled(_failures(ctx, account=account), _failures(ctx, address=address)):
        raise Throttled(N_("Trop de tentatives. Attendez un quart d'heure, ou réinitialisez votre mot de passe."))
    user = ctx.session.scalar(select(User).where(User.email == email.strip().casefold()))
    known = user is not None and user.disabled_at is None and user.password_hash is not None
    right = _matches(user.password_hash if user is not None and known else None, password) and known
    note_attempt(ctx, account, address, succeeded=right)
    if user is None or not right:
        raise Refused(N_("L'adresse ou le mot de passe n'est pas correct."))
    if user.password_hash is not None and _hasher().check_needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    return user


def note_attempt(ctx: Context, account: str, address: str, *, succeeded: bool) -> None:
    """Count an attempt; a success forgets the account's failures, and a day-old attempt is forgotten anyway."""
    if succeeded:
        ctx.session.execute(delete(SignInAttempt).where(SignInAttempt.account_hash == account))
    ctx.session.execute(delete(SignInAttempt).where(SignInAttempt.at < ctx.now - timedelta(days=1)))
    ctx.session.add(SignInAttempt(at=ctx.now, account_hash=account, address_hash=address, succeeded=succeeded))


def _failures(ctx: Context, *, account: str | None = None, address: str | None = None) -> int:
    whose = SignInAttempt.account_hash == account if account else SignInAttempt.address_hash == address
    since = ctx.now - timedelta(minutes=rules.THROTTLE_MINUTES)
    return ctx.session.scalar(
        select(func.count()).select_from(SignInAttempt).where(
            whose, SignInAttempt.at > since, SignInAttempt.succeeded.is_(False)
        )
    ) or 0  # fmt: skip


def _keyed(secrets: Secrets, value: str) -> str:
    """A keyed hash: the throttle's table tells nobody who tried from where."""
    return hmac.new(secrets.tokens.encode(), value.encode(), hashlib.sha256).hexdigest()


def _matches(stored: str | None, password: str) -> bool:
    try:
        return _hasher().verify(stored or _decoy(), password[: rules.PASSWORD_MAXIMUM]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def open_session(ctx: Context, user: User, caller: Caller) -> str:
    """Remember a signed-in browser; returns the token its cookie will hold."""
    token = tokens.draw()
    ctx.session.add(
        LoginSession(
            user_id=user.id, token_hash=tokens.fingerprint(token), created_at=ctx.now, seen_at=ctx.now,
            user_agent=caller.user_agent[:200],
        )
    )  # fmt: skip
    journal.record(ctx, "session.opened", user)
    return token


def touch_session(ctx: Context, session_id: int) -> None:
    """Note that a session is in use; at most once a minute, by the caller's care."""
    ctx.session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=ctx.now))


def close_session(ctx: Context, session_id: int) -> None:
    """Sign this browser out."""
    row = ctx.session.get(LoginSession, session_id)
    if row is not None and row.revoked_at is None:
        row.revoked_at = ctx.now
        journal.record(ctx, "session.closed", ctx.session.get_one(User, row.user_id))


def sign_out_everywhere(ctx: Context, user: User) -> None:
    """End every session of an account."""
    ctx.session.execute(
        update(LoginSession).where(LoginSession.user_id == user.id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=ctx.now)
    )  # fmt: skip
    journal.record(ctx, "session.all_closed", user)


def disable(ctx: Context, user: User) -> None:
    """Close an account at once; raises Refused on one's own."""
    authorize(ctx, Permission.USER_MANAGE)
    if user.id == ctx.actor.id:
        raise Refused(N_("Vous ne pouvez pas fermer votre propre compte."))
    user.disabled_at = ctx.now
    sign_out_everywhere(ctx, user)
    journal.record(ctx, "user.disabled", user)


def enable(ctx: Context, user: User) -> None:
    """Open a closed account again."""
    authorize(ctx, Permission.USER_MANAGE)
    user.disabled_at = None
    journal.record(ctx, "user.enabled", user)


def set_language(ctx: Context, user: User, language: Language) -> None:
    """The language a person reads, on every page and in every mail."""
    before, after = journal.changes(user, {"language": language})
    if after:
        journal.record(ctx, "user.language_changed", user, before=before, after=after)
