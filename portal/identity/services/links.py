"""One-time links by e-mail: 256-bit token, derived when the message is sent, kept only as a hash, good once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process, tokens
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.core.secret_keys import Secrets
from portal.identity import rules
from portal.identity.models import LinkPurpose, OneTimeLink, User
from portal.identity.services import devices, passwords, throttle
from portal.identity.services.passwords import Release
from portal.identity.services.security_mail import tell_holder
from portal.identity.services.sessions import as_user, sign_out_everywhere
from portal.identity.services.throttle import Caller
from portal.jobs.ledger import enqueue
from portal.jobs.mail import Envelope, address_of, send
from portal.journal import services as journal

HOME = Landing("dashboard.home")
INVITATION_PAGE = Landing("identity.invitation")
PAGES = {
    LinkPurpose.INVITATION: INVITATION_PAGE,
    LinkPurpose.PASSWORD_RESET: Landing("identity.reset"),
    LinkPurpose.SIGN_IN: Landing("identity.sign_in_link"),
}
_ALREADY_USED = N_("Ce lien a déjà servi. Connectez-vous, ou demandez un nouveau lien.")


class LinkUnusable(Refused):
    """A one-time link that no longer opens anything; `link` lets a new one be offered, when it was ours."""

    def __init__(self, sentence: str, link: OneTimeLink | None = None) -> None:
        super().__init__(sentence)
        self.link = link


def invite(
    ctx: Context, secrets: Secrets, user: User, *, landing: Landing, template: str = "identity/emails/invitation",
    values: Mapping[str, Any] | None = None, about: str = "", contact: Mapping[str, str] | None = None,
) -> OneTimeLink:  # fmt: skip
    """Send a link that opens the account and lands on `landing`; the caller has checked that it may invite.

    `contact` is the person of ours in whose name it goes, as `Envelope.contact`.
    """
    return _send_link(
        ctx, secrets, user, LinkPurpose.INVITATION, timedelta(days=rules.INVITATION_DAYS), landing, template,
        {"name": user.name, "days": str(rules.INVITATION_DAYS), **(values or {})}, about, contact,
    )  # fmt: skip


def hand_over(ctx: Context, secrets: Secrets, user: User) -> str:
    """The address that opens an account, for a person at the machine, in place of every other link of the account.

    No message: at first there is no administrator yet to see that none arrives.
    """
    authorize(ctx, Permission.USER_MANAGE)
    void_links(ctx, user)
    life = timedelta(days=rules.INVITATION_DAYS)
    link, seed = _new_link(ctx, secrets, user, LinkPurpose.INVITATION, life, HOME)
    journal.record(ctx, "link.invitation_handed", user, after={"expires_at": link.expires_at})
    return address_of(process.settings(), {"link": INVITATION_PAGE.stored, "token": seed})


def send_reset(ctx: Context, secrets: Secrets, user: User, *, landing: Landing = HOME) -> OneTimeLink:
    """Send a link that sets a new password."""
    return _send_link(
        ctx, secrets, user, LinkPurpose.PASSWORD_RESET, timedelta(minutes=rules.RESET_MINUTES), landing,
        "identity/emails/reset", {"name": user.name, "minutes": str(rules.RESET_MINUTES)}, "",
    )  # fmt: skip


def send_sign_in_link(ctx: Context, secrets: Secrets, user: User) -> OneTimeLink | None:
    """Send somebody of a vendor a link that signs in once; anybody else, what lets them in otherwise.

    A colleague of ours has a password or an identity provider: a mailbox alone does not open what they see.
    """
    if user.disabled_at is not None or not user.role.is_vendor or not user.has_come_in:
        return send_access_link(ctx, secrets, user)
    return _send_link(
        ctx, secrets, user, LinkPurpose.SIGN_IN, timedelta(minutes=rules.SIGN_IN_MINUTES), HOME,
        "identity/emails/sign_in_link", {"name": user.name, "minutes": str(rules.SIGN_IN_MINUTES)}, "",
    )  # fmt: skip


def send_access_link(
    ctx: Context, secrets: Secrets, user: User, *, landing: Landing | None = None
) -> OneTimeLink | None:
    """Send what lets this person in again: the invitation while there is no password, a reset afterwards.

    Nothing goes to a closed account. An invitation keeps the landing of the newest one: a link lands on the work.
    """
    if user.disabled_at is not None:
        return None
    if user.password_hash is None and user.provider_linked_at is not None:
        return None  # the identity provider alone says whether this person still comes in
    if user.has_come_in:
        return send_reset(ctx, secrets, user, landing=landing or HOME)
    return invite(ctx, secrets, user, landing=landing or _newest_landing(ctx, user))


def resend(ctx: Context, secrets: Secrets, link: OneTimeLink) -> None:
    """Send a fresh link in place of one that is over, to the account's address only; not twice in two minutes."""
    recent = _sent_since(ctx, link.user_id, timedelta(minutes=rules.RESEND_PAUSE_MINUTES))
    if recent or has_too_many_links(ctx, link.user_id):
        raise Refused(N_("Un lien vient d'être envoyé : regardez votre boîte de réception et les indésirables."))
    user = ctx.session.get_one(User, link.user_id)
    sent = (
        send_sign_in_link(ctx, secrets, user)
        if link.purpose is LinkPurpose.SIGN_IN
        else send_access_link(ctx, secrets, user, landing=Landing.read(link.landing))
    )
    if sent is None:
        raise Refused(N_("Ce compte est fermé."))


def has_too_many_links(ctx: Context, user_id: int) -> bool:
    """Whether a mailbox has had its share of links for a day: nobody fills it by asking again and again."""
    return _sent_since(ctx, user_id, timedelta(days=1)) >= rules.LINKS_PER_DAY


def _sent_since(ctx: Context, user_id: int, delay: timedelta) -> int:
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(OneTimeLink)
            .where(OneTimeLink.user_id == user_id, OneTimeLink.created_at > ctx.now - delay)
        )
        or 0
    )


def ask_reset(ctx: Context, secrets: Secrets, caller: Caller, email: str) -> None:
    """Promise a way in to whoever owns this address, if anyone does; raises Throttled.

    Whether the account exists changes neither the answer nor the work done before it (a job is promised either way),
    and the address typed is stored nowhere. One message per account in five minutes.
    """
    address = rules.normal_address(email)
    key = throttle.throttle_key(secrets, "forgotten", address, caller)
    throttle.check_throttle(ctx, key)
    throttle.record_attempt(ctx, key, succeeded=False)
    user_id = ctx.session.scalar(select(User.id).where(User.email == address))
    slot = int(ctx.now.timestamp()) // (60 * rules.RESET_SLOT_MINUTES)
    who = throttle.keyed_hash(secrets, f"forgotten:{address}")
    enqueue(ctx, "identity.way_in", {"user_id": user_id}, dedup=f"identity.way_in:{who}:{slot}")


def ask_sign_in_link(ctx: Context, secrets: Secrets, caller: Caller, email: str) -> None:
    """Promise a link that signs in to whoever owns this address, if anyone does; raises Throttled.

    As `ask_reset`: the same answer and the same work whatever the address. A browser that the account knows is counted
    apart, and gets its link although others have asked for as many as a mailbox takes in a day.
    """
    address = rules.normal_address(email)
    known_as = devices.known_as(secrets, address, caller.devices)
    key = throttle.throttle_key(secrets, "sign_in", address, caller, known_as=known_as)
    throttle.count_in_advance(ctx, key)
    user_id = ctx.session.scalar(select(User.id).where(User.email == address))
    slot = int(ctx.now.timestamp()) // (60 * rules.RESET_SLOT_MINUTES)
    who = throttle.keyed_hash(secrets, f"sign_in:{address}")
    is_known = known_as is not None
    told = {"user_id": user_id, "is_known": is_known}
    enqueue(ctx, "identity.sign_in_link", told, dedup=f"identity.sign_in_link:{who}:{int(is_known)}:{slot}")


def use_sign_in_link(ctx: Context, token: str) -> OneTimeLink:
    """Use once a link that signs in, and end the others of its kind; raises LinkUnusable."""
    link = open_link(ctx, token, LinkPurpose.SIGN_IN)
    if not link.user.role.is_vendor:
        raise LinkUnusable(N_("Ce lien n'est pas reconnu. Vérifiez qu'il est complet, ou demandez-en un nouveau."))
    own = as_user(ctx, link.user)
    _use(ctx, link)
    journal.record(own, "link.sign_in_used", link.user)
    ctx.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.user_id == link.user_id, OneTimeLink.purpose == LinkPurpose.SIGN_IN,
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=ctx.now)
    )  # fmt: skip
    return link


def use_without_password(ctx: Context, token: str) -> OneTimeLink:
    """Take up an invitation of a vendor's account without choosing a password; raises LinkUnusable, or Refused."""
    link = open_link(ctx, token, LinkPurpose.INVITATION)
    if not link.user.role.is_vendor:
        raise Refused(N_("Choisissez un mot de passe : ce compte ne s'ouvre pas sans."))
    _use(ctx, link)
    own = as_user(ctx, link.user)
    journal.record(own, "link.invitation_used", link.user)
    open_without_password(own, link.user)
    void_links(own, link.user)
    return link


def open_without_password(ctx: Context, user: User) -> None:
    """Open an account that comes back by links sent to its address."""
    if user.opened_at is None:
        user.opened_at = ctx.now
        journal.record(ctx, "user.opened_without_password", user)


def _use(ctx: Context, link: OneTimeLink) -> None:
    """Of two who use a link at once, one alone does."""
    used = ctx.session.scalar(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=ctx.now)
        .returning(OneTimeLink.id)
    )
    if used is None:
        raise LinkUnusable(_ALREADY_USED, link)


def open_link(ctx: Context, token: str, purpose: LinkPurpose) -> OneTimeLink:
    """The link of a token, with its account; raises LinkUnusable with a sentence that says why."""
    link = ctx.session.scalar(
        select(OneTimeLink)
        .options(joinedload(OneTimeLink.user))
        .where(OneTimeLink.token_hash == tokens.fingerprint(token.strip()), OneTimeLink.purpose == purpose)
    )
    if link is None or link.user.disabled_at is not None:
        raise LinkUnusable(N_("Ce lien n'est pas reconnu. Vérifiez qu'il est complet, ou demandez-en un nouveau."))
    if link.used_at is not None:
        raise LinkUnusable(_ALREADY_USED, link)
    if link.expires_at <= ctx.now:
        raise LinkUnusable(N_("Ce lien a expiré. Demandez-en un nouveau : il arrivera à la même adresse."), link)
    return link


def use_link(
    ctx: Context, secrets: Secrets, token: str, purpose: LinkPurpose, password: str, *, release: Release
) -> OneTimeLink:  # fmt: skip
    """Use a link once: set the password, end every session and every other link of the account, forgive failures.

    The password is hashed with the database let go of; whether the link still serves is decided after that.
    """
    link = open_link(ctx, token, purpose)
    user = link.user
    release()
    hashed = passwords.new_hash(password, user)
    _use(ctx, link)
    own = as_user(ctx, user)
    journal.record(own, f"link.{purpose.value}_used", user)
    passwords.set_password(own, user, hashed)
    void_links(own, user)
    sign_out_everywhere(own, user)
    throttle.clear_failures(own, throttle.account_hash(secrets, "password", user.email))
    if purpose is LinkPurpose.PASSWORD_RESET:
        tell_holder(own, user, "identity/emails/password_changed")
    return link


def extend_link(ctx: Context, secrets: Secrets, seed: str, life: timedelta) -> None:
    """Let a link not used yet, whose message is sent again, live as long as one just made."""
    ctx.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.token_hash == _mark(secrets, seed), OneTimeLink.used_at.is_(None))
        .values(expires_at=ctx.now + life)
        .execution_options(synchronize_session=False)
    )


def void_links(ctx: Context, user: User) -> None:
    """Make every link still open of an account useless."""
    ctx.session.execute(
        update(OneTimeLink).where(OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None)).values(used_at=ctx.now)
    )


def _newest_landing(ctx: Context, user: User) -> Landing:
    newest = ctx.session.scalar(
        select(OneTimeLink.landing)
        .where(OneTimeLink.user_id == user.id, OneTimeLink.purpose == LinkPurpose.INVITATION)
        .order_by(OneTimeLink.id.desc())
        .limit(1)
    )
    return Landing.read(newest) if newest else HOME


def _send_link(
    ctx: Context, secrets: Secrets, user: User, purpose: LinkPurpose, life: timedelta, landing: Landing, template: str,
    values: Mapping[str, Any], about: str, contact: Mapping[str, str] | None = None,
) -> OneTimeLink:  # fmt: skip
    link, seed = _new_link(ctx, secrets, user, purpose, life, landing)
    send(
        ctx,
        Envelope(
            template=template, recipient=user.email, language=user.language, dedup=f"link:{link.id}",
            values={"organisation": process.settings().organisation, **values},
            link=PAGES[purpose], token=seed, about=about, contact=contact,
        ),
    )  # fmt: skip
    journal.record(ctx, f"link.{purpose.value}_sent", user, after={"expires_at": link.expires_at})
    return link


def _new_link(
    ctx: Context, secrets: Secrets, user: User, purpose: LinkPurpose, life: timedelta, landing: Landing
) -> tuple[OneTimeLink, str]:
    """A link and the seed of its token."""
    seed = _draw_seed(purpose, user.id)
    link = OneTimeLink(
        user_id=user.id, purpose=purpose, token_hash=_mark(secrets, seed), landing=landing.stored,
        created_at=ctx.now, expires_at=ctx.now + life,
    )  # fmt: skip
    ctx.session.add(link)
    ctx.session.flush()
    return link, seed


@dataclass(frozen=True)
class LinkOrder:
    """A one-time link to make for an account: where it lands; `seed` is what the mail's token is derived from."""

    user_id: int
    landing: Landing
    seed: str


def link_many(ctx: Context, secrets: Secrets, landings: Sequence[tuple[int, Landing]]) -> list[LinkOrder]:
    """Make invitation links for many accounts with one statement; the caller sends them and journals the whole."""
    orders = [LinkOrder(user_id, landing, _draw_seed(LinkPurpose.INVITATION, user_id)) for user_id, landing in landings]
    rows = [
        {
            "user_id": order.user_id,
            "purpose": LinkPurpose.INVITATION,
            "token_hash": _mark(secrets, order.seed),
            "landing": order.landing.stored,
            "created_at": ctx.now,
            "expires_at": ctx.now + timedelta(days=rules.INVITATION_DAYS),
        }
        for order in orders
    ]
    if rows:
        ctx.session.execute(insert(OneTimeLink), rows)
    return orders


def _draw_seed(purpose: LinkPurpose, user_id: int) -> str:
    return f"{purpose.value}:{user_id}:{tokens.draw()}"


def _mark(secrets: Secrets, seed: str) -> str:
    return tokens.fingerprint(tokens.derive(secrets.tokens, seed))
