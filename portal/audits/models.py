"""Tables of audits: one vendor answering one frozen questionnaire, its review, and what came of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, inspect, text
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from portal.audits.rules import AuditState, CarriedAs, ReviewVerdict
from portal.core.clock import legal_date
from portal.core.db import Base
from portal.core.history import Kept
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.core.tallies import Tally
from portal.evidence.models import Evidence
from portal.findings.models import Finding
from portal.questionnaires.definition import Value
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import Vendor, VendorChild


class Audit(VendorChild, Base):
    """One vendor answering one frozen questionnaire."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_state_due", "state", "due_on"),
        Index("ix_audit_state_submitted", "state", "submitted_at"),
        Index("ix_audit_state_accepted", "state", "accepted_at"),
        Index("ix_audit_vendor_opened", "vendor_id", "opened_at"),
        Index("ix_audit_wave_state", "wave_id", "state", "due_on"),
        Index(
            "ix_audit_answered",
            "vendor_id",
            "submitted_at",
            "state",
            "questionnaire_version_id",
            sqlite_where=text("submitted_at IS NOT NULL"),
            postgresql_where=text("submitted_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    questionnaire_version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), index=True)
    state: Mapped[AuditState] = mapped_column(default=AuditState.OPENED)
    round: Mapped[int] = mapped_column(default=1)
    """1 until first returned; each return starts a new round."""
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    due_on: Mapped[date]
    submitted_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_until: Mapped[date | None]
    """Last day on which what is accepted is not asked again."""
    """The day before which the reviewer who accepted it need not see it asked again; none when nothing was said."""
    returned_questions: Mapped[list[str]] = mapped_column(default=list)
    """Question keys reopened in this round; empty in round 1, where all are open."""
    answered: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int] = mapped_column(default=0)
    """Visible questions answered, and visible questions, when last saved: lists need not open answers."""
    carries: Mapped[bool] = mapped_column(default=False)
    """Whether standing answers are proposed in it: when there were some as it opened, and then those of today."""
    wave_id: Mapped[int | None]
    """The wave that opened it (`campaigns`), for good: how far a wave has come is counted along the index above."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    questionnaire_version: Mapped[QuestionnaireVersion] = relationship(lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """For the journal: who answers, and since when; a vendor that nobody has read yet costs no statement."""
        if "vendor" in inspect(self).unloaded:
            return f"n° {self.id}"
        return f"{self.vendor.name}, {legal_date(self.opened_at)}"


AUDITS = Tally("audit", Audit, ("wave_id", "state", "due_on"))
"""How many audits of each wave, and of none, are in each state, by the day their answers are due."""


class Answer(Base):
    """The present answer to one question; `version` is its optimistic lock."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("audit_id", "question_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"))
    question_key: Mapped[str] = mapped_column(String(120))
    value: Mapped[dict[str, Any]]
    """{"v": …}: a string, a list of strings, or a list of row mappings."""
    comment: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    carried: Mapped[CarriedAs | None]
    """What it made of the answer that was proposed; none when nothing was."""
    source_audit_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id"))
    """The audit that the proposed answer came from; none for a fact of the register."""
    first_said_at: Mapped[datetime | None]
    """When a confirmed answer was first said."""


class StandingAnswer(VendorChild, Base):
    """What a vendor last said to a question and a reviewer's acceptance let stand; the next audit proposes it.

    The proofs it rests on are those attached to it in its audit, and the finding open on it is that of its vendor and
    question: both are read when asked, for a proof expires and a finding closes without anybody writing here.
    """

    __tablename__ = "standing_answer"
    __table_args__ = (
        UniqueConstraint("vendor_id", "question_key"),
        # « Et si… » asks one question of every vendor.
        Index("ix_standing_answer_question", "question_key", "contested", "vendor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    question_key: Mapped[str] = mapped_column(String(120))
    value: Mapped[dict[str, Any]]
    """{"v": …}, as in `answer`."""
    comment: Mapped[str] = mapped_column(Text, default="")
    file_count: Mapped[int] = mapped_column(default=0)
    """How many files it was sent with."""
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), index=True)
    """The audit in which it was last accepted."""
    sent_at: Mapped[datetime]
    """When it was last sent: an audit accepted late never overwrites what was said since."""
    said_at: Mapped[datetime]
    """When it was first said in these words."""
    said_by: Mapped[str] = mapped_column(String(200))
    """Who sent it then."""
    contested: Mapped[bool] = mapped_column(default=False)
    """Whether the reviewer found it less than acceptable."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")


def value_of(stored: Mapping[str, Any]) -> Value:
    """A stored answer as the rules take it: lists become tuples."""
    raw = stored.get("v")
    return tuple(raw) if isinstance(raw, list) else raw


def stored_value(value: Value) -> dict[str, Any]:
    """The same, as a column keeps it."""
    return {"v": list(value) if isinstance(value, tuple) else value}


class AnswerEvidence(Base):
    """A proof attached to an answer; detached only while the round it came in is still open."""

    __tablename__ = "answer_evidence"
    __table_args__ = (UniqueConstraint("audit_id", "question_key", "evidence_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"))
    question_key: Mapped[str] = mapped_column(String(120))
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    attached_at: Mapped[datetime]

    evidence: Mapped[Evidence] = relationship(lazy="raise_on_sql")

    @property
    def current(self) -> Evidence:
        """The version that the answer rests on today."""
        return self.evidence.current


def with_pieces() -> tuple[ORMOption, ...]:
    """What to load with links, so that their pieces, of today too, can be named."""
    return (
        joinedload(AnswerEvidence.evidence).joinedload(Evidence.stored_file),
        joinedload(AnswerEvidence.evidence).joinedload(Evidence.replaced_by).joinedload(Evidence.stored_file),
    )


class Submission(Base):
    """What a vendor submitted in a round, frozen: answers, files with their hashes, and the receipt."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("audit_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    round: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    language: Mapped[Language] = mapped_column(default=Language.FR)
    content: Mapped[dict[str, Any]]
    """{"answers": {question: {value, comment}}, "files": [{question, name, sha256, size}], "attestation": {name, role}}

    `attestation` is who attests that the answers are true; what was sent before version 0.8 has none. `address` is that
    of the head office, {said, held}: as it was confirmed or corrected, and as the register held it then.

    An answer that was proposed first also has `carried` (confirmed or edited) and `said_at`, since when it is said.
    """
    sha256: Mapped[str] = mapped_column(String(64))
    receipt_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    receipt_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")


class Review(Kept, Base):
    """A reviewer's verdict on one answer of one round."""

    __tablename__ = "review"
    kept_parent: ClassVar[str] = "audit_id"
    kept_columns: ClassVar[tuple[str, ...]] = (
        "question_key", "round", "verdict", "comment", "to_return", "reviewed_at",
    )  # fmt: skip
    __table_args__ = (UniqueConstraint("audit_id", "question_key", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    question_key: Mapped[str] = mapped_column(String(120))
    round: Mapped[int]
    verdict: Mapped[ReviewVerdict]
    comment: Mapped[str] = mapped_column(Text, default="")
    """For the vendor."""
    note: Mapped[str] = mapped_column(Text, default="")
    """Internal; never leaves the staff side."""
    to_return: Mapped[bool] = mapped_column(default=False)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reviewed_at: Mapped[datetime]


class AuditFinding(Base):
    """An answer of an audit that showed the gap of a finding."""

    __tablename__ = "audit_finding"
    __table_args__ = (UniqueConstraint("audit_id", "question_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    question_key: Mapped[str] = mapped_column(String(120))
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    seen_at: Mapped[datetime]

    finding: Mapped[Finding] = relationship(lazy="raise_on_sql")
