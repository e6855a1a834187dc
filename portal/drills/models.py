"""The tables of drills: what was rehearsed and how long it took. Nothing that was written in one stands here."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.authority.rules import SubjectKind
from portal.core.db import Base
from portal.drills.rules import DrillKind, DrillState, DrillStepKind
from portal.identity.models import User


class Drill(Base):
    """A breach or a request of the authority, rehearsed on a copy of the database that is erased at its end."""

    __tablename__ = "drill"
    __table_args__ = (Index("ix_drill_erased", "erased_at", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DrillKind]
    state: Mapped[DrillState] = mapped_column(default=DrillState.PREPARING)
    subject: Mapped[SubjectKind]
    subject_id: Mapped[int]
    """Number of the vendor, of the line of the register or of the entity; no key: a drill outlives what it is about."""
    label: Mapped[str] = mapped_column(String(300))
    as_of: Mapped[date | None]
    """The day that the authority asks about."""
    scene: Mapped[str] = mapped_column(Text)
    """What the participants are told."""
    set_at: Mapped[datetime]
    """The instant that it plays at: the clock of its pages starts from there."""
    aim_minutes: Mapped[int | None]
    """What the person who holds it hopes for."""
    asked_at: Mapped[datetime]
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    held_by: Mapped[str] = mapped_column(String(200))
    begun_at: Mapped[datetime | None]
    """When the copy was ready: minutes are counted from here."""
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(200), default="")
    erased_at: Mapped[datetime | None]
    """When its copy was erased."""
    copied_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    copied_ms: Mapped[int] = mapped_column(default=0)
    """How long the copy took."""
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The last number of each table that is looked at: what comes after was written in the drill."""
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the contracts in force and the law say of the time there is."""
    gaps: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What was missing when it began (`gaps.Gap`)."""
    mails: Mapped[int] = mapped_column(default=0)
    """Messages that would have left."""

    @property
    def ahead(self) -> timedelta:
        """How far the clock of its pages is ahead of the true one."""
        return self.set_at - self.begun_at if self.begun_at is not None else timedelta()

    @property
    def journal_label(self) -> str:
        """What is rehearsed: nothing of what is written in it."""
        return f"{self.kind.value} · {self.label}"


class DrillStep(Base):
    """A step that was reached in a drill; undone, it is taken off."""

    __tablename__ = "drill_step"
    __table_args__ = (UniqueConstraint("drill_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    drill_id: Mapped[int] = mapped_column(ForeignKey("drill.id", ondelete="CASCADE"))
    step: Mapped[DrillStepKind]
    reached_at: Mapped[datetime]
    """On the true clock."""
    reached_by: Mapped[str] = mapped_column(String(200), default="")


class DrillMember(Base):
    """Somebody of ours who takes part in a drill."""

    __tablename__ = "drill_member"
    __table_args__ = (UniqueConstraint("drill_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    drill_id: Mapped[int] = mapped_column(ForeignKey("drill.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)

    user: Mapped[User] = relationship(lazy="raise_on_sql")
