from datetime import date, datetime
from decimal import Decimal

import pytest

from portal.consumer_law.rules.periods import ContractKind
from portal.samples.rules.cases import DECISIONS, MEANS, Decision, StatedBy, WithdrawalCase

SENT, ARRIVED, LOGGED = date(2026, 11, 2), datetime(2026, 11, 5, 10), date(2026, 11, 6)


def made(**told):
    return WithdrawalCase(2, "A1", ContractKind.SERVICE, SENT, Decision.PENDING, Decimal(10), **told)


@pytest.mark.parametrize(
    ("told", "received", "known"),
    [
        ({"stated_by": StatedBy.EMAIL, "logged": LOGGED}, SENT, True),
        ({"stated_by": StatedBy.LETTER, "arrived": ARRIVED, "logged": LOGGED}, ARRIVED, True),
        ({"stated_by": StatedBy.LETTER, "logged": LOGGED}, LOGGED, True),
        ({"stated_by": StatedBy.LETTER}, SENT, False),
    ],
)
def test_a_statement_is_received_at_once_save_by_post(told, received, known):
    case = made(**told)
    assert (case.received, case.is_received_known) == (received, known)


@pytest.mark.parametrize(
    ("told", "paid"),
    [({}, 0), ({"refunded_on": LOGGED}, 10), ({"refunded": Decimal(4), "refunded_on": LOGGED}, 4)],
)
def test_a_day_without_a_sum_is_a_refund_in_full(told, paid):
    assert made(**told).paid == paid


def test_every_word_of_a_list_has_a_label():
    assert set(MEANS) == set(StatedBy)
    assert set(DECISIONS) == set(Decision)
