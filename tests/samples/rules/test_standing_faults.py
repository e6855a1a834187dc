from datetime import date
from decimal import Decimal

import pytest

from portal.samples.rules.columns import SampleKind
from portal.samples.rules.faults import CaseFault
from portal.samples.rules.standing_faults import SampleMeasure, standing_faults

TOLERATED = Decimal("0.05")
FAULT = CaseFault.NO_REFUND
QUARTERS = [
    (date(2026, 1, 1), date(2026, 3, 31)),
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
]


def sample(quarter, failures, trials, *, drawn=True, confidence="0.95", month=None):
    """A sample of so many cases that could have the fault, in a quarter, or in another month."""
    first, last = QUARTERS[quarter]
    tally = {
        "flags": {FAULT.value: [failures, trials]},
        "months": {month or first.isoformat()[:7]: [trials, failures]},
    }
    return SampleMeasure(SampleKind.CASES, first, last, Decimal(confidence), tally, is_drawn=drawn)


def said(*newest_first):
    found = standing_faults(newest_first, TOLERATED)
    return [(one.rate.failures, one.rate.trials, one.until, one.is_newest) for one in found]


PROVED = sample(0, 40, 80)
OLD = (40, 80, date(2026, 3, 31), False)


def test_what_the_newest_sample_proves_stands():
    assert said(PROVED) == [(40, 80, date(2026, 3, 31), True)]
    assert said(sample(0, 4, 80)) == []
    assert said() == []


@pytest.mark.parametrize(
    "later",
    [
        sample(1, 0, 1),
        sample(1, 0, 20),
        sample(1, 2, 100),
        sample(1, 0, 200, drawn=False),
        sample(1, 0, 200, month="2019-04"),
        sample(1, 0, 0),
    ],
)
def test_a_clean_sample_that_is_small_chosen_or_of_another_time_clears_nothing(later):
    assert said(later, PROVED) == [OLD]


def test_a_clean_sample_large_enough_clears_what_came_before():
    assert said(sample(1, 0, 71), PROVED) == [OLD]
    assert said(sample(1, 0, 72), PROVED) == []
    # A fault proved with more confidence is cleared with as much.
    assert said(sample(1, 0, 72), sample(0, 40, 80, confidence="0.99")) == [OLD]


def test_small_clean_samples_add_up_but_none_is_counted_twice():
    assert said(sample(2, 0, 40), sample(1, 0, 40), PROVED) == []
    assert said(sample(2, 0, 40), sample(2, 0, 40), PROVED) == [OLD]


def test_a_fault_proved_again_is_the_newer_one():
    assert said(sample(2, 30, 60), sample(1, 0, 400), PROVED) == [(30, 60, date(2026, 9, 30), True)]
    assert said(sample(2, 0, 10), sample(1, 30, 60), PROVED) == [(30, 60, date(2026, 6, 30), False)]
