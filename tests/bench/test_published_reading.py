"""What comparing published texts is worth, on pairs of ours: no alert on layout, no less than was measured."""

import pytest

from bench.published_reading.cosmetics import cosmetic_pairs
from bench.published_reading.evaluation import evaluate, found_in
from bench.published_reading.pairs import pages, version_pairs
from portal.published_terms.reading import facts_of_text

FEWEST_PAIRS, FEWEST_COSMETIC = 60, 100


def test_there_are_as_many_pairs_as_announced():
    pairs = list(version_pairs())
    assert len(pairs) >= FEWEST_PAIRS
    assert sum(pair.held_back for pair in pairs) * 3 >= len(pairs)
    assert {pair.language for pair in pairs} == {"fr", "en"}
    assert len(cosmetic_pairs(pages())) >= FEWEST_COSMETIC


def test_a_page_laid_out_anew_never_alerts():
    alerts = {name: found for name, old, new in cosmetic_pairs(pages()) if (found := found_in(old, new))}
    assert alerts == {}


@pytest.mark.parametrize("turn", [lambda pair: pair, lambda pair: pair.backwards()], ids=["forwards", "backwards"])
def test_no_change_is_missed_nor_invented_in_the_pairs(turn):
    figures = evaluate(turn(pair) for pair in version_pairs())["all"]
    assert (figures.wrong, figures.missed) == ([], [])
    assert figures.right >= 169


def test_a_pair_beside_itself_states_things_and_changes_none():
    for text in pages().values():
        assert len(facts_of_text(text)) >= 5, "comparing nothing with nothing would be without alert too"
        assert found_in(text, text) == frozenset()
