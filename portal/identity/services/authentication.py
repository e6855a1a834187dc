"""Signing in: a password, then a code; each attempt is counted before anything is said."""

from sqlalchemy import select

from portal.authz.context import Context
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.secret_keys import Secrets
from portal.identity import rules, second_factor
from portal.identity.models import User
from portal.identity.services import devices, passwords, throttle
from portal.identity.services.passwords import Release, WrongPassword
from portal.identity.services.security_mail import tell_holder
from portal.identity.services.sessions import as_user, renew_session
from portal.identity.services.throttle import Caller
from portal.jobs.ledger import enqueue
from portal.journal import services as journal


def sign_in(
    ctx: Context, secrets: Secrets, caller: Caller, email: str, password: str, *, release: Release
) -> User:  # fmt: skip
    """The account of a correct address and password; raises Throttled, or Refused without saying which was wrong.

    Counted first, then compared with the database let go of. The caller commits even when it is refused.
    """
    address = rules.normal_address(email)
    known_as = devices.known_as(secrets, address, caller.devices)
    key = throttle.throttle_key(secrets, "password", address, caller, known_as=known_as)
    failures = throttle.count_in_advance(ctx, key)
    user = ctx.session.scalar(select(User).where(User.email == address))
    if failures == rules.FAILURES_PER_ACCOUNT:
        who = throttle.keyed_hash(secrets, f"slowed:{address}")
        told = {"user_id": user.id if user is not None else None}
        enqueue(ctx, "identity.tell_slowed", told, dedup=f"identity.tell_slowed:{who}:{ctx.today}")
    stored = user.password_hash if user is not None and user.disabled_at is None else None
    release()
    right = passwords.is_correct(stored, password)
    renewed = passwords.hash_password(password) if right and stored and passwords.is_outdated(stored) else stored
    if user is not None and right:
        held = passwords.held_account(ctx, user.id, stored)
        if held is not None:
            throttle.record_attempt(ctx, key, succeeded=True)
            held.password_hash = renewed
            return held
    elif user is not None and failures == rules.FAILURES_PER_ACCOUNT:
        journal.record(ctx, "sign_in.blocked", user, after={"minutes": rules.THROTTLE_MINUTES})
    raise Refused(N_("L'adresse ou le mot de passe n'est pas correct."))


def prove_again(ctx: Context, secrets: Secrets, caller: Caller, user: User, password: str, *, release: Release) -> None:
    """Compare the password of somebody who is in already; raises Throttled, or WrongPassword. Guesses are counted."""
    known_as = devices.known_as(secrets, user.email, caller.devices)
    key = throttle.throttle_key(secrets, "password", user.email, caller, known_as=known_as)
    throttle.count_in_advance(ctx, key)
    stored = user.password_hash
    release()
    if not passwords.is_correct(stored, password) or passwords.held_account(ctx, user.id, stored) is None:
        raise WrongPassword(N_("Le mot de passe actuel n'est pas le bon."))
    throttle.record_attempt(ctx, key, succeeded=True)


def pass_second_factor(ctx: Context, secrets: Secrets, caller: Caller, user: User, session_id: int, code: str) -> str:
    """Pass the second factor; returns the browser's new token. Raises Throttled or Refused, and the failure counts."""
    _use_code(ctx, secrets, caller, user, code)
    return renew_session(ctx, session_id)


def confirm_second_factor(ctx: Context, secrets: Secrets, user: User, code: str) -> tuple[str, ...]:
    """Activate one's second factor with a first good code; returns the recovery codes, shown once."""
    codes = second_factor.confirm(ctx, secrets, user, code)
    tell_holder(ctx, user, "identity/emails/second_factor_added")
    return codes


def remove_second_factor(ctx: Context, secrets: Secrets, caller: Caller, user: User, code: str) -> None:
    """Give up one's own second factor, with a code; raises Refused where the role requires one."""
    if second_factor.is_required(user) and not user.passkey_count:
        raise Refused(N_("Votre rôle exige un second facteur : il ne peut pas être désactivé."))
    _use_code(ctx, secrets, caller, user, code)
    second_factor.reset(ctx, user)
    tell_holder(ctx, user, "identity/emails/second_factor_given_up")


def renew_recovery_codes(ctx: Context, secrets: Secrets, caller: Caller, user: User, code: str) -> tuple[str, ...]:
    """Replace one's recovery codes, with a code; returns the new ones, shown once."""
    _use_code(ctx, secrets, caller, user, code)
    return second_factor.draw_recovery_codes(ctx, user)


def _use_code(ctx: Context, secrets: Secrets, caller: Caller, user: User, code: str) -> None:
    known_as = devices.known_as(secrets, user.email, caller.devices)
    key = throttle.throttle_key(secrets, "code", user.id, caller, known_as=known_as)
    throttle.check_throttle(ctx, key)
    left = len(user.recovery_hashes)
    try:
        second_factor.check(as_user(ctx, user), secrets, user, code)
    except Refused:
        if throttle.record_attempt(ctx, key, succeeded=False) == rules.FAILURES_PER_ACCOUNT:
            journal.record(ctx, "second_factor.blocked", user, after={"minutes": rules.THROTTLE_MINUTES})
        raise
    throttle.record_attempt(ctx, key, succeeded=True)
    if len(user.recovery_hashes) < left:
        tell_holder(ctx, user, "identity/emails/recovery_code_used", left=str(len(user.recovery_hashes)))
