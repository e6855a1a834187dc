"""What binds nobody, or the controller, satisfies no duty of the processor; what only looks like it still does."""

import tomllib
from pathlib import Path

import pytest

from tests.paper.test_wordings import said

BOUND = tomllib.loads((Path(__file__).parent / "bound.toml").read_text("utf-8"))
MOST_WRONG = 6
"""Passages still read wrongly when the lists were last written; never more."""


def cells(*kinds):
    return [
        pytest.param(language, requirement, text, id=f"{family}-{language}-{kind}-{place}")
        for family, languages in BOUND.items()
        for language, lists in languages.items()
        for kind in kinds
        for place, (requirement, text) in enumerate(lists.get(kind, ()))
    ]


@pytest.mark.parametrize(("language", "requirement", "text"), cells("trap", "lost"))
def test_what_does_not_bind_the_processor_satisfies_nothing(language, requirement, text):
    assert (said(language, requirement, text) == "yes") == (text in LOST)


@pytest.mark.parametrize(("language", "requirement", "text"), cells("honest", "missed"))
def test_what_only_looks_like_it_still_binds(language, requirement, text):
    assert (said(language, requirement, text) == "yes") == (text not in MISSED)


def listed(kind):
    return {text for languages in BOUND.values() for lists in languages.values() for _, text in lists.get(kind, ())}


LOST, MISSED = listed("lost"), listed("missed")


def test_every_family_has_its_honest_passages_and_few_are_read_wrongly():
    for languages in BOUND.values():
        for lists in languages.values():
            assert len(lists["trap"]) + len(lists.get("lost", ())) >= 8
            assert len(lists["honest"]) + len(lists.get("missed", ())) >= 8
    assert len(LOST | MISSED) <= MOST_WRONG
