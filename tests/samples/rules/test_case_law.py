from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portal.consumer_law.rules.periods import Channel, ContractKind, Unsupported
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


def test_two_cases_that_differ_by_the_law_of_their_conclusion_are_judged_apart():
    """Thirty days after a home visit in Spain hold for contracts concluded since the 28th of May 2022."""
    visit = replace(
        CASE, kind=ContractKind.GOODS, channel=Channel.DOORSTEP, country="ES", deliveries=(date(2022, 6, 1),),
        stated=date(2022, 6, 2),
    )  # fmt: skip
    law = fresh()
    ends = [law.period_of(replace(visit, concluded=date(2022, 5, day))).last_day for day in (27, 28, 27)]
    assert ends == [date(2022, 6, 15), date(2022, 7, 1), date(2022, 6, 15)]
    law.period_of(replace(visit, country="FR", concluded=date(2014, 6, 14), deliveries=(date(2014, 6, 20),)))
    with pytest.raises(Unsupported):
        law.period_of(replace(visit, country="FR", concluded=date(2014, 6, 13), deliveries=(date(2014, 6, 20),)))


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
