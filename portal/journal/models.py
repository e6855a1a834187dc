"""The tables of the journal; nothing updates or deletes one of their rows, and triggers refuse it."""

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, object_session

from portal.core.db import Base
from portal.journal import person_keys


class JournalEntry(Base):
    """One write, as it happened. No foreign key: the journal outlives what it speaks of.

    What it says of persons is stored sealed, each under the key of its own (`person_keys`), and read opened: names as
    they were, or « personne effacée n° … ». The hash covers what is stored. In a query, a name is what is stored.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_object", "object_type", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Position in the chain, from 1, without a gap."""
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    stored_actor_name: Mapped[str] = mapped_column("actor_name", Text)
    actor_role: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(80), index=True)
    object_type: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[int | None]
    stored_object_label: Mapped[str] = mapped_column("object_label", Text)
    vendor_id: Mapped[int | None] = mapped_column(index=True)
    stored_before: Mapped[dict[str, Any]] = mapped_column("before")
    stored_after: Mapped[dict[str, Any]] = mapped_column("after")
    row_versions: Mapped[str | None] = mapped_column(String(120))
    """The versions of kept rows that its transaction wrote (`core.history`): their batch, and a digest of them all."""
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    @hybrid_property
    def actor_name(self) -> str:
        """Who wrote it."""
        return str(self._opened(self.stored_actor_name))

    @hybrid_property
    def object_label(self) -> str:
        """What it is about."""
        return str(self._opened(self.stored_object_label))

    @hybrid_property
    def before(self) -> dict[str, Any]:
        """Values before, by name."""
        return cast(dict[str, Any], self._opened(self.stored_before))

    @hybrid_property
    def after(self) -> dict[str, Any]:
        """Values after, by name."""
        return cast(dict[str, Any], self._opened(self.stored_after))

    @actor_name.inplace.expression
    @classmethod
    def _actor_name_stored(cls) -> Any:
        return cls.stored_actor_name

    @object_label.inplace.expression
    @classmethod
    def _object_label_stored(cls) -> Any:
        return cls.stored_object_label

    @before.inplace.expression
    @classmethod
    def _before_stored(cls) -> Any:
        return cls.stored_before

    @after.inplace.expression
    @classmethod
    def _after_stored(cls) -> Any:
        return cls.stored_after

    @property
    def as_stored(self) -> SimpleNamespace:
        """The same, as the table has it: what its hash covers."""
        return SimpleNamespace(**{column.name: value for column, value in self._columns()})

    def _columns(self) -> Iterator[tuple[Any, Any]]:
        for attribute in type(self).__mapper__.column_attrs:
            yield attribute.columns[0], getattr(self, attribute.key)

    def _sealed(self) -> list[Any]:
        return [self.stored_actor_name, self.stored_object_label, self.stored_before, self.stored_after]

    def _opened(self, value: Any) -> Any:
        """The keys of every entry that this session has read are read by one statement."""
        session = object_session(self)
        read = (one for one in session.identity_map.values() if isinstance(one, JournalEntry)) if session else ()
        return person_keys.opened(session, value, (held for one in read for held in one._sealed()))


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


class JournalTimestamp(Base):
    """What a third party says of when a signed head was there (RFC 3161); never changed once there."""

    __tablename__ = "journal_timestamp"

    entries: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Of the head."""
    at: Mapped[datetime]
    """When the third party says that it saw it."""
    response: Mapped[bytes] = mapped_column(LargeBinary)
    """Its whole answer, DER."""


class JournalCheck(Base):
    """What verifying the whole journal found, one night; sealed with its key, and never changed once there."""

    __tablename__ = "journal_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    entries: Mapped[int]
    """How many entries were found sound, from the first."""
    last_hash: Mapped[str] = mapped_column(String(64))
    """The hash of the last of them."""
    findings: Mapped[list[dict[str, Any]]]
    """What did not hold: `kind`, a name for programs; `text` and `values`, a sentence."""
    mac: Mapped[str] = mapped_column(String(64))
