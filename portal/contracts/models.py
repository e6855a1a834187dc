"""Contracts and their versions: where each stands in its life; clauses, facts and coverage frozen when drafted."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import ArticleCoverage, ContractOrigin, ContractPosition, ContractState, CopyReading
from portal.core import sought
from portal.core.db import Base
from portal.core.history import Kept
from portal.core.json_length import length_of
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.core.tallies import Tally
from portal.identity.models import User
from portal.vendors.models import LegalEntity, Service, SignedContract, Vendor, VendorChild
from portal.vendors.rules.naming import plain

_LACKING = ("state", "kind", "lacking", "id", "parent_id", "copy_reading", "required", "vendor_id", "covered")
"""What is lacking in contracts in force is counted, and its first rows found, in the index alone."""


class ClauseSet(Base):
    """The clauses that a text is made of, each in its edition: many contracts share one set; never changed."""

    __tablename__ = "clause_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the clauses below (`rules.clause_editions.digest_of`)."""
    clauses: Mapped[list[dict[str, Any]]]
    """Clause id, version and sha-256, by id."""


class Contract(Kept, VendorChild, Base):
    """A data-processing agreement with a vendor (RGPD art. 28(3))."""

    __tablename__ = "contract"
    kept_columns: ClassVar[tuple[str, ...]] = (
        "key", "service_id", "legal_entity_id", "kind", "title", "counting_number", "covered", "required", "lacking",
        "origin", "state", "parent_id", "effective_on", "effective_is_assumed", "term_months", "renewal_months",
        "notice", "expires_on", "signature_id", "copy_reading", "vouched_why", "terminates_on", "ended_on",
        "end_reason",
    )  # fmt: skip
    __table_args__ = (
        Index("ix_contract_lacking", *_LACKING),
        Index("ix_contract_state", "state", "id"),
        Index("ix_contract_vendor_state", "vendor_id", "state"),
        Index("ix_contract_clause_set", "clause_set_id", "state", "copy_reading"),
        Index("ix_contract_awaited", "awaited_on", "id"),
        Index("ix_contract_state_awaited", "state", "awaited_on", "expires_on"),
        Index("ix_contract_state_expires", "state", "expires_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), index=True)
    legal_entity_id: Mapped[int | None] = mapped_column(ForeignKey("legal_entity.id"), index=True)
    template_key: Mapped[str] = mapped_column(String(80))
    """Empty when its text was not written here."""
    kind: Mapped[DocumentKind] = mapped_column(default=DocumentKind.PROCESSING)
    """What it is: that of its template when it was opened; only `PROCESSING` can be the contract of its vendor."""
    title: Mapped[str] = mapped_column(String(300))
    sought: Mapped[str] = mapped_column(String(sought.LONGEST), default="")
    """Its title in plain words: what a search looks in."""
    typed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Facts typed by legal for this contract, by fact key; they win over the register. A text may be by language."""
    overrides: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By fact key, why what the register or the answers say is not followed: `reason`, `by`, `at`; never printed."""
    language: Mapped[Language] = mapped_column(default=Language.FR)
    """What it is drafted in, and its facts asked in."""
    counting_number: Mapped[int | None]
    """The version that counts: the newest recorded as signed; without one, the newest drafted. Kept by `services`."""
    covered: Mapped[int | None]
    """How many obligations of art. 28 that version, or the copy that was read, writes; unknown until it is."""
    required: Mapped[int | None]
    """Of how many that it should."""
    lacking: Mapped[int] = mapped_column(default=0)
    """What it should write and does not; kept with them, 0 while unknown."""
    clause_set_id: Mapped[int | None] = mapped_column(ForeignKey("clause_set.id"))
    """The clauses of that version; kept with it."""
    sent_number: Mapped[int | None]
    """The version that the vendor was sent, agreed to or is asked to sign: the only one it sees before it is signed."""
    library_edition: Mapped[int] = mapped_column(default=0)
    """The edition of the clause library it is drafted from: a later one is taken by a person; 0: the files alone."""
    origin: Mapped[ContractOrigin] = mapped_column(default=ContractOrigin.DRAFTED)
    state: Mapped[ContractState] = mapped_column(default=ContractState.DRAFT)
    """Changed by the acts of `rules.life` alone (`services.life`)."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    """The contract that this one amends; for a letter or an assessment, the one that it is about."""
    effective_on: Mapped[date | None]
    effective_is_assumed: Mapped[bool] = mapped_column(default=False)
    """Whether the day of effect is that of the signature, for want of another."""
    term_months: Mapped[int | None]
    renewal_months: Mapped[int | None]
    """Of each tacit renewal; 0 when there is none, nothing when that is not known."""
    notice: Mapped[str] = mapped_column(String(13), default="")
    """As `rules.deadlines.parse_notice` reads it: `3` months, `90d`; empty when it is not known."""
    expires_on: Mapped[date | None]
    """Last day, when it ends of itself (no tacit renewal); kept from the four columns above by `services.life`."""
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signed_contract.id"), index=True)
    """The record of the signature that counts, with the copy and its SHA-256."""
    copy_reading: Mapped[CopyReading | None]
    """What the copy shows; none without a signature."""
    vouched_why: Mapped[str] = mapped_column(Text, default="")
    """What a person wrote that they read on a copy that could not be read here."""
    vouched_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    vouched_at: Mapped[datetime | None]
    terminates_on: Mapped[date | None]
    """Last day, once notice was given to end it; `expires_on` is then that day too."""
    decided_until: Mapped[date | None]
    """End of the last period of which it was decided what becomes of it (`services.deadline_decisions`)."""
    awaited_on: Mapped[date | None]
    """Day by which a decision is awaited on its period; kept by `services.dates` and by the calendar."""
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    owner: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[owner_id])
    vouched_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[vouched_by_id])
    parent: Mapped["Contract | None"] = relationship(lazy="raise_on_sql", remote_side=[id])
    signature: Mapped[SignedContract | None] = relationship(lazy="raise_on_sql", foreign_keys=[signature_id])
    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    service: Mapped[Service | None] = relationship(lazy="raise_on_sql")
    legal_entity: Mapped[LegalEntity | None] = relationship(lazy="raise_on_sql")
    versions: Mapped[list["ContractVersion"]] = relationship(
        lazy="raise_on_sql", order_by="ContractVersion.number", back_populates="contract"
    )

    @property
    def position(self) -> ContractPosition:
        """Where it stands, as the rules take it."""
        return ContractPosition(self.state, self.copy_reading, self.expires_on, self.parent_id is not None, self.kind)

    def keep_coverage(self, found: ArticleCoverage | None) -> None:
        """Note what its text covers of art. 28, or that nobody knows."""
        self.covered, self.required = (found.covered, found.required) if found else (None, None)
        self.lacking = max(0, found.required - found.covered) if found else 0

    @validates("title")
    def _keep_sought(self, _column: str, title: str) -> str:
        self.sought = plain(title)[: sought.LONGEST]
        return title


INCOMPLETE = Tally(
    "contract", Contract, ("state", "kind", "copy_reading"),
    of="{row}.parent_id IS NULL AND ({row}.lacking > 0 OR {row}.required IS NULL)",
    reads=("parent_id", "lacking", "required"),
)  # fmt: skip
"""How many contracts that amend no other leave something out, or nobody knows what, by their state, kind and copy."""


class ContractWord(sought.IndexedText, Base):
    """A word of the title of a contract."""

    __tablename__ = "contract_word"

    contract_id: Mapped[int] = mapped_column(
        ForeignKey("contract.id", ondelete="CASCADE"), primary_key=True, index=True
    )


sought.index_words(Contract, ContractWord.contract_id)


class ContractVersion(Base):
    """A draft as generated: nothing in it changes afterwards but its label, its two files, and its signature."""

    __tablename__ = "contract_version"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    language: Mapped[Language]
    beside: Mapped[Language | None]
    """The other language, when the text is in two columns; that of `language` prevails."""
    facts: Mapped[dict[str, Any]]
    """Fact key → value and where it came from."""
    clauses: Mapped[list[dict[str, Any]]]
    """Clause id, version, sha-256 and article number, in order."""
    tree: Mapped[dict[str, Any]]
    """The document tree as JSON: what was drafted can always be shown as it was."""
    coverage: Mapped[list[dict[str, Any]]]
    """One line per obligation: status, clauses, articles, passage."""
    blanks: Mapped[list[dict[str, Any]]]
    edits: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What lawyers had changed in the library's text, as it can be restored (`services.paragraphs`)."""
    positions: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """The position held on each point under negotiation, with its figures."""
    label: Mapped[str] = mapped_column(String(120), default="")
    """What a lawyer calls it: « envoyée au prestataire le 3 mars »."""
    covered: Mapped[int]
    required: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the canonical text."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    docx_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    pdf_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signed_contract.id"), index=True)
    """The record that it was signed, while that record stands."""

    contract: Mapped[Contract] = relationship(lazy="raise_on_sql", back_populates="versions")
    docx_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql", foreign_keys=[docx_file_id])
    pdf_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql", foreign_keys=[pdf_file_id])
    signature: Mapped[SignedContract | None] = relationship(lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """The version, as the journal names it."""
        return f"v{self.number}"

    @property
    def is_printed(self) -> bool:
        """Whether both its files exist."""
        return self.docx_file_id is not None and self.pdf_file_id is not None


BLANKS: ColumnElement[int] = length_of(ContractVersion.blanks)
"""How many a version has."""
Index(
    "ix_contract_version_listed",
    ContractVersion.contract_id, ContractVersion.number, ContractVersion.language, ContractVersion.covered,
    ContractVersion.required, ContractVersion.docx_file_id, ContractVersion.pdf_file_id, ContractVersion.sha256,
    ContractVersion.created_at, BLANKS,
)  # fmt: skip
BY_LIST = "INDEXED BY ix_contract_version_listed", "sqlite"
"""What lists show of a version, how many blanks it has included, stands in that index: its row, whose text is hundreds
of pages of the file, is not opened."""
BY_VENDOR = "INDEXED BY ix_contract_vendor_state", "sqlite"
"""For who goes from vendors to their contracts, whatever states are wanted: SQLite would begin with the states."""


class ContractFactsRequest(VendorChild, Base):
    """What a contract lacks, asked of its vendor by a link: what is answered is proposed, and printed once accepted.

    The link may have been passed on: what it brings waits for whoever drafts the contract.
    """

    __tablename__ = "contract_facts_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), index=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[Language]
    """What the facts are asked in: that of the contract."""
    asked: Mapped[list[str]]
    """Keys of the facts asked."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    """Who answered, as they wrote it."""
    answered_at: Mapped[datetime | None]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Fact key → what was answered, in the language asked; what was left open is not there."""
    settled_at: Mapped[datetime | None]
    """When it was settled or replaced by a newer one."""
    accepted: Mapped[bool | None]
    """Whether something of it was accepted."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    contract: Mapped[Contract] = relationship(lazy="raise_on_sql")
