"""`flask contracts deadlines`: the dates and their reasoning, for a person and for a script; clear refusals."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from portal.contracts.deadlines_cli import command
from portal.core import clock

USUAL = ("--effective", "2026-01-01", "--term", "36", "--renewal", "12", "--notice", "3")


@pytest.fixture
def run(monkeypatch):
    """As on 24 November 2026; no application, no database."""
    monkeypatch.setattr(clock, "_source", lambda: datetime(2026, 11, 24, 9, tzinfo=UTC))
    return lambda *arguments: CliRunner().invoke(command, arguments)


def found(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def changed(**given):
    options = dict(zip(USUAL[::2], USUAL[1::2], strict=True)) | {f"--{key}": value for key, value in given.items()}
    return tuple(part for pair in options.items() for part in pair)


def test_the_first_period_and_its_dates_as_json(run):
    said = found(run(*USUAL, "--json"))
    assert (said["ends_on"], said["notice_by"]) == ("2028-12-31", "2028-09-30")
    assert (said["starts_on"], said["renews_on"]) == ("2026-01-01", "2029-01-01")
    assert any("30 septembre 2028" in step for step in said["steps"])


def test_a_day_gives_the_period_that_holds_it_and_says_that_notice_is_past(run):
    said = found(run(*USUAL, "--at", "2029-12-01", "--json"))
    assert (said["ends_on"], said["notice_by"], said["renews_on"]) == ("2029-12-31", "2029-09-30", "2030-01-01")
    assert any("est passé" in step for step in said["steps"])


def test_a_contract_that_is_not_renewed_renews_on_no_day(run):
    assert found(run(*changed(renewal="0"), "--json"))["renews_on"] is None


def test_notice_in_days(run):
    assert found(run(*changed(notice="90d"), "--json"))["notice_by"] == "2028-10-02"


def test_the_reasoning_is_said_in_english_too(run):
    steps = found(run(*USUAL, "--lang", "en", "--json"))["steps"]
    assert "The contract takes effect on 1 January 2026 for 36 months." in steps
    assert all("contrat" not in step for step in steps)


def test_a_person_reads_lines(run):
    result = run(*changed(renewal="0"))
    assert result.exit_code == 0
    lines = result.output.replace("\u202f", " ").splitlines()
    assert lines[:3] == [
        "Fin de la période : 31 décembre 2028", "Dernier jour du préavis : 30 septembre 2028", "Reconduction : –",
    ]  # fmt: skip
    assert lines[3].startswith("- Le contrat prend effet le 1er janvier 2026")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"effective": "2026-02-30"}, "n’est pas un jour du calendrier"),
        ({"effective": "20260101"}, "n’est pas un jour du calendrier"),
        ({"effective": "2026-W01-1"}, "n’est pas un jour du calendrier"),
        ({"at": "demain"}, "--at : « demain » n’est pas un jour du calendrier"),
        ({"at": "2300-01-01"}, "entre 1900 et 2200"),
        ({"term": "0"}, "de 1 à 1 188 mois"),
        ({"term": str(10**9)}, "de 1 à 1 188 mois"),
        ({"term": "douze"}, "--term : « douze » n’est pas un nombre entier de mois"),
        ({"renewal": "-1"}, "--renewal : « -1 » n’est pas un nombre entier de mois"),
        ({"renewal": "9" * 40}, "n’est pas un nombre entier de mois"),
        ({"notice": "trois"}, "n’est pas un préavis"),
        ({"notice": str(10**9)}, "ne peut pas dépasser 99 ans"),
    ],
)
def test_bad_input_is_a_sentence_and_a_failure(run, given, told):
    result = run(*changed(**given))
    assert result.exit_code == 1
    assert told in result.output.replace("\u202f", " ")
    assert "Traceback" not in result.output
