"""What frees the processor or binds nobody satisfies nothing; what only looks like it takes nothing away.

Each list says how it is read today, rightly (`trap`, `honest`) or wrongly (`missed`: a trap satisfied, `lost`: an
honest passage not read).
"""

import tomllib
from pathlib import Path

import pytest

from tests.paper.test_wordings import said

FAMILIES = {
    f"{name}-{family}": languages
    for name in ("releases", "bound", "undone")
    for family, languages in tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8")).items()
}
LEAST = {"releases": (24, 20), "bound": (8, 5), "undone": (10, 10)}
"""By file, traps and honest passages read rightly that each family has in each language."""
MOST_WRONG = {"releases": 15, "bound": 6, "undone": 10}
"""Passages still read wrongly when the lists were last written; never more."""


def cells(*kinds, of=""):
    return [
        pytest.param(language, requirement, text, id=f"{family}-{language}-{kind}-{place}")
        for family, languages in FAMILIES.items()
        if family.startswith(of)
        for language, lists in languages.items()
        for kind in kinds
        for place, (requirement, text) in enumerate(lists.get(kind, ()))
    ]


@pytest.mark.parametrize(("language", "requirement", "text"), cells("trap", "lost"))
def test_what_frees_or_binds_nobody_satisfies_nothing(language, requirement, text):
    assert said(language, requirement, text) != "yes"


@pytest.mark.parametrize(("language", "requirement", "text"), cells("honest", "missed"))
def test_what_only_looks_like_it_takes_nothing_away(language, requirement, text):
    assert said(language, requirement, text) == "yes"


def test_every_family_has_its_honest_passages_and_few_are_read_wrongly():
    for family, languages in FAMILIES.items():
        traps, honest = LEAST[family.partition("-")[0]]
        for lists in languages.values():
            assert len(lists["trap"]) >= traps
            assert len(lists["honest"]) >= honest
            assert len(lists["honest"]) + len(lists.get("lost", ())) >= 8
    for name, most in MOST_WRONG.items():
        assert len(cells("missed", "lost", of=name)) <= most
