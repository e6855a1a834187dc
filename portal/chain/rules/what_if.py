"""What happens to whom if a company stops or leaks, if a country is no longer adequate, or if the law changes.

Pure: the same rules answer the command, the page and the replay of a law.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from portal.chain.rules.graph import ChainGraph
from portal.chain.rules.transfer_tools import NOTHING_SAID, TransferGround, rests_on_adequacy
from portal.core.dataclass import dataclass
from portal.vendors.rules.countries import Atlas


@dataclass(frozen=True, slots=True)
class ChainNode:
    """A name of the chain, with what is known of where its company works."""

    number: int
    key: str
    name: str
    knot: int
    vendor_id: int | None = None
    countries: tuple[str, ...] = ()
    grounds: tuple[TransferGround, ...] = ()


@dataclass(frozen=True)
class Reached:
    """Who is reached: those struck first, then those that depend on them."""

    struck: frozenset[int]
    """Knots at the origin."""
    dependants: Mapping[int, int]
    """Knot → the fewest steps to an origin."""

    @property
    def everyone(self) -> frozenset[int]:
        """Both."""
        return self.struck | self.dependants.keys()


def if_companies_fail(graph: ChainGraph, knots: Collection[int]) -> Reached:
    """Who is reached when these companies stop, or are breached: everybody above them."""
    return Reached(frozenset(knots), graph.dependants(knots))


def resting_on_adequacy(nodes: Iterable[ChainNode], country: str, atlas: Atlas, on: date) -> frozenset[int]:
    """The companies that work in a country on no other ground than its adequacy, or on no ground at all.

    A company of several names is spared when its tool is recorded under one of them.
    """
    there: set[int] = set()
    spared: set[int] = set()
    for node in nodes:
        recorded = {ground.country: ground for ground in node.grounds}
        if country in node.countries:
            there.add(node.knot)
        if country in recorded and not rests_on_adequacy(country, recorded[country], atlas, on):
            spared.add(node.knot)
    if not there or not rests_on_adequacy(country, NOTHING_SAID, atlas, on):
        return frozenset()
    return frozenset(there - spared)


def if_not_adequate(
    graph: ChainGraph, nodes: Collection[ChainNode], countries: Iterable[str], atlas: Atlas, on: date
) -> Reached:
    """Who is reached when these countries are held adequate no more (RGPD art. 45(5))."""
    struck: set[int] = set()
    for country in countries:
        struck |= resting_on_adequacy(nodes, country, atlas, on)
    return Reached(frozenset(struck), graph.dependants(struck))
