"""Tables of mystery withdrawals: a plan, its tests, and what the tester says of each step."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.consumer_law.rules.periods import ContractKind
from portal.core.db import Base
from portal.core.stored import StoredFile
from portal.findings.models import Finding
from portal.identity.models import User
from portal.mystery.rules.judgement import MysteryResult, ObservationAnswer
from portal.mystery.rules.script import Way
from portal.vendors.models import Vendor, VendorChild


class MysteryState(StrEnum):
    """The state of a test."""

    PLANNED = "planned"
    RUNNING = "running"
    CONCLUDED = "concluded"
    SKIPPED = "skipped"


class MysteryPlan(VendorChild, Base):
    """What is tested at a vendor, by which channel, and how often.

    When the next test is due is not written here: it is the day of its test that is still planned, in one place only.
    """

    __tablename__ = "mystery_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    way: Mapped[Way]
    interface: Mapped[str] = mapped_column(String(500))
    """The address of a page, a telephone number, an e-mail or postal address: what the tester uses."""
    every: Mapped[int | None]
    """Months between two tests; none for a single one."""
    first_on: Mapped[date]
    tester: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    stopped_at: Mapped[datetime | None]

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """For the journal: whom and what it tests."""
        return _label(self)


class MysteryTest(VendorChild, Base):
    """One test: planned for a day, then run on a frozen script, then concluded for good."""

    __tablename__ = "mystery_test"
    __table_args__ = (
        Index("ix_mystery_test_state_due", "state", "due_on"),
        Index("ix_mystery_test_due", "due_on", "id"),
        Index("ix_mystery_test_planned", "state", "due_on", "plan_id", "id"),
        Index("ix_mystery_test_plan_state", "plan_id", "state", "due_on", "id"),
        Index("ix_mystery_test_vendor_way", "vendor_id", "way", "concluded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("mystery_plan.id"))
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    way: Mapped[Way]
    interface: Mapped[str] = mapped_column(String(500))
    tester: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[MysteryState] = mapped_column(default=MysteryState.PLANNED)
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was skipped."""
    started_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]

    kind: Mapped[ContractKind | None]
    """Of the order that was placed, with the next five; known once the test is started."""
    ordered_on: Mapped[date | None]
    received_on: Mapped[date | None]
    country: Mapped[str] = mapped_column(String(2), default="FR")
    region: Mapped[str] = mapped_column(String(40), default="")
    is_guest: Mapped[bool] = mapped_column(default=False)
    reference: Mapped[str] = mapped_column(String(120), default="")

    script: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """The steps as they were when the test started (`freezing.freeze_script`)."""
    script_sha256: Mapped[str] = mapped_column(String(64), default="")
    result: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What each step came to when the test was concluded (`freezing.freeze_result`)."""
    overall: Mapped[MysteryResult | None]
    kept: Mapped[int] = mapped_column(default=0)
    breached: Mapped[int] = mapped_column(default=0)
    unobserved: Mapped[int] = mapped_column(default=0)

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    plan: Mapped[MysteryPlan] = relationship(lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """For the journal: whom and what it tests, and the day it was due."""
        return f"{_label(self)}, {self.due_on:%Y-%m-%d}"


class MysteryObservation(Base):
    """An observation of one step of a test; append-only, the latest one counts."""

    __tablename__ = "mystery_observation"
    __table_args__ = (Index("ix_mystery_observation_test_step", "test_id", "step", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    test_id: Mapped[int] = mapped_column(ForeignKey("mystery_test.id"))
    step: Mapped[str] = mapped_column(String(60))
    said: Mapped[ObservationAnswer]
    at: Mapped[datetime | None]
    """When it was seen; the day it was noted is `created_at`."""
    note: Mapped[str] = mapped_column(Text, default="")
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    stored_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    created_by: Mapped[User | None] = relationship(lazy="raise_on_sql")


class MysteryFinding(Base):
    """A step of a mystery test that showed the gap of a finding."""

    __tablename__ = "mystery_test_finding"
    __table_args__ = (UniqueConstraint("test_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    test_id: Mapped[int] = mapped_column(ForeignKey("mystery_test.id"))
    step: Mapped[str] = mapped_column(String(120))
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    seen_at: Mapped[datetime]

    finding: Mapped[Finding] = relationship(lazy="raise_on_sql")


def _label(row: MysteryPlan | MysteryTest) -> str:
    """A vendor that nobody has read yet costs no statement."""
    state: Any = inspect(row)
    return str(row.way) if "vendor" in state.unloaded else f"{row.vendor.name}, {row.way}"
