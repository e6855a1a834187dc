"""Contracts received: what was read and found, frozen; what lawyers say of it; batches; documents made of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.contracts.models import Contract
from portal.core import sought
from portal.core.db import Base
from portal.core.history import Kept
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.identity.models import User
from portal.paper.rules.check_result import ContractVerdict, RequirementStatus
from portal.paper.rules.contract_delays import DelayFigure, DelayKind, DelaySource, DelayUnit
from portal.vendors.models import SignedContract, Vendor
from portal.vendors.rules.naming import plain


class _OfMaybeAVendor:
    """Belongs to one vendor, or to none yet; without a vendor, only those who may reach every vendor reach it."""

    vendor_id: Mapped[int | None]
    vendor: Mapped[Vendor | None]

    @hybrid_property
    def reach_vendor(self) -> int | None:
        """The vendor it belongs to."""
        return self.vendor_id

    @hybrid_property
    def reach_owner(self) -> int | None:
        """The owner of that vendor."""
        return None if self.vendor is None else self.vendor.owner_id

    @reach_owner.inplace.expression
    @classmethod
    def _reach_owner(cls) -> Any:
        return select(Vendor.owner_id).where(Vendor.id == cls.vendor_id).correlate(cls).scalar_subquery()


class PaperBatch(_OfMaybeAVendor, Base):
    """Several contracts received together: files, or what an archive held."""

    __tablename__ = "paper_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"), index=True)
    total: Mapped[int]
    """Files received, refused ones included; how many are over is counted from their states."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    vendor: Mapped[Vendor | None] = relationship(lazy="raise_on_sql")


class ReviewState(StrEnum):
    """How far the reading of a contract is."""

    WAITING = "waiting"
    CHECKED = "checked"
    REFUSED = "refused"
    """No reader could open it: `refusal` says why."""


class PaperReview(Kept, _OfMaybeAVendor, Base):
    """A contract on the other side's paper, read and checked against RGPD art. 28."""

    __tablename__ = "paper_review"
    kept_columns: ClassVar[tuple[str, ...]] = ("title", "state", "verdict", "statuses", "signature_id", "contract_id")
    __table_args__ = (Index("ix_paper_review_vendor", "vendor_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("paper_batch.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    file_name: Mapped[str] = mapped_column(String(300))
    """As received, with the folder it stood in when it came in an archive."""
    sought: Mapped[str] = mapped_column(String(sought.LONGEST), default="")
    """Title and name of the file in plain words: what a search looks in."""
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """None when the file was refused before it was kept."""
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.WAITING)
    refusal: Mapped[dict[str, Any]] = mapped_column(default=dict)
    language: Mapped[Language | None]
    document: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was read (`freezing.freeze_document`)."""
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was found (`freezing.freeze_check`)."""
    rulebook_sha256: Mapped[str] = mapped_column(String(64), default="")
    verdict: Mapped[ContractVerdict | None] = mapped_column(index=True)
    """What counts now, the lawyers' words included."""
    statuses: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Requirement → status that counts now; what lists and tables read without opening the rest."""
    ruled: Mapped[int] = mapped_column(default=0)
    """Requirements on which a lawyer has spoken."""
    checks: Mapped[int] = mapped_column(default=0)
    """How many times it was asked to be checked; each has its own job."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime | None]
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signed_contract.id"), index=True)
    """The record that it was signed, while that record stands."""
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    """Its line of the register of contracts, from the day it is recorded as signed."""

    vendor: Mapped[Vendor | None] = relationship(lazy="raise_on_sql")
    batch: Mapped[PaperBatch | None] = relationship(lazy="raise_on_sql")
    stored_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    created_by: Mapped[User | None] = relationship(lazy="raise_on_sql")
    signature: Mapped[SignedContract | None] = relationship(lazy="raise_on_sql")

    @validates("title", "file_name")
    def _keep_sought(self, column: str, text: str) -> str:
        texts = {"title": self.title, "file_name": self.file_name, column: text}
        self.sought = plain(" ".join(filter(None, texts.values())))[: sought.LONGEST]
        return text


class PaperReviewWord(sought.IndexedText, Base):
    """A word of the title of a received contract, or of the name of its file."""

    __tablename__ = "paper_review_word"

    review_id: Mapped[int] = mapped_column(
        ForeignKey("paper_review.id", ondelete="CASCADE"), primary_key=True, index=True
    )


sought.index_words(PaperReview, PaperReviewWord.review_id)


class PaperRuling(Base):
    """A lawyer's ruling on one requirement of a review; rows are only added, the last one counts."""

    __tablename__ = "paper_ruling"
    __table_args__ = (Index("ix_paper_ruling_review", "review_id", "requirement", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("paper_review.id"))
    requirement: Mapped[str] = mapped_column(String(60))
    checked: Mapped[RequirementStatus]
    """What the check said when the lawyer spoke; equal to `status` when it is confirmed."""
    status: Mapped[RequirementStatus]
    note: Mapped[str] = mapped_column(Text, default="")
    quotes: Mapped[list[str]] = mapped_column(default=list)
    """The passages that the check rested on when the lawyer spoke."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    created_by: Mapped[User | None] = relationship(lazy="raise_on_sql")


class ConfirmedDelay(Base):
    """What a person said that a contract writes of one of its delays: rows are only added, the last one counts."""

    __tablename__ = "confirmed_delay"
    __table_args__ = (Index("ix_confirmed_delay_contract", "contract_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"))
    kind: Mapped[DelayKind]
    number: Mapped[int | None]
    """None when the person read the contract and it writes no such delay."""
    unit: Mapped[DelayUnit | None]
    quote: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[DelaySource]
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signed_contract.id", ondelete="SET NULL"))
    """The signature of the contract when it was said: once another one counts, it is to be said again."""
    confirmed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    confirmed_by: Mapped[str] = mapped_column(String(200))

    contract: Mapped[Contract] = relationship(lazy="raise_on_sql")

    @property
    def figure(self) -> DelayFigure | None:
        """What it says; none for a contract that writes no such delay."""
        return DelayFigure(self.number, self.unit) if self.number is not None and self.unit is not None else None


class PrintKind(StrEnum):
    """A document made of a review."""

    REPORT = "report"
    LETTER = "letter"
    AMENDMENT = "amendment"


class PaperPrint(Base):
    """A report, letter or amendment as it was asked for; its two files come from a job."""

    __tablename__ = "paper_print"
    __table_args__ = (Index("ix_paper_print_review", "review_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("paper_review.id"))
    kind: Mapped[PrintKind]
    language: Mapped[Language]
    tree: Mapped[dict[str, Any]]
    left: Mapped[list[str]] = mapped_column(default=list)
    """Requirements that an amendment leaves to be asked for, once checked together with the contract it amends."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    docx_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    pdf_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    docx_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql", foreign_keys=[docx_file_id])
    pdf_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql", foreign_keys=[pdf_file_id])

    @property
    def is_printed(self) -> bool:
        """Whether both its files exist."""
        return self.docx_file_id is not None and self.pdf_file_id is not None
