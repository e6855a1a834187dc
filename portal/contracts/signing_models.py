"""The signature of a version in the portal: who signs, in which order, and the proof of what each did."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.signing_order import (
    SignatoryState,
    SigningActKind,
    SigningMeans,
    SigningSide,
    SigningState,
)
from portal.core.db import Base
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.identity.models import User
from portal.vendors.models import SignedContract, Vendor, VendorChild


class ContractSigning(VendorChild, Base):
    """One version handed to its signatories: the file they sign is frozen by its SHA-256."""

    __tablename__ = "contract_signing"
    __table_args__ = (
        Index(
            "uq_contract_signing_live", "contract_id", unique=True,
            sqlite_where=text("state IN ('open', 'complete')"),
            postgresql_where=text("state IN ('open', 'complete')"),
        ),
        Index("ix_contract_signing_state", "state", "expires_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("contract_version.id"), index=True)
    state: Mapped[SigningState] = mapped_column(default=SigningState.OPEN)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    """The PDF that each signatory reads."""
    file_sha256: Mapped[str] = mapped_column(String(64))
    """Of that PDF: what is signed."""
    text_sha256: Mapped[str] = mapped_column(String(64))
    """Of its words alone, as they stand at the head of every page."""
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """Until when it may be signed; once it is, until when the links give the signed file."""
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str] = mapped_column(Text, default="")
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signed_contract.id"), index=True)
    """The record of the signature, with the sealed file."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    contract: Mapped[Contract] = relationship(lazy="raise_on_sql")
    version: Mapped[ContractVersion] = relationship(lazy="raise_on_sql")
    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")
    opened_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
    signature: Mapped[SignedContract | None] = relationship(lazy="raise_on_sql")
    signatories: Mapped[list["ContractSignatory"]] = relationship(
        lazy="raise_on_sql", order_by="ContractSignatory.rank", back_populates="signing"
    )


class ContractSignatory(VendorChild, Base):
    """Somebody asked to sign, by a personal link that is kept as a hash; the code they type is kept as a keyed one."""

    __tablename__ = "contract_signatory"
    __table_args__ = (UniqueConstraint("signing_id", "rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    signing_id: Mapped[int] = mapped_column(ForeignKey("contract_signing.id", ondelete="CASCADE"))
    rank: Mapped[int]
    side: Mapped[SigningSide]
    name: Mapped[str] = mapped_column(String(200))
    capacity: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), index=True)
    language: Mapped[Language]
    state: Mapped[SignatoryState] = mapped_column(default=SignatoryState.WAITING)
    link_seed: Mapped[str] = mapped_column(String(120))
    """What the link's token is derived from, with the portal's secret: a reminder leads by the same link."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    """Of the last code sent; empty once it has served, or was tried too often."""
    code_expires_at: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    """When they signed, or refused."""
    refusal: Mapped[str] = mapped_column(Text, default="")

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    signing: Mapped[ContractSigning] = relationship(lazy="raise_on_sql", back_populates="signatories")

    @property
    def journal_label(self) -> str:
        """Who it is, as the journal names it."""
        return self.name


class ContractSigningAct(Base):
    """What a signatory did, and what proves it; append-only. An address is kept without its last part."""

    __tablename__ = "contract_signing_act"
    __table_args__ = (Index("ix_contract_signing_act_signatory", "signatory_id", "kind", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    signing_id: Mapped[int] = mapped_column(ForeignKey("contract_signing.id", ondelete="CASCADE"), index=True)
    signatory_id: Mapped[int] = mapped_column(ForeignKey("contract_signatory.id", ondelete="CASCADE"))
    kind: Mapped[SigningActKind]
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(200))
    """As they typed it when they signed; as they were named otherwise."""
    email: Mapped[str] = mapped_column(String(254))
    """Where the code went."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the file they had before their eyes."""
    means: Mapped[SigningMeans]
    network: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(200))
