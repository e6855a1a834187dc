"""One case at a time: what raises each flag, what does not, what it is counted among, and what is owed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.consumer_law.rules.periods import Channel, ContractFacts, ContractKind, Unsupported, deadline
from portal.samples import law_files
from portal.samples.rules.case_law import NO_LAST_DAY
from portal.samples.rules.case_verdict import judge_case
from portal.samples.rules.cases import Decision, StatedBy, WithdrawalCase
from portal.samples.rules.faults import CaseFault

LAW = law_files.case_law()
AS_OF = date(2026, 11, 24)
SOUND = WithdrawalCase(
    line=2, reference="VIG-1", kind=ContractKind.GOODS, stated=datetime(2026, 10, 6, 9), decision=Decision.ACCEPTED,
    amount=Decimal(100), online=True, concluded=date(2026, 9, 28), deliveries=(date(2026, 10, 1),),
    stated_by=StatedBy.FUNCTION, logged=datetime(2026, 10, 6, 9, 1), forwarded=datetime(2026, 10, 6, 10),
    acknowledged=datetime(2026, 10, 6, 9, 1), acknowledged_content=True, start_claimed=date(2026, 10, 1),
    deadline_claimed=date(2026, 10, 15), refunded=Decimal(100), refunded_on=date(2026, 10, 20),
    recovered=date(2026, 10, 12), function_offered=True,
)  # fmt: skip
REFUSED = {"decision": Decision.REFUSED, "refunded": None, "refunded_on": None}


def judged(**told):
    return judge_case(replace(SOUND, **told), LAW, AS_OF)


def test_a_sound_case_bears_no_flag_and_is_counted_among_all_it_can_show():
    verdict = judged()
    assert verdict.flags == ()
    assert (verdict.start, verdict.deadline) == (date(2026, 10, 1), date(2026, 10, 15))
    assert verdict.refund_due == date(2026, 10, 20)
    assert (verdict.days_late, verdict.owed, verdict.surcharge.amount, verdict.weight) == (0, 0, 0, 0)
    refusals = {CaseFault.UNCODED_REFUSAL, CaseFault.REFUSED_IN_TIME, CaseFault.EXCEPTION_DOUBTFUL}
    assert set(verdict.applicable) == set(CaseFault) - refusals


@pytest.mark.parametrize(
    ("told", "flags"),
    [
        ({"logged": date(2026, 10, 7)}, [CaseFault.LATE_LOGGING]),
        ({"forwarded": datetime(2026, 10, 7, 9, 0, 1)}, [CaseFault.LATE_FORWARDING]),
        ({"forwarded": datetime(2026, 10, 7, 9)}, []),
        ({"forwarded": date(2026, 10, 7)}, []),
        ({"forwarded": date(2026, 10, 8)}, [CaseFault.LATE_FORWARDING]),
        ({"acknowledged": None}, [CaseFault.NO_ACKNOWLEDGEMENT]),
        ({"acknowledged": datetime(2026, 10, 7, 9, 1)}, [CaseFault.LATE_ACKNOWLEDGEMENT]),
        ({"stated": date(2026, 10, 6), "acknowledged": date(2026, 10, 7)}, []),
        ({"acknowledged_content": False}, [CaseFault.POOR_ACKNOWLEDGEMENT]),
        ({"acknowledged_content": False, "stated_by": StatedBy.EMAIL}, []),
        ({"acknowledged_content": False, "concluded": None}, []),
        ({"acknowledged_content": False, "concluded": date(2026, 6, 18)}, []),
        ({"start_claimed": date(2026, 9, 28)}, [CaseFault.WRONG_START]),
        ({"deadline_claimed": date(2026, 10, 14)}, [CaseFault.WRONG_DEADLINE]),
        ({"deadline_claimed": date(2026, 10, 30)}, []),
        ({"informed": False, "deadline_claimed": None}, [CaseFault.MISSING_INFORMATION]),
        ({"informed_on": date(2026, 10, 2), "deadline_claimed": None}, [CaseFault.LATE_INFORMATION]),
        ({"informed_on": date(2026, 10, 1)}, []),
        ({"function_offered": False}, [CaseFault.FUNCTION_MISSING]),
        ({"function_offered": False, "channel": Channel.PHONE}, []),
        ({"function_offered": False, "online": False}, []),
        ({"function_offered": False, "concluded": date(2026, 6, 18)}, []),
        ({**REFUSED}, [CaseFault.UNCODED_REFUSAL]),
        ({**REFUSED, "refusal": "late"}, [CaseFault.REFUSED_IN_TIME]),
        ({**REFUSED, "refusal": "late", "stated": datetime(2026, 10, 15, 23, 59)}, [CaseFault.REFUSED_IN_TIME]),
        ({**REFUSED, "refusal": "13"}, [CaseFault.EXCEPTION_DOUBTFUL]),
        ({**REFUSED, "refusal": "3"}, []),
        ({**REFUSED, "refusal": "2"}, []),
        ({"refunded_on": date(2026, 10, 21)}, [CaseFault.LATE_REFUND]),
        ({"refunded": None, "refunded_on": None}, [CaseFault.NO_REFUND]),
        ({"refunded": Decimal(0)}, [CaseFault.NO_REFUND]),
        ({"refunded": Decimal("99.99")}, [CaseFault.PARTIAL_REFUND]),
        ({"refunded": None}, []),
        ({"refunded": None, "refunded_on": None, "recovered": None}, []),
        ({"refunded_on": date(2026, 11, 2), "recovered": date(2026, 11, 3)}, []),
        ({"refunded_on": date(2026, 11, 2), "recovered": date(2026, 11, 3), "collected_by_trader": True},
         [CaseFault.LATE_REFUND]),
        ({"decision": Decision.PENDING, "refunded": None, "refunded_on": None}, []),
    ],
)  # fmt: skip
def test_what_raises_a_flag_and_what_does_not(told, flags):
    late = {"logged", "acknowledged"} - set(told)
    told = {**told, **{name: told["stated"] for name in late if "stated" in told}}
    found = judge_case(replace(SOUND, **{"forwarded": None, **told}), LAW, AS_OF)
    assert [*found.flags] == flags


def test_accepting_a_late_withdrawal_is_no_fault():
    late = datetime(2026, 11, 10, 9)
    found = judged(stated=late, logged=late, forwarded=late, acknowledged=late, refunded_on=date(2026, 11, 20))
    assert found.flags == ()


def test_a_letter_counts_from_its_arrival_and_without_it_from_its_logging():
    letter = {"stated_by": StatedBy.LETTER, "stated": date(2026, 10, 6), "forwarded": None}
    arrived = judged(**letter, arrived=date(2026, 10, 9), logged=date(2026, 10, 12), acknowledged=date(2026, 10, 12))
    assert arrived.flags == (CaseFault.LATE_LOGGING, CaseFault.LATE_ACKNOWLEDGEMENT)
    assert arrived.refund_due == date(2026, 10, 23)
    logged = judged(**letter, logged=date(2026, 10, 12), acknowledged=date(2026, 10, 12))
    assert logged.flags == ()
    assert CaseFault.LATE_LOGGING not in logged.applicable
    assert logged.refund_due == date(2026, 10, 26)
    guessed = judged(**letter, logged=None, acknowledged=date(2026, 10, 20), refunded_on=date(2026, 10, 30))
    assert guessed.flags == ()


def test_what_is_not_yet_due_is_neither_a_fault_nor_counted():
    now = datetime(2026, 11, 23, 9)
    found = judged(stated=now, logged=now, acknowledged=None, forwarded=None, refunded=None, refunded_on=None,
                   recovered=None, dispatched=date(2026, 11, 24))  # fmt: skip
    assert not {CaseFault.NO_ACKNOWLEDGEMENT, CaseFault.NO_REFUND, CaseFault.LATE_REFUND} & set(found.applicable)
    assert found.owed == 0


@pytest.mark.parametrize(
    ("days", "rate", "amount"), [(10, 0, 0), (11, 5, 5), (21, 10, 10), (31, 20, 20), (61, 50, 50), (91, 55, 55)]
)
def test_a_late_refund_bears_the_surcharge_of_its_lateness(days, rate, amount):
    long_after = date(2027, 6, 1)
    found = judge_case(replace(SOUND, refunded_on=date(2026, 10, 20) + timedelta(days=days)), LAW, long_after)
    assert (found.days_late, found.owed) == (days, 0)
    assert (found.surcharge.rate, found.surcharge.amount, found.surcharge.is_interest) == (rate, amount, rate == 0)


def test_a_part_paid_late_and_a_part_not_paid_bear_each_their_own():
    found = judged(refunded=Decimal(60), refunded_on=date(2026, 11, 1))
    assert found.flags == (CaseFault.LATE_REFUND, CaseFault.PARTIAL_REFUND)
    assert (found.owed, found.days_late) == (40, 35)
    assert found.surcharge.amount == Decimal("40") * 20 / 100 + Decimal("60") * 5 / 100


def test_a_refund_whose_term_falls_on_a_week_end_and_paid_the_next_working_day_is_contestable():
    sent = datetime(2026, 9, 26, 9)  # fourteen days later is Saturday the 10th of October
    told = {"concluded": date(2026, 6, 1), "stated": sent, "logged": sent, "forwarded": sent, "acknowledged": sent}
    told |= {"deliveries": (date(2026, 9, 20),), "start_claimed": None, "deadline_claimed": None}
    told |= {"recovered": date(2026, 9, 30)}
    monday = judged(**told, refunded_on=date(2026, 10, 12))
    assert (monday.flags, monday.unsure, monday.is_firm) == ((CaseFault.LATE_REFUND,), ("refund.unmoved",), False)
    tuesday = judged(**told, refunded_on=date(2026, 10, 13))
    assert (tuesday.flags, tuesday.is_firm) == ((CaseFault.LATE_REFUND,), True)


def test_a_verdict_is_firm_only_when_every_rule_it_uses_is():
    service = {
        "kind": ContractKind.SERVICE,
        "deliveries": (),
        "recovered": None,
        "start_claimed": None,
    }
    firm = judged(**service, online=False, stated_by=StatedBy.EMAIL, refunded_on=date(2026, 10, 30))
    assert (firm.flags, firm.is_firm) == ((CaseFault.LATE_REFUND,), True)
    assert judged(**service).is_firm
    italian = {**service, "online": False, "country": "IT", "channel": Channel.DOORSTEP}
    early = judged(**italian, deadline_claimed=date(2026, 10, 2))
    assert CaseFault.WRONG_DEADLINE in early.flags
    assert early.unsure == ("length.IT.doorstep", "end.local")
    assert judged(**italian, deadline_claimed=None).is_firm, "no fault rests on the period"
    contract = judged(**service, online=False, logged=date(2026, 10, 8))
    assert (contract.flags, contract.is_firm) == ((CaseFault.LATE_LOGGING,), True)


def test_the_gravest_the_latest_and_the_dearest_come_first():
    unpaid = {"refunded": None, "refunded_on": None}
    order = [
        judged(logged=date(2026, 10, 8)),
        judged(refunded_on=date(2026, 10, 21)),
        judged(refunded_on=date(2026, 11, 21)),
        judged(**unpaid),
        judged(**unpaid, amount=Decimal(2000)),
        judged(**unpaid, amount=Decimal(2000), informed=False, deadline_claimed=None),
    ]
    weights = [verdict.weight for verdict in order]
    assert weights == sorted(set(weights))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"deliveries": ()}, "received"),
        ({"deliveries": (date(2026, 9, 1),)}, "received"),
        ({"deliveries": (date(2026, 10, 1), date(2026, 10, 2))}, "received"),
        ({"country": "US"}, "country"),
        ({"region": "corse"}, "region"),
        ({"kind": ContractKind.SERVICE, "concluded": None}, "concluded"),
        ({"stated": date(2010, 1, 1)}, "stated"),
    ],
)
def test_a_case_that_cannot_be_worked_out_says_which_fact_is_wrong(told, field):
    with pytest.raises(Unsupported) as refused:
        judged(**told)
    assert refused.value.field == field


days = st.dates(date(2025, 1, 1), date(2026, 10, 1))


LIFE = {
    "kind": ContractKind.LIFE,
    "concluded": date(2026, 10, 1),
    "deliveries": (),
    "recovered": None,
    "start_claimed": None,
    "deadline_claimed": None,
    "dispatched": None,
}


@pytest.mark.parametrize(
    ("told", "flags", "owed"),
    [
        ({"refunded_on": date(2026, 11, 5), "refunded": Decimal("100")}, [], 0),
        ({"refunded_on": date(2026, 11, 6), "refunded": Decimal("100")}, [CaseFault.LATE_REFUND], 0),
        ({"refunded_on": None, "refunded": None}, [CaseFault.NO_REFUND], 100),
        ({"decision": Decision.REFUSED, "refusal": "late", "informed": False}, [
            CaseFault.MISSING_INFORMATION, CaseFault.REFUSED_IN_TIME,
        ], 0),
        ({"decision": Decision.REFUSED, "refusal": "13"}, [CaseFault.EXCEPTION_DOUBTFUL], 0),
    ],
)  # fmt: skip
def test_a_financial_service_is_judged_by_its_own_chapter(told, flags, owed):
    """Thirty days to refund, legal interest alone, no exception of L221-28, no end while the terms are missing."""
    verdict = judged(**{**LIFE, **told})
    assert [*verdict.flags] == flags
    assert (verdict.owed, verdict.surcharge.amount) == (owed, 0)


@given(days, st.integers(0, 30), st.sampled_from([*ContractKind]), st.booleans(), st.none() | days)
@example(date(2025, 1, 1), 0, ContractKind.FINANCE, False, date(2025, 1, 2))
def test_the_dates_kept_are_those_of_the_engine(start, more, kind, informed, told):
    received = (start,) if kind in {ContractKind.GOODS, ContractKind.MIXED} else (start, start + timedelta(days=more))
    case = replace(
        SOUND, kind=kind, concluded=start, deliveries=received if kind.from_receipt else (), informed=informed,
        informed_on=told, stated=start,
    )  # fmt: skip
    facts = ContractFacts(kind, start, case.deliveries, informed=informed, informed_on=told, online=True)
    for _ in range(2):
        found = judge_case(case, LAW, AS_OF)
        if kind.is_financial and not informed and not facts.is_french_life:  # which eight years bound
            assert (found.start, found.deadline) == (start, NO_LAST_DAY)
            continue
        expected = deadline(facts, LAW.periods)
        assert (found.start, found.deadline) == (expected.start, expected.last_day)
    for flag in found.flags:
        assert LAW.broken(flag, case).article
