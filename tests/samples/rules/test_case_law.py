from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portal.consumer_law.rules.periods import Channel, ContractKind
from portal.samples import law_files
from portal.samples.rules import case_law
from portal.samples.rules.cases import Decision, WithdrawalCase
from portal.samples.rules.faults import CaseFault

CASE = WithdrawalCase(
    2,
    "A1",
    ContractKind.SERVICE,
    date(2026, 7, 1),
    Decision.PENDING,
    Decimal(1),
    online=True,
    concluded=date(2026, 6, 19),
)


def fresh():
    law = law_files.case_law()
    return case_law.CaseLaw(law.periods, law.clocks, law.function, law.exceptions)


def test_periods_are_kept_apart_by_whatever_changes_them(monkeypatch):
    monkeypatch.setattr(case_law, "MOST_PERIODS", 3)
    law = fresh()
    told = [
        {}, {"online": False}, {"concluded": date(2026, 6, 22)}, {"informed": False},
        {"informed_on": date(2026, 6, 30)},
        {"country": "DE"}, {"region": "alsace-moselle"}, {"kind": ContractKind.DIGITAL}, {"channel": Channel.PHONE},
    ]  # fmt: skip
    once = [law.period_of(replace(CASE, **one)) for one in told]
    assert [fresh().period_of(replace(CASE, **one)) for one in reversed(told)] == once[::-1]
    assert once[0] == once[1]
    assert once[0] != once[3]


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ({}, True), ({"online": False}, False), ({"channel": Channel.DOORSTEP}, False), ({"concluded": None}, False),
        ({"concluded": date(2026, 6, 18)}, False),
    ],
)  # fmt: skip
def test_the_function_is_due_for_distance_contracts_concluded_online_since_its_day(told, due):
    assert fresh().is_function_due(replace(CASE, **told)) is due


def test_a_flag_names_the_rule_that_held_when_the_statement_was_made():
    law = fresh()
    refused = replace(CASE, decision=Decision.REFUSED, refusal="13")
    assert law.broken(CaseFault.EXCEPTION_DOUBTFUL, refused).id == "exception.13"
    assert law.broken(CaseFault.WRONG_START, refused).id == "start.service"
    assert law.broken(CaseFault.FUNCTION_MISSING, replace(CASE, stated=date(2026, 1, 1))).id == "function.scope"
