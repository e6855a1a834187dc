from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from portal.samples.rules.fault_rates import FaultCounts, centile
from portal.samples.rules.faults import CaseFault
from portal.samples.rules.statistics import interval

verdicts = st.lists(
    st.dictionaries(st.sampled_from([*CaseFault]), st.booleans()), max_size=30
)  # flags asked, and whether each was raised


def counted(found):
    counts = FaultCounts(CaseFault)
    for asked in found:
        counts.add(asked, [flag for flag, is_wrong in asked.items() if is_wrong])
    return counts


@given(verdicts, verdicts)
def test_parts_merge_into_the_whole_and_plain_json_brings_everything_back(first, second):
    whole, part = counted(first + second), counted(first)
    part.merge(FaultCounts.from_json(CaseFault, counted(second).to_json()))
    assert part.to_json() == whole.to_json()
    assert part.rates(Decimal("0.95")) == whole.rates(Decimal("0.95"))


@given(verdicts)
def test_a_rate_is_of_what_the_flag_applies_to(found):
    for rate in counted(found).rates(Decimal("0.95")):
        asked = [one[rate.flag] for one in found if rate.flag in one]
        assert (rate.failures, rate.trials) == (sum(asked), len(asked))
        assert (rate.low, rate.high) == interval(sum(asked), len(asked), Decimal("0.95"))
        assert rate.low <= rate.share <= rate.high


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.sampled_from(["0.5", "0.9", "1"]))
def test_a_centile_is_the_least_value_that_the_share_does_not_exceed(values, share):
    found = centile({value: values.count(value) for value in values}, Decimal(share))
    ordered = sorted(values)
    assert found == ordered[-(-Fraction(share) * len(values) // 1) - 1]


def test_nothing_has_no_centile():
    assert centile({}, Decimal("0.5")) is None
