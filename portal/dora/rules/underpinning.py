"""Which companies of a chain underpin a service, rank by rank; pure."""

from collections.abc import Collection, Iterator, Mapping

from portal.chain.rules.graph import ChainGraph
from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class Underpinning:
    """A company that another one of the chain engages: at which rank, and whether it underpins the service."""

    rank: int
    """The provider of the contract is 1."""
    above: int
    company: int
    verdict: bool | None
    """None when nobody has judged."""


def underpinning(graph: ChainGraph, starts: Collection[int], verdicts: Mapping[int, bool]) -> Iterator[Underpinning]:
    """Those met below these companies, rank by rank; what is not judged to underpin is not followed further.

    A company stands at the first rank it is met at, under each of those that engage it there; a chain that comes back
    on itself ends there.

    >>> from portal.chain.rules.graph import graph_of
    >>> chain = graph_of([(1, 2), (2, 3), (3, 1), (2, 4)], {n: n for n in range(1, 5)})
    >>> [(u.rank, u.above, u.company, u.verdict) for u in underpinning(chain, [1], {2: True, 3: True})]
    [(2, 1, 2, True), (3, 2, 3, True), (3, 2, 4, None)]
    """
    met, level, rank = set(starts), list(starts), 1
    while level:
        rank += 1
        following: dict[int, None] = {}
        found: dict[int, None] = {}
        for above in level:
            for company in graph.below.get(above, ()):
                if company in met:
                    continue
                found[company] = None
                verdict = verdicts.get(company)
                yield Underpinning(rank, above, company, verdict)
                if verdict:
                    following[company] = None
        met |= set(found)
        level = list(following)
