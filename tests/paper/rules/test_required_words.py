import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.required_words import WordIndex, plan_search

SOME = st.text(st.sampled_from("abz @p-("), max_size=12)
_LETTERS = st.sampled_from(["ab", "a", "b", r"\.", "@p", r"\w", "[az]", "[^b]", ".", " ", r"\b", "z", "-"])


@st.composite
def expressions(draw, depth=2):
    """Expressions of the kind readings use: words, classes, groups, alternatives, repeats, looks around."""
    pieces = []
    for _ in range(draw(st.integers(1, 4))):
        piece = draw(_LETTERS)
        if depth and draw(st.booleans()):
            opening = draw(st.sampled_from(["(?:", "(?!", "(?=", "(?<!a)(?:"]))
            piece = opening + draw(expressions(depth=depth - 1)) + ")"
        pieces.append(piece + (draw(st.sampled_from(["", "?", "+", "*", "{0,2}", "{2}"])) if piece != r"\b" else ""))
    return "".join(pieces) + (f"|{draw(expressions(depth=depth - 1))}" if depth and draw(st.booleans()) else "")


def possible(expression, lines):
    known, words = plan_search(expression), WordIndex(lines)
    found = set(words.sentences_with_any(known.words))
    for branch, needs in known.rest:
        re.compile(branch)
        found |= set(range(len(lines))).intersection(*(words.sentences_with_any(some) for some in needs))
    return found


@given(expressions(), st.lists(SOME, max_size=4))
def test_a_sentence_left_out_never_matches(expression, lines):
    search = re.compile(expression).search
    assert {place for place, line in enumerate(lines) if search(line)} <= possible(expression, lines)


@given(st.lists(st.sampled_from(["ab", "zab?", "p@p", "b"]), min_size=1, max_size=3), st.lists(SOME, max_size=4))
def test_branches_that_are_words_need_no_search(words, lines):
    expression = "|".join(words)
    search = re.compile(expression).search
    assert plan_search(expression).rest == ()
    assert possible(expression, lines) == {place for place, line in enumerate(lines) if search(line)}


@pytest.mark.parametrize(
    ("expression", "needs"),
    [
        (r"\bdpa\b", [{"dpa"}]),
        ("(?:a new|other) countr(?:y|ies)", [{"countr"}, {"new", "other"}]),
        ("(?:without )?audit .{0,9}x", [{"audit"}]),
        ("(?:one|.) thing", [{"thing"}]),
        (r"\d+ (?!days)", []),
    ],
)
def test_what_an_expression_needs(expression, needs):
    ((_, found),) = plan_search(expression).rest
    assert list(map(set, found)) == needs


@pytest.mark.long
def test_the_branches_of_our_readings_are_expressions_of_their_own():
    book = load_rulebook()
    parts = {
        part
        for requirement in book.requirements
        for reading in requirement.readings
        for pattern in reading.patterns
        for term in (*pattern.here, *pattern.absent, *pattern.near)
        for part in term.parts
    }
    branches = [branch for part in parts for branch, _ in plan_search(part).rest]
    assert len(branches) > len(parts) / 2
    assert all(re.compile(branch) for branch in branches)
