"""Tables of the ledger: jobs, mails, what is known of the mail server, and the sign of life of each worker."""

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
    __table_args__ = (Index("ix_job_lane", "state", "queue", "run_at"),)

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


class MailState(StrEnum):
    """Where a message stands (decision 27); but for `PROMISED`, only a person or a bounce changes it again."""

    PROMISED = "promised"
    SENT = "sent"
    """A server has taken it; a bounce may still make it refused."""
    REFUSED = "refused"
    """A server wants no message for this address."""
    UNCERTAIN = "uncertain"
    """Handed over twice whole, and twice no word came back."""
    GIVEN_UP = "given_up"
    """Tried for days."""


class Mail(Base):
    """One message to one person; its text is rendered when sent, so that no secret link is stored."""

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_series", "series", "template", "state"),
        Index("ix_mail_state", "state", "id"),
        Index("ix_mail_vendor", "vendor_id", "state"),
    )

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
    vendor_id: Mapped[int | None]
    """The vendor whose person it is for; none for a message to staff."""
    queued_at: Mapped[datetime]
    """When it was promised, or promised again by a person: the days it is tried for are counted from here."""
    state: Mapped[MailState] = mapped_column(default=MailState.PROMISED)
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """When it came to a state other than promised and sent."""
    tries: Mapped[int] = mapped_column(default=0)
    """How many times it was handed to a server."""
    unanswered: Mapped[int] = mapped_column(default=0)
    """How many times it was handed over whole without a word back."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    """The last words of a server about it, on one line; hostile text, to be shown as text."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"), index=True)

    @property
    def journal_label(self) -> str:
        """For the journal: to whom, and about what."""
        return f"{self.recipient} ({self.about or self.template})"

    @property
    def reach_vendor(self) -> int | None:
        """Whose it is, for the policy and the journal."""
        return self.vendor_id


class RelayPause(Base):
    """What is known of the mail server, in one row: the queue of mail stops as a whole while it is away."""

    __tablename__ = "relay_pause"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    away_since: Mapped[datetime | None]
    """When it was first found away; none while it answers."""
    tried_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """Tries in a row that found it away."""
    delays: Mapped[int] = mapped_column(default=0)
    """Messages in a row that it asked to see again later."""
    reason: Mapped[str] = mapped_column(String(300), default="")


class ClockMark(Base):
    """The instant of the last tick of the schedule, in one row: a machine's clock that leaps is told by it."""

    __tablename__ = "clock_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    refused_at: Mapped[datetime | None]
    """What the clock said when it was not believed; none once it is again."""


class TickFailure(Base):
    """A tick of the schedule that fails, until it succeeds again; /healthz reads it."""

    __tablename__ = "tick_failure"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    since: Mapped[datetime]
    failed_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=1)
    """How many times in a row."""
    error: Mapped[str] = mapped_column(String(120))
    """The kind of the error and none of its words, which may quote a person's data."""


class Heartbeat(Base):
    """The last sign of life of a worker process; /healthz reads it."""

    __tablename__ = "heartbeat"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    carrier: Mapped[str] = mapped_column(String(20))
    seen_at: Mapped[datetime]
