"""What was decided of a vendor, ready to show."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.dashboard.models import VendorDecision
from portal.dashboard.rules import DecisionChoice, TakenDecision, Urgency
from portal.dashboard.wording import CHOICE_NAMES, REASON_NAMES

TONES = {DecisionChoice.GO_ON: "ok", DecisionChoice.FRAME: "warning", DecisionChoice.LEAVE: "danger"}
SHOWN = 20
"""Decisions that the portfolio lists; each vendor's page has all of its own."""
_FORMER = {
    DecisionChoice.GO_ON: N_("Décidé le %(day)s : poursuivre, jusqu'au %(due)s"),
    DecisionChoice.FRAME: N_("Décidé le %(day)s : encadrer, jusqu'au %(due)s"),
    DecisionChoice.LEAVE: N_("Décidé le %(day)s : sortir, jusqu'au %(due)s"),
}


@dataclass(frozen=True)
class DecisionRow:
    """One decision, with the names of the people."""

    choice: str
    tone: str
    motive: str
    reasons: tuple[str, ...]
    owner: str
    due_on: date
    is_over: bool
    """Whether the last day on which it stood is past."""
    at: datetime
    by: str


def decision_rows(decisions: Sequence[VendorDecision], today: date) -> list[DecisionRow]:
    """The decisions on a vendor in the order given."""
    return [
        DecisionRow(
            CHOICE_NAMES[one.choice], TONES[one.choice], one.motive,
            tuple(REASON_NAMES[Urgency[name.upper()]] for name in one.reasons), one.owner.name, one.due_on,
            one.due_on < today, one.decided_at, one.decided_by.name if one.decided_by else "",
        )
        for one in decisions
    ]  # fmt: skip


@dataclass(frozen=True)
class TakenRow:
    """What was decided last of a vendor, for the list of management."""

    vendor_id: int
    name: str
    choice: str
    tone: str
    owner: str
    due_on: date
    is_over: bool
    decided_on: date
    by: str


def taken_rows(taken: Iterable[TakenDecision], today: date) -> list[TakenRow]:
    """The last decision on each vendor, the soonest to be looked at again first."""
    return [
        TakenRow(
            one.vendor_id, one.vendor, CHOICE_NAMES[one.choice], TONES[one.choice], one.owner, one.due_on,
            one.due_on < today, one.decided_on, one.decided_by,
        )
        for one in sorted(taken, key=lambda one: (one.due_on, one.id))[:SHOWN]
    ]  # fmt: skip


def former_words(former: TakenDecision) -> Sentence:
    """What was decided before of a vendor that waits for a decision again."""
    return say(_FORMER[former.choice], day=former.decided_on, due=former.due_on)
