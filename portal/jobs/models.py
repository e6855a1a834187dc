"""Tables of the ledger: jobs, mails, and the sign of life of each worker."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.core.language import Language


class JobState(StrEnum):
    """Where a job stands."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(Base):
    """A piece of work promised by a committed transaction."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    queue: Mapped[str] = mapped_column(String(20), default="default")
    payload: Mapped[dict[str, Any]]
    dedup: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[JobState] = mapped_column(default=JobState.READY)
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    locked_by: Mapped[str | None] = mapped_column(String(80))
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    @property
    def journal_label(self) -> str:
        """For the journal: what is run, and which."""
        return f"{self.kind} {self.id}"


class Mail(Base):
    """One message to one person; its text is rendered when sent, so that no secret link is stored."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_series", "series", "template", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    template: Mapped[str] = mapped_column(String(120))
    recipient: Mapped[str] = mapped_column(String(254), index=True)
    language: Mapped[Language]
    payload: Mapped[dict[str, Any]]
    subject: Mapped[str] = mapped_column(String(300), default="")
    about: Mapped[str] = mapped_column(String(120), default="", index=True)
    """What it is about, e.g. `audit:12`, for the pages that show what was sent."""
    series: Mapped[str] = mapped_column(String(40), default="")
    """What it was sent with by the thousand, e.g. `wave:3`: a board counts them from the index alone."""
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"), index=True)


class Heartbeat(Base):
    """The last sign of life of a worker process; /healthz reads it."""

    __tablename__ = "heartbeat"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    carrier: Mapped[str] = mapped_column(String(20))
    seen_at: Mapped[datetime]
