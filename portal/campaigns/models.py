"""Campaigns and their waves: who is audited with what, how often, and what has been sent."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.audits.models import Audit
from portal.campaigns.rules import LetterKind
from portal.core.db import Base, JsonValue
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import Vendor

COMPOSED_TITLE: Mapping[str, str] = MappingProxyType({
    "fr": "Questionnaire composé pour chaque prestataire", "en": "Questionnaire composed for each provider",
})  # fmt: skip


class CampaignState(StrEnum):
    """Whether a campaign runs."""

    DRAFT = "brouillon"
    ACTIVE = "active"
    PAUSED = "suspendue"
    ENDED = "terminee"


class SavedAudience(Base):
    """Criteria kept under a name, for campaigns to choose."""

    __tablename__ = "saved_audience"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    audience: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    @property
    def reach_vendor(self) -> None:
        """It belongs to no vendor."""
        return None


class Campaign(Base):
    """A standing order: this questionnaire, to these vendors, at this rhythm."""

    __tablename__ = "campaign"
    __table_args__ = (Index("ix_campaign_due", "state", "next_run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    questionnaire_key: Mapped[str] = mapped_column(String(80))
    audience: Mapped[dict[str, Any]]
    """Its criteria: those of its saved audience, when it has one."""
    saved_audience_id: Mapped[int | None] = mapped_column(ForeignKey("saved_audience.id"))
    recurrence: Mapped[dict[str, Any]]
    """Rule in civil time, with its zone."""
    next_run_at: Mapped[datetime | None]
    """The only truth of the schedule: a wave starts by compare-and-swap on it."""
    delay_days: Mapped[int] = mapped_column(default=30)
    reminders: Mapped[list[int]] = mapped_column(JsonValue, default=list)
    """Days relative to the due date: -7, -1, 3."""
    escalation_email: Mapped[str] = mapped_column(String(254), default="")
    escalation_after_days: Mapped[int] = mapped_column(default=7)
    state: Mapped[CampaignState] = mapped_column(default=CampaignState.DRAFT)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    @property
    def reach_vendor(self) -> None:
        """A campaign belongs to no vendor."""
        return None


class Wave(Base):
    """One run of a campaign, unique by the local period it stands for."""

    __tablename__ = "wave"
    __table_args__ = (UniqueConstraint("campaign_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    period: Mapped[str] = mapped_column(String(40))
    questionnaire_version_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire_version.id"))
    """What was asked of all; none when each vendor is asked what its own services call for: its audit says what."""
    started_at: Mapped[datetime]
    due_on: Mapped[date]
    size: Mapped[int] = mapped_column(default=0)

    campaign: Mapped[Campaign] = relationship(lazy="raise_on_sql")
    questionnaire_version: Mapped[QuestionnaireVersion | None] = relationship(lazy="raise_on_sql")

    @property
    def title(self) -> Mapping[str, str]:
        """What was asked, in each language."""
        return COMPOSED_TITLE if self.questionnaire_version is None else self.questionnaire_version.title


class WaveAudit(Base):
    """An audit opened by a wave, with the reminders and the escalation it has had."""

    __tablename__ = "wave_audit"
    __table_args__ = (Index("ix_wave_audit_invited", "wave_id", "invited"),)

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    invited: Mapped[int] = mapped_column(default=0)
    """People written to so far; 0 means that nobody at this vendor could be reached yet."""
    reminded_on: Mapped[list[str]] = mapped_column(default=list)
    """The days of the reminders that were sent, in ISO form."""
    passed_over: Mapped[list[str]] = mapped_column(default=list)
    """Those of the reminders that are not to be sent: they were for before the invitation, or before more time."""
    escalated_on: Mapped[date | None]

    audit: Mapped[Audit] = relationship(lazy="raise_on_sql")
    wave: Mapped[Wave] = relationship(lazy="raise_on_sql")


class WaveSkip(Base):
    """A vendor that a wave left alone: it was answering the same questionnaire, or is accepted until later."""

    __tablename__ = "wave_skip"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"))
    """The audit under way, or accepted."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    audit: Mapped[Audit] = relationship(lazy="raise_on_sql")


class LetterText(Base):
    """A message of waves in our own words, in both languages; without a row, it is sent as it was shipped."""

    __tablename__ = "letter_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LetterKind] = mapped_column(unique=True)
    subject_fr: Mapped[str] = mapped_column(String(150))
    body_fr: Mapped[str] = mapped_column(Text)
    subject_en: Mapped[str] = mapped_column(String(150))
    body_en: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]

    @property
    def journal_label(self) -> str:
        """For the journal: which message."""
        return self.kind.value

    @property
    def reach_vendor(self) -> None:
        """A message belongs to no vendor."""
        return None

    def texts(self) -> dict[str, str]:
        """Subject then message, by language, as a template fills them."""
        return {"fr": f"{self.subject_fr}\n{self.body_fr}", "en": f"{self.subject_en}\n{self.body_en}"}
