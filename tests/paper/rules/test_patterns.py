import re

import pytest

from portal.core.language import Language
from portal.documents_in.document import ParagraphKind, SourceDocument, assemble_paragraphs
from portal.paper.rules import patterns
from portal.paper.rules.parties import ROLES, Parties, PartyNouns
from portal.paper.rules.patterns import SearchedLines, SentenceIndex, parse_pattern
from portal.paper.rules.sentences import split_sentences

NOUNS = PartyNouns.compiled({role: ["-"] for role in ROLES} | {"processor": ["vendor"], "controller": ["client"]})


def index(*pieces):
    text, paragraphs = assemble_paragraphs([(text, kind, 1, "", None) for text, kind in pieces])
    return SentenceIndex(split_sentences(SourceDocument(text, paragraphs, Language.EN)), Parties(NOUNS))


def matching(source, *sentences, title=""):
    heading = [(title, ParagraphKind.HEADING)] if title else []
    found = index(*heading, *((one, ParagraphKind.TEXT) for one in sentences)).matching(
        parse_pattern(source, {"tell": "inform|notif"})
    )
    return sorted(place - len(heading) for place in found)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{tell} & breach", [0]),
        ("breach & {tell}", [0]),
        ("{tell} .. breach", [0]),
        ("breach .. {tell}", []),
        ("{tell} & !breach", [1]),
        ("@p .. {tell} .. @c", [0, 1]),
        ("month & ~breach", [2]),
        ("month & !~breach", []),
        ("{tell} & !~breach", []),
        ("month & !~year", [2]),
        ("{tell} the @c", [0, 1]),
        ("{tell} @c", []),
    ],
)
def test_terms_stand_together_in_order_or_apart(source, expected):
    sentences = (
        "The vendor notifies the client of any breach.",
        "The vendor informs the client of changes.",
        "It does so every month.",
    )
    assert matching(source, *sentences) == expected


def test_an_index_begun_later_loses_what_stands_before_in_some_lines_and_nothing_in_the_others():
    found = index(("Notify the breach.", ParagraphKind.TEXT), ("Inform of changes.", ParagraphKind.TEXT))
    later = found.beginning_at({0: 7})
    assert later.lines == [found.lines[0][7:], found.lines[1]]
    assert later.matching(parse_pattern("notif", {})) == frozenset()
    assert later.matching(parse_pattern("breach", {})) == {0}
    assert later.matching(parse_pattern("inform", {})) == {1}
    assert found.matching(parse_pattern("notif", {})) == {0}, "the first one is as it was"


def test_a_title_above_counts_for_its_term_only():
    assert matching("hours & #breach", "Within 24 hours.", title="Breach notification") == [0]
    assert matching("hours & breach", "Within 24 hours.", title="Breach notification") == []
    assert matching("hours & !#breach", "Within 24 hours.", title="Breach notification") == []
    assert matching("hours & !#audit", "Within 24 hours.", title="Breach notification") == [0]


def test_an_expression_never_spans_two_sentences():
    assert matching("vendor[^z]*month", "The vendor stays.", "Every month.") == []


@pytest.mark.parametrize(("source", "error"), [("{unknown}", KeyError), ("(", ValueError), ("!alone", ValueError)])
def test_a_pattern_that_means_nothing_is_refused(source, error):
    with pytest.raises(error):
        parse_pattern(source, {})


@pytest.mark.parametrize("letter", ["1", "a", "."])
def test_what_goes_on_without_a_space_is_read_by_its_beginning_only(letter):
    endless = letter * 40_000
    found = index((f"The vendor notifies {endless} of any breach", ParagraphKind.TEXT), (endless, ParagraphKind.TEXT))
    assert all(len(word) <= 60 for line in found.lines for word in line.split())
    assert found.matching(parse_pattern("notif .. breach", {})) == {0}


@pytest.mark.parametrize("most", [-1, 3, 1_000])
def test_what_was_found_in_earlier_texts_changes_nothing_and_is_bounded(most):
    searched = SearchedLines(most)
    texts = [("a breach", "a month"), ("a month", "a breach", "no word of it"), ("a month of breaches",), ("a breach",)]
    for lines in (*texts, *reversed(texts)):
        for letters in ("breach", "month", "breach"):
            every = frozenset(range(len(lines)))
            found = searched.places_with(letters, every, lines)
            assert found == {place for place in every if letters in lines[place]}
            assert searched.places_with(letters, every - {0}, lines) == found - {0}
        assert sum(map(len, searched._answers.values())) <= max(most, 0) + 3


def test_a_line_that_comes_back_is_searched_and_counted_once(monkeypatch):
    searched, looked = SearchedLines(10), []

    class Counted:
        def search(self, line):
            looked.append(line)
            return re.search("breach", line)

    monkeypatch.setattr(patterns, "_compiled", lambda _expression: Counted())
    lines = ["a breach", "a month"] * 50
    every = frozenset(range(len(lines)))
    for _ in range(3):
        assert searched.places_with("breach", every, lines) == {place for place in every if not place % 2}
    assert sorted(looked) == ["a breach", "a month"]
