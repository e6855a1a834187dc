"""What becomes of the audits that a person acts on together."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum


class ActOutcome(StrEnum):
    """What became of one audit."""

    DONE = "fait"
    RETURNED = "rendu"
    CANCELLED = "annule"
    WRITTEN_TODAY = "ecrit_aujourd_hui"
    LATER_ALREADY = "plus_tard"
    NOBODY = "personne"


def counted(outcomes: Iterable[ActOutcome]) -> list[tuple[ActOutcome, int]]:
    """How many of each, in the order of the outcomes; those that did not happen are left out.

    >>> counted([ActOutcome.RETURNED, ActOutcome.DONE, ActOutcome.DONE])
    [(<ActOutcome.DONE: 'fait'>, 2), (<ActOutcome.RETURNED: 'rendu'>, 1)]
    """
    found = Counter(outcomes)
    return [(outcome, found[outcome]) for outcome in ActOutcome if found[outcome]]
