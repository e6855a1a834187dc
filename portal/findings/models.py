"""Tables of findings: a gap at a vendor with the corrective action agreed, and what both sides wrote about it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.findings.rules import FindingState, Severity
from portal.identity.models import User
from portal.vendors.models import Vendor, VendorChild


class Finding(VendorChild, Base):
    """A gap found in an audit, or elsewhere, with the corrective action agreed for it, worked to closed by both sides.

    One that was found elsewhere has no audit: `origin` and `origin_id` say where (see `Domain.finding_sightings`), and
    `question_key` says which of the things measured there.
    """

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("audit_id", "question_key"),
        UniqueConstraint("origin", "origin_id", "question_key"),
        CheckConstraint("(audit_id IS NULL) <> (origin_id IS NULL)", name="one_source"),
        Index("ix_finding_state_due", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    audit_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id"))
    origin: Mapped[str] = mapped_column(String(40), default="audit", server_default="audit")
    origin_id: Mapped[int | None]
    question_key: Mapped[str] = mapped_column(String(120))
    severity: Mapped[Severity]
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[FindingState] = mapped_column(default=FindingState.OPEN)
    action: Mapped[str] = mapped_column(Text)
    """The corrective action expected of the vendor."""
    proof_expected: Mapped[str] = mapped_column(Text, default="")
    responsible: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closing_reason: Mapped[str] = mapped_column(Text, default="")

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    audit: Mapped[Any] = relationship("Audit", lazy="raise_on_sql")
    messages: Mapped[list["FindingMessage"]] = relationship(
        lazy="raise_on_sql", order_by="FindingMessage.id", back_populates="finding"
    )


class FindingMessage(Base):
    """An exchange about a finding; an internal one is never shown to the vendor."""

    __tablename__ = "finding_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    author_name: Mapped[str] = mapped_column(String(200))
    from_vendor: Mapped[bool]
    internal: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))

    finding: Mapped[Finding] = relationship(lazy="raise_on_sql", back_populates="messages")
    evidence: Mapped[Any] = relationship("Evidence", lazy="raise_on_sql")
    author: Mapped[User | None] = relationship(lazy="raise_on_sql")
