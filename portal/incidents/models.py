"""Tables of breaches: what is retained of each and what was decided; what each side said, phase after phase."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.clock import legal_date
from portal.core.db import Base
from portal.core.history import Kept
from portal.identity.models import User
from portal.incidents.rules.breach_facts import BreachFacts
from portal.incidents.rules.decision import ClosingFacts, Exemption, RiskLevel
from portal.incidents.rules.life import IncidentState
from portal.vendors.models import Vendor, VendorChild

_LISTED = (
    text(
        "(CASE WHEN state NOT IN ('declaree', 'en_evaluation') THEN 2 WHEN notified_at IS NOT NULL THEN 1 ELSE 0 END)"
    ),
    text("(CASE WHEN state IN ('declaree', 'en_evaluation') AND notified_at IS NULL THEN notify_by END)"),
    text("declared_at DESC"),
    text("id DESC"),
)
"""The order of the list (`queries.incident_page`)."""


class Incident(Kept, VendorChild, Base):
    """A personal data breach at a vendor (RGPD art. 4(12)); a line of the register of art. 33(5), never erased."""

    __tablename__ = "incident"
    kept_columns: ClassVar[tuple[str, ...]] = (
        "state", "facts", "declared_at", "declared_by", "from_vendor", "aware_at", "aware_reason", "notify_by",
        "risk", "risk_reason", "assessed_by", "assessed_at", "notified_at", "notified_reference", "delay_reason",
        "spared_reason", "decided_by", "decided_at", "persons_told_at", "persons_told_how", "exemption",
        "exemption_reason", "effects", "remedy", "lessons", "closed_at", "closed_by", "mistake_reason",
    )  # fmt: skip
    __table_args__ = (
        Index("ix_incident_state_due", "state", "notify_by", "id"),
        Index("ix_incident_listed", "state", *_LISTED),
        Index("ix_incident_first_undecided", *_LISTED),
        Index("ix_incident_vendor", "vendor_id", "id"),
        Index("ix_incident_unread", "unread_since", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vendor_id: Mapped[int] = mapped_column(ForeignKey("vendor.id"))
    state: Mapped[IncidentState] = mapped_column(default=IncidentState.DECLARED)
    """Changed by the acts of `rules.life` alone."""
    facts: Mapped[dict[str, Any]]
    """What we retain (`BreachFacts.plain`)."""
    vendor_facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the vendor said last, all phases together."""
    declared_at: Mapped[datetime]
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    declared_by: Mapped[str] = mapped_column(String(200))
    from_vendor: Mapped[bool]
    """Whether the vendor declared it here; if not, one of ours recorded it."""
    is_shared: Mapped[bool]
    """Whether the vendor sees it in its space: it declared it, or was asked about it."""
    aware_at: Mapped[datetime]
    """When we became aware (art. 33(1))."""
    aware_reason: Mapped[str] = mapped_column(Text, default="")
    """Why that is not the moment of the declaration."""
    notify_by: Mapped[datetime]
    """End of the 72 hours (`rules.clocks`), kept with `aware_at` for lists."""
    affected: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Lines of the register that are concerned, as they were said when they were ticked, by whom and when; empty while
    nobody looked."""
    contract_terms: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What the contracts in force said of the vendor's delay on that day (`contract_terms.ContractTerm`)."""
    unread_since: Mapped[datetime | None]
    """Since when something that the vendor said waits for one of ours."""
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Answers to the questions of the tree."""
    proposed: Mapped[RiskLevel | None]
    """The level that they lead to."""
    risk: Mapped[RiskLevel | None]
    """The level that a person decided on."""
    risk_reason: Mapped[str] = mapped_column(Text, default="")
    assessed_by: Mapped[str] = mapped_column(String(200), default="")
    assessed_at: Mapped[datetime | None]
    notified_at: Mapped[datetime | None]
    notified_reference: Mapped[str] = mapped_column(String(120), default="")
    delay_reason: Mapped[str] = mapped_column(Text, default="")
    """Why the authority was notified after the 72 hours (art. 33(1))."""
    spared_reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was not notified."""
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None]
    persons_told_at: Mapped[datetime | None]
    persons_told_how: Mapped[str] = mapped_column(Text, default="")
    exemption: Mapped[Exemption | None]
    exemption_reason: Mapped[str] = mapped_column(Text, default="")
    effects: Mapped[str] = mapped_column(Text, default="")
    """Its effects, as known when it was closed (art. 33(5))."""
    remedy: Mapped[str] = mapped_column(Text, default="")
    lessons: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(200), default="")
    mistake_reason: Mapped[str] = mapped_column(Text, default="")
    """Why it is none after all."""

    vendor: Mapped[Vendor] = relationship(lazy="raise_on_sql")

    @property
    def known(self) -> BreachFacts:
        """What we retain."""
        return BreachFacts.of(self.facts)

    @property
    def reference(self) -> str:
        """What people call it: « VD-2026-0012 »."""
        return reference_of(self.id, self.declared_at)

    @property
    def closing_facts(self) -> ClosingFacts:
        """What is looked at before it is closed."""
        return ClosingFacts(
            self.risk, self.notified_at is not None, self.persons_told_at is not None, self.exemption
        )  # fmt: skip

    @property
    def journal_label(self) -> str:
        """Its reference: what happened is in the entry, not in its title."""
        return self.reference


def reference_of(incident_id: int, declared_at: datetime) -> str:
    """What people call a breach, from its row."""
    return f"VD-{legal_date(declared_at):%Y}-{incident_id:04}"


class IncidentStatement(Base):
    """What one side said of a breach at one moment: append-only; an internal one is never shown to the vendor."""

    __tablename__ = "incident_statement"
    __table_args__ = (Index("ix_incident_statement_incident", "incident_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    author_name: Mapped[str] = mapped_column(String(200))
    from_vendor: Mapped[bool]
    internal: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text, default="")
    said: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The facts that it says anew, as JSON values."""

    incident: Mapped[Incident] = relationship(lazy="raise_on_sql")
    author: Mapped[User | None] = relationship(lazy="raise_on_sql")


class IncidentFinding(Base):
    """A finding opened from a breach."""

    __tablename__ = "incident_finding"
    __table_args__ = (UniqueConstraint("incident_id", "finding_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    seen_at: Mapped[datetime]
