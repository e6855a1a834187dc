"""No expression of the portal takes more than in proportion to its text, whatever the text."""

import json
import re
import subprocess
import sys

import pytest

from portal.paper.rules.patterns import cut_endless_words
from tests.conftest import REPOSITORY
from tests.regexes.compiled import CompiledExpression
from tests.regexes.exercise import made_in_calls
from tests.regexes.growth import worst_growth

READING_SIZES = (1_000, 2_000, 4_000, 8_000)
READING_SECONDS = 5.0
"""Readings look for words at a distance, which costs a hundred times a plain search: smaller texts, more time."""
PLANTED_SIZES = (1_250, 2_500, 5_000, 10_000)
"""Enough to tell what is quadratic, which takes seconds at the sizes of the sweep."""
EXECUTED = {
    "core/language.py", "paper/rules/checking.py", "paper/rules/parties.py", "paper/rules/terms.py",
    "questionnaires/rules/parsing.py",
}  # fmt: skip
"""Files that make an expression from others where they search it: `tests.regexes.exercise` runs them all."""


def _compiled(*options: str) -> list[CompiledExpression]:
    program = [sys.executable, "-m", "tests.regexes.compiled", *options]
    found = subprocess.run(program, check=True, capture_output=True, cwd=REPOSITORY)
    return [CompiledExpression(**one) for one in json.loads(found.stdout)]


def _sweep(expressions: list[CompiledExpression]) -> str:
    """Fail with those that grow too fast, else say how many there were and the largest growth."""
    bad, largest = [], 0.0
    for one in expressions:
        if one.is_reading:
            found = worst_growth(one.pattern(), cut_endless_words, sizes=READING_SIZES, cap=READING_SECONDS)
        else:
            found = worst_growth(one.pattern())
        if not found.is_linear:
            bad.append(f"{one.place}: {one.source[:100]!r} on {found.text} × {found.size}: {found.seconds:.2f} s")
        largest = max(largest, found.measured_ratio)
    assert not bad, "\n".join(bad)
    return f"{len(expressions)} expressions, largest growth from 10,000 to 80,000 characters: {largest:.1f}"


@pytest.mark.long
def test_no_expression_of_the_code_grows_faster_than_its_text(record_property):
    found = _compiled()
    said = _sweep([one for one in found if not one.is_reading])
    record_property("sweep", said)
    print(said)
    assert sum(not one.is_reading for one in found) > 200


@pytest.mark.faults
def test_no_expression_of_the_readings_grows_faster_than_its_text(record_property):
    """One in twelve, the same ones until the readings change: all four thousand take half an hour of processor."""
    found = [one for one in _compiled("readings") if one.is_reading]
    said = _sweep(found[::12]).replace("80,000", "8,000").replace("10,000", "1,000")
    record_property("sweep", said)
    print(said)
    assert len(found) > 4_000


@pytest.mark.parametrize(
    "planted",
    [
        r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}", r"\s+$", r"(?:a|a)*b", r"(\w+\s?)+:", r"x.*y.*z", rb"<!--.*?-->",
        r"(?:<!--.*?-->)*<", r"(?=\w*\d)[a-z]", r"\d+(?:,\d{3})+;",
    ],
)  # fmt: skip
def test_a_planted_one_that_is_more_than_linear_is_found(planted):
    assert not worst_growth(re.compile(planted, re.DOTALL), sizes=PLANTED_SIZES).is_linear


@pytest.mark.parametrize("sound", [r"[^\s@]{1,64}@[^\s@]{1,253}\.[A-Za-z]{2,}", r"(?<!\s)\s+$", r"\w+", r"\A\s*<"])
def test_one_that_is_linear_is_not(sound):
    assert worst_growth(re.compile(sound)).is_linear


def test_what_is_made_while_searching_is_made_where_the_sweep_makes_it_too():
    assert made_in_calls() == EXECUTED
