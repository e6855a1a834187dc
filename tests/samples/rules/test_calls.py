import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from portal.consumer_law import legislation
from portal.core.language import french
from portal.samples.rules.calls import Call, CallTotals, judge_call
from portal.samples.rules.faults import CallFault
from tests.samples import generating

LAW = legislation.telephone()
AS_OF = date(2026, 11, 24)
CALLED = datetime(2026, 9, 1, 10)
SOUND = Call(2, "APP-1", CALLED, datetime(2026, 8, 20, 9), "TXT-3", "CENTRE-2")
TAKEN = datetime(2026, 9, 10, 10)
BEFORE = datetime(2026, 8, 30, 10)


def judged(**told):
    return judge_call(replace(SOUND, **told), LAW, AS_OF)


@pytest.mark.parametrize(
    ("told", "flags"),
    [
        ({}, []),
        ({"consented": None}, [CallFault.NO_CONSENT]),
        ({"consented": None, "in_contract": True}, []),
        ({"consented": datetime(2026, 9, 1, 10, 1)}, [CallFault.CONSENT_AFTER_CALL]),
        ({"consented": date(2026, 9, 1)}, []),
        ({"consent_wording": ""}, [CallFault.CONSENT_UNPROVED]),
        ({"consent_by": ""}, [CallFault.CONSENT_UNPROVED]),
        ({"withdrawn": TAKEN, "suppressed": TAKEN + timedelta(days=1)}, []),
        ({"withdrawn": TAKEN, "suppressed": TAKEN + timedelta(days=1, seconds=1)}, [CallFault.LATE_SUPPRESSION]),
        ({"withdrawn": TAKEN}, [CallFault.LATE_SUPPRESSION]),
        ({"withdrawn": date(2026, 11, 23)}, []),
        ({"withdrawn": BEFORE, "suppressed": BEFORE}, [CallFault.CALLED_AFTER_WITHDRAWAL]),
        ({"withdrawn": BEFORE, "suppressed": BEFORE, "in_contract": True}, [CallFault.CALLED_AFTER_WITHDRAWAL]),
        ({"withdrawn": BEFORE, "suppressed": BEFORE, "consented": datetime(2026, 8, 31, 10)}, []),
        ({"renovation": True}, [CallFault.BANNED_SECTOR]),
        ({"renovation": True, "in_contract": True}, []),
    ],
)
def test_what_raises_a_flag_and_what_does_not(told, flags):
    verdict = judged(**told)
    assert [*verdict.flags] == flags
    assert set(verdict.flags) <= set(verdict.applicable)


def test_before_the_11th_of_august_2026_no_consent_is_required_and_the_verdict_says_so():
    before = judged(called=datetime(2026, 8, 10, 19), consented=None)
    assert (before.flags, before.consent_required) == ((), False)
    assert str(before.notice) == french(
        "Avant le 2026-08-11, l'accord préalable n'était pas exigé : rien n'est compté à ce titre."
    )
    since = judged(called=datetime(2026, 8, 11, 9), consented=None)
    assert (since.flags, since.notice) == ((CallFault.NO_CONSENT,), None)
    assert "contrat en cours" in str(judged(in_contract=True).notice)


def test_latencies_are_told_by_their_median_ninetieth_centile_and_maximum():
    tally = CallTotals()
    assert (tally.median, tally.ninetieth, tally.slowest) == (None, None, None)
    for hours in (1, 1, 2, 3, 4, 5, 6, 7, 30, 90):
        tally.add(judged(withdrawn=TAKEN, suppressed=TAKEN + timedelta(hours=hours)))
    assert (tally.median, tally.ninetieth, tally.slowest) == (4, 30, 90)


def test_parts_merge_into_the_whole_through_json():
    verdicts = [judge_call(Call(n, **row), LAW, AS_OF) for n, row in enumerate(generating.calls(300), 2)]
    whole, first, second = CallTotals(), CallTotals(), CallTotals()
    for rank, verdict in enumerate(verdicts):
        whole.add(verdict)
        (first if rank < 120 else second).add(verdict)
    resumed = CallTotals.from_json(json.loads(json.dumps(first.to_json())))
    resumed.merge(second)
    assert resumed.to_json() == whole.to_json()
    assert resumed.rates(Decimal("0.9")) == whole.rates(Decimal("0.9"))
    assert whole.calls == 300
    assert whole.required == sum(verdict.consent_required for verdict in verdicts)
