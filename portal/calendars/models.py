"""The secret address of a person's calendar."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.identity.models import User


class CalendarAddress(Base):
    """The address by which a calendar reads a person's dates, one at a time; its secret is kept as a hash."""

    __tablename__ = "calendar_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """For the journal: the number, never the address."""
        return f"n° {self.id}"
