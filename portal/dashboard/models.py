"""Reports asked for by management: the figures frozen when asked, the file when printed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Base
from portal.core.language import Language
from portal.core.stored import StoredFile


class PortfolioReport(Base):
    """The portfolio as it stood at an instant, on one page."""

    __tablename__ = "portfolio_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    language: Mapped[Language]
    tree: Mapped[dict[str, Any]]
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    stored_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
