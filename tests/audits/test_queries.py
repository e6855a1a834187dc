from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.audits import list_page, queries, services, submitted_audit
from portal.audits.list_page import AuditQueue
from portal.audits.rules import AuditState, ReviewVerdict
from portal.audits.services import Judgement
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Permission, Role
from portal.core.errors import NotFound
from portal.evidence.queries import get_sent
from portal.findings import list_page as findings_list
from portal.findings.list_page import FindingQueue
from portal.findings.rules import Severity
from portal.findings.services import CorrectiveAction
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.review import accepted, case_of, sent_case

pytestmark = pytest.mark.both_databases

SOON = date(2026, 12, 8)


@pytest.fixture
def system(session, app):
    return Context(session, SYSTEM, NOW)


def audits(ctx, queue, **wanted):
    return [row.id for row in list_page.audit_page(ctx, queue, **wanted).rows]


def finding_of(case, key="a.contrat", **changes):
    values = {
        "severity": Severity.MAJOR, "title": "Écart", "action": "Corriger", "proof_expected": "", "responsible": "Eux",
        "due_on": SOON,
    }  # fmt: skip
    return services.open_finding_on_answer(case.judging, case.audit, key, CorrectiveAction(**{**values, **changes}))


# --- what waits, and for whom


def test_what_has_waited_longest_for_the_reviewer_comes_first(session, system):
    first, second = sent_case(session), sent_case(session)
    first.audit.submitted_at, second.audit.submitted_at = NOW, NOW - timedelta(days=3)
    session.flush()
    assert audits(system, AuditQueue.TO_REVIEW) == [second.audit.id, first.audit.id]


def test_each_queue_holds_what_its_name_says_and_the_counts_agree(session, system):
    late = case_of(session, due_on=date(2026, 11, 23))
    today = case_of(session, due_on=date(2026, 11, 24))
    gone = case_of(session, state=AuditState.CANCELLED, due_on=date(2026, 1, 1))
    sent, done = sent_case(session, due_on=date(2026, 11, 1)), sent_case(session)
    done.judge_all()
    services.accept_audit(done.judging, done.audit)
    assert audits(system, AuditQueue.TO_REVIEW) == [sent.audit.id]
    assert audits(system, AuditQueue.WITH_VENDOR) == [late.audit.id, today.audit.id]
    assert audits(system, AuditQueue.LATE) == [late.audit.id], "due today is not late, what was sent no more"
    assert audits(system, AuditQueue.ACCEPTED) == [done.audit.id]
    assert gone.audit.id not in {i for queue in AuditQueue for i in audits(system, queue)}
    counts = list_page.audit_counts(system)
    assert counts == {queue: list_page.audit_page(system, queue).total for queue in AuditQueue}


def test_a_row_says_who_has_begun_to_review(session, system):
    case = sent_case(session)
    (row,) = list_page.audit_page(system, AuditQueue.TO_REVIEW).rows
    assert (row.judged, row.reviewer) == (0, "")
    case.judge("a.contrat")
    case.judge("a.role")
    (row,) = list_page.audit_page(system, AuditQueue.TO_REVIEW).rows
    assert (row.judged, row.reviewer) == (2, case.reviewer.name)


def test_verdicts_of_the_round_before_do_not_count_as_begun(session, system):
    case = sent_case(session)
    case.judge_all()
    services.give_verdict(
        case.judging, case.audit, "a.role", Judgement(ReviewVerdict.TO_CORRECT, "Qui ?", to_return=True)
    )
    services.return_questions(case.judging, case.audit, due_on=SOON)
    case.send()
    assert list_page.audit_page(system, AuditQueue.TO_REVIEW).rows[0].judged == 0


def test_a_search_minds_neither_accents_nor_case_nor_wildcards(session, system):
    case = sent_case(session, name="Hébergeur Dupré")
    sent_case(session, name="Autre Maison")
    assert audits(system, AuditQueue.TO_REVIEW, words="hebergeur DUPRE") == [case.audit.id]
    assert audits(system, AuditQueue.TO_REVIEW, words="%") == audits(system, AuditQueue.TO_REVIEW), "no word, no filter"
    assert audits(system, AuditQueue.TO_REVIEW, words="inconnu_") == []
    assert list_page.audit_page(system, AuditQueue.TO_REVIEW, words="dupre").total == 1


def test_a_page_holds_twenty_five_and_the_next_the_rest(session, system):
    for _ in range(27):
        case_of(session)
    first, second = (list_page.audit_page(system, AuditQueue.WITH_VENDOR, page=page) for page in (1, 2))
    assert (len(first.rows), len(second.rows), first.total, first.pages) == (25, 2, 27, 2)
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}


def test_a_buyer_sees_the_audits_of_their_own_vendors_and_an_expert_those_given(session, system):
    owner = user_of(session, Role.BUYER)
    own, other = sent_case(session, owner=owner), sent_case(session)
    buyer = Context(session, Actor(Role.BUYER, owner.id), NOW)
    expert = Context(session, Actor(Role.EXPERT, 9_999, vendor_ids=frozenset({other.vendor.id}), until=NOW.date()), NOW)
    for ctx, expected in ((buyer, own), (expert, other)):
        assert audits(ctx, AuditQueue.TO_REVIEW) == [expected.audit.id]
        assert list_page.audit_counts(ctx)[AuditQueue.TO_REVIEW] == 1
    over = replace(expert, now=NOW + timedelta(days=1))
    assert audits(over, AuditQueue.TO_REVIEW) == []
    vendor = Context(session, Actor(Role.VENDOR_ADMIN, 8_888, vendor_ids=frozenset({own.vendor.id})), NOW)
    assert audits(vendor, AuditQueue.TO_REVIEW) == []


# --- an audit as sent


def test_before_anything_is_sent_a_dossier_shows_nothing(session, app):
    case = case_of(session)
    case.answer()
    submitted = case.submitted()
    assert (submitted.sent, submitted.asked, submitted.left, submitted.marked) == (None, (), (), ())
    assert submitted_audit.proofs(case.judging, submitted) == {}
    assert submitted_audit.compared_with(case.judging, submitted) is None


def test_a_round_is_read_against_the_round_before(session, app):
    case = sent_case(session)
    services.give_verdict(
        case.judging, case.audit, "a.role", Judgement(ReviewVerdict.TO_CORRECT, "Qui ?", to_return=True)
    )
    services.give_verdict(
        case.judging, case.audit, "a.chiffre", Judgement(ReviewVerdict.IMPROVABLE, "Où ?", to_return=True)
    )
    services.return_questions(case.judging, case.audit, due_on=SOON)
    case.answer(a_role="autre")
    newer = case.prove(issued_on=date(2026, 11, 1))
    case.send()
    submitted = case.submitted()
    before = submitted_audit.compared_with(case.judging, submitted)
    assert before.answer("a.role").value == "nous"
    assert submitted_audit.changed_since(submitted, before) == {"a.role", "a.chiffre"}, "a file more is a change"
    assert newer.id in submitted.sent.files["a.chiffre"]
    assert newer.id not in before.files["a.chiffre"]


def test_a_first_round_is_read_against_the_last_accepted_audit_of_the_same_questionnaire(session, app):
    old = sent_case(session, a_role="autre")
    new = replace(old, audit=case_of(session).audit, proofs={})
    new.audit.vendor_id = old.vendor.id
    session.flush()
    session.expire(new.audit)
    new.audit = queries.get_audit(new.judging, new.audit.id, to=Permission.AUDIT_VIEW)
    new.answer()
    new.send()
    submitted = new.submitted()
    assert submitted_audit.compared_with(new.judging, submitted) is None, "nobody has accepted the earlier one"
    accepted(old)
    before = submitted_audit.compared_with(new.judging, submitted)
    assert before.answer("a.role").value == "autre"
    assert submitted_audit.changed_since(submitted, before) == {"a.role", "a.chiffre"}
    assert submitted_audit.compared_with(old.judging, old.submitted()) is None, "never against a later one"


def test_never_against_another_vendor(session, app):
    sent_case(session, name="Autre Maison")
    case = sent_case(session)
    assert submitted_audit.compared_with(case.judging, case.submitted()) is None


def test_a_dossier_out_of_reach_is_not_found(session, sent):
    buyer = sent.acting(user_of(session, Role.BUYER))
    with pytest.raises(NotFound):
        submitted_audit.open_submitted_audit(buyer, sent.audit.id, to=Permission.AUDIT_VIEW)
    with pytest.raises(NotFound):
        submitted_audit.open_submitted_audit(sent.judging, 10**6, to=Permission.AUDIT_VIEW)


def test_a_proof_is_reached_once_it_was_sent(session, app):
    case = case_of(session)
    case.answer()
    proof = case.proofs["a.chiffre"]
    with pytest.raises(NotFound):
        get_sent(case.judging, proof.id, to=Permission.EVIDENCE_VIEW)
    case.send()
    assert get_sent(case.judging, proof.id, to=Permission.EVIDENCE_VIEW).id == proof.id
    with pytest.raises(NotFound):
        get_sent(case.acting(user_of(session, Role.BUYER)), proof.id, to=Permission.EVIDENCE_VIEW)


def test_what_a_vendor_types_is_not_part_of_the_history(session, sent):
    sent.judge("a.contrat")
    session.commit()
    actions = [entry.action for entry in submitted_audit.history(sent.judging, "Audit", sent.audit.id)]
    assert actions == ["answer.reviewed", "audit.submitted"]


# --- statements


def test_lists_cost_the_same_whatever_their_length(session, system, statements):
    def cost():
        session.expire_all()
        statements.clear()
        for queue in AuditQueue:
            list_page.audit_page(system, queue)
        list_page.audit_counts(system)
        for queue in FindingQueue:
            findings_list.finding_page(system, queue)
        findings_list.finding_counts(system)
        return len(statements)

    sent_case(session).judge("a.contrat")
    few = cost()
    for _ in range(12):
        case = sent_case(session)
        case.judge("a.contrat")
        finding_of(case)
    expected = 3 * len(AuditQueue) + 1 + 1 + 3 * len(FindingQueue) + 1
    assert cost() == few == expected, "three per list, one for the verdicts given, one per count"


def test_a_dossier_costs_the_same_whatever_it_holds(session, sent, statements):
    def cost():
        session.expire_all()
        statements.clear()
        submitted = sent.submitted()
        before = submitted_audit.compared_with(sent.judging, submitted)
        submitted_audit.proofs(sent.judging, submitted, before)
        submitted_audit.findings_of(sent.judging, sent.audit)
        return len(statements)

    few = cost()
    sent.judge_all()
    finding_of(sent)
    assert cost() == few
