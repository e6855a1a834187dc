"""Words that free the processor leave nothing satisfied; those that honest agreements hold take nothing away."""

import tomllib
from pathlib import Path

import pytest

from tests.paper.test_wordings import said

RELEASES = tomllib.loads((Path(__file__).parent / "releases.toml").read_text("utf-8"))
MOST_WRONG = 15
"""Passages still read wrongly when the lists were last written; never more."""


def cells(*kinds):
    return [
        pytest.param(language, requirement, text, id=f"{family}-{language}-{kind}-{place}")
        for family, languages in RELEASES.items()
        for language, lists in languages.items()
        for kind in kinds
        for place, (requirement, text) in enumerate(lists.get(kind, ()))
    ]


@pytest.mark.parametrize(("language", "requirement", "text"), cells("trap", "lost"))
def test_what_frees_the_processor_satisfies_nothing(language, requirement, text):
    assert said(language, requirement, text) != "yes"


@pytest.mark.parametrize(("language", "requirement", "text"), cells("honest", "missed"))
def test_what_only_looks_like_it_takes_nothing_away(language, requirement, text):
    assert said(language, requirement, text) == "yes"


def test_every_family_has_its_honest_passages_and_few_are_read_wrongly():
    for languages in RELEASES.values():
        for lists in languages.values():
            assert len(lists["trap"]) >= 24
            assert len(lists["honest"]) >= 20
    assert len(cells("missed", "lost")) <= MOST_WRONG
