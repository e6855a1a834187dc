"""The journal's one table; nothing updates or deletes a row of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class JournalEntry(Base):
    """One write, as it happened. No foreign key: the journal outlives what it speaks of."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_object", "object_type", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Position in the chain, from 1, without a gap."""
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(200))
    actor_role: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(80), index=True)
    object_type: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[int | None]
    object_label: Mapped[str] = mapped_column(String(300))
    vendor_id: Mapped[int | None] = mapped_column(index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class JournalTreeNode(Base):
    """A full part of the tree over the journal: what an inclusion proof is made of; never changed once there."""

    __tablename__ = "journal_tree_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str | None] = mapped_column(String(64))
    """What hides an entry in its leaf, in hexadecimal; leaves alone have one."""


class JournalHead(Base):
    """The tree over the first entries of the journal, signed with the organisation's key; never changed once there."""

    __tablename__ = "journal_head"

    entries: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """How many of them, from the first."""
    root: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]
    organisation: Mapped[str] = mapped_column(String(200))
    certificate: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the certificate of the key."""
    signature: Mapped[str] = mapped_column(String(128))
