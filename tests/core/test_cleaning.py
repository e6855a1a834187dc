import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.cleaning import clean


@given(st.text())
def test_cleaning_leaves_no_invisible_character_and_cleaning_twice_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once
    assert once.encode("utf-8").count(0) == 0
    assert all(c.isprintable() or c.isspace() for c in once)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"), ("a\x1b[31mb", "a[31mb"), ("\ufeffa\u200bb", "ab"), ("e\u0301", "é"), ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"), ("  a\tb  ", "a\tb"), ("\u202egnp", "gnp"), ("\ud800a", "a"), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_what_no_database_wants_is_dropped(typed, kept):
    assert clean(typed) == kept
