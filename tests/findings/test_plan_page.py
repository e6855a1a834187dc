"""The plan of a vendor: what it counts is what anybody would count by hand, and nothing makes it greener."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.findings import overview
from portal.findings.list_page import FindingQueue, finding_counts, finding_page
from portal.findings.models import Finding
from portal.findings.plan_page import plan_of
from portal.findings.queries import findings_waiting_for_us
from portal.findings.rules import LIVE, FindingState, PlanGroup, PlanVerdict, Severity, StaleReason
from tests.conftest import NOW
from tests.factories.world import vendor_of

TODAY = NOW.date()
pytestmark = pytest.mark.both_databases


@pytest.fixture
def system(session, app):
    return Context(session, SYSTEM, NOW)


def finding_of(session, vendor, subject="a", **facts):
    values = {
        "vendor_id": vendor.id, "subject": subject, "severity": Severity.MAJOR, "title": f"Écart {subject}",
        "action": "Corriger.", "due_on": TODAY + timedelta(days=40), "opened_at": NOW, "state": FindingState.OPEN,
    }  # fmt: skip
    made = Finding(**{**values, **facts})
    session.add(made)
    session.flush()
    return made


def any_finding(session, vendor, chance, number):
    """A finding in any of the standings that there are."""
    state = chance.choice(list(FindingState))
    maybe = chance.choice((None, TODAY + timedelta(days=chance.randrange(-3, 60))))
    return finding_of(
        session, vendor, f"s{number}", state=state, severity=chance.choice(list(Severity)),
        due_on=TODAY + timedelta(days=chance.choice((-9, -1, 0, 1, 14, 15, 90))),
        proposed_due_on=maybe if state in LIVE else None,
        waived_until=chance.choice((None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=9))),
        waived_level=chance.choice((None, vendor.level_points, vendor.level_points + 1)),
    )  # fmt: skip


def test_every_counter_is_what_counting_by_hand_gives(session, system):
    chance = Random(11)
    vendors = [vendor_of(session, level_points=points) for points in (-1, 0, 7300)]
    made = [any_finding(session, chance.choice(vendors), chance, number) for number in range(90)]
    level = {vendor.id: vendor.level_points for vendor in vendors}
    group = {one.id: one.planned.group(TODAY, level[one.vendor_id]) for one in made}
    to_decide = {number for number, its in group.items() if its is PlanGroup.DECIDE}
    live = [one for one in made if one.state in LIVE]

    counts = finding_counts(system)
    assert counts == {
        FindingQueue.ANSWERED: sum(one.state is FindingState.ANSWERED for one in made),
        FindingQueue.DECIDE: len(to_decide),
        FindingQueue.OPEN: sum(one.state is FindingState.OPEN for one in made),
        FindingQueue.LATE: sum(one.due_on < TODAY for one in live),
        FindingQueue.SETTLED: len(made) - len(live),
    }
    ours = {number for number, its in group.items() if its.is_ours}
    in_order = [one.id for one in sorted(made, key=lambda one: (one.due_on, one.id)) if one.id in ours]
    for most in (1, 3, 5, 99):
        assert [one.id for one in findings_waiting_for_us(system, at_most=most)] == in_order[:most]
    assert finding_page(system, FindingQueue.DECIDE).total == len(to_decide)
    stale = [one for one in made if one.planned.stale(TODAY, level[one.vendor_id])]
    assert overview.count_open_findings(system) == len(live) + len(stale)
    for vendor in vendors:
        plan = plan_of(system, vendor, {}, NOW)
        mine = [one for one in made if one.vendor_id == vendor.id]
        assert {line.finding.id for line in plan.lines} == {one.id for one in mine}
        assert {g: n for g, n in plan.counts.items() if n} == dict(Counter(group[one.id] for one in mine))
        assert plan.overdue == sum(one.state in LIVE and one.due_on < TODAY for one in mine)
        assert plan.verdict is not PlanVerdict.DONE


def test_a_plan_nobody_ever_looked_into_is_not_green_and_one_with_an_overdue_line_neither(session, system):
    vendor = vendor_of(session)
    assert plan_of(system, vendor, {}, None).verdict is PlanVerdict.UNCHECKED
    assert plan_of(system, vendor, {}, NOW).verdict is PlanVerdict.DONE
    one = finding_of(session, vendor, state=FindingState.ANSWERED, due_on=TODAY - timedelta(days=1))
    assert plan_of(system, vendor, {}, NOW).verdict is PlanVerdict.LATE, "answered, and past its date all the same"
    one.state, one.proposed_due_on = FindingState.OPEN, TODAY + timedelta(days=9)
    session.flush()
    found = plan_of(system, vendor, {}, NOW)
    assert (found.verdict, found.overdue) == (PlanVerdict.LATE, 1), "a date proposed moves nothing"


def test_an_acceptance_of_before_without_a_last_day_asks_to_be_decided(session, system):
    vendor = vendor_of(session)
    finding_of(session, vendor, state=FindingState.WAIVED, waived_level=vendor.level_points)
    found = plan_of(system, vendor, {}, NOW)
    assert (found.verdict, found.lines[0].stale) == (PlanVerdict.OURS, StaleReason.ENDLESS)


def test_a_plan_is_read_by_stage_of_the_relation_with_consumers_in_as_many_statements(session, system, statements):
    vendor = vendor_of(session)
    stages = {"a": "avant", "b": "apres"}
    for subject in ("a", "b", "c"):
        finding_of(session, vendor, subject)
    finding_of(session, vendor, "d", due_on=TODAY - timedelta(days=1))
    statements.clear()
    found = plan_of(system, vendor, stages, NOW, stage="avant")
    assert len(statements) == 2
    assert [line.finding.subject for line in found.lines] == ["a"]
    assert found.by_stage == {"avant": 1, "pendant": 0, "apres": 1}
    assert found.verdict is PlanVerdict.LATE, "what is said of the plan is said of the whole"
