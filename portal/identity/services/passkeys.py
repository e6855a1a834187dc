"""Passkeys (Web Authentication level 2): made, shown as the way in or after a password, removed.

User verification is always required: possession of the device and its PIN or finger are two factors, so that a passkey
alone satisfies what demands a second one.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import logs
from portal.core.errors import NotFound, Refused
from portal.core.expressions import expression
from portal.core.language import N_
from portal.core.late import late
from portal.core.secret_keys import Secrets
from portal.identity import rules, second_factor
from portal.identity.models import Passkey, User
from portal.identity.rules import RelyingParty
from portal.identity.services import throttle
from portal.identity.services.challenges import Challenge, ChallengePurpose, spend
from portal.identity.services.security_mail import tell_holder
from portal.identity.services.sessions import as_user, renew_session
from portal.identity.services.throttle import Caller, ThrottleKey
from portal.journal import services as journal

if TYPE_CHECKING:
    import webauthn
    from webauthn import helpers
    from webauthn.helpers import exceptions, structs
else:
    webauthn, helpers = late("webauthn"), late("webauthn.helpers")
    exceptions, structs = late("webauthn.helpers.exceptions"), late("webauthn.helpers.structs")

log = logs.get_logger()
ANSWER_BYTES = 20_000
"""The longest answer of a browser that is read: a key of 4,096 bits and its attestation are a tenth of it."""
_CREDENTIAL = expression(r"[A-Za-z0-9_-]{1,1400}")
_UNREADABLE = N_("La réponse du navigateur n'est pas lisible. Recommencez.")
_UNKNOWN = N_("Cette clé d'accès n'est pas connue ici : elle a pu être retirée. Entrez autrement.")
_NOT_PROVED = N_("Cette clé d'accès n'a pas pu être vérifiée. Recommencez, ou entrez autrement.")


def own_passkeys(ctx: Context, user: User) -> Sequence[Passkey]:
    """The passkeys of an account, the oldest first."""
    authorize(ctx, Permission.ACCOUNT_SELF)
    return _of(ctx, user)


def _of(ctx: Context, user: User) -> Sequence[Passkey]:
    return ctx.session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)).all()


def own_passkey(ctx: Context, user: User, passkey_id: int) -> Passkey:
    """One of them; raises NotFound for anybody else's."""
    authorize(ctx, Permission.ACCOUNT_SELF)
    found = ctx.session.get(Passkey, passkey_id)
    if found is None or found.user_id != user.id:
        raise NotFound()
    return found


def creation_options(
    ctx: Context, secrets: Secrets, user: User, party: RelyingParty, challenge: Challenge, organisation: str
) -> str:
    """What a browser is told to make a passkey with, as JSON; raises Refused when the account has its share."""
    held = own_passkeys(ctx, user)
    _refuse_too_many(len(held))
    options = webauthn.generate_registration_options(
        rp_id=party.id, rp_name=organisation, user_name=user.email, user_display_name=user.name,
        user_id=bytes.fromhex(_handle(secrets, held, challenge)), challenge=_signed(secrets, challenge),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(held),
        timeout=rules.CHALLENGE_MINUTES * 60_000,
    )  # fmt: skip
    return webauthn.options_to_json(options)


def request_options(
    secrets: Secrets, party: RelyingParty, challenge: Challenge, passkeys: Sequence[Passkey] = ()
) -> str:
    """What a browser is told to show a passkey with, as JSON: any that it has, or one of these."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id, challenge=_signed(secrets, challenge), allow_credentials=_descriptors(passkeys),
        user_verification=structs.UserVerificationRequirement.REQUIRED, timeout=rules.CHALLENGE_MINUTES * 60_000,
    )  # fmt: skip
    return webauthn.options_to_json(options)


def add_passkey(
    ctx: Context, secrets: Secrets, user: User, party: RelyingParty, challenge: Challenge | None, *, name: str,
    answer: str,
) -> Passkey:  # fmt: skip
    """Keep the passkey that a browser has just made; raises Refused, and its challenge is used up."""
    authorize(ctx, Permission.ACCOUNT_SELF)
    spent = spend(ctx, challenge, ChallengePurpose.NEW_PASSKEY, user.id)
    second_factor.lock(ctx, user)
    held = _of(ctx, user)
    _refuse_too_many(len(held))
    read = _read(answer)
    try:
        made = webauthn.verify_registration_response(
            credential=read, expected_challenge=_signed(secrets, spent), expected_rp_id=party.id,
            expected_origin=party.origin, require_user_verification=True,
        )  # fmt: skip
    except _failures() as failure:
        log.info("passkey not made", account=user.id, why=_why(failure))
        raise Refused(_NOT_PROVED) from failure
    credential_id = helpers.bytes_to_base64url(made.credential_id)
    if ctx.session.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)) is not None:
        raise Refused(N_("Cette clé d'accès est déjà enregistrée."))
    passkey = Passkey(
        user_id=user.id, credential_id=credential_id, handle=_handle(secrets, held, spent),
        public_key=made.credential_public_key, sign_count=made.sign_count, transports=_transports(read),
        is_synced=made.credential_backed_up, name=name, created_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(passkey)
    user.passkey_count = len(held) + 1
    ctx.session.flush()
    journal.record(ctx, "passkey.added", user, after={"passkey": name})
    tell_holder(ctx, user, "identity/emails/passkey_added", passkey=name)
    return passkey


def remove_passkey(ctx: Context, user: User, passkey: Passkey) -> None:
    """Give up one of one's passkeys; raises Refused where it is the last strong factor of a role that demands one."""
    authorize(ctx, Permission.ACCOUNT_SELF)
    second_factor.lock(ctx, user)
    if second_factor.is_last(user):
        raise Refused(
            N_("Votre rôle exige un second facteur : activez-en un autre avant de retirer cette clé d'accès.")
        )
    ctx.session.delete(passkey)
    ctx.session.flush()
    user.passkey_count = _count(ctx, user)
    journal.record(ctx, "passkey.removed", user, before={"passkey": passkey.name})
    tell_holder(ctx, user, "identity/emails/passkey_removed", passkey=passkey.name)


def remove_all(ctx: Context, user: User) -> None:
    """Remove every passkey of an account; the caller has authorised it, and tells its holder."""
    second_factor.lock(ctx, user)
    if not user.passkey_count:
        return
    names = [passkey.name for passkey in _of(ctx, user)]
    ctx.session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    user.passkey_count = 0
    journal.record(ctx, "passkey.removed", user, before={"passkey": ", ".join(names)})


def sign_in_with_passkey(
    ctx: Context, secrets: Secrets, caller: Caller, party: RelyingParty, challenge: Challenge | None, answer: str
) -> User:
    """The account of the passkey that was shown; raises Throttled, or Refused. The caller commits either way."""
    key = _throttle_key(secrets, caller, challenge)
    throttle.check_throttle(ctx, key)
    try:
        spent = spend(ctx, challenge, ChallengePurpose.SIGN_IN, None)
        user = _shown(ctx, secrets, party, spent, answer)
    except Refused:
        throttle.record_attempt(ctx, key, succeeded=False)
        raise
    throttle.record_attempt(ctx, key, succeeded=True)
    return user


def pass_with_passkey(
    ctx: Context, secrets: Secrets, caller: Caller, party: RelyingParty, challenge: Challenge | None, user: User,
    session_id: int, answer: str,
) -> str:  # fmt: skip
    """Pass the second factor with a passkey; returns the browser's new token. Raises as `sign_in_with_passkey`."""
    key = _throttle_key(secrets, caller, challenge)
    throttle.check_throttle(ctx, key)
    try:
        spent = spend(ctx, challenge, ChallengePurpose.SECOND_FACTOR, user.id)
        _shown(ctx, secrets, party, spent, answer, of=user)
    except Refused:
        throttle.record_attempt(ctx, key, succeeded=False)
        raise
    throttle.record_attempt(ctx, key, succeeded=True)
    return renew_session(ctx, session_id)


def _shown(
    ctx: Context, secrets: Secrets, party: RelyingParty, challenge: Challenge, answer: str, of: User | None = None
) -> User:
    """The account of the passkey that an answer was signed with; its counter and its last use are kept."""
    read = _read(answer)
    passkey = ctx.session.scalar(select(Passkey).where(Passkey.credential_id == read["id"]).with_for_update())
    user = ctx.session.get(User, passkey.user_id) if passkey is not None else None
    if passkey is None or user is None or (of is not None and user.id != of.id):
        raise Refused(_UNKNOWN)
    try:
        # The counter is weighed here, once the signature is known to be good: what it says is told to the holder.
        shown = webauthn.verify_authentication_response(
            credential=read, expected_challenge=_signed(secrets, challenge), expected_rp_id=party.id,
            expected_origin=party.origin, credential_public_key=passkey.public_key, credential_current_sign_count=0,
            require_user_verification=True,
        )  # fmt: skip
        handle = read["response"].get("userHandle")
        if handle is not None and webauthn.base64url_to_bytes(handle).hex() != passkey.handle:
            raise ValueError("another account's handle")
    except _failures() as failure:
        log.info("passkey refused", account=user.id, why=_why(failure))
        raise Refused(_NOT_PROVED) from failure
    if user.disabled_at is not None:
        raise Refused(N_("Ce compte est fermé. Adressez-vous à l'administration du portail."))
    if not rules.is_count_good(passkey.sign_count, shown.new_sign_count):
        _suspect(ctx, user, passkey, shown.new_sign_count)
    passkey.sign_count, passkey.used_at = shown.new_sign_count, ctx.now
    passkey.is_synced = shown.credential_backed_up
    journal.record(as_user(ctx, user), "passkey.shown", user, after={"passkey": passkey.name})
    return user


def _suspect(ctx: Context, user: User, passkey: Passkey, told: int) -> None:
    counts = {"passkey": passkey.name, "sign_count": passkey.sign_count}
    journal.record(ctx, "passkey.suspected", user, before=counts, after={**counts, "sign_count": told})
    tell_holder(ctx, user, "identity/emails/passkey_suspected", passkey=passkey.name)
    raise Refused(
        N_(
            "Le compteur de cette clé d'accès est revenu en arrière : elle a pu être copiée. Elle est refusée ; entrez "
            "autrement, retirez-la depuis « Mon compte » et prévenez l'administration du portail."
        )
    )


def _refuse_too_many(held: int) -> None:
    if held >= rules.PASSKEYS_PER_ACCOUNT:
        raise Refused(
            N_("Un compte a %(most)s clés d'accès au plus : retirez-en une d'abord."), most=rules.PASSKEYS_PER_ACCOUNT
        )


def _read(answer: str) -> dict[str, Any]:
    try:
        read = json.loads(answer) if len(answer) <= ANSWER_BYTES else None
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or not isinstance(read.get("response"), dict):
        raise Refused(_UNREADABLE)
    if not isinstance(read.get("id"), str) or _CREDENTIAL.fullmatch(read["id"]) is None:
        raise Refused(_UNREADABLE)
    return read


def _throttle_key(secrets: Secrets, caller: Caller, challenge: Challenge | None) -> ThrottleKey:
    """Failures count by address alone: a signature is not guessed, and nobody keeps a holder out of an account."""
    return throttle.throttle_key(secrets, "passkey", challenge.token if challenge else "", caller)


def _transports(read: dict[str, Any]) -> list[str]:
    told = read["response"].get("transports")
    return [one.value for one in structs.AuthenticatorTransport if isinstance(told, list) and one.value in told]


def _descriptors(passkeys: Sequence[Passkey]) -> "list[structs.PublicKeyCredentialDescriptor]":
    return [
        structs.PublicKeyCredentialDescriptor(
            id=webauthn.base64url_to_bytes(passkey.credential_id),
            transports=[structs.AuthenticatorTransport(one) for one in passkey.transports],
        )
        for passkey in passkeys
    ]


def _handle(secrets: Secrets, held: Sequence[Passkey], challenge: Challenge) -> str:
    """One handle for all the passkeys of an account: its first one draws it."""
    return held[0].handle if held else challenge.part(secrets, "handle")


def _signed(secrets: Secrets, challenge: Challenge) -> bytes:
    return bytes.fromhex(challenge.part(secrets))


def _count(ctx: Context, user: User) -> int:
    counted = select(func.count()).select_from(Passkey).where(Passkey.user_id == user.id)
    return ctx.session.scalar(counted) or 0


def _failures() -> tuple[type[Exception], ...]:
    """What reading somebody's answer may raise: the library's own, and what its parsers let through."""
    return (exceptions.WebAuthnException, ValueError, TypeError, KeyError, RecursionError)


def _why(failure: Exception) -> str:
    """What to log: a library's sentence about what did not match, never what was sent."""
    return f"{type(failure).__name__}: {failure}"[:200]
