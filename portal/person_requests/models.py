"""Tables of requests of persons: a line of the register each, and what vendors are asked to do for it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.clock import legal_date
from portal.core.db import Base
from portal.core.stored import StoredFile
from portal.person_requests.rules.entrusted import TaskFacts, TaskKind, TaskOutcome, TaskState
from portal.person_requests.rules.kinds import RefusalGround, RequestKind
from portal.person_requests.rules.life import RequestState
from portal.person_requests.rules.standing import AnswerFacts
from portal.person_requests.rules.term import IdentityPause, TermFacts
from portal.vendors.models import Service, Vendor, VendorChild


class PersonRequest(VendorChild, Base):
    """What a person asks about their data, or of a contract; the line stays when who they are is forgotten."""

    __tablename__ = "person_request"
    __table_args__ = (
        Index("ix_person_request_state_due", "state", "due_on", "id"),
        Index("ix_person_request_listed", text("(state NOT IN ('recue', 'en_cours'))"), "due_on", text("id DESC")),
        Index("ix_person_request_vendor", "vendor_id", "id"),
        Index("ix_person_request_erase", "erased_at", "erase_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    """Who received it, or whose processing it is about."""
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="SET NULL"), index=True)
    kind: Mapped[RequestKind]
    state: Mapped[RequestState] = mapped_column(default=RequestState.RECEIVED)
    """Changed by the acts of `rules.life` alone."""
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    entered_by: Mapped[str] = mapped_column(String(200))
    from_vendor: Mapped[bool]
    """Whether the vendor relayed it here; if not, one of ours recorded it, and the vendor does not see it."""
    vendor_received_on: Mapped[date | None]
    """The day it reached the vendor; none when it came to us alone."""
    reached_us_on: Mapped[date]
    counts_from_vendor: Mapped[bool]
    """Whether the term runs from the day it reached the vendor."""
    dates_reason: Mapped[str] = mapped_column(Text, default="")
    """Why these days were corrected."""
    sealed: Mapped[str | None] = mapped_column(Text)
    """Who the person is and their words, under the keys of the files (`identity`); none once forgotten."""
    erase_on: Mapped[date | None]
    """The day after which who they are is forgotten; none while it is not over."""
    erased_at: Mapped[datetime | None]
    due_on: Mapped[date]
    """End of the term (`rules.term`), kept for lists."""
    acknowledged_on: Mapped[date | None]
    pauses: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Doubts about identity (`IdentityPause.plain`), the last one perhaps still open."""
    extended_on: Mapped[date | None]
    """The day on which the person was told of the extension."""
    extension_reason: Mapped[str] = mapped_column(Text, default="")
    told_on: Mapped[date | None]
    """The day on which the person had the answer, or was told of the refusal."""
    answer: Mapped[str] = mapped_column(Text, default="")
    """What was done, without a name."""
    refusal: Mapped[RefusalGround | None]
    refusal_reason: Mapped[str] = mapped_column(Text, default="")
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    """What shows that the person was told."""
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None]
    recipients: Mapped[str] = mapped_column(Text, default="")
    """Who else was told, or why nobody (art. 19)."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(200), default="")
    drop_reason: Mapped[str] = mapped_column(Text, default="")

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    service: Mapped[Service | None] = relationship(lazy="raise_on_sql")
    proof: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")

    @property
    def reference(self) -> str:
        """What people call it: « DP-2026-0012 »."""
        return reference_of(self.id, self.entered_at)

    @property
    def journal_label(self) -> str:
        """Its reference: nothing of the person is in the journal."""
        return self.reference

    @property
    def start(self) -> date:
        """The day from which the term runs."""
        if self.counts_from_vendor and self.vendor_received_on is not None:
            return self.vendor_received_on
        return self.reached_us_on

    @property
    def doubts(self) -> tuple[IdentityPause, ...]:
        """The doubts about identity, the first one first."""
        return tuple(map(IdentityPause.of, self.pauses))

    @property
    def is_paused(self) -> bool:
        """Whether the person is still to prove who they are."""
        return any(one.until is None for one in self.doubts)

    @property
    def term_facts(self) -> TermFacts:
        """What its term is counted from."""
        return TermFacts(
            self.kind, self.start, self.counts_from_vendor and self.vendor_received_on is not None, self.doubts,
            self.extended_on is not None,
        )  # fmt: skip

    @property
    def answer_facts(self) -> AnswerFacts:
        """What its answer is judged on; the proof must be loaded."""
        size = self.proof.size if self.proof is not None else None
        return AnswerFacts(self.state, self.start, self.due_on, self.told_on, size)


def reference_of(request_id: int, entered_at: datetime) -> str:
    """What people call a request, from its row."""
    return f"DP-{legal_date(entered_at):%Y}-{request_id:04}"


class RequestTask(VendorChild, Base):
    """What one vendor is asked to do for a request, and what it gave back; it sees nothing of the others."""

    __tablename__ = "request_task"
    __table_args__ = (
        Index("ix_request_task_vendor", "vendor_id", "state", "due_on"),
        Index("ix_request_task_state_due", "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("person_request.id"), index=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    kind: Mapped[TaskKind]
    state: Mapped[TaskState] = mapped_column(default=TaskState.ASKED)
    ask: Mapped[str] = mapped_column(Text, default="")
    """Our words to this vendor."""
    with_identity: Mapped[bool]
    """Whether it is told who the person is, as long as it has something to do."""
    due_on: Mapped[date]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(200))
    outcome: Mapped[TaskOutcome | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    done_on: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    returned_reason: Mapped[str] = mapped_column(Text, default="")
    """Why what came back was not enough."""

    request: Mapped[PersonRequest] = relationship(lazy="raise_on_sql")
    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    proof: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """Of which request; nothing of the person."""
        return f"{reference_of(self.request_id, self.asked_at)} / {self.id}"

    @property
    def facts(self) -> TaskFacts:
        """What is looked at before the request moves."""
        return TaskFacts(self.kind, self.state)
