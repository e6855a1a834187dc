import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portal.consumer_law.rules.periods import Channel, ContractKind
from portal.samples import law_files
from portal.samples.rules.case_totals import BUCKETS, CaseTotals
from portal.samples.rules.case_verdict import judge_case
from portal.samples.rules.cases import Decision, StatedBy, WithdrawalCase
from portal.samples.rules.faults import CaseFault
from tests.samples import generating

TYPES = {"kind": ContractKind, "channel": Channel, "stated_by": StatedBy, "decision": Decision}


def verdict(line, row):
    told = {name: TYPES[name](value) if name in TYPES else value for name, value in row.items()}
    return judge_case(WithdrawalCase(line, **told), law_files.case_law(), generating.AS_OF)


VERDICTS = [verdict(line, row) for line, row in enumerate(generating.cases(400, seed=9), 2)]


def tallied(verdicts):
    tally = CaseTotals()
    for one in verdicts:
        tally.add(one)
    return tally


@given(st.permutations(VERDICTS), st.integers(0, len(VERDICTS)))
def test_a_sample_cut_anywhere_in_any_order_and_resumed_from_json_is_the_same(verdicts, cut):
    resumed = CaseTotals.from_json(json.loads(json.dumps(tallied(verdicts[:cut]).to_json())))
    resumed.merge(tallied(verdicts[cut:]))
    assert resumed.to_json() == tallied(VERDICTS).to_json()


def test_the_sums_are_those_of_the_verdicts():
    tally = tallied(VERDICTS)
    assert (tally.cases, tally.flagged) == (400, sum(bool(one.flags) for one in VERDICTS))
    assert tally.amount == sum(one.case.amount for one in VERDICTS)
    assert tally.owed == sum(one.owed for one in VERDICTS) > 0
    assert tally.surcharge == sum(one.surcharge.amount for one in VERDICTS) > 0
    assert tally.interest == sum(one.surcharge.is_interest for one in VERDICTS) > 0
    assert tally.contestable == sum(bool(one.flags) and not one.is_firm for one in VERDICTS) > 0
    for counted in (tally.channels, tally.ways, tally.months):
        assert [sum(column) for column in zip(*counted.values(), strict=True)] == [tally.cases, tally.flagged]


def test_every_refund_is_in_one_bucket_of_lateness():
    tally = tallied(VERDICTS)
    refunds = [one for one in VERDICTS if CaseFault.NO_REFUND in one.applicable]
    assert sum(tally.days_late.values()) == len(refunds)
    assert tally.days_late[0] == sum(one.days_late == 0 for one in refunds)
    assert set(tally.days_late) <= set(BUCKETS)
    assert {rate.flag: rate.failures for rate in tally.rates(Decimal("0.95")) if rate.failures} == {
        flag: count for flag in CaseFault if (count := sum(flag in one.flags for one in VERDICTS))
    }
