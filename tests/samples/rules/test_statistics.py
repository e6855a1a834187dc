"""Exact intervals against sums of exact fractions, and the properties any interval has."""

from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consumer_law.rules.periods import Unsupported
from portal.samples.rules.sampling import QUANTILES
from portal.samples.rules.statistics import DIGIT, interval

confidences = st.sampled_from([*QUANTILES])
samples = st.integers(1, 3000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


def at_least(failures, trials, rate):
    """P(at least so many failures), in exact fractions."""
    rate = Fraction(rate)
    return sum(comb(trials, k) * rate**k * (1 - rate) ** (trials - k) for k in range(failures, trials + 1))


@pytest.mark.parametrize("confidence", [*QUANTILES])
@pytest.mark.parametrize("trials", [1, 2, 7, 30, 59])
def test_the_bounds_are_where_the_exact_tails_cross_the_risk(trials, confidence):
    tail = (1 - Fraction(confidence)) / 2
    for failures in range(trials + 1):
        low, high = interval(failures, trials, confidence)
        if failures:
            assert at_least(failures, trials, low) <= tail < at_least(failures, trials, low + 2 * DIGIT)
        else:
            assert low == 0
        if failures < trials:
            below = 1 - at_least(failures + 1, trials, high)
            assert below <= tail < 1 - at_least(failures + 1, trials, high - 2 * DIGIT)
        else:
            assert high == 1


@given(samples, confidences)
def test_an_interval_holds_the_rate_of_the_sample_and_lies_between_0_and_1(sample, confidence):
    failures, trials = sample
    low, high = interval(failures, trials, confidence)
    assert 0 <= low <= Decimal(failures) / trials <= high <= 1


@given(samples, confidences)
def test_one_more_failure_raises_both_bounds_and_more_confidence_widens_them(sample, confidence):
    failures, trials = sample
    low, high = interval(failures, trials, confidence)
    if failures < trials:
        more = interval(failures + 1, trials, confidence)
        assert more[0] >= low
        assert more[1] >= high
    wide = interval(failures, trials, Decimal("0.99"))
    assert wide[0] <= low
    assert high <= wide[1]


@given(samples, confidences)
def test_failures_and_successes_mirror_each_other(sample, confidence):
    failures, trials = sample
    low, high = interval(failures, trials, confidence)
    other = interval(trials - failures, trials, confidence)
    assert abs(1 - high - other[0]) <= 2 * DIGIT
    assert abs(1 - low - other[1]) <= 2 * DIGIT


def test_a_large_sample_comes_near_the_normal_law():
    low, high = interval(5_000, 100_000, Decimal("0.95"))
    half = Decimal("1.96") * (Decimal("0.05") * Decimal("0.95") / 100_000).sqrt()
    assert abs(low - (Decimal("0.05") - half)) < Decimal("0.00002")
    assert abs(high - (Decimal("0.05") + half)) < Decimal("0.00002")


@pytest.mark.parametrize(("failures", "trials", "said"), [(0, 0, "Aucun dossier"), (3, 2, "plus de manquements")])
def test_no_trial_gives_no_rate(failures, trials, said):
    with pytest.raises(Unsupported, match=said):
        interval(failures, trials, Decimal("0.95"))
