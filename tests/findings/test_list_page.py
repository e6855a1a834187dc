from datetime import date

import pytest

from portal.audits import services
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.findings import list_page as findings_list
from portal.findings.list_page import FindingQueue
from portal.findings.rules import FindingState, Severity
from portal.findings.services import CorrectiveAction
from tests.conftest import NOW
from tests.factories.review import sent_case


@pytest.fixture
def system(session, app):
    return Context(session, SYSTEM, NOW)


def finding_of(case, key="a.contrat", **changes):
    values = {
        "severity": Severity.MAJOR, "title": "Écart", "action": "Corriger", "proof_expected": "", "responsible": "Eux",
        "due_on": date(2026, 12, 8),
    }  # fmt: skip
    return services.open_finding_on_answer(case.judging, case.audit, key, CorrectiveAction(**{**values, **changes}))


def test_each_queue_of_findings_holds_what_its_name_says_and_the_counts_agree(session, system):
    case = sent_case(session)
    waiting, late = finding_of(case), finding_of(case, "a.role", due_on=date(2026, 11, 24))
    answered, closed = finding_of(case, "a.chiffre"), finding_of(case, "b.mesures")
    late.due_on = date(2026, 11, 20)
    answered.state, closed.state, closed.closed_at = FindingState.ANSWERED, FindingState.CLOSED, NOW
    session.flush()

    def found(queue, **wanted):
        return [row.id for row in findings_list.finding_page(system, queue, **wanted).rows]

    assert found(FindingQueue.ANSWERED) == [answered.id]
    assert found(FindingQueue.OPEN) == [late.id, waiting.id], "the soonest due first"
    assert found(FindingQueue.LATE) == [late.id]
    assert found(FindingQueue.SETTLED) == [closed.id]
    assert findings_list.finding_counts(system) == {
        q: findings_list.finding_page(system, q).total for q in FindingQueue
    }
    assert found(FindingQueue.OPEN, severity=Severity.CRITICAL) == []
    assert found(FindingQueue.OPEN, words="nuage") == [late.id, waiting.id]
    assert findings_list.finding_page(system, FindingQueue.OPEN, words="inconnu").total == 0


def test_the_findings_of_a_queue_are_counted_and_listed_by_stage_of_the_relation_with_consumers(session, system):
    case = sent_case(session)
    before, after, other = finding_of(case), finding_of(case, "a.role"), finding_of(case, "a.chiffre")
    stages = {before.subject: "avant", after.subject: "apres", "absente": "apres"}
    after.severity, other.state = Severity.MINOR, FindingState.ANSWERED
    session.flush()

    def counted(**wanted):
        return findings_list.stage_counts(system, FindingQueue.OPEN, stages, **wanted)

    assert counted() == {"avant": 1, "pendant": 0, "apres": 1}
    assert counted(severity=Severity.MINOR) == {"avant": 0, "pendant": 0, "apres": 1}
    assert counted(words="nuage") == counted()
    assert sum(counted(words="inconnu").values()) == 0
    listed = findings_list.finding_page(system, FindingQueue.OPEN, subjects=[after.subject, "absente"])
    assert [row.id for row in listed.rows] == [after.id]
    assert findings_list.finding_page(system, FindingQueue.OPEN, subjects=[]).total == 0
    assert findings_list.stage_counts(system, FindingQueue.OPEN, {}) == {"avant": 0, "pendant": 0, "apres": 0}


def test_another_day_proposed_is_counted_along_its_own_index(session, system, plans):
    """Every finding that is open was read to count those few."""
    case = sent_case(session)
    proposed, other = finding_of(case), finding_of(case, "a.role")
    proposed.proposed_due_on = other.due_on
    session.flush()
    plans.clear()
    assert findings_list.finding_counts(system)[FindingQueue.DECIDE] == 1
    assert any("ix_finding_proposed" in plan for plan in plans)
