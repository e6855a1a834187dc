import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules import required_words
from portal.paper.rules.required_words import Vocabulary, WordIndex, plan_search

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


WORDS = st.lists(st.text("abz@", min_size=1, max_size=5), max_size=6)


@given(st.lists(WORDS, max_size=5), st.text("abz@", min_size=1, max_size=3))
def test_letters_are_looked_for_in_every_word_learnt_before_and_since(texts, letters):
    known, met = Vocabulary(), set()
    for words in texts:
        known.learn(dict.fromkeys(words))
        met.update(words)
        known.ask([frozenset({letters})])
        asked, found = known.words_by_letters(met)
        assert asked == 1
        assert len(found.get(letters, [])) == len(set(found.get(letters, [])))
        assert set(found.get(letters, [])) == {word for word in met if letters in word}


@given(st.lists(WORDS, min_size=1, max_size=4), st.frozensets(st.text("abz@", min_size=1, max_size=2), max_size=3))
def test_letters_asked_for_before_a_text_and_since_are_found_in_it_alike(texts, letters):
    before = WordIndex([" ".join(words) for words in texts])
    first = before.sentences_with_any(letters)
    after = WordIndex([" ".join(words) for words in texts])
    expected = {place for place, words in enumerate(texts) if any(one in word for word in words for one in letters)}
    assert first == after.sentences_with_any(letters) == expected


def test_what_another_text_says_is_nowhere_in_this_one():
    other, index = WordIndex(["they notify it"]), WordIndex(["they inform us"])
    notify, inform = frozenset({"notif"}), frozenset({"inform"})
    assert other.sentences_with_any(notify) == {0}
    assert index.sentences_with_any(notify) == frozenset()
    assert other.sentences_with_any(inform) == frozenset()


def test_a_full_vocabulary_gives_way_and_what_is_being_read_keeps_its_own(monkeypatch):
    small = Vocabulary(most=2)
    monkeypatch.setattr(required_words, "_VOCABULARY", [small])
    begun = WordIndex(["one two three"])
    assert small.is_full
    assert WordIndex(["four"]).sentences_with_any(frozenset({"our"})) == {0}
    assert begun.sentences_with_any(frozenset({"wo"})) == {0}
    with pytest.raises(KeyError):
        small.words_by_letters(["four"])
