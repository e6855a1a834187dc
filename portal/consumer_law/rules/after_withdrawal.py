"""What runs once a consumer has withdrawn: return, refund, withholding, surcharge (C. conso. L221-23, -24, L242-4)."""

from datetime import date, timedelta
from decimal import Decimal

from portal.consumer_law.rules.law import Rules
from portal.core.dataclass import dataclass

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Refund:
    """When a refund is owed."""

    due: date | None
    """None while the trader may still withhold it: nothing has come back, nor any proof of dispatch."""
    withheld_until: date | None = None
    """The day that ended the withholding, when it came after the fourteen days."""


@dataclass(frozen=True)
class Surcharge:
    """What lateness adds to a refund by law (L242-4), as a ceiling."""

    days_late: int
    rate: int
    """Points of percentage of the sum owed."""
    is_interest: bool
    """Legal interest only: its rate changes every half-year and is not in the data, so it is not counted."""
    amount: Decimal


def return_due(
    communicated: date, rules: Rules, *, collected_by_trader: bool = False, received: date | None = None
) -> date | None:
    """The last day on which the consumer sends the goods back (L221-23); none when the trader collects them.

    Goods that came after the withdrawal (`received`) are sent back from then on, never before they came.
    """
    if collected_by_trader:
        return None
    days = rules.at("return.consumer", communicated).days()
    return max(communicated, received or communicated) + timedelta(days=days)


def usual_refund(informed: date, rules: Rules, *, financial: bool = False) -> date:
    """The last day on which what nobody need wait for is refunded (L221-24; L222-15 for a financial service)."""
    return informed + timedelta(days=rules.at(refund_rule(financial=financial), informed).days())


def refund_rule(*, financial: bool) -> str:
    """The rule that a refund is owed by."""
    return "refund.financial" if financial else "refund.due"


def refund_due(
    informed: date,
    rules: Rules,
    *,
    goods: bool,
    financial: bool = False,
    collected_by_trader: bool = False,
    recovered: date | None = None,
    dispatched: date | None = None,
) -> Refund:
    """The last day on which all sums are refunded (L221-24); this clock is not moved over week-ends.

    `informed` is the day any channel of the trader, an appointed vendor included, received the decision.
    """
    usual = usual_refund(informed, rules, financial=financial)
    if not goods or collected_by_trader:
        return Refund(usual)
    back = [day for day in (recovered, dispatched) if day is not None]
    if not back:
        return Refund(None)
    return Refund(max(usual, min(back)), min(back) if min(back) > usual else None)


def surcharge(owed: Decimal, days_late: int, rules: Rules, day: date, *, financial: bool = False) -> Surcharge:
    """The surcharge that a sum bears when it is paid so many days late; a financial service bears interest alone.

    `owed` in euros. The months beyond the last step are counted as soon as they begin: this is a ceiling.
    """
    if days_late <= 0:
        return Surcharge(0, 0, False, Decimal(0))
    if financial:
        return Surcharge(days_late, 0, True, Decimal(0))
    figures = rules.at("surcharge", day).figures
    reached = [step["rate"] for step in figures["steps"] if days_late > step["beyond"]]
    if not reached:
        return Surcharge(days_late, 0, True, Decimal(0))
    rate = reached[-1]
    monthly = figures["monthly"]
    if days_late > monthly["beyond"]:
        months = -(-(days_late - monthly["beyond"]) // monthly["days"])
        rate = min(rate + months * monthly["points"], monthly["most"])
    return Surcharge(days_late, rate, False, (owed * rate / 100).quantize(CENT))
