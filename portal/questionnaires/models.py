"""A published questionnaire: text, version and hash, frozen for ever."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, JsonValue


def _itself(context: DefaultExecutionContext) -> list[str]:
    """A version that is not composed is made of the questionnaire whose key it bears."""
    values: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return [values["key"]]


class QuestionnaireVersion(Base):
    """A questionnaire as it was when first launched; audits point here, never at a file."""

    __tablename__ = "questionnaire_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), index=True)
    version: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    packs: Mapped[list[str]] = mapped_column(JsonValue, default=_itself)
    """Keys of the questionnaires it is made of: its own, or those composed for a vendor, in the order asked."""
    title: Mapped[dict[str, Any]]
    """{"fr": …, "en": …}"""
    content: Mapped[dict[str, Any]] = mapped_column(JsonValue, deferred=True, deferred_raiseload=True)
    """Some 100 kB: read through `queries.questionnaire_of`, which keeps it per hash."""
    published_at: Mapped[datetime]
