"""What is decided of contracts in force: what becomes of each at the end of a period."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.models import Contract
from portal.contracts.rules.deadline_choices import DeadlineChoice
from portal.core.db import Base
from portal.core.stored import StoredFile
from portal.identity.models import User
from portal.vendors.models import Vendor, VendorChild


class DeadlineDecision(VendorChild, Base):
    """What was decided of a contract at the end of a period: never changed afterwards, a later one takes its place."""

    __tablename__ = "deadline_decision"
    __table_args__ = (Index("ix_deadline_decision_newest", "contract_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    choice: Mapped[DeadlineChoice]
    period_end: Mapped[date | None]
    """Last day of the period that it was decided of; none when the terms of the contract were not known."""
    motive: Mapped[str] = mapped_column(Text)
    letter_on: Mapped[date | None]
    """Day of the letter that gives notice."""
    last_day: Mapped[date | None]
    """Last day of the contract that follows from it, or that the contract says."""
    months: Mapped[int | None]
    """By how many months a written renewal goes on after the end of the period."""
    amendment_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    """The signed renewal, or the amendment under negotiation."""
    applied_at: Mapped[datetime | None]
    """When it took effect on the dates: a written renewal does once its copy was read, the others at once."""
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """Proof that notice was given: the letter with its acknowledgement of receipt."""
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)

    contract: Mapped[Contract] = relationship(lazy="raise_on_sql", foreign_keys=[contract_id])
    amendment: Mapped[Contract | None] = relationship(lazy="raise_on_sql", foreign_keys=[amendment_id])
    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    stored_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    decided_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """For the journal: of which contract."""
        return self.contract.title
