"""What lawyers change in a draft, apart from the library's text, and what they say about it among themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.models import Contract
from portal.contracts.rules.paragraphs import ParagraphEdit, ParagraphWording
from portal.core.db import Base
from portal.identity.models import User


class ContractEdit(Base):
    """What was decided on one paragraph of a draft; without a row, the paragraph is the library's."""

    __tablename__ = "contract_edit"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"), index=True)
    anchor: Mapped[str] = mapped_column(String(60))
    """Of the paragraph in the edition of the library this was made against; a special condition has one of its own."""
    clause_key: Mapped[str] = mapped_column(String(40))
    wording: Mapped[ParagraphWording]
    texts: Mapped[dict[str, Any]]
    """Language → what was typed."""
    after: Mapped[str] = mapped_column(String(60), default="")
    base: Mapped[dict[str, Any]]
    """The library's text it was made against, by language (`rules.paragraphs.base_of`)."""
    clause_version: Mapped[str] = mapped_column(String(20))
    """Edition of the clause it was made against."""
    reason: Mapped[str] = mapped_column(String(1_000), default="")
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    agreed_at: Mapped[datetime | None]
    """When whoever the clause names agreed to it; any change takes the agreement away."""
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    contract: Mapped[Contract] = relationship(lazy="raise_on_sql")
    changed_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[changed_by_id])
    agreed_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[agreed_by_id])

    @property
    def journal_label(self) -> str:
        """The paragraph, as the journal names it."""
        return self.anchor.replace("_", ".")

    def as_edit(self) -> ParagraphEdit:
        """The row as the rules know it."""
        return ParagraphEdit(
            self.anchor,
            self.clause_key,
            self.wording,
            self.texts,
            self.after,
            self.base,
            self.agreed_at is not None,
            self.id,
        )


class ContractComment(Base):
    """A remark on a paragraph of a draft, for the eyes of our side: no document, no file, no vendor ever has it."""

    __tablename__ = "contract_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"), index=True)
    anchor: Mapped[str] = mapped_column(String(60))
    paragraph: Mapped[str] = mapped_column(Text, default="")
    """The library's text it is about, in French: it follows that text when the library changes."""
    text: Mapped[str] = mapped_column(String(4_000))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    contract: Mapped[Contract] = relationship(lazy="raise_on_sql")
    created_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[created_by_id])
    resolved_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[resolved_by_id])
