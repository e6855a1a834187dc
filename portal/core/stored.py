"""The row that remembers a sealed file: its address in the store, its hash and its name."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, ForeignKey, SelectBase, String, exists, or_, select, union_all
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.db import Base
from portal.core.files import Blob


class StoredFile(Base):
    """A file kept in the store; create-only, never rewritten."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    filename: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    embedded: Mapped[list[dict[str, Any]] | None]
    """What it holds beside its text, each by kind (`EmbeddedKind`) and name; none where nobody looked."""
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"), index=True)
    """The vendor that handed it in, in whose share it counts; none for a file of ours."""


def keep(session: Session, blob: Blob, *, at: datetime, vendor_id: int | None = None) -> StoredFile:
    """The row of a file that has just been put in the store, by a vendor if one is named."""
    row = StoredFile(
        key=blob.key,
        sha256=blob.sha256,
        size=blob.size,
        media_type=blob.media_type,
        filename=blob.filename[:255],
        created_at=at,
        embedded=None
        if blob.embedded is None
        else [{"kind": one.kind.value, "name": one.name} for one in blob.embedded],
        vendor_id=vendor_id,
    )
    session.add(row)
    session.flush()
    return row


def held_files() -> SelectBase:
    """The identifiers of files that a row of any table rests on."""
    return union_all(*(select(column).where(column.is_not(None)) for column in _holding()))


def _holding() -> Iterator[Column[Any]]:
    """The columns, of any table, that name a file."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == StoredFile.__tablename__ for key in column.foreign_keys):
                yield column


def others_hold(session: Session, key: str, *, but: Mapping[str, Collection[int]] = MappingProxyType({})) -> bool:
    """Whether a row of any table still rests on the file at an address, under any of its names.

    `but` holds, by table, the identifiers of rows that count for nothing.
    """
    held = (exists().where(column == StoredFile.id, *_but(column, but)) for column in _holding())
    return session.scalar(select(StoredFile.id).where(StoredFile.key == key, or_(*held)).limit(1)) is not None


def _but(column: Column[Any], but: Mapping[str, Collection[int]]) -> Iterator[ColumnElement[bool]]:
    if ignored := but.get(column.table.name):
        yield column.table.c.id.not_in(ignored)


def blob_of(row: StoredFile) -> Blob:
    """What the store needs to open a file."""
    return Blob(row.key, row.sha256, row.size, row.media_type, row.filename)
