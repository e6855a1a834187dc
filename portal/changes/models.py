"""Tables of announced changes: what the vendor said, what changes, who thought what of it, what we answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.chain.rules.transfer_tools import TransferTool
from portal.changes.rules.difference import AnnouncedMove
from portal.changes.rules.life import ChangeDecision, ChangeState, MoveKind, MoveStanding, Opinion
from portal.core import sought
from portal.core.clock import legal_date
from portal.core.db import Base
from portal.core.language import N_
from portal.core.stored import StoredFile
from portal.identity.models import User
from portal.vendors.models import Vendor, VendorChild
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.naming import plain


class ChangeSource(Labelled):
    """How an announcement came to us."""

    DECLARED = "declare", N_("Déclaré par le prestataire dans son espace")
    PASTED = "colle", N_("Texte collé")
    FILE = "fichier", N_("Fichier")
    MAIL = "courriel", N_("Message reçu à l'adresse des annonces de ce prestataire")


class AnnouncedChange(VendorChild, Base):
    """A change of sub-processors that a vendor announces (RGPD art. 28(2)), from its receipt to our answer."""

    __tablename__ = "announced_change"
    __table_args__ = (
        Index("ix_announced_change_state", "state", "object_before", "id"),
        Index("ix_announced_change_vendor", "vendor_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    state: Mapped[ChangeState] = mapped_column(default=ChangeState.RECEIVED)
    """Changed by the acts of `rules.life` alone."""
    title: Mapped[str] = mapped_column(String(300))
    """The companies it is about; kept by the writes of its lines."""
    sought: Mapped[str] = mapped_column(String(sought.LONGEST), default="")
    source: Mapped[ChangeSource]
    text: Mapped[str] = mapped_column(Text, default="")
    """What the vendor wrote, as it was read."""
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """The file it came in, sealed."""
    message_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the message it came in, which is read once."""
    received_at: Mapped[datetime]
    """When it reached us: the delay is counted from it."""
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    recorded_by: Mapped[str] = mapped_column(String(200))
    object_before: Mapped[datetime | None]
    """The first instant too late to object, by the contracts in force; none while no delay is known. Kept while it
    waits (`services.keep_deadline`), frozen with the answer."""
    deadline: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What it rested on when the answer left (`deadline_lines.DeadlineLine.plain`)."""
    decision: Mapped[ChangeDecision | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why; ours, and printed in the letter only by `letter_reason`."""
    letter_reason: Mapped[str] = mapped_column(Text, default="")
    """What the vendor is told of it."""
    conditions: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime | None]
    """When our answer left."""
    answered_how: Mapped[str] = mapped_column(String(300), default="")
    """How, when it was not sent from here."""
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    letter: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The letter as it left, by language."""
    dismissed_reason: Mapped[str] = mapped_column(Text, default="")

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")
    stored_file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")

    @property
    def reference(self) -> str:
        """What people call it: « CS-2026-0012 »."""
        return reference_of(self.id, self.recorded_at)

    @property
    def journal_label(self) -> str:
        """Its reference and the companies."""
        return f"{self.reference} · {self.title}"

    @validates("title")
    def _keep_sought(self, _column: str, title: str) -> str:
        self.sought = plain(title)[: sought.LONGEST]
        return title


class AnnouncedChangeWord(sought.IndexedText, Base):
    """A word of the companies of an announced change."""

    __tablename__ = "announced_change_word"

    change_id: Mapped[int] = mapped_column(
        ForeignKey("announced_change.id", ondelete="CASCADE"), primary_key=True, index=True
    )


sought.index_words(AnnouncedChange, AnnouncedChangeWord.change_id)


def reference_of(change_id: int, recorded_at: datetime) -> str:
    """What people call an announced change, from its row."""
    return f"CS-{legal_date(recorded_at):%Y}-{change_id:04}"


class ChangeMove(Base):
    """One company that an announced change adds, replaces, removes or moves; discarded, it stays with who did it."""

    __tablename__ = "change_move"
    __table_args__ = (Index("ix_change_move_change", "change_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("announced_change.id", ondelete="CASCADE"))
    kind: Mapped[MoveKind]
    name: Mapped[str] = mapped_column(String(300))
    replaces: Mapped[str] = mapped_column(String(300), default="")
    country: Mapped[str] = mapped_column(String(5), default="")
    processing: Mapped[str] = mapped_column(Text, default="")
    """What it will process, for what."""
    tool: Mapped[TransferTool] = mapped_column(default=TransferTool.UNKNOWN)
    starts_on: Mapped[date | None]
    quote: Mapped[str] = mapped_column(Text, default="")
    """Where it was read."""
    is_declared: Mapped[bool] = mapped_column(default=False)
    """Whether the vendor wrote it in its space: the others are ours until our answer leaves."""
    standing: Mapped[MoveStanding] = mapped_column(default=MoveStanding.PROPOSED)
    settled_by: Mapped[str] = mapped_column(String(200), default="")
    settled_at: Mapped[datetime | None]

    change: Mapped[AnnouncedChange] = relationship(lazy="raise_on_sql")

    @property
    def announced(self) -> AnnouncedMove:
        """As the rules take it."""
        return AnnouncedMove(self.kind, self.name, self.replaces, self.country, self.tool, self.starts_on)

    @property
    def reach_vendor(self) -> int:
        """The vendor it belongs to."""
        return self.change.vendor_id

    @property
    def journal_label(self) -> str:
        """The company."""
        return self.name


class ChangeOpinion(Base):
    """What somebody of ours was asked about an announced change, and what they said; no vendor ever sees it."""

    __tablename__ = "change_opinion"
    __table_args__ = (
        UniqueConstraint("change_id", "adviser_id"),
        Index("ix_change_opinion_adviser", "adviser_id", "given_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("announced_change.id", ondelete="CASCADE"))
    adviser_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime]
    opinion: Mapped[Opinion | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime | None]

    change: Mapped[AnnouncedChange] = relationship(lazy="raise_on_sql")
    adviser: Mapped[User] = relationship(lazy="raise_on_sql")
