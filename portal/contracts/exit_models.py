"""The end of contracts: what becomes of the data, who proves it, who checked, what the law makes one keep."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.models import Contract
from portal.contracts.rules.exits import CertificateReading, CheckState, ExitChoice, ExitState, ProofState
from portal.core.db import Base
from portal.core.stored import StoredFile
from portal.identity.models import User
from portal.vendors.models import Vendor, VendorChild


class ContractExit(VendorChild, Base):
    """What the end of a contract leaves to be proved (RGPD art. 28(3)(g)); open until somebody closes it."""

    __tablename__ = "contract_exit"
    __table_args__ = (Index("ix_contract_exit_open", "closed_at", "due_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), unique=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    ended_on: Mapped[date]
    """Last day of the contract: no proof is older."""
    due_on: Mapped[date]
    """The day by which everything must be proved."""
    opened_at: Mapped[datetime]
    choice: Mapped[ExitChoice | None]
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    no_subprocessor_why: Mapped[str] = mapped_column(Text, default="")
    """Why no sub-processor proves anything, when the contract names none."""
    checked_what: Mapped[str] = mapped_column(Text, default="")
    checked_how: Mapped[str] = mapped_column(Text, default="")
    checked_by: Mapped[str] = mapped_column(String(200), default="")
    checked_on: Mapped[date | None]
    check_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    kept_under_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    """The contract in force under which the data stay, when it was closed for that reason."""
    kept_why: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]
    """When it turned out that the contract had not ended."""

    contract: Mapped[Contract] = relationship(lazy="raise_on_sql", foreign_keys=[contract_id])
    kept_under: Mapped[Contract | None] = relationship(lazy="raise_on_sql", foreign_keys=[kept_under_id])
    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    check_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    closed_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[closed_by_id])
    proofs: Mapped[list["ExitProof"]] = relationship(
        lazy="raise_on_sql", order_by="ExitProof.id", back_populates="exit"
    )
    exemptions: Mapped[list["ExitExemption"]] = relationship(lazy="raise_on_sql", order_by="ExitExemption.id")

    @property
    def is_open(self) -> bool:
        """Whether something is still to be proved."""
        return self.closed_at is None and self.withdrawn_at is None

    @property
    def journal_label(self) -> str:
        """For the journal: of which contract."""
        return self.contract.title

    @property
    def state(self) -> ExitState:
        """What is known of it, as the rules take it; proofs must be loaded."""
        return ExitState(
            self.ended_on, self.choice,
            [ProofState(one.holder, one.reading, one.certified_on) for one in self.proofs],
            self.no_subprocessor_why, any(not one.is_processor for one in self.proofs),
            CheckState(self.checked_what, self.checked_how, self.checked_by, self.checked_on,
                       self.check_file_id is not None),
        )  # fmt: skip


class ExitProof(VendorChild, Base):
    """The certificate of one company that held the data: the processor, or one of its sub-processors."""

    __tablename__ = "exit_proof"
    __table_args__ = (UniqueConstraint("exit_id", "holder_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exit_id: Mapped[int] = mapped_column(ForeignKey("contract_exit.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    holder: Mapped[str] = mapped_column(String(300))
    holder_key: Mapped[str] = mapped_column(String(200))
    is_processor: Mapped[bool] = mapped_column(default=False)
    certified_on: Mapped[date | None]
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    reading: Mapped[CertificateReading] = mapped_column(default=CertificateReading.AWAITED)
    vouched_why: Mapped[str] = mapped_column(Text, default="")
    """What a person of ours wrote that they read on a certificate that could not be read here."""
    vouched_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    received_at: Mapped[datetime | None]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    exit: Mapped[ContractExit] = relationship(lazy="raise_on_sql", back_populates="proofs")
    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    stored_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    received_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[received_by_id])
    vouched_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[vouched_by_id])

    @property
    def journal_label(self) -> str:
        """For the journal: of which company."""
        return self.holder


class ExitExemption(Base):
    """Data that the law makes the processor keep after the end (art. 28(3)(g), in fine)."""

    __tablename__ = "exit_exemption"

    id: Mapped[int] = mapped_column(primary_key=True)
    exit_id: Mapped[int] = mapped_column(ForeignKey("contract_exit.id"), index=True)
    what: Mapped[str] = mapped_column(String(500))
    """Which data, kept by whom."""
    basis: Mapped[str] = mapped_column(Text)
    """The text of Union or Member State law that requires it, and why."""
    until: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
