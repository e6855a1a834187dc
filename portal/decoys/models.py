"""Tables of decoys: what was handed over with invented people in it, those people sealed, and what reached them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.decoys.rules import DecoyVerdict, Means
from portal.vendors.models import Service, Vendor, VendorChild


class DecoyBatch(VendorChild, Base):
    """Invented people made for one handing over of data to one vendor; no vendor role ever sees it."""

    __tablename__ = "decoy_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    """What was handed over: « fichier clients de mars »."""
    planted_on: Mapped[date | None]
    """The day it was handed over; until then what reaches these addresses is noise."""
    created_at: Mapped[datetime]

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    service: Mapped[Service | None] = relationship(lazy="raise_on_sql")


class Decoy(Base):
    """One invented person: sealed, and found again by digests alone."""

    __tablename__ = "decoy"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("decoy_batch.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[str] = mapped_column(Text)
    """The person as JSON, under the keys of the files (`InventedPerson`)."""
    address_digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the e-mail address, keyed."""
    person_digest: Mapped[str] = mapped_column(String(64), index=True)
    """Of the name and the postal code, keyed: for what comes by post."""
    phone_digest: Mapped[str] = mapped_column(String(64), index=True)

    batch: Mapped[DecoyBatch] = relationship(lazy="raise_on_sql")


class DecoyMessage(VendorChild, Base):
    """Something that reached a decoy, and what it says of the vendor."""

    __tablename__ = "decoy_message"
    __table_args__ = (Index("ix_decoy_message_batch", "batch_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("decoy_batch.id", ondelete="CASCADE"))
    decoy_id: Mapped[int] = mapped_column(ForeignKey("decoy.id", ondelete="CASCADE"), index=True)
    received_at: Mapped[datetime]
    means: Mapped[Means]
    sender: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(300), default="")
    verdict: Mapped[DecoyVerdict]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the message and the decoy: the same one read twice is noted once."""
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    """The breach it opened, or was added to."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    batch: Mapped[DecoyBatch] = relationship(lazy="raise_on_sql")
