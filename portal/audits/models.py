"""Tables of audits: one vendor answering one frozen questionnaire, its review, and what came of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.audits.rules import AuditState, ReviewVerdict
from portal.core.db import Base
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.evidence.models import Evidence
from portal.findings.models import Finding
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
    returned_questions: Mapped[list[str]] = mapped_column(default=list)
    """Question keys reopened in this round; empty in round 1, where all are open."""
    answered: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int] = mapped_column(default=0)
    """Visible questions answered, and visible questions, when last saved: lists need not open answers."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    questionnaire_version: Mapped[QuestionnaireVersion] = relationship(lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """For the journal: who answers, and since when; a vendor that nobody has read yet costs no statement."""
        if "vendor" in inspect(self).unloaded:
            return f"n° {self.id}"
        return f"{self.vendor.name}, {self.opened_at:%Y-%m-%d}"


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
    """{"answers": {question: {value, comment}}, "files": [{question, name, sha256, size}]}"""
    sha256: Mapped[str] = mapped_column(String(64))
    receipt_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    receipt_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")


class Review(Base):
    """A reviewer's verdict on one answer of one round."""

    __tablename__ = "review"
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
