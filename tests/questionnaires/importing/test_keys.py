from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaires.importing.keys import free, slug
from portal.questionnaires.toml_fields import SLUG
from tests.effort import at_most


@at_most(25)
@given(st.text(max_size=200))
def test_any_identifier_gives_a_key_that_our_files_admit(text):
    assert SLUG.fullmatch(slug(text, "question"))
    assert len(slug(text, "question")) <= 60


def test_long_identifiers_that_begin_alike_give_different_keys():
    assert slug("x" * 80 + "a") != slug("x" * 80 + "b")


def test_the_same_identifier_twice_gives_two_keys():
    assert free("a", {"b"}) == "a"
    assert free("a", {"a"}) == "a-2"
