"""What observations are worth against the rules."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consumer_law.rules.periods import ContractKind
from portal.core.clock import LEGAL_ZONE
from portal.mystery import script_files
from portal.mystery.rules.judgement import (
    MysteryResult,
    Observation,
    ObservationAnswer,
    OutcomeReason,
    StepOutcome,
    breaches_in,
    judge_test,
    last_day,
    share_kept,
)
from portal.mystery.rules.script import MysteryOrder, StepDelay, Way

LAW = script_files.law()
ORDER = MysteryOrder(ContractKind.GOODS, date(2026, 9, 1), date(2026, 9, 4), is_guest=True)
SERVICE = MysteryOrder(ContractKind.SERVICE, date(2026, 9, 1))
LAST = date(2026, 9, 18)
LATER = date(2027, 1, 1)


def on(day, hour=10, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LEGAL_ZONE)


def seen(day, hour=10, said=ObservationAnswer.AS_EXPECTED, proof=True):
    return Observation(said, on(day, hour), proof)


def line(seen_by_step, key, way=Way.EMAIL, order=SERVICE, as_of=LATER):
    found = judge_test(script_files.steps(way, order), seen_by_step, order, LAW, as_of)
    return next(one for one in found.lines if one.step.key == key)


def came_to(seen_by_step, key, **given_):
    found = line(seen_by_step, key, **given_)
    return found.outcome, found.reason


WRITTEN = {"written": seen(date(2026, 9, 10))}


def test_a_test_that_nobody_has_run_has_no_breach():
    for way in Way:
        found = judge_test(script_files.steps(way, ORDER), {}, ORDER, LAW, LATER)
        assert {one.outcome for one in found.lines} == {StepOutcome.UNOBSERVED}
        assert found.overall is MysteryResult.PARTIAL


def test_a_breach_is_what_was_seen_otherwise_with_the_proof_that_is_asked_for():
    different = Observation(ObservationAnswer.DIFFERENT, None, True)
    assert came_to({"label": different}, "label", way=Way.WEB) == (StepOutcome.BREACH, OutcomeReason.DIFFERENT)
    bare = replace(different, has_proof=False)
    assert came_to({"label": bare}, "label", way=Way.WEB) == (StepOutcome.UNOBSERVED, OutcomeReason.NO_PROOF)
    # What an agent says on the telephone asks for no recording.
    assert came_to({"reason": bare}, "reason", way=Way.PHONE) == (StepOutcome.BREACH, OutcomeReason.DIFFERENT)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (10, (StepOutcome.OK, OutcomeReason.SEEN)),
        (11, (StepOutcome.OK, OutcomeReason.SEEN)),
        (12, (StepOutcome.BREACH, OutcomeReason.LATE)),
    ],
)
def test_the_acknowledgement_has_one_day(day, expected):
    found = {**WRITTEN, "acknowledged": seen(date(2026, 9, day), 23)}
    assert came_to(found, "acknowledged") == expected
    assert line(found, "acknowledged").days_late == max(day - 11, 0)


def test_a_refund_of_a_life_insurance_has_thirty_days():
    found = {**WRITTEN, "refunded-financial": seen(date(2026, 10, 10))}
    assert line(found, "refunded-financial", order=replace(SERVICE, kind=ContractKind.LIFE)).due == date(2026, 10, 10)
    assert last_day(replace(SERVICE, kind=ContractKind.LIFE), LAW) == date(2026, 10, 1)


def test_a_refund_of_a_service_has_fourteen_days_from_the_statement_week_ends_included():
    due = date(2026, 9, 24)
    assert came_to({**WRITTEN, "refunded": seen(due)}, "refunded") == (StepOutcome.OK, OutcomeReason.SEEN)
    late = line({**WRITTEN, "refunded": seen(date(2026, 9, 27))}, "refunded")
    assert (late.outcome, late.due, late.days_late) == (StepOutcome.BREACH, due, 3)


def test_a_refund_of_goods_waits_for_their_dispatch():
    stated = {"written": seen(date(2026, 9, 10))}
    refused = {**stated, "refunded": seen(date(2026, 10, 20), said=ObservationAnswer.DIFFERENT)}
    assert came_to(refused, "refunded", order=ORDER) == (StepOutcome.UNOBSERVED, OutcomeReason.WITHHELD)
    sent = {**refused, "returned": seen(date(2026, 9, 28))}
    found = line(sent, "refunded", order=ORDER)
    assert (found.outcome, found.reason, found.due) == (StepOutcome.BREACH, OutcomeReason.NEVER, date(2026, 9, 28))


def test_a_letter_is_heard_when_it_is_delivered():
    posted = {"posted": seen(date(2026, 9, 10)), "acknowledged": seen(date(2026, 9, 15))}
    assert came_to(posted, "acknowledged", way=Way.LETTER) == (StepOutcome.UNOBSERVED, OutcomeReason.NO_START)
    delivered = {**posted, "delivered": seen(date(2026, 9, 14))}
    assert came_to(delivered, "acknowledged", way=Way.LETTER) == (StepOutcome.OK, OutcomeReason.SEEN)


def test_what_has_not_come_is_a_breach_only_once_it_was_due_and_needs_no_proof():
    early = {**WRITTEN, "acknowledged": seen(date(2026, 9, 11), said=ObservationAnswer.DIFFERENT, proof=False)}
    assert came_to(early, "acknowledged") == (StepOutcome.UNOBSERVED, OutcomeReason.TOO_EARLY)
    after = {**WRITTEN, "acknowledged": seen(date(2026, 9, 15), said=ObservationAnswer.DIFFERENT, proof=False)}
    found = line(after, "acknowledged")
    assert (found.outcome, found.reason, found.days_late) == (StepOutcome.BREACH, OutcomeReason.NEVER, 4)


def test_an_instant_that_nobody_can_prove_starts_no_delay():
    bare = {"written": seen(date(2026, 9, 10), proof=False), "acknowledged": seen(date(2026, 9, 20))}
    assert came_to(bare, "acknowledged") == (StepOutcome.UNOBSERVED, OutcomeReason.NO_START)
    # A call leaves no proof but the words and the time that were noted.
    called = {"called": seen(date(2026, 9, 10), proof=False), "acknowledged": seen(date(2026, 9, 20))}
    assert came_to(called, "acknowledged", way=Way.PHONE) == (StepOutcome.BREACH, OutcomeReason.LATE)


def test_a_tester_who_withdraws_too_late_has_nothing_to_reproach():
    assert last_day(SERVICE, LAW) == date(2026, 9, 15)
    never = {
        "refunded": seen(date(2026, 11, 1), said=ObservationAnswer.DIFFERENT),
        "means": Observation(ObservationAnswer.DIFFERENT),
    }
    in_time = {**never, "written": seen(date(2026, 9, 15), 23)}
    assert came_to(in_time, "refunded") == (StepOutcome.BREACH, OutcomeReason.NEVER)
    late = {**never, "written": seen(date(2026, 9, 16), 0)}
    found = judge_test(script_files.steps(Way.EMAIL, SERVICE), late, SERVICE, LAW, LATER)
    assert {(one.outcome, one.reason) for one in found.lines} == {(StepOutcome.UNOBSERVED, OutcomeReason.OUT_OF_TIME)}
    # Sent in time is enough: the day a letter arrives does not matter (L221-21).
    posted = {**never, "posted": seen(date(2026, 9, 15)), "delivered": seen(date(2026, 9, 18))}
    assert came_to(posted, "refunded", way=Way.LETTER) == (StepOutcome.BREACH, OutcomeReason.NEVER)


def test_what_is_still_expected_says_until_when():
    pending = line(WRITTEN, "refunded", as_of=date(2026, 9, 24))
    assert (pending.outcome, pending.reason, pending.due) == (
        StepOutcome.UNOBSERVED,
        OutcomeReason.PENDING,
        date(2026, 9, 24),
    )
    assert came_to(WRITTEN, "refunded", as_of=date(2026, 9, 25)) == (StepOutcome.UNOBSERVED, OutcomeReason.OVERDUE)


def test_an_acknowledgement_before_the_statement_is_a_slip_of_the_pen():
    found = {**WRITTEN, "acknowledged": seen(date(2026, 9, 9))}
    assert came_to(found, "acknowledged") == (StepOutcome.UNOBSERVED, OutcomeReason.BEFORE)


def test_the_time_between_two_instants_counts_the_hour_that_the_clock_gave_back():
    found = {"written": seen(date(2026, 10, 24), 22), "acknowledged": seen(date(2026, 10, 25), 10)}
    order = replace(SERVICE, ordered_on=date(2026, 10, 20))
    assert line(found, "acknowledged", order=order).elapsed == timedelta(hours=13)


@pytest.mark.parametrize(
    ("day", "said", "expected"),
    [
        (LAST, ObservationAnswer.AS_EXPECTED, (StepOutcome.OK, OutcomeReason.SEEN)),
        (date(2026, 9, 17), ObservationAnswer.AS_EXPECTED, (StepOutcome.UNOBSERVED, OutcomeReason.OTHER_DAY)),
        (date(2026, 9, 17), ObservationAnswer.DIFFERENT, (StepOutcome.BREACH, OutcomeReason.DIFFERENT)),
        (date(2026, 9, 19), ObservationAnswer.DIFFERENT, (StepOutcome.UNOBSERVED, OutcomeReason.AFTER)),
        (date(2026, 8, 30), ObservationAnswer.DIFFERENT, (StepOutcome.UNOBSERVED, OutcomeReason.BEFORE)),
    ],
)
def test_the_function_is_owed_until_the_last_day_included(day, said, expected):
    assert last_day(ORDER, LAW) == LAST
    assert came_to({"last-day": seen(day, said=said)}, "last-day", way=Way.WEB, order=ORDER) == expected


def test_without_its_receipt_the_last_day_is_not_known():
    waiting = replace(ORDER, received_on=None)
    assert last_day(waiting, LAW) is None
    assert came_to({"last-day": seen(LAST)}, "last-day", way=Way.WEB, order=waiting) == (
        StepOutcome.UNOBSERVED,
        OutcomeReason.NO_START,
    )


def test_a_place_that_the_data_does_not_know_has_no_last_day():
    assert last_day(replace(ORDER, country="XX"), LAW) is None


def test_what_the_tester_could_not_see_is_said_so():
    unseen = Observation(ObservationAnswer.UNSEEN)
    assert came_to({"label": unseen}, "label", way=Way.WEB) == (StepOutcome.UNOBSERVED, OutcomeReason.UNSEEN)
    # A confirmation that could not be reached gives no instant to the delays.
    found = {
        "confirm": Observation(ObservationAnswer.UNSEEN, on(date(2026, 9, 10)), True),
        "acknowledged": seen(date(2026, 9, 10)),
    }
    assert came_to(found, "acknowledged", way=Way.WEB) == (StepOutcome.UNOBSERVED, OutcomeReason.NO_START)


def test_a_time_that_is_asked_for_is_needed():
    untimed = Observation(ObservationAnswer.AS_EXPECTED, None, True)
    assert came_to({"written": untimed}, "written") == (StepOutcome.UNOBSERVED, OutcomeReason.NO_TIME)
    assert came_to({**WRITTEN, "refunded": untimed}, "refunded") == (StepOutcome.UNOBSERVED, OutcomeReason.NO_TIME)
    assert came_to({"last-day": untimed}, "last-day", way=Way.WEB) == (StepOutcome.UNOBSERVED, OutcomeReason.NO_TIME)


def test_every_step_kept_is_the_only_way_to_have_all_kept():
    script = script_files.steps(Way.EMAIL, SERVICE)
    everything = {step.key: seen(date(2026, 9, 10), 12 if step.clock else 10) for step in script}
    found = judge_test(script, everything, SERVICE, LAW, LATER)
    assert found.overall is MysteryResult.KEPT
    del everything["means"]
    assert judge_test(script, everything, SERVICE, LAW, LATER).overall is MysteryResult.PARTIAL


def test_breaches_are_ready_to_become_findings_gravest_first():
    found = judge_test(
        script_files.steps(Way.PHONE, SERVICE),
        {
            "called": seen(date(2026, 9, 10)),
            "reason": Observation(ObservationAnswer.DIFFERENT),
            "refunded": seen(date(2026, 10, 10)),
        },
        SERVICE, LAW, LATER,
    )  # fmt: skip
    made = breaches_in(found)
    assert [one.key for one in made] == ["refunded", "reason"]
    assert made[0].article == "C. conso. L221-24"
    assert made[0].days_late == 16
    assert all(one.action.fr and one.action.en and one.proof_expected.fr and one.proof_expected.en for one in made)


def test_a_share_of_nothing_is_not_a_share():
    assert share_kept(0, 0) is None
    assert share_kept(1, 0) == 100


# --- properties -------------------------------------------------------------------------------------------------------

days = st.dates(date(2026, 6, 25), date(2027, 3, 1))
observations = st.builds(
    Observation,
    st.sampled_from(ObservationAnswer),
    st.one_of(st.none(), st.builds(on, days, st.integers(0, 23), st.integers(0, 59))),
    st.booleans(),
)
orders = st.builds(
    lambda kind, day, wait, guest: MysteryOrder(
        kind, day, day + timedelta(days=wait) if kind.from_receipt and wait else None, is_guest=guest
    ),
    st.sampled_from([ContractKind.GOODS, ContractKind.SERVICE, ContractKind.DIGITAL]),
    days,
    st.integers(0, 20),
    st.booleans(),
)


@st.composite
def runs(draw):
    way, order = draw(st.sampled_from(Way)), draw(orders)
    script = script_files.steps(way, order)
    keys = st.sampled_from([step.key for step in script])
    return script, draw(st.dictionaries(keys, observations)), order


@given(runs(), days)
def test_every_step_is_judged_once_and_the_counts_add_up(run, as_of):
    script, said, order = run
    found = judge_test(script, said, order, LAW, as_of)
    assert [one.step for one in found.lines] == list(script)
    assert sum(found.count(outcome) for outcome in StepOutcome) == len(script)
    assert len(found.breaches) == found.count(StepOutcome.BREACH)


@given(runs(), days)
def test_only_what_was_seen_is_a_breach_or_kept(run, as_of):
    script, said, order = run
    for one in judge_test(script, said, order, LAW, as_of).lines:
        if one.outcome is StepOutcome.UNOBSERVED:
            continue
        word = said[one.step.key]
        assert word.said is not ObservationAnswer.UNSEEN
        assert word.at is None or word.at.date() <= as_of
        if one.outcome is StepOutcome.OK:
            assert word.said is ObservationAnswer.AS_EXPECTED
            assert word.has_proof or not one.step.needs_proof
        else:
            assert word.said is ObservationAnswer.DIFFERENT or one.days_late > 0


@given(runs(), days)
def test_what_is_observed_later_does_not_count_yet(run, as_of):
    script, said, order = run
    known = {key: one for key, one in said.items() if one.at is None or one.at.date() <= as_of}
    outcomes = [one.outcome for one in judge_test(script, said, order, LAW, as_of).lines]
    assert outcomes == [one.outcome for one in judge_test(script, known, order, LAW, as_of).lines]


@given(runs(), st.sampled_from([StepDelay.ACKNOWLEDGE, StepDelay.REFUND]), st.integers(1, 60))
def test_coming_later_is_never_better(run, clock, wait):
    script, said, order = run
    step = next(one for one in script if one.clock is clock)
    word = said.get(step.key)
    if word is None or word.at is None:
        return

    def judged(one):
        found = judge_test(script, {**said, step.key: one}, order, LAW, date(2028, 1, 1))
        return next(each for each in found.lines if each.step.key == step.key)

    before, after = judged(word), judged(replace(word, at=word.at + timedelta(days=wait)))
    if before.outcome is StepOutcome.BREACH:
        assert after.outcome is StepOutcome.BREACH
        assert after.days_late == before.days_late + wait
