"""A script and a result survive the database, and the law's files may change under them."""

import json
from datetime import date, timedelta

import pytest

from portal.consumer_law.rules.periods import ContractKind
from portal.mystery import script_files
from portal.mystery.rules.judgement import JudgedStep, OutcomeReason, StepOutcome
from portal.mystery.rules.script import MysteryOrder, Way
from portal.mystery.snapshot import digest, freeze_result, freeze_script, thaw_result, thaw_script

ORDER = MysteryOrder(ContractKind.GOODS, date(2026, 9, 1), is_guest=True)


@pytest.mark.parametrize("way", Way)
def test_a_script_comes_back_as_it_was(way):
    script = script_files.steps(way, ORDER)
    stored = json.loads(json.dumps(freeze_script(script)))
    again = thaw_script(stored)
    assert freeze_script(again) == stored
    assert [(step.key, step.rule.article, step.rule.text) for step in again] == [
        (step.key, step.rule.article, step.rule.text) for step in script
    ]


def test_a_fingerprint_does_not_depend_on_the_order_of_the_keys():
    frozen = freeze_script(script_files.steps(Way.WEB, ORDER))
    turned = [dict(reversed(row.items())) for row in frozen]
    assert digest(turned) == digest(frozen)
    assert digest(frozen[1:]) != digest(frozen)


def test_a_result_comes_back_as_it_was():
    script = script_files.steps(Way.PHONE, ORDER)
    lines = [
        JudgedStep(script[0], StepOutcome.OK, OutcomeReason.SEEN, date(2026, 9, 2), 0, timedelta(hours=3)),
        JudgedStep(script[1], StepOutcome.BREACH, OutcomeReason.LATE, date(2026, 9, 2), 4),
    ]
    assert list(thaw_result(json.loads(json.dumps(freeze_result(lines))), script)) == lines
