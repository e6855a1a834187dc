"""The hand-worked cases of `cases.toml`, each judged by the engine that its author had not seen."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.consumer_law import legislation
from portal.consumer_law.rules.after_withdrawal import Surcharge, refund_due, return_due, surcharge
from portal.consumer_law.rules.exceptions import exclusions, ruling, unknown_answers
from portal.consumer_law.rules.exposure import Breach, Party, ceiling, tiers
from portal.consumer_law.rules.periods import Channel, ContractFacts, ContractKind, Unsupported, deadline

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 24)


def named(table: str):
    return pytest.mark.parametrize("case", CASES[table], ids=[case["id"] for case in CASES[table]])


def facts(case) -> ContractFacts:
    deliveries = case.get("deliveries") or ([case["received"]] if "received" in case else [])
    informed = case.get("informed", "yes")
    return ContractFacts(
        kind=ContractKind(case["kind"]),
        concluded=case.get("concluded"),
        deliveries=tuple(deliveries),
        country=case.get("country", "FR"),
        region="" if case.get("region", "metropole") == "metropole" else case["region"],
        channel=Channel(case.get("channel", "distance")),
        informed=informed != "no",
        informed_on=informed if isinstance(informed, date) else None,
    )


@named("deadline")
def test_the_last_day_is_the_one_worked_out_by_hand(case):
    if case.get("refused"):
        # A kind of contract that has no rule is refused by the list of kinds itself, whichever edge reads it.
        with pytest.raises((Unsupported, ValueError)):
            deadline(facts(case), legislation.periods())
        return
    found = deadline(facts(case), legislation.periods())
    assert found.last_day == case["deadline"], case["why"]
    assert found.steps[-1].day == found.last_day


@named("exception")
def test_an_exception_applies_only_when_each_condition_is_met(case):
    exclusion = exclusions(legislation.exceptions(), TODAY)[case["number"]]
    assert unknown_answers(exclusion, [*case["answers"]]) == []
    assert ruling(exclusion, case["answers"]).applies is case["applies"], case["why"]


@named("refund")
def test_a_refund_falls_due_and_grows_as_worked_out_by_hand(case):
    clocks = legislation.clocks()
    due = refund_due(
        case["informed_on"],
        clocks,
        goods=case["goods"],
        collected_by_trader=case.get("trader_collects", False),
        recovered=case.get("returned_on"),
        dispatched=case.get("dispatch_proof_on"),
    ).due
    assert due == case.get("due"), case["why"]
    owed = Decimal(case.get("short", case["amount"]))
    paid = case["as_of"] if "short" in case else case.get("paid_on", case.get("as_of"))
    late = 0 if due is None else max((paid - due).days, 0)
    assert late == case["days_late"]
    found = surcharge(owed, late, clocks, TODAY)
    rate = "legal" if found.is_interest else found.rate or "none"
    assert rate in (case["rate"] if isinstance(case["rate"], list) else [case["rate"]]), case["why"]


@named("return")
def test_goods_come_back_within_the_days_worked_out_by_hand(case):
    found = return_due(case["communicated_on"], legislation.clocks(), collected_by_trader=case["trader_collects"])
    assert found == case.get("due"), case["why"]
    assert (found is None) is case.get("no_duty", False)


@named("exposure")
def test_a_ceiling_is_the_one_worked_out_by_hand(case):
    rules, turnover = legislation.ceilings(), Decimal(case["turnover"]) or None
    both = tiers(turnover, rules, TODAY)
    assert (both.lower, both.upper) == (case["lower"], case["upper"])
    breaches = [Breach(article, case.get("order_breach", False)) for article in case["articles"]]
    groups = [breaches] if case["linked"] else [[breach] for breach in breaches]
    assert ceiling(groups, Party(case["role"]), turnover, rules, TODAY).amount == case["ceiling"], case["why"]


@pytest.mark.parametrize("late", [0, -3])
def test_what_is_refunded_in_time_bears_nothing(late):
    assert surcharge(Decimal("59.90"), late, legislation.clocks(), TODAY) == Surcharge(0, 0, False, Decimal(0))
