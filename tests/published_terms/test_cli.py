"""`flask published compare`: without a database, and never « no change » from a text that says nothing."""

import json

import pytest

from tests.published_terms.conftest import AFTER, BEFORE


@pytest.fixture
def run(app, tmp_path):
    def invoke(*texts, more=()):
        paths = []
        for rank, text in enumerate(texts):
            path = tmp_path / f"{rank}.md"
            path.write_text(text, "utf-8")
            paths.append(str(path))
        named = [*paths[:2], *(["--contract", paths[2]] if len(paths) > 2 else [])]
        return app.test_cli_runner().invoke(args=["published", "compare", *named, *more])

    return invoke


def test_the_changes_are_given_as_json_with_values_passages_and_what_the_contract_says(run):
    (change,) = json.loads(run(BEFORE, AFTER, BEFORE, more=("--json",)).stdout)["changes"]
    assert (change["kind"], change["effect"]) == ("breach_delay", "harsher")
    assert (change["before"]["value"], change["after"]["value"]) == ("48 h", "72 h")
    assert change["contract"]["standing"] == "says"
    assert change["contract"]["said"][0]["value"] == "48 h"


def test_as_lines_too_in_both_languages(run):
    assert "48 h → 72 h" in run(BEFORE, AFTER, BEFORE).stdout
    assert "Less favourable" in run(BEFORE, AFTER, more=("--lang", "en")).stdout
    assert "Aucun changement" in run(BEFORE, BEFORE).stdout


@pytest.mark.parametrize("texts", [("", AFTER), (BEFORE, "Erreur 404"), (BEFORE, AFTER, "vide")])
def test_a_text_that_says_nothing_is_refused(run, texts):
    found = run(*texts)
    assert found.exit_code == 2
    assert "Aucun changement" not in found.stdout


def test_a_file_that_is_not_there_is_refused(app):
    found = app.test_cli_runner().invoke(args=["published", "compare", "absent.txt", "absent.txt"])
    assert found.exit_code == 2
