"""Changes of the clause library: what a lawyer proposes, and what a second person made of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.rules.proposals import ProposalKind, ProposalState
from portal.core.db import Base
from portal.identity.models import User


class ClauseProposal(Base):
    """A change of a clause, or its retirement: nothing changes until a second person approves it, nothing afterwards.

    What was approved is the edition of the clause: its whole file as it is read from then on.
    """

    __tablename__ = "clause_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    clause_key: Mapped[str] = mapped_column(String(40), index=True)
    open_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    """The clause, while it waits: there is one at a time."""
    kind: Mapped[ProposalKind]
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.OPEN, index=True)
    reason: Mapped[str] = mapped_column(String(2_000))
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Paragraph → field → what it was in the library, what it would be (`rules.clause_writing.FIELDS`)."""
    writers: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Everybody who wrote something of it: `id`, `name`, `email`, `role`."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    changed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    decision: Mapped[str] = mapped_column(String(2_000), default="")
    """What whoever decided said of it."""
    edition: Mapped[int | None] = mapped_column(unique=True)
    """Its rank among what was approved: the library as of an edition never changes."""
    version: Mapped[str] = mapped_column(String(20), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    """The whole file of the clause, as approved; empty when it was retired."""
    replaced_version: Mapped[str] = mapped_column(String(20), default="")
    replaced_sha256: Mapped[str] = mapped_column(String(64), default="")
    replaced_text: Mapped[str] = mapped_column(Text, default="")
    """The whole file that it took the place of."""

    created_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[created_by_id])
    decided_by: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[decided_by_id])

    @property
    def journal_label(self) -> str:
        """The clause, as the journal names it."""
        return self.clause_key
