"""What depends on what, against an independent brute force on 200 worlds: depth 12, cycles, names joined."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest

from portal.chain.rules.graph import branches, graph_of, knots, loops
from tests.conftest import REAL

WORLDS = 200
real = pytest.mark.skipif(not REAL.exists(), reason="les listes réelles ne sont pas là")


@dataclass(frozen=True)
class MadeWorld:
    """Names (numbers), who engages whom, and which names are judged one company."""

    names: list[int]
    links: list[tuple[int, int]]
    same: list[tuple[int, int]]


def worlds() -> Iterator[MadeWorld]:
    """Worlds of 14 to 40 names: a spine of twelve links, others at random, cycles, and names joined."""
    for seed in range(WORLDS):
        draw = Random(seed)
        names = list(range(1, draw.randint(14, 40) + 1))
        spine = [(step, step + 1) for step in range(1, 13)]
        links = spine + [tuple(draw.sample(names, 2)) for _ in range(draw.randint(0, len(names)))]
        if seed % 3:
            links.append((draw.randint(6, 13), draw.randint(1, 5)))  # the spine comes back on itself
        if seed % 7 == 0:
            links.append((5, 5))
        same = [tuple(draw.sample(names, 2)) for _ in range(seed % 5)]
        draw.shuffle(links)
        yield MadeWorld(names, links, same)


def brute_force(world: MadeWorld, struck: int) -> set[int]:
    """Every name that depends on a name, by saying over and over what follows until nothing more does."""
    one_company = {name: {name} for name in world.names}
    changed = True
    while changed:
        changed = False
        for one, other in world.same:
            both = one_company[one] | one_company[other]
            for name in both:
                if one_company[name] != both:
                    one_company[name] = both
                    changed = True
    itself, reached = one_company[struck], set(one_company[struck])
    changed = True
    while changed:
        changed = False
        for engaging, engaged in world.links:
            if engaged in reached and not one_company[engaging] <= reached:
                reached |= one_company[engaging]
                changed = True
    return reached - itself


def test_dependants_are_those_of_a_brute_force_on_200_worlds():
    deepest = cyclic = 0
    for world in worlds():
        of_name = knots(world.names, world.same)
        graph = graph_of(world.links, of_name)
        for struck in world.names:
            found = graph.dependants([of_name[struck]])
            assert {name for name in world.names if of_name[name] in found} == brute_force(world, struck)
            deepest = max(deepest, *found.values(), 0)
        cyclic += bool(loops(graph, of_name.values()))
    assert deepest >= 12
    assert WORLDS // 2 < cyclic < WORLDS  # the generator makes both kinds


def test_a_knot_is_in_a_loop_when_it_rests_on_itself():
    for world in worlds():
        of_name = knots(world.names, world.same)
        graph = graph_of(world.links, of_name)
        all_knots = set(of_name.values())
        rests_on_itself = {
            knot
            for knot in all_knots
            if knot in graph.below.get(knot, ())
            or any(knot in graph.suppliers([one]) for one in graph.below.get(knot, ()))
        }
        assert loops(graph, sorted(all_knots)) == rests_on_itself


def test_a_tree_shows_everything_below_once_followed_and_ends():
    for world in worlds():
        of_name = knots(world.names, world.same)
        graph = graph_of(world.links, of_name)
        root = of_name[1]
        lines = list(branches(graph, root, most=10_000))
        assert {line.knot for line in lines} == {root, *graph.suppliers([root])}
        followed = [
            line.knot for line in lines if not line.is_cycle and not line.is_repeated and graph.below.get(line.knot)
        ]
        assert len(followed) == len(set(followed))
        assert len(lines) == 1 + sum(len(graph.below.get(knot, ())) for knot in followed)


def test_a_tree_stops_at_the_length_asked():
    graph = graph_of([(1, other) for other in range(2, 500)], {n: n for n in range(1, 500)})
    assert len(list(branches(graph, 1, most=40))) == 40


def test_a_chain_of_thousands_of_links_is_walked_without_recursion():
    length = 20_000
    graph = graph_of([(n, n + 1) for n in range(length)] + [(length, 0)], {n: n for n in range(length + 1)})
    assert graph.dependants([length])[0] == length
    assert len(loops(graph, [0])) == length + 1


@real
@pytest.mark.real
def test_the_real_chains_hold_a_cycle_once_two_spellings_are_one_company():
    with (REAL / "chains.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["controller_or_processor"], row["sub_processor"]) for row in csv.DictReader(file)]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(name for row in rows for name in row))}
    links = [(numbers[a], numbers[b]) for a, b in rows]
    assert not loops(graph_of(links, knots(numbers.values(), [])), numbers.values())
    of_name = knots(numbers.values(), [(numbers["Anthropic"], numbers["Anthropic, PBC"])])
    names = {number: name for name, number in numbers.items()}
    found = {names[knot] for knot in loops(graph_of(links, of_name), of_name.values())}
    assert found == {names[of_name[numbers["Anthropic"]]], "Intercom"}
