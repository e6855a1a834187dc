"""What is listed as long still exists, and what is measured is what is listed."""

import re
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import REPOSITORY
from tests.long_tests import SECONDS, function_of, listed, to_list

DEFINITIONS = re.compile(r"^ *(?:async )?(?:def|class) (\w+)", re.M)
TESTS = st.from_regex(r"tests/test_[a-c]\.py::(test_[a-c]|test_[d-f]\[[a-c]\])", fullmatch=True)


@cache
def defined_in(path: str) -> frozenset[str]:
    """The functions and classes that a file of ours defines; nothing when there is no such file."""
    file = REPOSITORY / path
    return frozenset(DEFINITIONS.findall(file.read_text(encoding="utf-8"))) if file.exists() else frozenset()


def test_every_test_listed_as_long_is_in_its_file():
    gone = []
    for test in listed():
        path, *_, name = function_of(test).split("::")
        # A doctest of the portal is listed under what it explains: its module is what is asked of it.
        there = name in defined_in(path) if path.startswith("tests") else (REPOSITORY / path).exists()
        if not there:
            gone.append(test)
    assert not gone, "strike them from tests/long_tests.txt"


@given(st.dictionaries(TESTS, st.sampled_from((0.0, SECONDS / 2, SECONDS, 10.0)), max_size=12))
def test_what_takes_long_is_left_out_and_a_function_keeps_its_short_tests_when_most_are(seconds):
    lines = frozenset(to_list(seconds))
    left_out = {test for test in seconds if test in lines or function_of(test) in lines}
    assert {test for test, taken in seconds.items() if taken >= SECONDS} <= left_out
    for test in left_out:
        alike = [taken for other, taken in seconds.items() if function_of(other) == function_of(test)]
        assert seconds[test] >= SECONDS or 2 * sum(taken >= SECONDS for taken in alike) >= len(alike)
