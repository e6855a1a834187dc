"""Proofs: a sealed file with what it proves, who issued it, until when, and our verdict."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.history import Kept
from portal.core.stored import StoredFile
from portal.core.tallies import Tally
from portal.evidence.rules import EvidenceVerdict
from portal.identity.models import User
from portal.vendors.models import Vendor, VendorChild

BY_END = ("INDEXED BY ix_evidence_good_until", "sqlite")
"""The hint for a statement that goes through the proofs that have ended, which are few, and not through the vendors."""


class Evidence(Kept, VendorChild, Base):
    """A piece: a file that a vendor gave as proof, once, whatever the number of answers that rest on it.

    What was sent never changes: a new version is a row of its own, which those before it name (`replaced_by`).
    """

    __tablename__ = "evidence"
    kept_columns: ClassVar[tuple[str, ...]] = (
        "stored_file_id", "kind", "issuer", "scope", "sites", "standard", "issued_on", "period_from", "period_to",
        "expires_on", "verdict", "verdict_note", "verified_at", "uploaded_at",
    )  # fmt: skip
    __table_args__ = (
        Index("ix_evidence_vendor_good_until", "vendor_id", "good_until"),
        Index("ix_evidence_good_until", "good_until", "id", "vendor_id"),
        Index("ix_evidence_day_vendor", "good_until", "vendor_id"),
        Index("ix_evidence_checked", "checked_at", "id"),
        Index("ix_evidence_left_at", "left_at"),
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
    sites: Mapped[str] = mapped_column(Text, default="")
    """Places it covers, as its vendor says them."""
    standard: Mapped[str] = mapped_column(String(120), default="")
    """The standard it is against and its edition, as read in the file; an edition may stop counting before it ends."""
    issued_on: Mapped[date | None]
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    """Last day covered, for a report on a period: its age is counted from there."""
    expires_on: Mapped[date | None]
    verdict: Mapped[EvidenceVerdict] = mapped_column(default=EvidenceVerdict.UNREVIEWED)
    verdict_note: Mapped[str] = mapped_column(Text, default="")
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    verified_at: Mapped[datetime | None]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    """When its vendor sent it to us; before that it is being prepared, and shows nowhere on the staff side."""
    left_at: Mapped[datetime | None]
    """When it was last taken off an answer, or replaced, before any sending; none once it serves again."""
    max_age_months: Mapped[int | None]
    """Shortest age accepted by the questions it answers today; written by the domain that attaches it."""
    in_use: Mapped[bool] = mapped_column(default=False)
    """Whether an audit that speaks for its vendor today rests on it; written with the age."""
    good_until: Mapped[date | None]
    """Last day it is good for, while it is in use, not rejected, and something limits it; kept by `services`."""
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), index=True)
    """The newest version of it; none for that version itself, and for a piece that was never replaced."""
    checked_at: Mapped[datetime] = mapped_column(
        default=lambda context: context.get_current_parameters()["uploaded_at"]
    )
    """When its file was last opened whole to see that it is as it came; at first, when it came."""
    is_damaged: Mapped[bool] = mapped_column(default=False)
    """Whether the file could not be given back as it came when it was last looked at."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    stored_file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")
    uploaded_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[uploaded_by_id])
    replaced_by: Mapped["Evidence | None"] = relationship(lazy="raise_on_sql", remote_side=[id])

    @property
    def current(self) -> "Evidence":
        """The version that counts today: what answers that rest on this piece rest on."""
        return self if self.replaced_by_id is None or self.replaced_by is None else self.replaced_by


ENDING = Tally("evidence", Evidence, ("good_until",), of="{row}.good_until IS NOT NULL")
"""How many proofs in use are good until each day."""
