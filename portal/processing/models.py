"""Tables of the register of processing: a line, its versions, the services they rest on, and who confirmed them."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import sought
from portal.core.db import Base
from portal.identity.models import User
from portal.processing.rules.impact import ImpactNeed
from portal.processing.rules.kept_sheets import from_plain
from portal.processing.rules.review import YEARLY, ReviewRhythm
from portal.processing.rules.sheets import ActivityRole, Sheet
from portal.vendors.models import LegalEntity, Service

_REVIEW = ("ended_on", "review_by", "confirmed_on")


class ProcessingActivity(Base):
    """A line of the register of a legal entity (RGPD art. 30): what it says now is its open version."""

    __tablename__ = "processing_activity"
    __table_args__ = (
        # What the register of each company, the whole and each person in charge are counted by: no line is opened.
        Index("ix_processing_activity_entity", "legal_entity_id", *_REVIEW, "owner_id"),
        Index("ix_processing_activity_review", *_REVIEW),
        Index("ix_processing_activity_owner", "owner_id", *_REVIEW),
        # The order of the lists: a page of them is read, and the rest is not.
        Index("ix_processing_activity_listed", "sought", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entity.id"))
    role: Mapped[ActivityRole]
    name: Mapped[str] = mapped_column(String(200))
    """That of its last version."""
    sought: Mapped[str] = mapped_column(String(600), default="")
    """Name, purpose and reference of its last version in plain words: what a search looks in."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who confirms that it is still so."""
    confirmed_on: Mapped[date | None]
    """Day on which somebody last said that it is so; none while nobody has, or since its words changed."""
    confirmed_by: Mapped[str] = mapped_column(String(200), default="")
    review_by: Mapped[date]
    """The last day on which somebody is to confirm it: a month after it was entered or changed, then by its rhythm."""
    review_months: Mapped[int] = mapped_column(default=YEARLY)
    """Months between two reviews."""
    review_month: Mapped[int | None]
    """The month by whose end it is reviewed, 1 to 12; none is a day of its own."""
    created_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    """The day from which it is no longer carried out; it stays in the register as of the days before."""

    legal_entity: Mapped[LegalEntity] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @hybrid_property
    def reach_owner(self) -> int | None:
        """For the policy: who confirms it."""
        return self.owner_id

    @property
    def rhythm(self) -> ReviewRhythm:
        """How often it is reviewed, as the rules take it."""
        return ReviewRhythm(self.review_months, self.review_month)


class ActivityWord(sought.IndexedText, Base):
    """A word of the name, purpose or reference of a line of the register."""

    __tablename__ = "processing_activity_word"

    activity_id: Mapped[int] = mapped_column(
        ForeignKey("processing_activity.id", ondelete="CASCADE"), primary_key=True, index=True
    )


sought.index_words(ProcessingActivity, ActivityWord.activity_id)


class ActivityVersion(Base):
    """What a line of the register said, from a day to another: nothing in it changes but its end."""

    __tablename__ = "activity_version"
    __table_args__ = (
        UniqueConstraint("activity_id", "number"),
        Index("ix_activity_version_standing", "activity_id", "valid_until", "gaps", "need"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("processing_activity.id", ondelete="CASCADE"))
    number: Mapped[int]
    valid_from: Mapped[date]
    """The day from which the register says it."""
    valid_until: Mapped[date | None]
    """The day it no longer said it; none while it does. Of two versions of one day, the last one counts."""
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    """The sheet, every field (`rules.sheets.as_plain`)."""
    need: Mapped[ImpactNeed | None]
    """Whether an impact assessment is due; none for what is done as processor."""
    gaps: Mapped[int]
    """How much it lacks; of what stands, counted again with what the services say since (`keeping`)."""
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    written_by: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime]

    activity: Mapped[ProcessingActivity] = relationship(lazy="raise_on_sql")
    links: Mapped[list["ActivityService"]] = relationship(
        lazy="raise_on_sql", order_by="ActivityService.service_id", cascade="all, delete-orphan"
    )

    @property
    def sheet(self) -> Sheet:
        """What it says; the caller has loaded the activity."""
        return from_plain(self.activity.role, self.content)

    @property
    def last_day(self) -> date | None:
        """The last whole day on which the register said it; none while it says it, and for what changed at once."""
        eve = self.valid_until - timedelta(days=1) if self.valid_until else None
        return eve if eve is not None and eve >= self.valid_from else None


class ActivityService(Base):
    """A service of a processor that a version of a line rests on."""

    __tablename__ = "activity_service"
    __table_args__ = (Index("ix_activity_service_rested", "service_id", "version_id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("activity_version.id", ondelete="CASCADE"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)

    service: Mapped[Service] = relationship(lazy="raise_on_sql")


class ActivityConfirmation(Base):
    """Somebody said that a version was still so; never changed afterwards."""

    __tablename__ = "activity_confirmation"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("activity_version.id", ondelete="CASCADE"), index=True)
    confirmed_on: Mapped[date]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    confirmed_by: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")


class ProposalDismissal(Base):
    """Somebody judged that what a vendor says is not for the register; it holds while the facts stay as they were."""

    __tablename__ = "proposal_dismissal"
    __table_args__ = (Index("ix_proposal_dismissal_activity", "activity_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("processing_activity.id", ondelete="CASCADE"))
    """None when a line was proposed."""
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    """Of the facts (`rules.proposals`)."""
    said: Mapped[str] = mapped_column(Text)
    """What was proposed, in French words."""
    reason: Mapped[str] = mapped_column(Text)
    dismissed_on: Mapped[date]
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    dismissed_by: Mapped[str] = mapped_column(String(200))
