"""The table of the files made for the authority: what was asked for, frozen, then the archive until it is erased."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.authority.rules import SubjectKind
from portal.core.db import Base
from portal.core.language import Language
from portal.core.stored import StoredFile


class AuthorityFile(Base):
    """A file for the authority: what it says was frozen when it was asked for, and nothing of that changes."""

    __tablename__ = "authority_file"
    __table_args__ = (Index("ix_authority_file_erase", "erased_at", "erase_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[SubjectKind]
    subject_id: Mapped[int]
    """Number of the vendor, of the line of the register or of the entity; no key: a file outlives what it is about."""
    label: Mapped[str] = mapped_column(String(300))
    as_of: Mapped[date]
    language: Mapped[Language]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    asked_by: Mapped[str] = mapped_column(String(200))
    gaps: Mapped[int]
    """How many things it says are missing or unknown."""
    content: Mapped[dict[str, Any]]
    """What it says (`content.frozen_content`); empty once erased."""
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    """Of the archive; it stays when the archive is erased."""
    erase_on: Mapped[date]
    """The day on which the archive and what it says are erased."""
    erased_at: Mapped[datetime | None]

    stored_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")

    @hybrid_property
    def reach_owner(self) -> int | None:
        """For the policy: who asked for it, with what they may read."""
        return self.asked_by_id

    @property
    def journal_label(self) -> str:
        """What it is about, and as of when."""
        return f"{self.label} · {self.as_of.isoformat()}"
