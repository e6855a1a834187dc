"""Rules of findings: how grave they are, where they stand, how long a vendor has."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum


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


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "ouvert"
    ANSWERED = "repondu"
    CLOSED = "clos"
    ACCEPTED_RISK = "risque_accepte"

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is expected of anyone."""
        return self in {FindingState.CLOSED, FindingState.ACCEPTED_RISK}


LIVE = tuple(state for state in FindingState if not state.is_settled)
"""States in which someone still has something to do."""


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
