"""The calculator's answer, for what a person typed."""

from datetime import date
from decimal import Decimal

import pytest

from portal.consumer_law.calculator_page import answer, excluded, exclusion_form
from portal.consumer_law.forms import CalculatorForm
from portal.core.errors import NotFound

GOODS = {"kind": "goods", "channel": "distance", "place": "FR/metropole", "informed": "yes", "received": "2026-10-28"}


@pytest.fixture
def typed(app):
    """`typed(stated="2026-11-05")` is the answer to that form."""

    def ask(**changed):
        with app.test_request_context("/", method="POST", data={**GOODS, **changed}):
            return answer(CalculatorForm())

    return ask


def clocks(found):
    return {clock.title: clock.day for clock in found.after.clocks}


def test_without_a_withdrawal_only_the_period_is_answered(typed):
    found = typed()
    assert found.period.last_day == date(2026, 11, 12)
    assert found.after is None
    assert [fact.days for fact in found.facts if fact.days] == [(date(2026, 10, 28),)]


def test_what_counted_is_repeated_beside_the_answer(typed):
    found = typed(concluded="2026-10-26", stated="2026-11-05", informed="late", informed_on="2026-10-30", online="y")
    days = {fact.label: fact.days for fact in found.facts if fact.days}
    assert days == {
        "Conclusion": (date(2026, 10, 26),), "Réception": (date(2026, 10, 28),),
        "Informé de son droit": (date(2026, 10, 30),), "Rétractation envoyée": (date(2026, 11, 5),),
    }  # fmt: skip
    assert "Interface en ligne" in {fact.label for fact in found.facts}


def test_a_withdrawal_starts_the_clocks_of_its_acknowledgement_its_return_and_its_refund(typed):
    found = typed(stated="2026-11-05", heard="2026-11-06", dispatched="2026-11-09")
    assert found.after.is_in_time
    assert clocks(found) == {
        "Accusé de la rétractation": date(2026, 11, 7), "Renvoi du bien": date(2026, 11, 19),
        "Remboursement": date(2026, 11, 20),
    }  # fmt: skip


def test_a_financial_service_is_refunded_by_its_own_rule(typed):
    found = typed(kind="life", concluded="2026-11-02", stated="2026-11-30", amount="1000", paid="2027-02-01")
    assert (found.period.last_day, found.after.is_in_time) == (date(2026, 12, 2), True)
    assert clocks(found)["Remboursement"] == date(2026, 12, 30)
    assert (found.after.surcharge.is_interest, found.after.surcharge.amount) == (True, 0)
    assert found.after.surcharge_rule.id == "surcharge.life"
    assert [rule.id for clock in found.after.clocks[1:] for rule in clock.rules] == ["refund.life"]
    other = typed(kind="finance", concluded="2026-11-02", stated="2026-11-12", amount="1000", paid="2027-02-01")
    assert (other.after.surcharge_rule.id, clocks(other)["Remboursement"]) == (
        "surcharge.financial", date(2026, 12, 12),
    )  # fmt: skip


def test_a_refund_may_be_withheld_while_nothing_comes_back(typed):
    found = typed(stated="2026-11-05")
    assert clocks(found)["Remboursement"] is None
    assert "refund.withheld" in {rule.id for clock in found.after.clocks for rule in clock.rules}
    assert all(mark.labels != ("Remboursement",) for mark in found.drawing.marks)


def test_goods_that_the_trader_collects_are_not_sent_back_nor_waited_for(typed):
    found = typed(stated="2026-11-05", collected="y")
    assert clocks(found)["Renvoi du bien"] is None
    assert clocks(found)["Remboursement"] == date(2026, 11, 19)
    assert "refund.withheld" not in {rule.id for clock in found.after.clocks for rule in clock.rules}


def test_goods_are_never_due_back_before_they_came(typed):
    found = typed(received="2026-10-28", stated="2026-10-01")
    back = next(clock for clock in found.after.clocks if clock.title == "Renvoi du bien")
    assert (back.day, "return.early" in {rule.id for rule in back.rules}) == (date(2026, 11, 11), True)
    assert "return.unmoved" in {rule.id for rule in back.rules}, "the 11th of November is a holiday"
    usual = next(clock for clock in typed(stated="2026-11-05").after.clocks if clock.title == "Renvoi du bien")
    assert (usual.day, [rule.id for rule in usual.rules]) == (date(2026, 11, 19), ["return.consumer", "return.costs"])


def test_a_service_has_nothing_to_send_back(typed):
    found = typed(kind="service", concluded="2026-11-02", received="", stated="2026-11-05")
    assert [*clocks(found)] == ["Accusé de la rétractation", "Remboursement"]


def test_a_withdrawal_after_the_last_day_is_out_of_time(typed):
    assert typed(stated="2026-11-12").after.is_in_time
    assert not typed(stated="2026-11-13").after.is_in_time


def test_a_late_refund_bears_its_surcharge_with_the_rule_that_sets_it(typed):
    found = typed(stated="2026-11-05", dispatched="2026-11-09", amount="129,90", paid="2026-12-14").after
    assert (found.surcharge.days_late, found.surcharge.amount) == (25, Decimal("12.99"))
    assert found.surcharge_rule.article == "C. conso. L242-4"
    in_time = typed(stated="2026-11-05", dispatched="2026-11-09", amount="129,90", paid="2026-11-18").after
    assert in_time.surcharge.days_late == 0


def test_a_surcharge_needs_both_the_sum_and_the_day_it_was_paid(typed):
    assert typed(stated="2026-11-05", dispatched="2026-11-09", amount="129,90").after.surcharge is None


def test_a_rule_that_nobody_read_is_said_beside_the_answer(typed):
    assert not typed().is_unsure
    assert typed(channel="doorstep", place="IT/").is_unsure


def test_there_are_thirteen_exceptions_and_no_fourteenth(app):
    day = date(2026, 11, 24)
    assert [*excluded(day)] == [*range(1, 14)]
    with app.test_request_context("/"):
        form, exclusion = exclusion_form(5, day)
        assert {one.key for one in exclusion.conditions} <= set(form.data)
        with pytest.raises(NotFound):
            exclusion_form(14, day)
