"""Tables of findings: a gap at a vendor with the corrective action agreed, and what both sides wrote about it."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.core import sought
from portal.core.db import Base
from portal.core.history import Kept
from portal.core.stored import StoredFile
from portal.core.tallies import Tally
from portal.findings.rules import ClosingBasis, FindingState, PlannedFinding, Severity, Waiver
from portal.identity.models import User
from portal.vendors.models import Contact, Vendor, VendorChild
from portal.vendors.rules.naming import plain


def _given(column: str) -> Any:
    """A default that is another column of the row being added."""
    return lambda context: context.get_current_parameters()[column]


_BY_DUE = ("state", "due_on", "id", "proposed_due_on", "waived_until", "waived_level", "vendor_id")
"""What waits for us is counted, and its first rows found, in the index alone."""

BY_PROPOSED = ("INDEXED BY ix_finding_proposed", "sqlite")
"""The hint for what asks for findings of which another day is proposed: few of those that are open."""


class Finding(Kept, VendorChild, Base):
    """A gap at a vendor, with the corrective action agreed for it, worked to closed by both sides.

    A subject is one finding for ever: seen again, it is the same one. Whatever showed the gap (an audit, a sample, a
    test) keeps the link in a table of its own: nothing here knows of them.
    """

    __tablename__ = "finding"
    kept_columns: ClassVar[tuple[str, ...]] = (
        "subject", "severity", "title", "state", "action", "proof_expected", "responsible", "due_on", "first_due_on",
        "postponements", "opened_at", "failed_retests", "closed_at", "closed_by", "closing_reason", "closing_basis",
        "waived_until",
    )  # fmt: skip
    __table_args__ = (
        UniqueConstraint("vendor_id", "subject"),
        Index("ix_finding_state_due", *_BY_DUE),
        Index("ix_finding_state_subject", "state", "subject", "severity", "due_on"),
        Index("ix_finding_state_severity", "state", "severity", "due_on", "id", "vendor_id"),
        Index(
            "ix_finding_proposed",
            "due_on",
            "id",
            "state",
            "vendor_id",
            sqlite_where=text("proposed_due_on IS NOT NULL"),
            postgresql_where=text("proposed_due_on IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    subject: Mapped[str] = mapped_column(String(120))
    """The key of the question, or the code of the fault, that showed the gap."""
    severity: Mapped[Severity]
    title: Mapped[str] = mapped_column(String(300))
    sought: Mapped[str] = mapped_column(String(sought.LONGEST), default="")
    """Its title in plain words: what a search looks in."""
    state: Mapped[FindingState] = mapped_column(default=FindingState.OPEN)
    action: Mapped[str] = mapped_column(Text)
    """The corrective action expected of the vendor."""
    proof_expected: Mapped[str] = mapped_column(Text, default="")
    responsible: Mapped[str] = mapped_column(String(200), default="")
    """Who acts, in words: the vendor, or somebody there."""
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    """Who at the vendor is in charge of it, when a person was named."""
    due_on: Mapped[date]
    first_due_on: Mapped[date] = mapped_column(default=_given("due_on"))
    """The day first agreed."""
    postponements: Mapped[int] = mapped_column(default=0)
    """Times the due date was put off since, whoever asked."""
    proposed_due_on: Mapped[date | None]
    """Another day that the vendor proposes, until we decide."""
    proposed_by: Mapped[str] = mapped_column(String(200), default="")
    proposed_reason: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    """When the gap was first seen."""
    asked_at: Mapped[datetime] = mapped_column(default=_given("opened_at"))
    """Since when a correction is asked: opened, opened again, a retest failed. A proof given before shows nothing."""
    failed_retests: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(200), default="")
    """Who of ours verified the correction, or accepted the gap as it is."""
    closing_reason: Mapped[str] = mapped_column(Text, default="")
    closing_basis: Mapped[ClosingBasis | None]
    """What showed the correction; none before retests were recorded."""
    waived_until: Mapped[date | None]
    """Last day of the acceptance; none before acceptances had one: then it holds no longer."""
    waived_level: Mapped[int | None]
    """The vendor's level (`Vendor.level_points`) that the acceptance was decided on."""
    waivers: Mapped[int] = mapped_column(default=0)
    """Times it was accepted as it is."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    messages: Mapped[list["FindingMessage"]] = relationship(
        lazy="raise_on_sql", order_by="FindingMessage.id", back_populates="finding"
    )

    @property
    def planned(self) -> PlannedFinding:
        """What places it in the plan of its vendor."""
        waiver = Waiver(self.waived_until, self.waived_level)
        return PlannedFinding(self.state, self.due_on, self.proposed_due_on is not None, waiver)

    @validates("title")
    def _keep_sought(self, _column: str, title: str) -> str:
        self.sought = plain(title)[: sought.LONGEST]
        return title


FINDINGS = Tally("finding", Finding, ("state", "due_on"))
"""How many findings are in each state, by the day their correction is due."""


class FindingWord(sought.IndexedText, Base):
    """A word of the title of a finding."""

    __tablename__ = "finding_word"

    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), primary_key=True, index=True)


sought.index_words(Finding, FindingWord.finding_id)


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
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    """The file that came with it; the locker of proofs, above, finds its proof by this file."""

    finding: Mapped[Finding] = relationship(lazy="raise_on_sql", back_populates="messages")
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    author: Mapped[User | None] = relationship(lazy="raise_on_sql")


class MergedFinding(Base):
    """A finding that was opened again for the same subject, before a subject was one finding: what became of it.

    Mails, bookmarks, jobs and the journal still name it by its number.
    """

    __tablename__ = "merged_finding"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The number it had."""
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    """The finding that it is now."""
    content: Mapped[dict[str, Any]]
    """Its row as it was, with the numbers of its messages: what going back to the older tables needs."""
