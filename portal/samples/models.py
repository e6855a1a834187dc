"""Samples asked of vendors: what was asked, drawn, received and measured; how a vendor names its columns."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.clock import legal_date
from portal.core.db import Base
from portal.core.stored import StoredFile
from portal.findings.models import Finding
from portal.identity.models import User
from portal.samples.rules.columns import SampleKind
from portal.vendors.models import Vendor, VendorChild


class SampleState(StrEnum):
    """The state of a sample."""

    ASKED = "demande"
    READING = "lecture"
    TO_CORRECT = "a_corriger"
    MEASURING = "mesure_en_cours"
    MEASURED = "mesure"
    CANCELLED = "annule"

    @property
    def is_with_vendor(self) -> bool:
        """Whether the vendor is expected to act, or what it sent is being read."""
        return self in {SampleState.ASKED, SampleState.READING, SampleState.TO_CORRECT}

    @property
    def is_sent(self) -> bool:
        """Whether what was sent is complete: nothing of it changes any more."""
        return self in {SampleState.MEASURING, SampleState.MEASURED}


class CaseSample(VendorChild, Base):
    """A number of real cases asked of a vendor, to be measured against the rules."""

    __tablename__ = "case_sample"
    __table_args__ = (
        Index("ix_case_sample_state_due", "state", "due_on"),
        # The order of the list: those that are awaited, then those that were measured.
        Index("ix_case_sample_listed", text("(measured_at IS NULL)"), "due_on", "id"),
        Index("ix_case_sample_state_measured", "state", "measured_at", "flagged_cases"),
        Index("ix_case_sample_vendor_measured", "vendor_id", "kind", "measured_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    kind: Mapped[SampleKind]
    state: Mapped[SampleState] = mapped_column(default=SampleState.ASKED)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    due_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    """For the vendor."""
    period_from: Mapped[date]
    period_to: Mapped[date]
    """Days between which the cases happened."""
    population: Mapped[int]
    """Cases of the period, as announced when asking."""
    size: Mapped[int]
    """Cases asked for."""
    confidence: Mapped[str] = mapped_column(String(8))
    margin: Mapped[str] = mapped_column(String(8))
    """As typed, « 0.95 » and « 0.05 »: shares, kept exact."""
    seed: Mapped[str] = mapped_column(String(40))
    """What the draw follows from: with the vendor's list it gives the same sample again."""
    listed: Mapped[int | None]
    """References in the full list that the vendor gave, when it gave one."""
    drawn: Mapped[list[str]] = mapped_column(default=list)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """What was received, as it came."""
    clean_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """The columns that are read, with the corrections made since: what is measured."""
    attempt: Mapped[int] = mapped_column(default=0)
    """Files and corrections received: each is read by a job of its own."""
    corrections: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """{line: {field: text}}: what was written on the page in place of bad cells."""
    problems: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """The first ones, as the page lists them."""
    problem_count: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    sent_by_name: Mapped[str] = mapped_column(String(200), default="")
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    """Cases to measure, and measured so far."""
    tally: Mapped[dict[str, Any]] = mapped_column(default=dict)
    flagged_cases: Mapped[int] = mapped_column(default=0)
    measured_at: Mapped[datetime | None]
    closing_reason: Mapped[str] = mapped_column(Text, default="")

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql", foreign_keys=[file_id])
    clean_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql", foreign_keys=[clean_file_id])
    asked_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[asked_by_id])

    @property
    def journal_label(self) -> str:
        """For the journal: what is measured, and when it was asked."""
        return f"{self.kind.value}, {legal_date(self.asked_at)}"


class FlaggedCase(Base):
    """A case with a fault, the gravest ones of a sample; the others are in the file."""

    __tablename__ = "flagged_case"
    __table_args__ = (
        UniqueConstraint("sample_id", "line"),
        Index("ix_flagged_case_sample_weight", "sample_id", "weight"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("case_sample.id", ondelete="CASCADE"))
    line: Mapped[int]
    reference: Mapped[str] = mapped_column(String(40))
    weight: Mapped[int]
    is_firm: Mapped[bool]
    """Whether every rule its verdict rests on was read in a text."""
    flags: Mapped[list[str]]
    facts: Mapped[dict[str, Any]]
    """What the page shows of it: days as ISO, sums as text."""


class SampleColumns(Base):
    """How a vendor names its columns, kept from one file to the next."""

    __tablename__ = "sample_columns"
    __table_args__ = (UniqueConstraint("vendor_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    kind: Mapped[SampleKind]
    fields: Mapped[dict[str, Any]]
    """{plain header: field, or empty for a column to leave out}."""


class SampleFinding(Base):
    """A fault measured in a sample that showed the gap of a finding."""

    __tablename__ = "case_sample_finding"
    __table_args__ = (UniqueConstraint("sample_id", "fault"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("case_sample.id"))
    fault: Mapped[str] = mapped_column(String(120))
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    seen_at: Mapped[datetime]

    finding: Mapped[Finding] = relationship(lazy="raise_on_sql")
