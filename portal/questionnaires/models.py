"""Questionnaires in the database: those published, frozen for ever, and those that are written in the portal."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
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


class OwnQuestionnaire(Base):
    """A questionnaire written in the portal, as it reads now; what was published of it is a `QuestionnaireVersion`."""

    __tablename__ = "own_questionnaire"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    version: Mapped[str] = mapped_column(String(20))
    """The number it would be published under the first time; then the next one is counted from what was published."""
    minutes: Mapped[int | None]
    title_fr: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    introduction_fr: Mapped[str] = mapped_column(Text)
    introduction_en: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(200))
    """What it was made from: a questionnaire and its version, the name of a file; empty when written from nothing."""
    published_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire_version.id"))
    """The version that may be asked; none before the first publication."""
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    """Since when it is asked no more; audits under way go on."""


class OwnSection(Base):
    """A section of a questionnaire written in the portal; it may be empty while it is written."""

    __tablename__ = "own_section"
    __table_args__ = (UniqueConstraint("questionnaire_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("own_questionnaire.id"))
    place: Mapped[int]
    key: Mapped[str] = mapped_column(String(80))
    title_fr: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    introduction_fr: Mapped[str] = mapped_column(Text)
    introduction_en: Mapped[str] = mapped_column(Text)


class OwnQuestion(Base):
    """A question of a questionnaire written in the portal, or one of another questionnaire asked here too."""

    __tablename__ = "own_question"
    __table_args__ = (UniqueConstraint("questionnaire_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("own_questionnaire.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("own_section.id"), index=True)
    place: Mapped[int]
    key: Mapped[str] = mapped_column(String(160))
    toml: Mapped[str] = mapped_column(Text)
    """The fields of its entry as a file holds them; `same_as` alone for one that is defined elsewhere."""
