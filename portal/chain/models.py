"""The chain of processors: companies by the names that lists give them, who engages whom, what was judged of it.

RGPD art. 28(2) and (4); EDPB opinion 22/2024: the controller has the name, address, contact person and processing of
every processor of the chain readily available.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.chain.rules.transfer_tools import ClauseModule, TransferGround, TransferTool
from portal.core import sought
from portal.core.db import Base
from portal.core.history import Kept
from portal.vendors.models import Vendor
from portal.vendors.rules.naming import fold, plain


class ChainCompany(Kept, Base):
    """A company of the chain under one name, as the list that names it writes it; a vendor may stand behind it."""

    __tablename__ = "chain_company"
    kept_columns: ClassVar[tuple[str, ...]] = (
        "key", "name", "vendor_id", "address", "contact", "country", "processing", "source",
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(300), unique=True)
    """Letter for letter: two spellings are two rows, until a person judges that they are one company."""
    folded_name: Mapped[str] = mapped_column(String(300), index=True)
    """Accents, case and legal forms removed: where a vendor or another spelling is looked for."""
    sought: Mapped[str] = mapped_column(String(sought.LONGEST))
    knot: Mapped[int] = mapped_column(default=0, index=True)
    """Number of the company of this chain that stands for all the names of the same one (`rules.graph.knots`); kept by
    the writes of judgements."""
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"), index=True)
    is_vendor_chosen: Mapped[bool] = mapped_column(default=False)
    """Whether a person said which vendor it is, or that it is none: an import then leaves it alone."""
    address: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str] = mapped_column(String(5), default="")
    """Where it is established, ISO 3166; the links that lead to it may say other places."""
    processing: Mapped[str] = mapped_column(Text, default="")
    """What is processed, for what, in the words of whoever said it."""
    source: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]

    vendor: Mapped[Vendor | None] = relationship(lazy="raise_on_sql")

    @validates("name")
    def _keep_folded(self, _column: str, name: str) -> str:
        self.folded_name = folded_name(name)
        self.sought = plain(name)[: sought.LONGEST]
        return name


class ChainCompanyWord(sought.IndexedText, Base):
    """A word of the name of a company of the chain."""

    __tablename__ = "chain_company_word"

    company_id: Mapped[int] = mapped_column(
        ForeignKey("chain_company.id", ondelete="CASCADE"), primary_key=True, index=True
    )


sought.index_words(ChainCompany, ChainCompanyWord.company_id)


def folded_name(name: str) -> str:
    """The name as it is compared, short enough for its column.

    >>> folded_name("STRIPE, Inc.")
    'stripe'
    """
    return fold(name)[:300]


class LinkSource(StrEnum):
    """Who said that one company engages another."""

    LIST = "liste"
    """A list that was imported."""
    VENDOR = "sous_traitant"
    """The vendor, in an audit that was accepted."""
    ANNOUNCED = "annonce"
    """The vendor, in a change that it announced and that we accepted."""


class ChainLink(Base):
    """One company engages another for a service, as a source says it, from a day to another."""

    __tablename__ = "chain_link"
    __table_args__ = (
        Index(
            "uq_chain_link_live",
            "engaging_id",
            "engaged_id",
            "service",
            "countries",
            "source_kind",
            unique=True,
            sqlite_where=text("valid_until IS NULL"),
            postgresql_where=text("valid_until IS NULL"),
        ),
        Index("ix_chain_link_engaged", "engaged_id", "valid_until"),
        Index("ix_chain_link_engaging", "engaging_id", "valid_until"),
        Index("ix_chain_link_days", "valid_until", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engaging_id: Mapped[int] = mapped_column(ForeignKey("chain_company.id"))
    engaged_id: Mapped[int] = mapped_column(ForeignKey("chain_company.id"))
    service: Mapped[str] = mapped_column(String(500), default="")
    countries: Mapped[str] = mapped_column(String(200), default="")
    """Codes of the places said with it, separated by spaces."""
    source_kind: Mapped[LinkSource]
    source: Mapped[str] = mapped_column(String(500), default="")
    valid_from: Mapped[date]
    """The day from which the portal holds it; to come, for a change that was accepted."""
    valid_until: Mapped[date | None]
    """The day it was no longer said; none while it is."""


class NameVerdict(StrEnum):
    """What a person judges of two names."""

    SAME = "meme"
    DIFFERENT = "autre"


class NameJudgement(Base):
    """Somebody judged that two names are one company, or are not; taken back, it stays with who did it and when."""

    __tablename__ = "name_judgement"
    __table_args__ = (
        Index("ix_name_judgement_one", "one_id", "undone_at"),
        Index("ix_name_judgement_other", "other_id", "undone_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("chain_company.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("chain_company.id"))
    verdict: Mapped[NameVerdict]
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(200))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(200), default="")
    undone_reason: Mapped[str] = mapped_column(Text, default="")

    one: Mapped[ChainCompany] = relationship(lazy="raise_on_sql", foreign_keys=[one_id])
    other: Mapped[ChainCompany] = relationship(lazy="raise_on_sql", foreign_keys=[other_id])

    @property
    def journal_label(self) -> str:
        """Both names."""
        return f"{self.one.name} · {self.other.name}"


class ChainTransfer(Kept, Base):
    """On what ground data go to a company of the chain in a country outside the EEA (RGPD chapter V)."""

    __tablename__ = "chain_transfer"
    kept_parent: ClassVar[str] = "company_id"
    kept_columns: ClassVar[tuple[str, ...]] = (
        "country", "importer", "is_subject_to_rgpd", "tool", "module", "assessed_on", "assessment", "fallback",
    )  # fmt: skip
    __table_args__ = (UniqueConstraint("company_id", "country"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("chain_company.id"))
    country: Mapped[str] = mapped_column(String(5))
    importer: Mapped[str] = mapped_column(Text, default="")
    """Who receives the data there, when it is not the company itself."""
    is_subject_to_rgpd: Mapped[bool | None]
    """Whether the RGPD applies to the importer itself (art. 3(2)): the clauses of 2021 were not written for it."""
    tool: Mapped[TransferTool] = mapped_column(default=TransferTool.UNKNOWN)
    module: Mapped[ClauseModule] = mapped_column(default=ClauseModule.UNKNOWN)
    assessed_on: Mapped[date | None]
    """Day of the assessment of the law of the country (« AITD »)."""
    assessment: Mapped[str] = mapped_column(Text, default="")
    """Its conclusion and where it is kept."""
    fallback: Mapped[TransferTool] = mapped_column(default=TransferTool.UNKNOWN)
    """What would carry the data if the tool fell, already agreed."""
    changed_at: Mapped[datetime]

    company: Mapped[ChainCompany] = relationship(lazy="raise_on_sql")

    @property
    def journal_label(self) -> str:
        """The company and the country."""
        return f"{self.company.name} · {self.country}"

    @property
    def ground(self) -> TransferGround:
        """As the rules take it."""
        return TransferGround(self.country, self.tool, self.fallback)


class AppliedLaw(Base):
    """A law file tried on the whole portfolio; withdrawing it deletes the row, and nothing else had changed."""

    __tablename__ = "applied_law"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[dict[str, Any]]
    """The file, as it was read; dates in ISO."""
    applied_at: Mapped[datetime]
    applied_by: Mapped[str] = mapped_column(String(200))
