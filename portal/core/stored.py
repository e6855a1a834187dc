"""The row that remembers a sealed file: its address in the store, its hash and its name."""

from datetime import datetime

from sqlalchemy import BigInteger, String
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


def keep(session: Session, blob: Blob, *, at: datetime) -> StoredFile:
    """The row of a file that has just been put in the store."""
    row = StoredFile(
        key=blob.key,
        sha256=blob.sha256,
        size=blob.size,
        media_type=blob.media_type,
        filename=blob.filename[:255],
        created_at=at,
    )
    session.add(row)
    session.flush()
    return row


def blob_of(row: StoredFile) -> Blob:
    """What the store needs to open a file."""
    return Blob(row.key, row.sha256, row.size, row.media_type, row.filename)
