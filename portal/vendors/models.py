"""Tables of the vendors domain: the group's entities, processors, their contacts, services and accounts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Computed,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    or_,
    select,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.authz.policy import Role
from portal.core.db import Base
from portal.core.history import Kept
from portal.core.language import Language
from portal.core.sought import IndexedText
from portal.core.stored import StoredFile
from portal.core.tallies import Tally
from portal.identity.models import User
from portal.journal.person_keys import WithPersonKey
from portal.vendors.rules.facts import Access, Chain, CustomerRelation, Volume
from portal.vendors.rules.standing import ContractStanding
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier


class LegalEntity(Kept, Base):
    """A controller of the group (« responsable de traitement ») that signs contracts with processors."""

    __tablename__ = "legal_entity"
    kept_parent: ClassVar[str] = ""
    kept_columns: ClassVar[tuple[str, ...]] = (
        "key", "name", "registration", "lei", "address", "country", "representative", "dpo_contact", "privacy_contact",
        "is_financial", "is_nis2",
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    registration: Mapped[str] = mapped_column(String(80), default="")
    """SIREN or foreign registration number."""
    lei: Mapped[str] = mapped_column(String(20), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str] = mapped_column(String(2), default="FR")
    representative: Mapped[str] = mapped_column(String(200), default="")
    dpo_contact: Mapped[str] = mapped_column(String(200), default="")
    privacy_contact: Mapped[str] = mapped_column(String(200), default="")
    is_financial: Mapped[bool | None]
    """Whether it is a financial entity (Regulation (EU) 2022/2554, DORA, art. 2); None when nobody has said."""
    keeps_dora_register: Mapped[bool] = mapped_column(default=False)
    """Whether its register of information is kept here (DORA art. 28(3)); off until somebody asks for it."""
    is_nis2: Mapped[bool | None]
    """Whether it is an essential or important entity (Directive (EU) 2022/2555, NIS 2, art. 3)."""
    created_at: Mapped[datetime]


def _list_index(name: str, *first: str) -> Index:
    """An index that a sort or a filter of the list walks; a search or any other filter reads it and opens no row."""
    return Index(
        f"ix_vendor_{name}",
        *dict.fromkeys([*first, "folded_name", "sought", "id", "tier", "status", "country", "owner_id", "standing"]),
    )


_RANKED = ("folded_name", "id", "status", "tier", "inherent", "grade")
"""What the portfolio sorts and narrows by, in one narrow index: no row is opened but those shown."""


_FIGURES = ("id", "level_points", "risk_points", "status", "inherent", "tier")
BY_FIGURES = ("INDEXED BY ix_vendor_figures", "sqlite")
"""The hint for a statement that reads no more than these figures of the vendor of each of many rows.

The row of a vendor is wide. SQLite goes to it by its number unless it is told otherwise; PostgreSQL chooses by itself.
"""
BY_NAME = ("INDEXED BY ix_vendor_named", "sqlite")
"""The same, for a statement that puts in order many vendors it knows by their numbers, to show a few."""

BY_RISK = ("INDEXED BY ix_vendor_inherent_name", "sqlite")
"""The same, for the first vendors by risk of those that some columns of this index keep: it is followed and left."""
BY_WEIGHT = ("INDEXED BY ix_vendor_risk", "sqlite")
"""The same, for the first vendors by what weighs."""
BY_RISK_PARTLY = ("INDEXED BY ix_vendor_partly", "sqlite")
"""The same, for those that have a contract for a part of their services only: few, whom this index holds alone."""


class Vendor(Kept, Base):
    """A processor acting on our behalf (« sous-traitant », RGPD art. 28)."""

    __tablename__ = "vendor"
    kept_parent: ClassVar[str] = "id"
    kept_columns: ClassVar[tuple[str, ...]] = (
        "key", "name", "legal_name", "legal_form", "country", "siren", "siret", "vat", "lei", "address", "website",
        "representative", "eu_representative", "dpo_contact", "breach_contact", "status", "tier", "inherent",
        "owner_id", "parent_id",
    )  # fmt: skip
    __table_args__ = (
        _list_index("name"),
        _list_index("country_name", "country"),
        _list_index("inherent_name", "inherent"),
        _list_index("tier_name", "tier"),
        _list_index("status_name", "status"),
        Index("ix_vendor_risk", "risk_points", *_RANKED, "level_points"),
        Index("ix_vendor_level", "level_points", *_RANKED),
        Index(
            "ix_vendor_portfolio", "status", "inherent", "grade", "standing", "covered_until", "level_points", "tier"
        ),
        Index("ix_vendor_figures", *_FIGURES),
        Index(
            "ix_vendor_partly",
            "inherent",
            "folded_name",
            "sought",
            "id",
            "status",
            sqlite_where=text("standing = 'partial'"),
            postgresql_where=text("standing = 'partial'"),
        ),
        Index("ix_vendor_named", "id", "folded_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    folded_name: Mapped[str] = mapped_column(String(200))
    """Accents, case and legal suffixes removed: duplicates and sorting."""
    sought: Mapped[str] = mapped_column(String(600), default="")
    """Name, legal name, key and numbers in plain words: what a search looks in."""
    legal_name: Mapped[str] = mapped_column(String(200), default="")
    legal_form: Mapped[str] = mapped_column(String(60), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    siren: Mapped[str] = mapped_column(String(9), default="", index=True)
    siret: Mapped[str] = mapped_column(String(14), default="")
    vat: Mapped[str] = mapped_column(String(20), default="")
    lei: Mapped[str] = mapped_column(String(20), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    representative: Mapped[str] = mapped_column(String(200), default="")
    """Who signs for the company, and in what capacity."""
    eu_representative: Mapped[str] = mapped_column(String(200), default="")
    """Representative in the Union of a company established outside it (RGPD art. 27)."""
    dpo_contact: Mapped[str] = mapped_column(String(200), default="")
    breach_contact: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[Language] = mapped_column(default=Language.FR)
    status: Mapped[VendorStatus] = mapped_column(default=VendorStatus.PROSPECT)
    tier: Mapped[Tier | None]
    """None while what is not known could change it: unknown is neither low nor medium."""
    inherent: Mapped[int | None]
    """Inherent risk 1–5, the worst of its services; the least it can be for one at risk whose tier is not known."""
    tier_floor: Mapped[Tier | None]
    """The tier if every unknown fact turned out to be the best; with the ceiling, the range of an unknown tier."""
    tier_ceiling: Mapped[Tier | None]
    """The tier if every unknown fact turned out to be the worst; the tier itself once it is known."""
    tier_terms: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Why: the terms of the computation, each a sentence, its points and the most it could weigh."""
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Cells of imports that no field holds, by the header of their column: nothing is lost."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id"), index=True)
    card_id: Mapped[int | None]
    """The scorecard it is known by, kept with the three columns below by the write that takes one (`keep_level`).

    Of the questionnaires it has answered, the one that shows the least: a short one well answered hides no other.
    """
    grade: Mapped[str] = mapped_column(String(2), default="")
    """Of that scorecard; empty when nothing was measured, or nothing of it could be graded."""
    level_points: Mapped[int] = mapped_column(default=-1)
    """Its level, 0–10,000; -1 without a scorecard."""
    residual_points: Mapped[int | None]
    """The residual risk it leaves, 0–50,000; none when the inherent risk was not known then."""
    risk_points: Mapped[int] = mapped_column(
        Computed("coalesce(residual_points, inherent * 10000, -1)", persisted=True)
    )
    """What vendors are ranked by: without a measure the whole inherent risk remains; -1 when that is not known."""
    signed_on: Mapped[date | None]
    """Day of its newest contract recorded as signed that stands; none: it has no contract, whatever was drafted."""
    standing: Mapped[ContractStanding] = mapped_column(default=ContractStanding.NONE)
    """What its contracts come to, kept with the column below by the writes of contracts (`keep_standing`)."""
    covered_until: Mapped[date | None]
    """Last day on which contracts in force cover all that they cover; none without one, or when none ends of itself."""
    open_exits: Mapped[int] = mapped_column(default=0)
    """Contracts that ended and of which it is not proved what became of the data; kept by the writes of contracts."""
    created_at: Mapped[datetime]

    owner: Mapped[User | None] = relationship(lazy="raise_on_sql")
    parent: Mapped["Vendor | None"] = relationship(lazy="raise_on_sql", remote_side=[id])
    contacts: Mapped[list["Contact"]] = relationship(
        lazy="raise_on_sql", back_populates="vendor", order_by="Contact.id", cascade="all, delete-orphan"
    )
    services: Mapped[list["Service"]] = relationship(
        lazy="raise_on_sql", back_populates="vendor", order_by="Service.id", cascade="all, delete-orphan"
    )

    def services_on(self, day: date) -> list["Service"]:
        """Those of its services, loaded, that have not ended on a day; the day a service ends, it has."""
        return [service for service in self.services if service.ended_on is None or service.ended_on > day]

    @hybrid_property
    def reach_vendor(self) -> int:
        """For the policy: a vendor is its own anchor."""
        return self.id

    @hybrid_property
    def reach_owner(self) -> int | None:
        """For the policy: the business owner."""
        return self.owner_id


VENDORS = Tally("vendor", Vendor, ("status", "inherent", "grade", "standing"))
"""How many vendors there are of each status, inherent risk and grade, by what their contracts come to."""
COVERED = Tally(
    "vendor_end", Vendor, ("status", "standing", "covered_until"), of="{row}.covered_until IS NOT NULL"
)  # fmt: skip
"""How many are covered until each day, by their status and what their contracts come to."""


class VendorSpelling(IndexedText, Base):
    """A text under which a vendor is looked up when one that resembles it is entered (`rules.spellings`)."""

    __tablename__ = "vendor_spelling"
    __table_args__: Any = (Index("ix_vendor_spelling_of_vendor", "vendor_id", "text"), IndexedText.__table_args__)

    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), primary_key=True)


class VendorChild:
    """What belongs to one vendor: reached as the vendor is. The policy needs `vendor` loaded for OWN scopes."""

    vendor_id: Mapped[int]
    vendor: Mapped[Vendor]

    @hybrid_property
    def reach_vendor(self) -> int:
        """The vendor it belongs to."""
        return self.vendor_id

    @hybrid_property
    def reach_owner(self) -> int | None:
        """The owner of that vendor."""
        return self.vendor.owner_id

    @reach_owner.inplace.expression
    @classmethod
    def _reach_owner(cls) -> Any:
        # Correlated with the child alone: the query around it may well read vendors too.
        return select(Vendor.owner_id).where(Vendor.id == cls.vendor_id).correlate(cls).scalar_subquery()


class ContactRole(StrEnum):
    """What a contact is there for."""

    PRIVACY = "protection_donnees"
    SECURITY = "securite"
    LEGAL = "juridique"
    COMMERCIAL = "commercial"
    SUPPORT = "support"


class Contact(WithPersonKey, Kept, VendorChild, Base):
    """A person at the vendor; some of them have an account of the external audience."""

    __tablename__ = "contact"
    kept_columns: ClassVar[tuple[str, ...]] = ("name", "email", "phone", "role")
    __table_args__ = (UniqueConstraint("vendor_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    role: Mapped[ContactRole] = mapped_column(default=ContactRole.PRIVACY)
    language: Mapped[Language] = mapped_column(default=Language.FR)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql", back_populates="contacts")
    user: Mapped[User | None] = relationship(lazy="raise_on_sql")


class Membership(Base):
    """A vendor that an account is bound to, and as what: one it answers for, or one given to an expert."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "vendor_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role]
    """What the account may do at this vendor; it may do something else at another."""
    until: Mapped[date | None]
    chosen_at: Mapped[datetime | None]
    """When its person last said that it is this vendor they answer for: what the next session begins with."""

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class ColleagueInvitation(Base):
    """An invitation that a vendor's administrator had sent: nothing else exists of the address until it is taken up.

    One row a sending, so that sendings are counted; the vendor is shown the same whoever the address belongs to.
    """

    __tablename__ = "colleague_invitation"
    __table_args__ = (Index("ix_colleague_invitation_vendor", "vendor_id", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role]
    language: Mapped[Language] = mapped_column(default=Language.FR)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When it was taken up, sent anew or withdrawn."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")

    @hybrid_property
    def reach_vendor(self) -> int:
        """For the policy: the vendor that invites."""
        return self.vendor_id


class SubProcessor(VendorChild, Base):
    """A processor that a vendor calls on for us (RGPD art. 28(2) and (4)), while it does."""

    __tablename__ = "sub_processor"
    __table_args__ = (Index("ix_sub_processor_vendor", "vendor_id", "valid_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    service: Mapped[str] = mapped_column(Text, default="")
    """What it does for the vendor."""
    country: Mapped[str] = mapped_column(Text, default="")
    """ISO 3166 code of the country the data are processed from, or that country as it was written."""
    address: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[str] = mapped_column(Text, default="")
    """The data concerned, in the words of the vendor."""
    valid_from: Mapped[date]
    """The day from which the register holds it."""
    valid_until: Mapped[date | None]
    """The day it was no longer said of the vendor; none while it is."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")


class DataTransfer(VendorChild, Base):
    """A place where a vendor has our data or reads them from; a transfer (RGPD art. 44) when it is outside the EEA."""

    __tablename__ = "data_transfer"
    __table_args__ = (Index("ix_data_transfer_vendor", "vendor_id", "valid_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"))
    recipient: Mapped[str] = mapped_column(Text)
    """The business or the team."""
    country: Mapped[str] = mapped_column(Text, default="")
    usage: Mapped[str] = mapped_column(Text, default="")
    """What happens there, by the value of the choice."""
    mechanism: Mapped[str] = mapped_column(Text, default="")
    """What frames the transfer (art. 45 to 49), by the value of the choice."""
    assessed_on: Mapped[str] = mapped_column(Text, default="")
    """Day of the transfer impact assessment, ISO; empty when none is said."""
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")


class Service(Kept, VendorChild, Base):
    """What a vendor does for us: the processing entrusted to it (RGPD art. 28(3), first sentence)."""

    __tablename__ = "service"
    __table_args__ = (Index("ix_service_vendor_ended", "vendor_id", "ended_on"),)
    kept_columns: ClassVar[tuple[str, ...]] = (
        "legal_entity_id", "name", "purpose", "nature", "description", "data_details", "retention", "categories",
        "special_categories", "has_special", "subjects", "has_vulnerable", "volume", "locations", "access",
        "criticality", "chain", "transfer_mechanism", "started_on", "duration", "ended_on",
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"))
    legal_entity_id: Mapped[int | None] = mapped_column(ForeignKey("legal_entity.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text, default="")
    """Why the data are processed (« finalité »)."""
    nature: Mapped[str] = mapped_column(Text, default="")
    """Operations carried out (« nature »)."""
    description: Mapped[str] = mapped_column(Text, default="")
    data_details: Mapped[str] = mapped_column(Text, default="")
    """The data in the words of whoever described them; only the categories below are weighed."""
    retention: Mapped[str] = mapped_column(Text, default="")
    categories: Mapped[list[str]] = mapped_column(default=list)
    special_categories: Mapped[list[str]] = mapped_column(default=list)
    has_special: Mapped[bool | None]
    """Whether special categories are processed (RGPD art. 9); None when nobody has said."""
    subjects: Mapped[list[str]] = mapped_column(default=list)
    has_vulnerable: Mapped[bool | None]
    volume: Mapped[Volume] = mapped_column(default=Volume.UNKNOWN)
    locations: Mapped[list[str]] = mapped_column(default=list)
    """ISO 3166 codes or the regions EU, EEA, WORLD."""
    access: Mapped[Access] = mapped_column(default=Access.UNKNOWN)
    criticality: Mapped[int | None]
    """1–4: how much we depend on it; None when nobody has said."""
    customer_relation: Mapped[CustomerRelation | None]
    handles_withdrawals: Mapped[bool | None]
    """Whether consumers' withdrawals, returns or refunds pass through it (code de la consommation, art. L221-18)."""
    calls_consumers: Mapped[bool | None]
    """Whether it canvasses consumers by telephone in our name (code de la consommation, art. L223-1)."""
    hosts_health_data: Mapped[bool | None]
    """Whether health data are hosted for us (code de la santé publique, art. L1111-8); None when nobody has said."""
    uses_ai: Mapped[bool | None]
    """Whether it rests on an artificial intelligence system (Regulation (EU) 2024/1689, art. 3)."""
    is_cloud: Mapped[bool | None]
    """Whether it is a data processing service, cloud or edge (Regulation (EU) 2023/2854, Data Act, art. 2)."""
    concerns_minors: Mapped[bool | None]
    """Whether minors use it or their data are processed (RGPD art. 8 and recital 38)."""
    chain: Mapped[Chain | None]
    transfer_mechanism: Mapped[str] = mapped_column(String(20), default="")
    """`none`, `adequacy`, `scc`, or empty when nobody has said (RGPD chapter V)."""
    started_on: Mapped[date | None]
    duration: Mapped[str] = mapped_column(String(200), default="")
    ended_on: Mapped[date | None]
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Cells of the import it comes from that no field holds, by the header of their column."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql", back_populates="services")
    legal_entity: Mapped[LegalEntity | None] = relationship(lazy="raise_on_sql")

    @classmethod
    def goes_on(cls, day: date | BindParameter[date]) -> ColumnElement[bool]:
        """Whether it has not ended on a day, for statements: as `Vendor.services_on`, the day it ends, it has."""
        return or_(cls.ended_on.is_(None), cls.ended_on > day)


class FactsRequest(VendorChild, Base):
    """Plain questions about one service, asked by a link of somebody without an account: a proposal, not a fact.

    What is answered waits for whoever may edit the vendor: the link may have been passed on.
    """

    __tablename__ = "facts_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(default=Language.FR)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    """Who answered, as they wrote it."""
    answered_at: Mapped[datetime | None]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Columns of the service and what was answered; what was left open is not there."""
    settled_at: Mapped[datetime | None]
    """When it was accepted, set aside or withdrawn."""
    accepted: Mapped[bool | None]

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    service: Mapped[Service] = relationship(lazy="raise_on_sql")


class FormDraft(Base):
    """A long form as it was typed, kept while its person goes on; erased when it is saved."""

    __tablename__ = "form_draft"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(80))
    """Which form, of what: `service:12:new`."""
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By control, what it held, as a browser posts it."""
    saved_at: Mapped[datetime]


class SignedContract(Kept, VendorChild, Base):
    """A contract with a vendor recorded as signed, with the copy that proves it; once cancelled it counts no more.

    RGPD art. 28(3) and (9): processing by a processor is governed by a contract, in writing.
    """

    __tablename__ = "signed_contract"
    kept_columns: ClassVar[tuple[str, ...]] = (
        "title", "signed_on", "stored_file_id", "cancelled_at", "cancel_reason", "is_contract", "ended_on",
    )  # fmt: skip
    __table_args__ = (Index("ix_signed_contract_vendor", "vendor_id", "cancelled_at", "signed_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    title: Mapped[str] = mapped_column(String(300))
    """What was signed, as it was called when that was recorded."""
    signed_on: Mapped[date]
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    """The signed copy: there is no signature without it."""
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    is_contract: Mapped[bool] = mapped_column(default=True)
    """Whether it is the contract of art. 28; a signed letter or assessment is not, and is named in no letter."""
    ended_on: Mapped[date | None]
    """Last day on which what was signed held, once it is over: it is named in no letter any more."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    stored_file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")
    recorded_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[recorded_by_id])
    cancelled_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[cancelled_by_id])


class PortfolioMonth(Base):
    """How many live vendors are measured and the sum of their levels: at the end of a month; of this one, as of now."""

    __tablename__ = "portfolio_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day, in Paris."""
    vendors: Mapped[int]
    points: Mapped[int] = mapped_column(BigInteger)
    """Sum of their levels, in basis points."""


class ImportState(StrEnum):
    """Where an import stands."""

    REVIEWING = "en_revue"
    WORKING = "en_cours"
    """Promised to a job: long lists are entered while nobody waits."""
    DONE = "importe"
    ABANDONED = "abandonne"


class VendorImport(Base):
    """A file of vendors under review: the file itself, the mapping of its columns and the decisions so far."""

    __tablename__ = "vendor_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The header of the list and the column that fills each field, as a person said; empty while the guess stands."""
    decisions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What becomes of each group of doubles, by its key."""
    corrections: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What stands in place of cells that could not be read: by line, by column from 0, what was written instead."""
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How many vendors and services it made, once done; meanwhile its job and how many it will make, or why it could
    not."""
    state: Mapped[ImportState] = mapped_column(default=ImportState.REVIEWING)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    created_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @hybrid_property
    def reach_owner(self) -> int | None:
        """An import under review belongs to whoever started it."""
        return self.created_by_id
