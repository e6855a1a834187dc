from datetime import date, timedelta
from itertools import product

import pytest

from portal.findings.rules import (
    ACTS,
    FINDING_DAYS,
    LIVE,
    WAIVER_DAYS,
    FindingAct,
    FindingState,
    PlanGroup,
    PlannedFinding,
    PlanVerdict,
    Severity,
    Side,
    StaleReason,
    Waiver,
    plan_verdict,
    state_after,
)

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def test_every_act_has_its_rule_and_none_of_the_vendor_ends_a_finding():
    assert set(ACTS) == set(FindingAct)
    for act, state in product(FindingAct, FindingState):
        after = state_after(act, state)
        if Side.VENDOR in ACTS[act].sides and after is not None:
            assert after.is_settled is state.is_settled is False
    closing = {act for act, state in product(FindingAct, LIVE) if state_after(act, state) is FindingState.CLOSED}
    assert closing == {FindingAct.CONFIRM}, "a finding is closed by a look of ours, by nothing else"
    assert {state_after(FindingAct.REOPEN, state) for state in FindingState} == {None, FindingState.OPEN}


def test_every_severity_has_its_delay_and_the_longest_it_is_accepted_for():
    assert [FINDING_DAYS[severity] for severity in Severity] == [15, 60, 180]
    assert set(WAIVER_DAYS) == set(Severity)
    assert max(WAIVER_DAYS.values()) <= 366, "never for ever"


@pytest.mark.parametrize(
    ("waiver", "reason"),
    [
        (Waiver(TODAY, 7000), None),
        (Waiver(TODAY - DAY, 7000), StaleReason.EXPIRED),
        (Waiver(None, 7000), StaleReason.ENDLESS),
        (Waiver(TODAY, 6999), StaleReason.LEVEL_MOVED),
        (Waiver(TODAY, 7001), StaleReason.LEVEL_MOVED),
        (Waiver(TODAY, None), StaleReason.LEVEL_MOVED),
    ],
)
def test_an_acceptance_holds_until_its_last_day_and_while_the_level_it_froze_stays(waiver, reason):
    assert waiver.stale(TODAY, 7000) is reason
    planned = PlannedFinding(FindingState.WAIVED, TODAY, has_proposal=False, waiver=waiver)
    assert planned.group(TODAY, 7000) is (PlanGroup.DECIDE if reason else PlanGroup.WAIVED)
    closed = PlannedFinding(FindingState.CLOSED, TODAY, has_proposal=False, waiver=waiver)
    assert closed.stale(TODAY, 7000) is None


NO_WAIVER = Waiver(None, None)


@pytest.mark.parametrize(
    ("state", "days", "has_proposal", "group"),
    [
        (FindingState.OPEN, -1, False, PlanGroup.LATE),
        (FindingState.OPEN, -1, True, PlanGroup.DECIDE),
        (FindingState.OPEN, 0, False, PlanGroup.SOON),
        (FindingState.OPEN, 14, False, PlanGroup.SOON),
        (FindingState.OPEN, 15, False, PlanGroup.LATER),
        (FindingState.ANSWERED, -1, False, PlanGroup.VERIFY),
        (FindingState.CLOSED, -1, False, PlanGroup.CLOSED),
    ],
)
def test_a_finding_is_in_one_group_and_a_proposal_or_an_answer_leaves_it_overdue(state, days, has_proposal, group):
    planned = PlannedFinding(state, TODAY + days * DAY, has_proposal, NO_WAIVER)
    assert planned.group(TODAY, 0) is group
    assert planned.is_overdue(TODAY) is (state in LIVE and days < 0)


def test_a_plan_is_up_to_date_only_when_somebody_looked_and_nothing_waits():
    assert plan_verdict([], 0, is_checked=False) is PlanVerdict.UNCHECKED
    for groups in product(PlanGroup, repeat=2):
        for overdue, is_checked in product((0, 1), (True, False)):
            verdict = plan_verdict(groups, overdue, is_checked=is_checked)
            if verdict is PlanVerdict.DONE:
                assert not overdue
                assert set(groups) <= {PlanGroup.WAIVED, PlanGroup.CLOSED}
            assert (verdict is PlanVerdict.LATE) is (overdue > 0 or PlanGroup.LATE in groups)
