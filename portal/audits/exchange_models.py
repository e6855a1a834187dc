"""What people arrange around an audit: a part given to a colleague, a question asked, more time asked for."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.audits.models import Audit
from portal.core.db import Base
from portal.vendors.models import Vendor, VendorChild


class Delegation(VendorChild, Base):
    """A section or a question that somebody at the vendor asks a colleague to answer; it takes no access from anyone.

    Whether the part is answered is read from the answers: nothing here says so.
    """

    __tablename__ = "delegation"
    __table_args__ = (Index("ix_delegation_vendor_email", "vendor_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"), index=True)
    round: Mapped[int]
    section_key: Mapped[str] = mapped_column(String(120))
    question_key: Mapped[str] = mapped_column(String(120), default="")
    """Empty for the whole section."""
    email: Mapped[str] = mapped_column(String(254))
    """Whom it is asked of: an account of the vendor, or an address that was sent an invitation."""
    note: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    given_by_name: Mapped[str] = mapped_column(String(200))
    given_at: Mapped[datetime]
    nudges: Mapped[int] = mapped_column(default=0)
    nudged_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    """When the colleague said that it was done, with nothing left in it to answer."""
    taken_back_at: Mapped[datetime | None]

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    audit: Mapped[Audit] = relationship(lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """For the journal: which part of which audit."""
        return f"n° {self.audit_id} · {self.question_key or self.section_key}"


class QuestionMessage(VendorChild, Base):
    """What the vendor asks under a question of an audit, and what we answer; both read it, nothing in it is internal.

    A thread waits for us while its last message is the vendor's. Closing it without an answer is a row of its own,
    with whoever closed it.
    """

    __tablename__ = "question_message"
    __table_args__ = (
        Index("ix_question_message_thread", "audit_id", "question_key", "id"),
        Index("ix_question_message_waiting", "answered_at", "from_vendor", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"))
    question_key: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    author_name: Mapped[str] = mapped_column(String(200))
    from_vendor: Mapped[bool]
    closes: Mapped[bool] = mapped_column(default=False)
    """Whether it closes the thread without an answer: it then has no text."""
    text: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    """Of a message of the vendor: when one of ours answered it, or closed the thread."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    audit: Mapped[Audit] = relationship(lazy="raise_on_sql")


class DelayState(StrEnum):
    """What became of a request for more time."""

    ASKED = "demande"
    GRANTED = "accorde"
    REFUSED = "refuse"


class DelayRequest(VendorChild, Base):
    """More time asked by a vendor to answer an audit; once decided, nothing in it changes."""

    __tablename__ = "delay_request"
    __table_args__ = (
        Index("ix_delay_request_audit", "audit_id", "id"),
        Index("ix_delay_request_state", "state", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"))
    round: Mapped[int]
    """The round it was asked in: the next one has its own date."""
    state: Mapped[DelayState] = mapped_column(default=DelayState.ASKED)
    due_on: Mapped[date]
    """When the answers were due as it was asked."""
    wanted_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    asked_by_name: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    granted_on: Mapped[date | None]
    """The new date, which may be another than the one asked for; none when it was refused."""
    answer: Mapped[str] = mapped_column(Text, default="")
    """For the vendor: why it is refused, or another date."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    audit: Mapped[Audit] = relationship(lazy="raise_on_sql")
