"""What is said about a contract between its vendor and us, on one thread that both read."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.models import Contract
from portal.core.db import Base
from portal.vendors.models import Vendor, VendorChild


class ContractMessage(VendorChild, Base):
    """A question of the vendor on a contract, or our answer; nothing internal stands here."""

    __tablename__ = "contract_message"
    __table_args__ = (Index("ix_contract_message_contract", "contract_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"), index=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    author_name: Mapped[str] = mapped_column(String(200))
    from_vendor: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    contract: Mapped[Contract] = relationship(lazy="raise_on_sql")
