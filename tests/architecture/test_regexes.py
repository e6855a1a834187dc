"""No expression of the portal takes more than in proportion to its text, whatever the text."""

import re
from dataclasses import replace

import pytest

from portal.paper.rules.patterns import PREPARED
from tests.regexes.compiled import CompiledExpression
from tests.regexes.exercise import made_in_calls, ordered_readings, readings
from tests.regexes.growth import Growth, worst_growth
from tests.regexes.sweep import KeptGrowths, compiled, sweep

PLANTED_SIZES = (1_250, 2_500, 5_000, 10_000)
"""Enough to tell what is quadratic, which takes seconds at the sizes of the sweep."""
EXECUTED = {
    "core/language.py", "paper/rules/checking.py", "paper/rules/parties.py", "paper/rules/terms.py",
    "questionnaires/rules/parsing.py",
}  # fmt: skip
"""Files that make an expression from others where they search it: `tests.regexes.exercise` runs them all."""


def _sound(expressions: list[CompiledExpression]) -> str:
    """Fail with those that grow too fast, else say how many there were and the largest growth."""
    found = sweep(expressions, kept=KeptGrowths())
    assert not found.bad, "\n".join(found.bad)
    return f"{found.number} expressions, largest growth over three doublings: {found.largest:.1f}"


def test_no_expression_of_the_code_grows_faster_than_its_text(record_property):
    found = compiled()
    said = _sound([one for one in found if not one.is_reading])
    record_property("sweep", said)
    print(said)
    assert sum(not one.is_reading for one in found) > 200


@pytest.mark.faults
def test_no_expression_of_the_readings_grows_faster_than_its_text(record_property):
    """One in twelve, on short texts, the same ones until the readings change; `make regexes` tries them all."""
    every = compiled("readings")
    found = [one for one in every if one.is_reading]
    said = _sound(found[::12])
    record_property("sweep", said)
    print(said)
    searched = {PREPARED.compiled(one).pattern for one in readings()} | {term.parts for term in ordered_readings()}
    missed = searched - {tuple(one.parts) or one.source for one in every}
    assert not missed, f"{len(missed)} readings that a check searches were not among those swept"
    assert len(searched) > 3_000


@pytest.mark.parametrize(
    "planted",
    [
        r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}", r"\s+$", r"(?:a|a)*b", r"(\w+\s?)+:", r"x.*y.*z", rb"<!--.*?-->",
        r"(?:<!--.*?-->)*<", r"(?=\w*\d)[a-z]", r"\d+(?:,\d{3})+;",
    ],
)  # fmt: skip
def test_a_planted_one_that_is_more_than_linear_is_found(planted):
    assert not worst_growth(re.compile(planted, re.DOTALL), sizes=PLANTED_SIZES).is_linear


def test_what_was_found_linear_is_not_tried_again_until_it_changes_and_what_is_not_is_never_kept(tmp_path):
    linear, slow = (CompiledExpression(source, 0, False, "here") for source in (r"\w+", r"(\w+\s?)+:"))
    assert sweep([linear, slow], kept=KeptGrowths(tmp_path)).bad
    with pytest.MonkeyPatch.context() as patch:
        tried = []
        patch.setattr(
            "tests.regexes.sweep.growth_of", lambda one, _sizes: tried.append(one.source) or Growth(9, 9, 9, "a")
        )
        flagged = replace(linear, flags=re.IGNORECASE)
        assert sweep([linear, slow, flagged], kept=KeptGrowths(tmp_path)).number == 3
        assert set(tried) == {slow.source, flagged.source}


@pytest.mark.parametrize("sound", [r"[^\s@]{1,64}@[^\s@]{1,253}\.[A-Za-z]{2,}", r"(?<!\s)\s+$", r"\w+", r"\A\s*<"])
def test_one_that_is_linear_is_not(sound):
    assert worst_growth(re.compile(sound)).is_linear


def test_what_is_made_while_searching_is_made_where_the_sweep_makes_it_too():
    assert made_in_calls() == EXECUTED
