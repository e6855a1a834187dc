import random
import re

import pytest

from portal.paper.rules.ordered_words import CLOSE, Step, stand_in_order, taking_least
from tests.paper.rules.test_factoring import SENTENCES
from tests.regexes.exercise import ordered_readings

TERMS = [*ordered_readings()]


def step(expression: str) -> Step:
    return Step(re.compile(expression), re.compile(taking_least(expression)))


def as_one(parts) -> re.Pattern[str]:
    return re.compile(f".{{0,{CLOSE}}}?".join(f"(?:{part})" for part in parts))


@pytest.mark.parametrize(
    ("parts", "line", "found"),
    [
        (("a", "b"), "b a", False),
        (("a", "b"), "b a b", True),
        (("a", "b"), "a" + "x" * CLOSE + "b", True),
        (("a", "b"), "a" + "x" * (CLOSE + 1) + "b", False),
        (("a", "b"), "a\nb", False),
        (("a", "b", "c"), "a c b", False),
        (("a", "b", "c"), "a b" + "x" * CLOSE + "c", True),
        (("a", "b", "c"), "a b" + "x" * 140 + "b" + "x" * CLOSE + "c", True),
        ((r"a\w*", "b"), "axb", True),
        ((r"a (?:\w+ )?", "b"), "a b c", True),
        ((r"a(?: x{9})?", "b"), "a xxxxxxxxx" + "y" * CLOSE + "b", True),
        ((r"ab|a", "b"), "ab", False),
        (("a+?", "^b"), "ab", False),
        (("a", r"\bb"), "ab", False),
        (("a", "(?<!x)b"), "axb b", True),
    ],
)
def test_words_stand_in_order_close_by(parts, line, found):
    assert stand_in_order(line, [*map(step, parts)]) is found


def test_the_readings_find_what_one_expression_of_all_their_words_would_find():
    """On the sentences of the tests, and on lines mixed of their words, where the orders are often the wrong ones."""
    chance = random.Random(28)
    words = [word for sentence in SENTENCES for word in sentence.split()]
    lines = [*SENTENCES[::4], *(" ".join(chance.choices(words, k=60)) for _line in range(60))]
    found = 0
    for term in TERMS[::6]:
        steps, whole = [*map(step, term.parts)], as_one(term.parts)
        expected = [whole.search(line) is not None for line in lines]
        assert [stand_in_order(line, steps) for line in lines] == expected, term.parts
        found += sum(expected)
    assert found > 50


def test_thousands_of_words_that_nearly_match_are_read_at_once():
    """Each first word was tried with each second one, these with each third: 46 s for this text."""
    term = next(one for one in TERMS if len(one.parts) == 3 and "oblig" in one.parts[0] and "cascad" in one.parts[1])
    line = "obligrepercutchaque a" * 4_000
    assert stand_in_order(line + " every vendor", [*map(step, term.parts)])
    assert not stand_in_order(line, [*map(step, term.parts)])
