from hypothesis import given
from hypothesis import strategies as st

from portal.vendors.rules.union_find import UnionFind

pairs = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)))


@given(pairs)
def test_sets_are_a_partition_where_united_items_stay_together(united):
    sets = UnionFind(range(16))
    for one, other in united:
        sets.unite(one, other)
    found = sets.sets()
    assert sorted(item for held in found for item in held) == list(range(16))
    for one, other in united:
        assert sets.root(one) == sets.root(other)
    assert all(sets.root(item) == held[0] == min(held) for held in found for item in held)


@given(pairs)
def test_uniting_again_says_that_nothing_changed(united):
    sets = UnionFind(range(16))
    for one, other in united:
        sets.unite(one, other)
        assert not sets.unite(other, one)
