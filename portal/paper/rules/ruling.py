"""A lawyer's word over the check's: which status counts, line by line, and what the whole text then amounts to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.paper.rules.findings import Check, Finding, Status, Verdict

_ABSENT = frozenset({Status.MISSING, Status.CONTRADICTED})


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a lawyer says of one requirement; a status equal to the check's confirms it."""

    status: Status
    note: str = ""
    by: str = ""
    """Name of the lawyer."""
    at: datetime | None = None


def standing(finding: Finding, ruling: Ruling | None) -> Status:
    """The status that counts: the lawyer's word, else the check's.

    >>> from portal.contracts.rules.model import Words
    >>> standing(Finding("C22", ("C22",), Status.WEAK, Words("", "")), Ruling(Status.SATISFIED)).value
    'satisfied'
    """
    return finding.status if ruling is None else ruling.status


def settled(check: Check, rulings: Mapping[str, Ruling]) -> dict[str, Status]:
    """The status that counts for every requirement, in the order of the check."""
    return {finding.id: standing(finding, rulings.get(finding.id)) for finding in check.requirements}


def is_binding(finding: Finding, contract: Collection[str]) -> bool:
    """Whether art. 28 wants it written in the contract; `contract` holds the ids of such obligations (class C)."""
    return not set(finding.obligations).isdisjoint(contract)


def verdict(check: Check, rulings: Mapping[str, Ruling], contract: Collection[str]) -> Verdict:
    """What the whole text amounts to once the lawyer's words are counted; the check's own verdict without any.

    Only an item that art. 28(3) wants in the contract can make a text incomplete: the law binds the parties to the
    others whether the contract says them or not.
    """
    overruled = any(f.id in rulings and rulings[f.id].status is not f.status for f in check.requirements)
    if not overruled:
        return check.verdict
    statuses = [
        standing(finding, rulings.get(finding.id)) for finding in check.requirements if is_binding(finding, contract)
    ]
    if not _ABSENT.isdisjoint(statuses):
        return Verdict.INCOMPLETE
    return Verdict.COMPLETE if all(status.holds for status in statuses) else Verdict.TO_REVIEW
