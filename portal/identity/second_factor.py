"""TOTP (RFC 6238) and recovery codes: enrol, confirm, check, each code good once."""

import secrets as drawing
from dataclasses import dataclass

import pyotp
import segno
from cryptography.fernet import Fernet, MultiFernet

from portal.authz.context import Context
from portal.core import tokens
from portal.core.config import Secrets
from portal.core.errors import Refused
from portal.core.language import N_
from portal.identity.models import LoginSession, User
from portal.journal import services as journal

STEP_SECONDS = 30
RECOVERY_CODES = 10
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Enrolment:
    """What a person needs to enrol a telephone: the QR code and the same secret in letters."""

    picture: str
    """A data: address of an SVG image."""
    secret: str


def _box(secrets: Secrets) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in secrets.files])


def begin(ctx: Context, secrets: Secrets, user: User, issuer: str) -> Enrolment:
    """Draw a secret (or show the pending one again) for an account that has no confirmed second factor."""
    if user.totp_confirmed_at is not None:
        raise Refused(N_("Un second facteur est déjà actif."))
    if user.totp_sealed is None:
        user.totp_sealed = _box(secrets).encrypt(pyotp.random_base32().encode()).decode()
        journal.record(ctx, "second_factor.begun", user)
    secret = _box(secrets).decrypt(user.totp_sealed.encode()).decode()
    address = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=issuer)
    picture = segno.make(address, micro=False).svg_data_uri(scale=4, border=2)
    return Enrolment(picture=picture, secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)))


def confirm(ctx: Context, secrets: Secrets, user: User, code: str) -> tuple[str, ...]:
    """Activate the second factor with a first good code; returns the recovery codes, shown once."""
    if user.totp_confirmed_at is not None:
        raise Refused(N_("Un second facteur est déjà actif."))
    if not _is_good_code(ctx, secrets, user, code):
        raise Refused(
            N_("Ce code n'est pas bon. Vérifiez l'heure du téléphone et saisissez le code affiché maintenant.")
        )
    user.totp_confirmed_at = ctx.now
    codes = tuple(_draw_code() for _ in range(RECOVERY_CODES))
    user.recovery_hashes = [tokens.fingerprint(c.replace("-", "")) for c in codes]
    journal.record(ctx, "second_factor.confirmed", user)
    return codes


def check(ctx: Context, secrets: Secrets, user: User, code: str) -> None:
    """Accept a TOTP code or a recovery code, each good once; raises Refused."""
    if user.totp_confirmed_at is None or not (
        _is_good_code(ctx, secrets, user, code) or _use_recovery(ctx, user, code)
    ):
        raise Refused(
            N_("Ce code n'est pas bon. Vérifiez l'heure du téléphone et saisissez le code affiché maintenant.")
        )


def mark_session(ctx: Context, session_id: int) -> None:
    """Note that this browser has shown its second factor."""
    ctx.session.get_one(LoginSession, session_id).second_factor_at = ctx.now


def reset(ctx: Context, user: User) -> None:
    """Remove the second factor, for someone who has lost both telephone and codes; the caller has authorised it."""
    user.totp_sealed, user.totp_confirmed_at, user.totp_last_step, user.recovery_hashes = None, None, None, []
    journal.record(ctx, "second_factor.reset", user)


def _is_good_code(ctx: Context, secrets: Secrets, user: User, code: str) -> bool:
    digits = code.replace(" ", "")
    if user.totp_sealed is None or not digits.isdigit() or len(digits) != 6:
        return False
    totp = pyotp.TOTP(_box(secrets).decrypt(user.totp_sealed.encode()).decode())
    now_step = int(ctx.now.timestamp()) // STEP_SECONDS
    for step in (now_step, now_step - 1, now_step + 1):
        if drawing.compare_digest(totp.generate_otp(step), digits):
            if user.totp_last_step is not None and step <= user.totp_last_step:
                return False
            user.totp_last_step = step
            return True
    return False


def _use_recovery(ctx: Context, user: User, code: str) -> bool:
    mark = tokens.fingerprint(code.strip().upper().replace("-", "").replace(" ", ""))
    if mark not in user.recovery_hashes:
        return False
    user.recovery_hashes = [m for m in user.recovery_hashes if m != mark]
    journal.record(ctx, "second_factor.recovery_used", user, after={"left": len(user.recovery_hashes)})
    return True


def _draw_code() -> str:
    letters = "".join(drawing.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))
