"""Companies that engage one another, as a graph: who depends on whom at any depth, cycles included.

A company that goes by several names is one knot of the graph once a person has judged so: `of_name` says, for each
name (a number of `chain_company`), the knot it belongs to.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping

from portal.core.dataclass import dataclass
from portal.vendors.rules.union_find import UnionFind


@dataclass(frozen=True)
class ChainGraph:
    """Who engages whom, by knot."""

    below: Mapping[int, tuple[int, ...]]
    """Knot → those it engages, each once, in the order in which they were said."""
    above: Mapping[int, tuple[int, ...]]
    """Knot → those that engage it."""

    def dependants(self, struck: Collection[int]) -> dict[int, int]:
        """Those that depend on any of these at any depth, with the fewest steps to it; not these themselves."""
        return _walk(self.above, struck)

    def suppliers(self, starts: Collection[int]) -> dict[int, int]:
        """Those that any of these rests on at any depth, with the fewest steps to it; not these themselves."""
        return _walk(self.below, starts)


def graph_of(links: Iterable[tuple[int, int]], of_name: Mapping[int, int]) -> ChainGraph:
    """The graph of links between names (who engages, who is engaged).

    >>> found = graph_of([(1, 2), (2, 3), (3, 1)], {1: 1, 2: 2, 3: 3})
    >>> found.dependants([3]), found.suppliers([3])
    ({2: 1, 1: 2}, {1: 1, 2: 2})
    """
    below: dict[int, tuple[int, ...] | dict[int, None]] = {}
    above: dict[int, tuple[int, ...] | dict[int, None]] = {}
    alone: dict[int, tuple[int]] = {}
    for engaging, engaged in links:
        upper, lower = of_name[engaging], of_name[engaged]
        _add(below, upper, lower, alone)
        _add(above, lower, upper, alone)
    return ChainGraph(
        {knot: tuple(others) for knot, others in below.items()},
        {knot: tuple(others) for knot, others in above.items()},
    )


def _add(
    found: dict[int, tuple[int, ...] | dict[int, None]], knot: int, other: int, alone: dict[int, tuple[int]]
) -> None:
    """Add what a knot is tied to; most are tied to one, and share the tuple of it."""
    held = found.get(knot)
    if held is None:
        found[knot] = alone.setdefault(other, (other,))
    elif isinstance(held, dict):
        held[other] = None
    elif held[0] != other:
        found[knot] = {held[0]: None, other: None}


def _walk(steps: Mapping[int, tuple[int, ...]], starts: Collection[int]) -> dict[int, int]:
    found = dict.fromkeys(starts, 0)
    waiting = deque(starts)
    while waiting:
        here = waiting.popleft()
        for other in steps.get(here, ()):
            if other not in found:
                found[other] = found[here] + 1
                waiting.append(other)
    return {knot: depth for knot, depth in found.items() if depth}


def knots(names: Iterable[int], same: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The knot of each name, given the pairs that are judged one company: the smallest number stands for all.

    >>> knots([1, 2, 3, 4], [(4, 2), (3, 4)])
    {1: 1, 2: 2, 3: 2, 4: 2}
    """
    ordered = sorted(names)
    sets = UnionFind(ordered)
    for one, other in same:
        sets.unite(one, other)
    return {name: sets.root(name) for name in ordered}


@dataclass(frozen=True)
class ChainBranch:
    """A company in a tree of a chain."""

    knot: int
    depth: int
    """Steps from the root, which is 0."""
    is_cycle: bool = False
    """Whether it stands among those above it: the chain comes back to it, and is not followed again."""
    is_repeated: bool = False
    """Whether what it engages is shown at another place of the tree, and not here again."""


def branches(graph: ChainGraph, root: int, *, most: int) -> Iterator[ChainBranch]:
    """The tree of what a company rests on, from the top down, so many lines at most.

    Each company is followed once, at the place where it stands nearest to the root; elsewhere it is a line alone. So a
    tree is never longer than the links it is made of, whatever the cycles.

    >>> chain = graph_of([(1, 2), (2, 3), (3, 2), (1, 3)], {1: 1, 2: 2, 3: 3})
    >>> [(b.knot, b.depth, b.is_cycle, b.is_repeated) for b in branches(chain, 1, most=9)]
    [(1, 0, False, False), (2, 1, False, False), (3, 2, False, True), (3, 1, False, False), (2, 2, False, True)]
    """
    nearest = {root: 0, **graph.suppliers([root])}
    followed: set[int] = set()
    waiting: list[tuple[int, int, tuple[int, ...]]] = [(root, 0, ())]
    shown = 0
    while waiting and shown < most:
        knot, depth, over = waiting.pop()
        is_cycle = knot in over
        is_repeated = not is_cycle and (knot in followed or depth > nearest[knot]) and bool(graph.below.get(knot))
        yield ChainBranch(knot, depth, is_cycle, is_repeated)
        shown += 1
        if is_cycle or is_repeated:
            continue
        followed.add(knot)
        here = (*over, knot)
        waiting.extend((other, depth + 1, here) for other in reversed(graph.below.get(knot, ())))


def loops(graph: ChainGraph, among: Iterable[int]) -> frozenset[int]:
    """The companies that rest on themselves through others (or at once), among these and all they rest on.

    They are the strongly connected components of more than one knot (Tarjan, without recursion), and the knots that
    engage themselves.

    >>> sorted(loops(graph_of([(1, 2), (2, 3), (3, 2), (4, 4)], {n: n for n in range(1, 5)}), [1, 4]))
    [2, 3, 4]
    """
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_knots: list[int] = []
    is_open: set[int] = set()
    found: set[int] = set()
    for start in among:
        if start in order:
            continue
        path: list[tuple[int, Iterator[int]]] = [(start, iter(graph.below.get(start, ())))]
        order[start] = lowest[start] = len(order)
        open_knots.append(start)
        is_open.add(start)
        while path:
            here, others = path[-1]
            fresh = next((other for other in others if _is_fresh(here, other, order, lowest, is_open)), None)
            if fresh is not None:
                order[fresh] = lowest[fresh] = len(order)
                open_knots.append(fresh)
                is_open.add(fresh)
                path.append((fresh, iter(graph.below.get(fresh, ()))))
                continue
            path.pop()
            if path:
                lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[here])
            if lowest[here] == order[here]:
                component = _closed(open_knots, is_open, here)
                if len(component) > 1 or here in graph.below.get(here, ()):
                    found.update(component)
    return frozenset(found)


def _is_fresh(
    here: int, other: int, order: Mapping[int, int], lowest: dict[int, int], is_open: Collection[int]
) -> bool:
    """Whether a knot was never met; one that is still open is a way back, and is noted."""
    if other not in order:
        return True
    if other in is_open:
        lowest[here] = min(lowest[here], order[other])
    return False


def _closed(open_knots: list[int], is_open: set[int], root: int) -> list[int]:
    component: list[int] = []
    while not component or component[-1] != root:
        component.append(open_knots.pop())
        is_open.discard(component[-1])
    return component
