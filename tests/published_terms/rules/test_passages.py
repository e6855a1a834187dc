from hypothesis import given
from hypothesis import strategies as st

from portal.published_terms.rules.passages import MOST_PASSAGES, passages_apart


@given(
    st.lists(st.text(alphabet="abé .1", max_size=12), max_size=8).flatmap(
        lambda one: st.tuples(st.just(one), st.permutations(one))
    )
)
def test_the_order_of_paragraphs_changes_nothing(pair):
    assert passages_apart(*pair) == ([], [])


def test_what_is_shown_is_bounded():
    gone, come = passages_apart([f"mot{n}x" for n in range(500)], ["autre"])
    assert (len(gone), come) == (MOST_PASSAGES, ["autre"])
