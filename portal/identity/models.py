"""Tables of identity: accounts, their passkeys and sessions, one-time links, and attempts to sign in."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, LargeBinary, String, Text, exists, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portal.authz.policy import ROLE_NAMES, Role
from portal.core.db import Base
from portal.core.language import Language
from portal.journal.person_keys import WithPersonKey


class SecondFactorDemand(Base):
    """A role that may not do without a second factor, besides administrators, who never may."""

    __tablename__ = "second_factor_demand"

    role: Mapped[Role] = mapped_column(primary_key=True)
    since: Mapped[datetime]

    @property
    def journal_label(self) -> str:
        """The role, as everywhere."""
        return ROLE_NAMES[self.role]


class User(WithPersonKey, Base):
    """A person's account, staff or external; it has no password until its invitation is taken up."""

    __tablename__ = "user"
    __table_args__ = (
        Index("uq_user_provider", "provider_issuer", "provider_subject", unique=True),
        Index("ix_user_role", "role"),
        Index("ix_user_name", "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role]
    language: Mapped[Language] = mapped_column(default=Language.FR)
    phone: Mapped[str] = mapped_column(String(40), default="")
    """As its holder wrote it; given in the letters that this person writes."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_sealed: Mapped[str | None] = mapped_column(Text)
    """TOTP secret, sealed by the file keyring; pending until `totp_confirmed_at`."""
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    """Last accepted time step: a code is good once."""
    recovery_hashes: Mapped[list[str]] = mapped_column(default=list)
    passkey_count: Mapped[int] = mapped_column(default=0)
    """How many passkeys it has, so that a page knows without asking; written with them."""
    provider_issuer: Mapped[str | None] = mapped_column(String(500))
    """The identity provider this account signs in through, by its issuer; with the subject it names a person there for
    ever, which an address does not (OpenID Connect Core 1.0, 5.7)."""
    provider_subject: Mapped[str | None] = mapped_column(String(255))
    provider_linked_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    """When its invitation was taken up without choosing a password: it comes back by a link sent to its address."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    if TYPE_CHECKING:
        is_demanded: bool
        """Whether its role may not do without a second factor by the setting of administrators; read with it."""

    @hybrid_property
    def has_come_in(self) -> bool:
        """Whether its person has a way in of their own: a password, an identity provider, or links to their address."""
        return self.password_hash is not None or self.provider_linked_at is not None or self.opened_at is not None

    @has_come_in.inplace.expression
    @classmethod
    def _has_come_in(cls) -> ColumnElement[bool]:
        return or_(cls.password_hash.is_not(None), cls.provider_linked_at.is_not(None), cls.opened_at.is_not(None))

    @hybrid_property
    def reach_owner(self) -> int | None:
        """An account belongs to its person."""
        return self.id


User.__mapper__.add_property(
    "is_demanded",
    column_property(
        exists().where(SecondFactorDemand.role == User.role).correlate_except(SecondFactorDemand).label("is_demanded")
    ),
)


class Passkey(Base):
    """A key pair that an authenticator holds for an account; only its public half is here (Web Authentication)."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    """As the authenticator names it, in base64url: 1,023 bytes at most."""
    handle: Mapped[str] = mapped_column(String(64))
    """What the authenticator calls the account: random, the same for all of its passkeys."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """COSE."""
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    """The authenticator's counter at its last use; always zero where it has none."""
    transports: Mapped[list[str]] = mapped_column(default=list)
    is_synced: Mapped[bool] = mapped_column(default=False)
    """Whether it is copied among the devices of its person, as the authenticator says."""
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SpentChallenge(Base):
    """A challenge that was answered: it is good once. Kept for as long as it could be answered again."""

    __tablename__ = "spent_challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column(index=True)


class LoginSession(Base):
    """A signed-in browser; the cookie holds a random token, this row its fingerprint."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    network: Mapped[str] = mapped_column(String(64), default="")
    """Where it was opened from, without the last part of the address (`rules.network_part`)."""
    vendor_id: Mapped[int | None]
    """The vendor that an external account answers for in this browser, by number; checked at every request."""

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class LinkPurpose(StrEnum):
    """What a one-time link opens."""

    INVITATION = "invitation"
    PASSWORD_RESET = "reset"  # noqa: S105 - a purpose
    SIGN_IN = "sign_in"


class OneTimeLink(Base):
    """An e-mailed link: 256-bit token stored hashed, expiring, good once."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[LinkPurpose]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    landing: Mapped[str] = mapped_column(String(300), default="/")
    """Where the person arrives once in, as `Landing.stored`; a path in rows of version 0.1."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class SignInAttempt(Base):
    """An attempt to sign in, counted per account and per address; account and address are kept as keyed hashes."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account", "account_hash", "at"),
        Index("ix_sign_in_attempt_address", "address_hash", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_hash: Mapped[str] = mapped_column(String(64))
    address_hash: Mapped[str] = mapped_column(String(64))
    succeeded: Mapped[bool]
