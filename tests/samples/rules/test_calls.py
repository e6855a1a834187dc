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
PLACE = legislation.metropolitan_france()
AS_OF = date(2026, 11, 24)
CALLED = datetime(2026, 9, 1, 10)
SOUND = Call(2, "APP-1", CALLED, datetime(2026, 8, 20, 9), "TXT-3", "CENTRE-2")
TAKEN = datetime(2026, 9, 10, 10)
BEFORE = datetime(2026, 8, 30, 10)


def judged(**told):
    return judge_call(replace(SOUND, **told), LAW, PLACE, AS_OF)


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
        ({"training": True}, [CallFault.BANNED_TRAINING]),
        ({"training": True, "in_contract": True}, []),
    ],
)
def test_what_raises_a_flag_and_what_does_not(told, flags):
    verdict = judged(**told)
    assert [*verdict.flags] == flags
    assert set(verdict.flags) <= set(verdict.applicable)


def flags(**told):
    return [*judged(**told).flags]


@pytest.mark.parametrize(
    ("sector", "day", "is_banned"),
    [
        ("energy", date(2020, 7, 24), False),
        ("energy", date(2020, 7, 27), True),
        ("housing", date(2021, 3, 2), False),
        ("housing", date(2025, 7, 1), False),
        ("housing", date(2025, 7, 2), True),
        ("energy", date(2025, 7, 2), True),
        ("renovation", date(2024, 3, 5), False),
        ("renovation", date(2025, 7, 2), True),
    ],
)
def test_a_sector_is_banned_only_since_its_own_day(sector, day, is_banned):
    """A file that does not say which of the two it was accuses nobody before both were banned."""
    assert (CallFault.BANNED_SECTOR in flags(called=day, consented=None, **{sector: True})) is is_banned


@pytest.mark.parametrize(("day", "is_banned"), [(date(2022, 12, 20), False), (date(2022, 12, 21), True)])
def test_training_accounts_are_banned_since_their_own_day(day, is_banned):
    assert (CallFault.BANNED_TRAINING in flags(called=day, consented=None, training=True)) is is_banned


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        (datetime(2026, 9, 1, 10, 0), []),
        (datetime(2026, 9, 1, 13, 0, 40), []),
        (datetime(2026, 9, 1, 9, 59), [CallFault.CALL_OUT_OF_HOURS]),
        (datetime(2026, 9, 1, 13, 30), [CallFault.CALL_OUT_OF_HOURS]),
        (datetime(2026, 9, 1, 20, 1), [CallFault.CALL_OUT_OF_HOURS]),
        (datetime(2026, 9, 5, 11), [CallFault.CALL_ON_DAY_OFF]),
        (datetime(2026, 11, 11, 11), [CallFault.CALL_ON_DAY_OFF]),
        (datetime(2026, 9, 6, 21), [CallFault.CALL_ON_DAY_OFF, CallFault.CALL_OUT_OF_HOURS]),
        (date(2026, 9, 6), [CallFault.CALL_ON_DAY_OFF]),
    ],
)
def test_calls_are_made_on_working_days_within_the_hours_of_the_decree(called, expected):
    assert flags(called=called, suppressed=None) == expected
    assert flags(called=called, in_contract=True) == expected
    assert flags(called=called, any_time=True) == []


def test_a_call_at_another_time_is_not_firm_when_a_consent_to_be_called_is_proved():
    sunday = datetime(2026, 9, 6, 11)
    assert [judged(called=sunday).is_firm, judged(called=sunday, consented=None).is_firm] == [False, True]
    assert judged(called=CALLED, consented=None).is_firm


def test_the_decree_binds_only_the_calls_made_since_it_is_in_force():
    sunday = datetime(2023, 2, 26, 21)
    assert flags(called=sunday, consented=None, recent_calls=9, refused=date(2023, 2, 20)) == []
    assert CallFault.CALL_ON_DAY_OFF in flags(called=datetime(2023, 3, 5, 11), consented=None)


@pytest.mark.parametrize(("calls", "expected"), [(4, []), (5, [CallFault.CALLED_TOO_OFTEN]), (None, [])])
def test_more_than_four_calls_in_thirty_days_are_too_many(calls, expected):
    assert flags(recent_calls=calls) == expected


@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        (date(2026, 7, 2), []),
        (date(2026, 7, 3), [CallFault.CALLED_AFTER_REFUSAL]),
        (datetime(2026, 9, 1, 9, 59), [CallFault.CALLED_AFTER_REFUSAL]),
        (datetime(2026, 9, 1, 10, 5), []),
    ],
)
def test_nobody_is_called_again_within_sixty_days_of_a_refusal(refused, expected):
    """A refusal given during this very call is no fault of it."""
    assert flags(refused=refused) == expected


def test_before_the_11th_of_august_2026_no_consent_is_required_and_the_verdict_says_so():
    before = judged(called=datetime(2026, 8, 10, 19), consented=None)
    assert (before.flags, before.consent_required) == ((), False)
    assert str(before.notice) == french(
        "Avant le 2026-08-11, l'accord préalable n'était pas exigé : rien n'est compté à ce titre."
    )
    since = judged(called=datetime(2026, 8, 11, 10), consented=None)
    assert (since.flags, since.notice) == ((CallFault.NO_CONSENT,), None)
    assert "contrat en cours" in str(judged(in_contract=True).notice)


def test_latencies_are_told_by_their_median_ninetieth_centile_and_maximum():
    tally = CallTotals()
    assert (tally.median, tally.ninetieth, tally.slowest) == (None, None, None)
    for hours in (1, 1, 2, 3, 4, 5, 6, 7, 30, 90):
        tally.add(judged(withdrawn=TAKEN, suppressed=TAKEN + timedelta(hours=hours)))
    assert (tally.median, tally.ninetieth, tally.slowest) == (4, 30, 90)


def test_parts_merge_into_the_whole_through_json():
    verdicts = [judge_call(Call(n, **row), LAW, PLACE, AS_OF) for n, row in enumerate(generating.calls(300), 2)]
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
