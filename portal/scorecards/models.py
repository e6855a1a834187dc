"""Scorecards: what a vendor's demonstrated guarantees were worth on a day; immutable."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.audits.models import Audit
from portal.core.db import Base, JsonValue
from portal.vendors.models import Vendor, VendorChild
from portal.vendors.rules.tier import Tier


class Scorecard(VendorChild, Base):
    """A snapshot of the level of demonstrated guarantees (RGPD art. 28(1)); never updated, a new one is taken."""

    __tablename__ = "scorecard"
    __table_args__ = (Index("ix_scorecard_vendor_taken", "vendor_id", "taken_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), index=True)
    taken_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(80))
    basis_points: Mapped[int]
    """0–10,000."""
    coverage_points: Mapped[int]
    """Share of visible questions answered, 0–10,000."""
    grade: Mapped[str] = mapped_column(String(2))
    inherent: Mapped[int | None]
    tier: Mapped[Tier | None]
    residual_points: Mapped[int | None]
    """Residual risk, 0–50,000 basis points of a 1–5 scale."""
    detail: Mapped[dict[str, Any]] = mapped_column(JsonValue, deferred=True, deferred_raiseload=True)
    """Each term of the sum, caps, the answers that would move the grade, and the scale: some 20 kB, for one page."""
    scale_sha256: Mapped[str] = mapped_column(String(64))

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    audit: Mapped[Audit] = relationship(lazy="raise_on_sql")
