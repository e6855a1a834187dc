"""Disjoint sets: which things belong together, given pairs of things that do."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class UnionFind(Generic[Item]):
    """A union-find over given items; the earliest item of a set stands for it.

    >>> sets = UnionFind("abcd")
    >>> sets.unite("d", "b"), sets.root("d"), sets.sets()
    (True, 'b', [['a'], ['b', 'd'], ['c']])
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._items: Sequence[Item] = tuple(dict.fromkeys(items))
        self._rank = {item: at for at, item in enumerate(self._items)}
        self._parent = {item: item for item in self._items}

    def root(self, item: Item) -> Item:
        """The item that stands for the set."""
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def unite(self, one: Item, other: Item) -> bool:
        """Put two items in one set; False if they already were."""
        first, second = sorted((self.root(one), self.root(other)), key=self._rank.__getitem__)
        self._parent[second] = first
        return first != second

    def sets(self) -> list[list[Item]]:
        """Every set, each in the order of the items given."""
        found: dict[Item, list[Item]] = {}
        for item in self._items:
            found.setdefault(self.root(item), []).append(item)
        return list(found.values())
