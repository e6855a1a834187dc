"""Lawyers' rulings applied to a check: the status that counts for each requirement, and the verdict that follows."""

from collections.abc import Collection, Mapping
from datetime import datetime

from portal.core.dataclass import dataclass
from portal.paper.rules.check_result import LACKING, Check, ContractVerdict, RequirementResult, RequirementStatus


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a lawyer says of one requirement; a status equal to the check's confirms it."""

    status: RequirementStatus
    note: str = ""
    by: str = ""
    """Name of the lawyer."""
    at: datetime | None = None


def final_status(result: RequirementResult, ruling: Ruling | None) -> RequirementStatus:
    """The status that counts: the lawyer's ruling if there is one, else the check's.

    >>> from portal.contracts.rules.model import BilingualWords
    >>> checked = RequirementResult("C22", ("C22",), RequirementStatus.WEAK, BilingualWords("", ""))
    >>> final_status(checked, Ruling(RequirementStatus.SATISFIED)).value
    'satisfied'
    """
    return result.status if ruling is None else ruling.status


def final_statuses(check: Check, rulings: Mapping[str, Ruling]) -> dict[str, RequirementStatus]:
    """The status that counts for every requirement, in the order of the check."""
    return {result.id: final_status(result, rulings.get(result.id)) for result in check.requirements}


def is_wanted_in_contract(result: RequirementResult, contract: Collection[str]) -> bool:
    """Whether art. 28 wants it written in the contract; `contract` holds the ids of such obligations (class C)."""
    return not set(result.obligations).isdisjoint(contract)


def final_verdict(check: Check, rulings: Mapping[str, Ruling], contract: Collection[str]) -> ContractVerdict:
    """What the whole text amounts to once the lawyer's words are counted; the check's own verdict without any.

    Only an item that art. 28(3) wants in the contract can make a text incomplete: the law binds the parties to the
    others whether the contract says them or not. No ruling fills a blank: a text with one is never complete.
    """
    overruled = any(f.id in rulings and rulings[f.id].status is not f.status for f in check.requirements)
    if not overruled:
        return check.verdict
    statuses = [
        final_status(result, rulings.get(result.id))
        for result in check.requirements
        if is_wanted_in_contract(result, contract)
    ]
    if not LACKING.isdisjoint(statuses):
        return ContractVerdict.INCOMPLETE
    finished = not check.blanks and all(status.holds for status in statuses)
    return ContractVerdict.COMPLETE if finished else ContractVerdict.TO_REVIEW
