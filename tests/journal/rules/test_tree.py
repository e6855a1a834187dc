"""The tree against the definition of RFC 9162 § 2.1, written out without any of its code."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from portal.journal.rules import TreeNode, complete_nodes, grown, leaf_hash, path_nodes, path_to_root, tree_root
from tests.effort import at_most

sizes = st.integers(1, 70)


def leaves_of(number):
    return [leaf_hash(bytes([n]) * 32, f"écriture {n}") for n in range(number)]


def by_definition(leaves):
    """MTH of RFC 9162."""
    if len(leaves) == 1:
        return leaves[0]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:cut]) + by_definition(leaves[cut:])).digest()


def path_by_definition(index, leaves):
    """PATH of RFC 9162."""
    if len(leaves) == 1:
        return []
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    if index < cut:
        return [*path_by_definition(index, leaves[:cut]), by_definition(leaves[cut:])]
    return [*path_by_definition(index - cut, leaves[cut:]), by_definition(leaves[:cut])]


def path_of(index, size, known):
    def beside(step):
        start, end = step[0].position << step[0].level, (step[-1].position + 1) << step[-1].level
        return tree_root(start, end, known)

    return [beside(step) for step in path_nodes(index, size)]


@at_most(20)
@given(sizes, st.data())
def test_the_tree_is_that_of_the_standard_however_it_grew(size, data):
    leaves = leaves_of(size)
    first = data.draw(st.integers(0, size))
    known = dict(grown(0, {}, leaves[:first]))
    known |= dict(grown(first, known, leaves[first:]))
    assert tree_root(0, size, known) == by_definition(leaves)
    smaller = data.draw(st.integers(1, size))
    assert tree_root(0, smaller, known) == by_definition(leaves[:smaller]), "a root signed earlier stays its root"


@at_most(20)
@given(sizes, st.data())
def test_the_way_up_is_that_of_the_standard_and_leads_to_the_root_from_there_alone(size, data):
    leaves = leaves_of(size)
    known = dict(grown(0, {}, leaves))
    index = data.draw(st.integers(0, size - 1))
    path = path_of(index, size, known)
    assert path == path_by_definition(index, leaves)
    root = by_definition(leaves)
    assert path_to_root(index, size, leaves[index], path) == root
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index) if size > 1 else st.just(size))
    assert path_to_root(other, size, leaves[index], path) != root
    assert path_to_root(index, size, leaf_hash(b"\x00" * 32, "autre"), path) != root
    assert path_to_root(index, size, leaves[index], [*path, b"\x00" * 32]) is None


def test_what_is_outside_the_tree_leads_nowhere():
    assert path_to_root(3, 3, b"\x00" * 32, []) is None
    assert path_to_root(-1, 3, b"\x00" * 32, []) is None


def test_a_leaf_says_nothing_without_its_random_bytes():
    assert leaf_hash(b"\x00" * 32, "oui") != leaf_hash(b"\x01" * 32, "oui")


def test_full_parts_of_a_span():
    assert complete_nodes(4, 7) == [TreeNode(1, 2), TreeNode(0, 6)]
    assert complete_nodes(5, 5) == []
