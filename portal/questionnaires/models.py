"""A published questionnaire: text, version and hash, frozen for ever."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, JsonValue


class QuestionnaireVersion(Base):
    """A questionnaire as it was when first launched; audits point here, never at a file."""

    __tablename__ = "questionnaire_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), index=True)
    version: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[dict[str, Any]]
    """{"fr": …, "en": …}"""
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue, deferred=True, deferred_raiseload=True)
    """Some 100 kB: read through `queries.questionnaire_of`, which keeps it per hash."""
    published_at: Mapped[datetime]
