"""Proofs: a sealed file with what it proves, who issued it, until when, and our verdict."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.stored import StoredFile
from portal.evidence.rules import EvidenceVerdict
from portal.identity.models import User
from portal.vendors.models import Vendor, VendorChild


class Evidence(VendorChild, Base):
    """A file a vendor gave as proof; append-only: a newer one never replaces it."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("ix_evidence_vendor_good_until", "vendor_id", "good_until"),
        Index("ix_evidence_good_until", "good_until", "id", "vendor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    kind: Mapped[str] = mapped_column(String(60), default="")
    issuer: Mapped[str] = mapped_column(String(200), default="")
    scope: Mapped[str] = mapped_column(Text, default="")
    """The service, site or entity the proof covers; the most frequent false assurance is a scope that excludes ours."""
    reading: Mapped[dict[str, Any] | None]
    """What the file says of itself, as `reading.document_reading` tells it; none for one that was not read."""
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    verdict: Mapped[EvidenceVerdict] = mapped_column(default=EvidenceVerdict.UNREVIEWED)
    verdict_note: Mapped[str] = mapped_column(Text, default="")
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    verified_at: Mapped[datetime | None]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    """When its vendor sent it to us; before that it is being prepared, and shows nowhere on the staff side."""
    max_age_months: Mapped[int | None]
    """Shortest age accepted by the questions it answers today; written by the domain that attaches it."""
    in_use: Mapped[bool] = mapped_column(default=False)
    """Whether an audit that speaks for its vendor today rests on it; written with the age."""
    good_until: Mapped[date | None]
    """Last day it is good for, while it is in use and something limits it: `rules.good_until`, kept by `services`."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    stored_file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")
    uploaded_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[uploaded_by_id])
