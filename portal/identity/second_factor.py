"""TOTP (RFC 6238) and recovery codes: enrol, confirm, check, each code good once."""

import secrets as drawing
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core import tokens
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.files import Keyring, WrongKey
from portal.core.language import N_
from portal.core.late import late
from portal.core.secret_keys import Secrets
from portal.identity.models import User
from portal.journal import services as journal

if TYPE_CHECKING:
    import pyotp
    import segno
    from cryptography import fernet
else:
    fernet, pyotp, segno = late("cryptography.fernet"), late("pyotp"), late("segno")

STEP_SECONDS = 30
RECOVERY_CODES = 10
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_WRONG = N_("Ce code n'est pas bon. Vérifiez l'heure du téléphone et saisissez le code affiché maintenant.")


@dataclass(frozen=True)
class Enrolment:
    """What a person needs to enrol a telephone: the QR code and the same secret in letters."""

    picture: str
    """A data: address of an SVG image."""
    secret: str


def is_demanded_of(role: Role, *, chosen: bool) -> bool:
    """Whether a role may not do without a second factor; no setting goes below administrators.

    >>> [is_demanded_of(role, chosen=chosen) for role in (Role.ADMIN, Role.DPO) for chosen in (False, True)]
    [True, True, False, True]
    """
    return role is Role.ADMIN or chosen


class Protected(Protocol):
    """What is asked of an account to know by what it is protected."""

    @property
    def role(self) -> Role:
        """Its role."""

    @property
    def totp_confirmed_at(self) -> datetime | None:
        """Since when its telephone gives codes."""

    @property
    def passkey_count(self) -> int:
        """How many passkeys it has."""

    @property
    def is_demanded(self) -> bool:
        """Whether administrators demand a second factor of its role."""


def is_required(user: Protected) -> bool:
    """Whether this account may not do without: administrators open every other, and they may demand it of roles."""
    return is_demanded_of(user.role, chosen=user.is_demanded)


def has_one(user: Protected) -> bool:
    """Whether this account has a strong factor: a telephone that gives codes, or a passkey."""
    return user.totp_confirmed_at is not None or user.passkey_count > 0


def is_last(user: User) -> bool:
    """Whether a passkey is all that satisfies the demand made on this account: it cannot go before another comes."""
    return is_required(user) and user.totp_confirmed_at is None and user.passkey_count <= 1


def begin(ctx: Context, secrets: Secrets, user: User) -> None:
    """Draw a secret for an account that has no second factor yet; one shown earlier and never confirmed is dropped."""
    if user.totp_confirmed_at is not None:
        raise Refused(N_("Un second facteur est déjà actif."))
    user.totp_sealed = _box(secrets).encrypt(pyotp.random_base32().encode()).decode()
    user.totp_last_step = None
    journal.record(ctx, "second_factor.begun", user)


def pending(secrets: Secrets, user: User, issuer: str) -> Enrolment | None:
    """The secret that waits for its first code, or None when none was drawn or one is already active."""
    if user.totp_sealed is None or user.totp_confirmed_at is not None:
        return None
    secret = _open(secrets, user.totp_sealed)
    address = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=issuer)
    picture = segno.make(address, micro=False).svg_data_uri(scale=4, border=4, light="#fff", dark="#16233f")
    return Enrolment(picture=picture, secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)))


def confirm(ctx: Context, secrets: Secrets, user: User, code: str) -> tuple[str, ...]:
    """Activate the second factor with a first good code; returns the recovery codes, shown once."""
    lock(ctx, user)
    if user.totp_confirmed_at is not None:
        raise Refused(N_("Un second facteur est déjà actif."))
    if not _is_good_code(ctx, secrets, user, code):
        raise Refused(_WRONG)
    user.totp_confirmed_at = ctx.now
    journal.record(ctx, "second_factor.confirmed", user)
    return draw_recovery_codes(ctx, user)


def draw_recovery_codes(ctx: Context, user: User) -> tuple[str, ...]:
    """Draw new recovery codes, the former ones dropped; only their hashes are kept."""
    codes = tuple(_draw_code() for _ in range(RECOVERY_CODES))
    user.recovery_hashes = [tokens.fingerprint(_bare(code)) for code in codes]
    journal.record(ctx, "second_factor.codes_drawn", user, after={"left": len(codes)})
    return codes


def check(ctx: Context, secrets: Secrets, user: User, code: str) -> None:
    """Accept a TOTP code or a recovery code, each good once even when sent twice at once; raises Refused."""
    lock(ctx, user)
    if user.totp_confirmed_at is None or not (
        _is_good_code(ctx, secrets, user, code) or _use_recovery(ctx, user, code)
    ):
        raise Refused(_WRONG)


@dataclass(frozen=True)
class ResealReport:
    """What a change of key did to the secrets of second factors; while some are unreadable no old key may go."""

    resealed: int
    unreadable: tuple[str, ...]
    """The accounts, by address."""


def reseal(ctx: Context, secrets: Secrets) -> ResealReport:
    """Seal every secret under the newest key; safe to repeat."""
    ring = Keyring(secrets.files)
    done, unreadable = 0, []
    for user in ctx.session.scalars(select(User).where(User.totp_sealed.is_not(None)).order_by(User.id)):
        token = (user.totp_sealed or "").encode()
        if ring.is_current(token):
            continue
        try:
            user.totp_sealed = ring.rewrap(token).decode()
            done += 1
        except WrongKey:
            unreadable.append(user.email)
    return ResealReport(done, tuple(unreadable))


def reset(ctx: Context, user: User) -> None:
    """Remove the codes of the telephone; the caller has authorised it."""
    user.totp_sealed, user.totp_confirmed_at, user.totp_last_step, user.recovery_hashes = None, None, None, []
    journal.record(ctx, "second_factor.reset", user)


def lock(ctx: Context, user: User) -> None:
    """Read the account again and keep others from it until this transaction ends (SQLite has one writer anyway)."""
    ctx.session.flush()
    ctx.session.scalars(
        select(User).where(User.id == user.id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _box(secrets: Secrets) -> "fernet.MultiFernet":
    return fernet.MultiFernet([fernet.Fernet(key) for key in secrets.files])


def _open(secrets: Secrets, sealed: str) -> str:
    try:
        return _box(secrets).decrypt(sealed.encode()).decode()
    except fernet.InvalidToken as error:
        raise Refused(
            N_("Ce second facteur ne peut plus être lu. Demandez à l'administration du portail de le réinitialiser.")
        ) from error


def _is_good_code(ctx: Context, secrets: Secrets, user: User, code: str) -> bool:
    digits = code.replace(" ", "")
    if user.totp_sealed is None or len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return False
    totp = pyotp.TOTP(_open(secrets, user.totp_sealed))
    now_step = int(ctx.now.timestamp()) // STEP_SECONDS
    # The neighbouring steps allow for a telephone half a minute off; a step already used opens nothing.
    for step in (now_step, now_step - 1, now_step + 1):
        if drawing.compare_digest(totp.generate_otp(step), digits):
            if user.totp_last_step is not None and step <= user.totp_last_step:
                return False
            user.totp_last_step = step
            return True
    return False


def _use_recovery(ctx: Context, user: User, code: str) -> bool:
    mark = tokens.fingerprint(_bare(code))
    if mark not in user.recovery_hashes:
        return False
    user.recovery_hashes = [m for m in user.recovery_hashes if m != mark]
    journal.record(ctx, "second_factor.recovery_used", user, after={"left": len(user.recovery_hashes)})
    return True


def _bare(code: str) -> str:
    return "".join(c for c in code.upper() if c.isalnum())


def _draw_code() -> str:
    letters = "".join(drawing.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))
