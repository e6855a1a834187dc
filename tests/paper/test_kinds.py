"""« Satisfied » rests on a passage of the right kind: look-alikes satisfy nothing, and real answers are not missed."""

import tomllib
from pathlib import Path

import pytest

from tests.paper.test_wordings import said

KINDS = tomllib.loads((Path(__file__).parent / "kinds.toml").read_text("utf-8"))


def cells(table):
    return [
        pytest.param(
            language, requirement, text, id=f"{one['requirements'][0]}-{rank}-{language}-{requirement}-{place}"
        )
        for rank, one in enumerate(KINDS[table])
        for language in ("fr", "en")
        for requirement in one["requirements"]
        for place, text in enumerate(one[language])
    ]


@pytest.mark.parametrize(("language", "requirement", "text"), cells("other"))
def test_a_passage_of_another_kind_satisfies_nothing(language, requirement, text):
    assert said(language, requirement, text) != "yes"


@pytest.mark.parametrize(("language", "requirement", "text"), cells("same"))
def test_an_answer_said_otherwise_is_not_missed(language, requirement, text):
    assert said(language, requirement, text) == "yes"


def test_each_cause_has_its_case_and_three_variants_in_both_languages():
    assert {len(one[language]) for table in KINDS.values() for one in table for language in ("fr", "en")} == {4}
