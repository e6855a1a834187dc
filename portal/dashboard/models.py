"""What management asks for and decides: reports, their figures frozen when asked; decisions on vendors."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.dashboard.rules import DecisionChoice
from portal.identity.models import User
from portal.vendors.models import Vendor, VendorChild


class PortfolioReport(Base):
    """The portfolio as it stood at an instant, on one page."""

    __tablename__ = "portfolio_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    language: Mapped[Language]
    tree: Mapped[dict[str, Any]]
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    stored_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")


class VendorDecision(VendorChild, Base):
    """What management decided of a vendor: never changed afterwards, a later one takes its place."""

    __tablename__ = "vendor_decision"
    __table_args__ = (Index("ix_vendor_decision_newest", "vendor_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    choice: Mapped[DecisionChoice]
    reasons: Mapped[list[str]]
    """Why the vendor waited for a decision, by name of `rules.Urgency`."""
    motive: Mapped[str] = mapped_column(String(1000))
    """Why this was decided, in the words of whoever did."""
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    """Who sees to it."""
    due_on: Mapped[date]
    """The last day on which it stands; then the vendor waits for a decision again."""
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    owner: Mapped[User] = relationship(foreign_keys=owner_id, lazy="raise_on_sql")
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id, lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """For the journal: of which vendor."""
        return self.vendor.name
