"""The script shipped, and what a file of steps may not be."""

import tomllib
from dataclasses import replace
from datetime import date

import pytest

from portal.consumer_law.rules.law import LawProblem, Rules
from portal.consumer_law.rules.periods import ContractKind
from portal.core.language import Language
from portal.mystery import script_files
from portal.mystery.rules.script import MysteryOrder, StepDelay, StepInstant, Way
from portal.mystery.rules.script_file import read_script, script_problems

ORDER = MysteryOrder(ContractKind.GOODS, date(2026, 9, 1), is_guest=True)
RAW = tomllib.loads(script_files.SCRIPT.read_text(encoding="utf-8"))
TEXTS = ("title", "does", "expects", "action", "evidence")


def test_every_step_shipped_is_whole_and_checks_a_rule_with_its_article_and_source():
    assert [*map(str, script_problems(RAW, script_files.rules()))] == []
    for way in Way:
        for step in script_files.steps(way, ORDER):
            assert step.rule.article
            assert step.rule.source
            assert step.rule.holds_on(ORDER.ordered_on)


@pytest.mark.parametrize("row", RAW["step"], ids=lambda row: row["id"])
def test_both_languages_end_alike(row):
    for name in TEXTS:
        ends = {row[name][language][-1] == "." for language in ("fr", "en")}
        assert ends == {name != "title"}, name


@pytest.mark.parametrize("way", Way)
def test_every_channel_ends_with_the_money_and_starts_its_delays(way):
    script = script_files.steps(way, ORDER)
    assert [step.key for step in script][-2:] == ["refunded", "means"]
    assert {step.clock for step in script} >= {StepDelay.ACKNOWLEDGE, StepDelay.REFUND}
    assert sum(step.marks is StepInstant.STATED for step in script) == 1
    assert all(step.needs_time for step in script if step.marks or step.clock)


def test_an_order_has_the_steps_that_are_for_it():
    keys = {step.key for step in script_files.steps(Way.WEB, ORDER)}
    assert keys >= {"guest", "returned", "last-day"}
    other = {step.key for step in script_files.steps(Way.WEB, MysteryOrder(ContractKind.SERVICE, ORDER.ordered_on))}
    assert keys - other == {"guest", "returned"}


def test_a_financial_order_is_refunded_by_its_own_rule():
    order = MysteryOrder(ContractKind.LIFE, ORDER.ordered_on)
    steps = {step.key: step for step in script_files.steps(Way.WEB, order)}
    assert steps["refunded-financial"].rule.days() == 30
    assert not {"refunded", "means", "returned"} & {*steps}


def test_a_contract_concluded_before_the_function_was_owed_has_no_step_about_it():
    before = script_files.steps(Way.WEB, replace(ORDER, ordered_on=date(2026, 6, 18)))
    assert not {step.key for step in before} & {"found", "label", "asked", "confirm", "content"}
    assert "refunded" in {step.key for step in before}
    assert "found" in {step.key for step in script_files.steps(Way.WEB, replace(ORDER, ordered_on=date(2026, 6, 19)))}


@pytest.mark.parametrize("way", [Way.PHONE, Way.EMAIL, Way.LETTER])
def test_no_channel_but_the_web_asks_for_the_function(way):
    assert not {step.rule.id for step in script_files.steps(way, ORDER)} & {"function.label", "function.confirm"}


def changed(**values):
    rows = [dict(row) for row in RAW["step"]]
    rows[0] = {**rows[0], **values}
    return {"step": rows}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"rule": "nothing"}, "aucune règle"),
        ({"severity": "enormous"}, "n’est pas un"),
        ({"channels": ["fax"]}, "n’est pas un"),
        ({"channels": []}, "« channels »"),
        ({"clock": "refund.due"}, "demande l’heure"),
        ({"does": {"fr": "Texte."}}, "« does »"),
        ({"id": "label"}, "deux pas"),
    ],
)
def test_a_step_that_is_not_whole_is_refused(values, said):
    raw = changed(**values)
    found = " ".join(map(str, script_problems(raw, script_files.rules()))).replace("\u202f", " ")
    assert said in found
    with pytest.raises(LawProblem):
        read_script(raw, script_files.rules())


def test_a_channel_that_never_withdraws_is_refused():
    rows = [row for row in RAW["step"] if row.get("marks") != "stated"]
    assert len([*script_problems({"step": rows}, script_files.rules())]) == len(Way)
    assert [*script_problems({"step": [{"id": "x"}]}, Rules([]))]


def test_the_script_speaks_two_languages():
    step = script_files.steps(Way.PHONE, ORDER)[0]
    assert step.does.said(Language.FR) != step.does.said(Language.EN)


def test_a_step_without_a_name_is_found_by_its_place_counted_from_one():
    assert next(script_problems({"step": [{}]}, Rules([]))).values["where"] == "step[1]"
