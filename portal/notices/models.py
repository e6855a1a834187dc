"""The table of notices: what one person is to be told, once."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class Notice(Base):
    """Something to tell one person, most often about one vendor, in their next digest."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_notice_waiting", "told_at", "user_id", "vendor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), index=True)
    """The vendor it is about; none for what our people hear of our own register. A vendor's people always have one."""
    key: Mapped[str] = mapped_column(String(160))
    """What it is about and which time: a person is told once for ever."""
    about: Mapped[str] = mapped_column(String(120))
    """What it is about, e.g. `finding:12`: of several waiting, the latest is told."""
    template: Mapped[str] = mapped_column(String(120))
    """Its subject is the line of the digest, its body what is said under it."""
    values: Mapped[dict[str, Any]]
    expects_action: Mapped[bool]
    due_on: Mapped[date | None]
    noted_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
