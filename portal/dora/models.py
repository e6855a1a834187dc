"""What only the register of information asks, standing facts beside what the portal holds; none means nobody said."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base

CODE = String(40)
"""A code of a list of `data/codes.toml`; empty when nobody has said."""


class DoraEntity(Base):
    """An entity of the group whose register is kept (Implementing Regulation (EU) 2024/2956, B_01.01 to B_01.03)."""

    __tablename__ = "dora_entity"

    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entity.id", ondelete="CASCADE"), primary_key=True)
    keeps_register: Mapped[bool] = mapped_column(default=False)
    """Whether it keeps the register for all; needed when there are several."""
    authority: Mapped[str] = mapped_column(String(200), default="")
    entity_type: Mapped[str] = mapped_column(CODE, default="")
    hierarchy: Mapped[str] = mapped_column(CODE, default="")
    parent_lei: Mapped[str] = mapped_column(String(20), default="")
    currency: Mapped[str] = mapped_column(String(3), default="")
    total_assets: Mapped[int | None] = mapped_column(BigInteger)
    """In whole units of the currency."""
    integrated_on: Mapped[date | None]
    has_branches: Mapped[bool | None]
    branches: Mapped[list[str]] = mapped_column(default=list)
    """One a line: code, name and country (ISO 3166), separated by bars."""
    definitions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What it means by its coded answers, by column of B_99.01."""
    changed_at: Mapped[datetime]


class DoraFunction(Base):
    """Something that an entity does, which services support (B_06.01)."""

    __tablename__ = "dora_function"

    id: Mapped[int] = mapped_column(primary_key=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entity.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    activity: Mapped[str] = mapped_column(CODE, default="")
    criticality: Mapped[str] = mapped_column(CODE, default="")
    reasons: Mapped[str] = mapped_column(Text, default="")
    assessed_on: Mapped[date | None]
    rto_hours: Mapped[int | None]
    """Longest interruption, in hours."""
    rpo_hours: Mapped[int | None]
    """Most data lost, in hours."""
    impact: Mapped[str] = mapped_column(CODE, default="")

    @property
    def identifier(self) -> str:
        """As the register writes it."""
        return f"F{self.id}"

    @property
    def journal_label(self) -> str:
        """Its name."""
        return self.name


class DoraProvider(Base):
    """A company that provides, as the register identifies it (B_05.01): a vendor, or one of the chain."""

    __tablename__ = "dora_provider"
    __table_args__ = (CheckConstraint("(vendor_id IS NULL) <> (company_id IS NULL)", name="one_company"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int | None] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), unique=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("chain_company.id", ondelete="CASCADE"), unique=True)
    """The company of the chain that stands for all its names (`knot`)."""
    latin_name: Mapped[str] = mapped_column(String(200), default="")
    code_type: Mapped[str] = mapped_column(CODE, default="")
    code: Mapped[str] = mapped_column(String(80), default="")
    person: Mapped[str] = mapped_column(CODE, default="")
    is_own_parent: Mapped[bool | None]
    """Whether no company stands above it."""
    parent_name: Mapped[str] = mapped_column(String(200), default="")
    parent_code_type: Mapped[str] = mapped_column(CODE, default="")
    parent_code: Mapped[str] = mapped_column(String(80), default="")
    parent_country: Mapped[str] = mapped_column(String(2), default="")


class DoraContract(Base):
    """What the register asks of a contract in force (B_02.01, B_02.02)."""

    __tablename__ = "dora_contract"

    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"), primary_key=True)
    reference: Mapped[str] = mapped_column(String(120), default="", index=True)
    arrangement: Mapped[str] = mapped_column(CODE, default="")
    overarching_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id", ondelete="SET NULL"), index=True)
    answers_to_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id", ondelete="SET NULL"), index=True)
    """The contract with an outside provider that an intra-group one rests on (B_02.03)."""
    currency: Mapped[str] = mapped_column(String(3), default="")
    annual_cost: Mapped[int | None] = mapped_column(BigInteger)
    """In whole units of the currency."""
    has_no_end: Mapped[bool | None]
    notice_days: Mapped[int | None]
    """Calendar days of notice that the entity gives."""
    provider_notice_days: Mapped[int | None]
    governing_law: Mapped[str] = mapped_column(String(2), default="")


class DoraService(Base):
    """What the register asks of a service (B_02.02, B_05.02, B_07.01)."""

    __tablename__ = "dora_service"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    is_ict: Mapped[bool | None]
    """Whether it is an ICT service (DORA art. 3(21)); the others are not in the register."""
    not_ict_why: Mapped[str] = mapped_column(Text, default="")
    ict_type: Mapped[str] = mapped_column(CODE, default="")
    branch_codes: Mapped[list[str]] = mapped_column(default=list)
    """Codes of the branches that use it, besides the head office."""
    provision_country: Mapped[str] = mapped_column(String(2), default="")
    stores_data: Mapped[bool | None]
    rest_countries: Mapped[list[str]] = mapped_column(default=list)
    processing_countries: Mapped[list[str]] = mapped_column(default=list)
    sensitivity: Mapped[str] = mapped_column(CODE, default="")
    reliance: Mapped[str] = mapped_column(CODE, default="")
    substitutability: Mapped[str] = mapped_column(CODE, default="")
    hard_reason: Mapped[str] = mapped_column(CODE, default="")
    audited_on: Mapped[date | None]
    never_audited: Mapped[bool] = mapped_column(default=False)
    has_exit_plan: Mapped[bool | None]
    reintegration: Mapped[str] = mapped_column(CODE, default="")
    impact: Mapped[str] = mapped_column(CODE, default="")
    alternatives: Mapped[str] = mapped_column(CODE, default="")
    alternative_names: Mapped[str] = mapped_column(Text, default="")


class DoraSupport(Base):
    """A service supports a function."""

    __tablename__ = "dora_support"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    function_id: Mapped[int] = mapped_column(
        ForeignKey("dora_function.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class DoraSubcontractor(Base):
    """Whether a company of the chain effectively underpins a service, as a person judged (B_05.02)."""

    __tablename__ = "dora_subcontractor"
    __table_args__ = (UniqueConstraint("service_id", "company_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(ForeignKey("chain_company.id", ondelete="CASCADE"), index=True)
    underpins: Mapped[bool]
    decided_by: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime]
