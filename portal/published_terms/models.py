"""Tables of published terms: the pages watched, what was read of them and when, and what moved."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.stored import StoredFile
from portal.identity.models import User
from portal.published_terms.rules.contract_words import ContractStanding
from portal.published_terms.rules.watching import DriftVerdict, PageKind, PublishedState, ReadingMeans
from portal.vendors.models import Vendor, VendorChild


class PublishedPage(VendorChild, Base):
    """A page on which a vendor publishes terms; no vendor role ever sees that it is watched."""

    __tablename__ = "published_page"
    __table_args__ = (Index("ix_published_page_fetched", "is_fetched", "asked_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    page_kind: Mapped[PageKind]
    address: Mapped[str] = mapped_column(String(2000), default="")
    """Where it stands; empty when it is only ever pasted."""
    is_fetched: Mapped[bool] = mapped_column(default=False)
    """Whether this server may go and fetch it, once a week; nothing leaves it otherwise."""
    asked_on: Mapped[date | None]
    """The day it was last sent for."""
    failure: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Why the last try gave nothing, as a frozen sentence; empty once something was read."""
    failed_at: Mapped[datetime | None]
    """Since when tries fail."""
    read_at: Mapped[datetime | None]
    """When something was last read, changed or not."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")


class PublishedReading(Base):
    """What a page said one day; a day on which it said the same only moves `last_seen_at`."""

    __tablename__ = "published_reading"
    __table_args__ = (Index("ix_published_reading_page", "page_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("published_page.id", ondelete="CASCADE"))
    means: Mapped[ReadingMeans]
    state: Mapped[PublishedState] = mapped_column(default=PublishedState.WAITING)
    refusal: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Why nothing could be read of it, as a frozen sentence."""
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(300), default="")
    text_digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the words that were read, without their layout."""
    document: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was read (`paper.snapshot.freeze_document`)."""
    facts: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What it states (`frozen_facts.freeze_facts`)."""
    departures: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Where it is harsher than the contracts in force were on that day."""
    beside: Mapped[ContractStanding | None]
    """Whether those contracts could be read that day: without it, no departure means nothing."""
    received_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    page: Mapped[PublishedPage] = relationship(lazy="raise_on_sql")
    stored_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")


class TermDrift(VendorChild, Base):
    """What moved between two readings of a page, or between its first one and the contract; a person says of it."""

    __tablename__ = "term_drift"
    __table_args__ = (
        Index("ix_term_drift_page", "page_id", "id"),
        Index("ix_term_drift_page_open", "page_id", "verdict"),
        Index("ix_term_drift_open", "verdict", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), index=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("published_page.id", ondelete="CASCADE"))
    reading_id: Mapped[int] = mapped_column(ForeignKey("published_reading.id", ondelete="CASCADE"), index=True)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("published_reading.id", ondelete="SET NULL"), index=True)
    """None when the first reading was compared with the contract alone."""
    changes: Mapped[list[dict[str, Any]]]
    """Each change with its passages and what the contracts in force said of it then (`frozen_facts.freeze_change`)."""
    found_at: Mapped[datetime]
    verdict: Mapped[DriftVerdict | None]
    """None until a person has examined it."""
    reason: Mapped[str] = mapped_column(Text, default="")
    examined_at: Mapped[datetime | None]
    examined_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    page: Mapped[PublishedPage] = relationship(lazy="raise_on_sql")
    examined_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """What the journal calls it."""
        return self.page.title
