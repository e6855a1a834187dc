"""How much of what art. 28 wants in the contract a text that was checked writes."""

from collections.abc import Collection, Mapping

from portal.contracts.rules.life import ArticleCoverage
from portal.paper.rules.check_result import Check, RequirementStatus


def article_coverage(
    check: Check, statuses: Mapping[str, RequirementStatus], contract: Collection[str]
) -> ArticleCoverage:
    """Obligations that hold, of those to be written in the contract; `contract` holds the ids of these (class C).

    An obligation read by several requirements holds when all of them do; one that none reads is not covered.
    """
    held: dict[str, bool] = {}
    for result in check.requirements:
        for obligation in result.obligations:
            held[obligation] = held.get(obligation, True) and statuses[result.id].holds
    return ArticleCoverage(sum(held.get(one, False) for one in contract), len(contract))
