"""The tree over the journal's entries (a Merkle tree, RFC 9162 § 2.1): one digest stands for all of them, and a few
digests are enough to show that one entry is among them.

A leaf hides its entry behind 32 random bytes of its own: whoever holds the proofs of two entries learns nothing of the
one between them, not even by guessing at what it says.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

LEAF, PARENT = b"\x00", b"\x01"
"""Put before what is hashed, so that no leaf can pass for a parent (RFC 9162 § 2.1.1)."""


class TreeNode(NamedTuple):
    """A part of the tree that is full: `2**level` entries from `position * 2**level` on, counted from 0."""

    level: int
    position: int


def leaf_hash(nonce: bytes, content: str) -> bytes:
    """The digest that stands for one entry: its own random bytes and its text."""
    return hashlib.sha256(LEAF + nonce + content.encode()).digest()


def _parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(PARENT + left + right).digest()


def complete_nodes(start: int, end: int) -> list[TreeNode]:
    """The full parts that make up some entries, left to right; `start` is where a part of the tree begins.

    >>> complete_nodes(0, 7)
    [TreeNode(level=2, position=0), TreeNode(level=1, position=2), TreeNode(level=0, position=6)]
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(TreeNode(level, start >> level))
        start += 1 << level
    return found


def grown(size: int, known: Mapping[TreeNode, bytes], leaves: Iterable[bytes]) -> Iterator[tuple[TreeNode, bytes]]:
    """The nodes that new leaves add to a tree of `size` entries, whose own full parts are `known`.

    >>> [node for node, _ in grown(0, {}, [b"a", b"b"])]
    [TreeNode(level=0, position=0), TreeNode(level=0, position=1), TreeNode(level=1, position=0)]
    """
    edge = {node: known[node] for node in complete_nodes(0, size)}
    for index, leaf in enumerate(leaves, size):
        node, digest = TreeNode(0, index), leaf
        yield node, digest
        while node.position % 2:
            digest = _parent(edge.pop(TreeNode(node.level, node.position - 1)), digest)
            node = TreeNode(node.level + 1, node.position // 2)
            yield node, digest
        edge[node] = digest


def tree_root(start: int, end: int, known: Mapping[TreeNode, bytes]) -> bytes:
    """The digest of some entries that make a part of the tree; of all of them from 0 to the size.

    Raises KeyError when one of its `complete_nodes` is not known, ValueError when there is no entry.
    """
    if start >= end:
        raise ValueError("a tree without entries has no root here")
    digests = [known[node] for node in complete_nodes(start, end)]
    root = digests.pop()
    for digest in reversed(digests):
        root = _parent(digest, root)
    return root


def path_nodes(index: int, size: int) -> list[list[TreeNode]]:
    """For each step from a leaf up to the root, the full parts that make up what stands beside it.

    >>> path_nodes(0, 3)
    [[TreeNode(level=0, position=1)], [TreeNode(level=0, position=2)]]
    """
    return [complete_nodes(start, end) for start, end in _beside(index, 0, size)]


def _beside(index: int, start: int, end: int) -> list[tuple[int, int]]:
    steps = []
    while end - start > 1:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < middle:
            steps.append((middle, end))
            end = middle
        else:
            steps.append((start, middle))
            start = middle
    return steps[::-1]


def path_to_root(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf and what stands beside it lead to (RFC 9162 § 2.1.3.2); None when the path has not the
    length that this place in a tree of this size asks for.
    """
    if not 0 <= index < size:
        return None
    spans = _beside(index, 0, size)
    if len(spans) != len(path):
        return None
    digest = leaf
    for (_start, end), beside in zip(spans, path, strict=True):
        digest = _parent(beside, digest) if end <= index else _parent(digest, beside)
    return digest
