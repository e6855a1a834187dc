"""Rules of findings: how grave they are, where they stand, how long a vendor has, who may do what to them."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from portal.core.dataclass import dataclass


class Severity(StrEnum):
    """How grave a finding is."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class RelationStage(StrEnum):
    """The moment of the relation with a consumer that a question or a fault belongs to."""

    BEFORE = "avant"
    """Before the sale: prospecting, consent, information given beforehand."""
    DURING = "pendant"
    """During it: the contract concluded, the calls about it."""
    AFTER = "apres"
    """After it: withdrawal, refund, return, what becomes of the data."""


FINDING_DAYS: Mapping[Severity, int] = {Severity.CRITICAL: 15, Severity.MAJOR: 60, Severity.MINOR: 180}
"""Days given to correct a finding: our scale, not a statutory delay."""

WAIVER_DAYS: Mapping[Severity, int] = {Severity.CRITICAL: 90, Severity.MAJOR: 180, Severity.MINOR: 365}
"""Days for which a finding may be accepted as it is, at most: the graver, the sooner it is decided again."""

MOST_POSTPONEMENTS = 3
"""Times a due date may have been put off; from then on the vendor proposes no other, somebody has to talk to it."""

SOON_DAYS = 14
"""Days before the due date from which a plan lists a finding as near."""


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "ouvert"
    ANSWERED = "repondu"
    CLOSED = "clos"
    WAIVED = "risque_accepte"

    @property
    def is_settled(self) -> bool:
        """Whether nothing is expected of the vendor."""
        return self in {FindingState.CLOSED, FindingState.WAIVED}


LIVE = tuple(state for state in FindingState if not state.is_settled)
"""States in which someone still has something to do."""


class Side(StrEnum):
    """Who acts on a finding."""

    OURS = "nous"
    VENDOR = "prestataire"


class FindingAct(StrEnum):
    """What may be done to a finding that exists."""

    AMEND = "modifier"
    SEE_AGAIN = "revoir"
    ASK = "demander"
    REPLY = "repondre"
    ASSIGN = "charger"
    PROPOSE_DATE = "proposer"
    DECIDE_DATE = "decider"
    CONFIRM = "verifier"
    FAIL_RETEST = "refuser"
    WAIVE = "accepter"
    REOPEN = "rouvrir"


@dataclass(frozen=True)
class ActRule:
    """Who may do something to a finding, in which states, and the state it leads to (none: it stays)."""

    sides: tuple[Side, ...]
    states: tuple[FindingState, ...]
    leads_to: FindingState | None = None


_OURS, _VENDOR, _BOTH = (Side.OURS,), (Side.VENDOR,), (Side.OURS, Side.VENDOR)
_SETTLED = tuple(state for state in FindingState if state.is_settled)
ACTS: Mapping[FindingAct, ActRule] = {
    FindingAct.AMEND: ActRule(_OURS, LIVE),
    FindingAct.SEE_AGAIN: ActRule(_OURS, LIVE),
    FindingAct.ASK: ActRule(_OURS, LIVE, FindingState.OPEN),
    FindingAct.REPLY: ActRule(_VENDOR, LIVE, FindingState.ANSWERED),
    FindingAct.ASSIGN: ActRule(_BOTH, LIVE),
    FindingAct.PROPOSE_DATE: ActRule(_VENDOR, (FindingState.OPEN,)),
    FindingAct.DECIDE_DATE: ActRule(_OURS, LIVE),
    FindingAct.CONFIRM: ActRule(_OURS, LIVE, FindingState.CLOSED),
    FindingAct.FAIL_RETEST: ActRule(_OURS, LIVE, FindingState.OPEN),
    FindingAct.WAIVE: ActRule(_OURS, (*LIVE, FindingState.WAIVED), FindingState.WAIVED),
    FindingAct.REOPEN: ActRule(_OURS, _SETTLED, FindingState.OPEN),
}
"""The whole life of a finding. No act of the vendor settles one: it is closed by a retest that we make."""


def state_after(act: FindingAct, state: FindingState) -> FindingState | None:
    """The state that an act leads to; none when it is refused in this one.

    >>> state_after(FindingAct.REPLY, FindingState.OPEN), state_after(FindingAct.REPLY, FindingState.CLOSED)
    (<FindingState.ANSWERED: 'repondu'>, None)
    """
    rule = ACTS[act]
    return (rule.leads_to or state) if state in rule.states else None


class ClosingBasis(StrEnum):
    """What shows that a finding is corrected."""

    PROOF = "preuve"
    """A file that the vendor gave since it was asked."""
    OURSELVES = "verifie"
    """Something that we saw ourselves: a new sample, a test, a visit."""


class StaleReason(StrEnum):
    """Why an acceptance is to be decided again."""

    ENDLESS = "sans_terme"
    """It has no last day."""
    EXPIRED = "terme_passe"
    LEVEL_MOVED = "niveau_change"
    """The level of demonstrated guarantees is no longer the one that was accepted."""


@dataclass(frozen=True)
class Waiver:
    """A finding accepted as it is: until when, and the level of guarantees it was decided on (-1: never measured)."""

    until: date | None
    level_points: int | None

    def stale(self, today: date, level_points: int) -> StaleReason | None:
        """Why it holds no longer; none while it does."""
        if self.until is None:
            return StaleReason.ENDLESS
        if self.until < today:
            return StaleReason.EXPIRED
        return StaleReason.LEVEL_MOVED if self.level_points != level_points else None


class PlanGroup(StrEnum):
    """Where a finding stands in the plan of its vendor, the most pressing first; each is in one group."""

    DECIDE = "a-decider"
    """Ours: another date proposed, or an acceptance that holds no longer."""
    VERIFY = "a-verifier"
    """Ours: the vendor says that it is corrected."""
    LATE = "en-retard"
    SOON = "bientot"
    LATER = "plus-tard"
    WAIVED = "acceptes"
    CLOSED = "clos"

    @property
    def is_ours(self) -> bool:
        """Whether the next act is ours."""
        return self in {PlanGroup.DECIDE, PlanGroup.VERIFY}


@dataclass(frozen=True)
class PlannedFinding:
    """What the plan needs to know of a finding to place it."""

    state: FindingState
    due_on: date
    has_proposal: bool
    waiver: Waiver

    def is_overdue(self, today: date) -> bool:
        """Whether it is past its date, whoever acts next."""
        return self.state in LIVE and self.due_on < today

    def stale(self, today: date, level_points: int) -> StaleReason | None:
        """Why its acceptance holds no longer, when it was accepted."""
        return self.waiver.stale(today, level_points) if self.state is FindingState.WAIVED else None

    def group(self, today: date, level_points: int) -> PlanGroup:
        """Where it stands today; `level_points` is the vendor's level now."""
        if self.state is FindingState.CLOSED:
            return PlanGroup.CLOSED
        if self.state is FindingState.WAIVED:
            return PlanGroup.DECIDE if self.stale(today, level_points) else PlanGroup.WAIVED
        if self.has_proposal:
            return PlanGroup.DECIDE
        if self.state is FindingState.ANSWERED:
            return PlanGroup.VERIFY
        if self.due_on < today:
            return PlanGroup.LATE
        return PlanGroup.SOON if self.due_on <= today + timedelta(days=SOON_DAYS) else PlanGroup.LATER


class PlanVerdict(StrEnum):
    """What is said of a whole plan."""

    UNCHECKED = "jamais_controle"
    """Nobody ever looked: an empty plan says nothing good."""
    LATE = "en_retard"
    OURS = "a_nous"
    """Nothing is late; something waits for us."""
    UNDER_WAY = "en_cours"
    DONE = "a_jour"


def plan_verdict(groups: Iterable[PlanGroup], overdue: int, *, is_checked: bool) -> PlanVerdict:
    """What is said of a plan, from the groups of its findings; overdue ones count whoever acts next.

    >>> plan_verdict([], 0, is_checked=False), plan_verdict([], 0, is_checked=True)
    (<PlanVerdict.UNCHECKED: 'jamais_controle'>, <PlanVerdict.DONE: 'a_jour'>)
    """
    found = set(groups)
    if overdue or PlanGroup.LATE in found:
        return PlanVerdict.LATE
    if any(group.is_ours for group in found):
        return PlanVerdict.OURS
    if found & {PlanGroup.SOON, PlanGroup.LATER}:
        return PlanVerdict.UNDER_WAY
    return PlanVerdict.DONE if is_checked or found else PlanVerdict.UNCHECKED


def finding_due(severity: Severity, opened: date) -> date:
    """The day by which a finding is to be corrected.

    >>> finding_due(Severity.CRITICAL, date(2026, 1, 1))
    datetime.date(2026, 1, 16)
    """
    return opened + timedelta(days=FINDING_DAYS[severity])


def graver(one: Severity, other: Severity) -> Severity:
    """The graver of two severities.

    >>> graver(Severity.MINOR, Severity.MAJOR)
    <Severity.MAJOR: 'major'>
    """
    order = list(Severity)
    return min(one, other, key=order.index)
