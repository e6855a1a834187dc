"""What waits is found kind by kind, and stops at a few: the same few that putting all of it in order would give."""

import itertools
from datetime import timedelta

import pytest

from portal.audits.exchange_models import QuestionMessage
from portal.audits.waiting_exchanges import waiting_exchanges
from portal.authz.policy import Role
from portal.changes import queries as changes
from portal.changes.models import ChangeOpinion
from portal.changes.rules.life import ChangeState
from portal.incidents import queries as incidents
from portal.incidents.rules.life import UNDECIDED, IncidentState
from portal.person_requests import queries as requests
from portal.person_requests.rules.entrusted import TaskState
from portal.person_requests.rules.life import RequestState
from tests.conftest import NOW
from tests.factories.changes import announced
from tests.factories.incidents import declared
from tests.factories.requests import entrusted, recorded
from tests.factories.world import audit_of, vendor_of

pytestmark = pytest.mark.both_databases
MOST = (1, 2, 5, 99)
DAYS = (3, -1, 2)


@pytest.fixture
def dpo(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def buyer(acting):
    return acting(Role.BUYER)


@pytest.fixture
def theirs(session, buyer):
    return vendor_of(session, name="Confiée", owner_id=buyer.actor.id)


def test_breaches_undecided_by_their_clock_then_what_is_new(ctx, dpo, session):
    made = []
    for state, unread, days in itertools.product(IncidentState, (None, NOW), DAYS):
        one = declared(ctx, vendor_of(session))
        one.state, one.unread_since, one.notify_by = state, unread, NOW + timedelta(days=days)
        made.append(one)
    session.flush()
    waiting = [one for one in made if one.state in UNDECIDED or one.unread_since]
    expected = [one.id for one in sorted(waiting, key=lambda one: (one.state not in UNDECIDED, one.notify_by, one.id))]
    for most in MOST:
        assert [one.id for one in incidents.waiting_for_us(dpo, at_most=most)] == expected[:most]


def test_requests_to_answer_and_what_vendors_gave_back(dpo, theirs, session):
    made = []
    for state, task, days in itertools.product(RequestState, (None, *TaskState), DAYS):
        one = recorded(dpo, theirs)
        if task is not None:
            entrusted(dpo, one, theirs).state = task
        one.state, one.due_on = state, dpo.today + timedelta(days=days)
        made.append((one, task))
    session.flush()
    waiting = [(one, task) for one, task in made if one.state.is_waiting or task is TaskState.DONE]
    expected = [
        (one.id, theirs.name if task is TaskState.DONE else None)
        for one, task in sorted(waiting, key=lambda both: (both[0].due_on, both[0].id))
    ]
    for most in MOST:
        found = requests.waiting_for_us(dpo, at_most=most)
        assert [(one.id, name) for one, name in found] == expected[:most]


def test_changes_to_answer_and_those_of_which_an_opinion_is_asked(dpo, buyer, theirs, session):
    other, made = vendor_of(session), []
    kinds = itertools.product((theirs, other), ChangeState, (None, *DAYS), (None, "asked", "given"))
    for number, (vendor, state, days, opinion) in enumerate(kinds):
        one = announced(dpo, vendor, f"Nous ajoutons la société numéro {number}.")
        one.state, one.object_before = state, None if days is None else NOW + timedelta(days=days)
        if opinion:
            given_at = NOW if opinion == "given" else None
            for who in (dpo, buyer):
                session.add(
                    ChangeOpinion(change=one, adviser_id=who.actor.id, asked_by="Ana", asked_at=NOW, given_at=given_at)
                )
        made.append((one, opinion == "asked" and state is ChangeState.STUDIED))
    session.flush()
    far = NOW + timedelta(days=999)

    def expected(wanted):
        kept = [(one, is_asked) for one, is_asked in made if wanted(one, is_asked)]
        return [
            (one.id, is_asked)
            for one, is_asked in sorted(
                kept, key=lambda both: (both[0].object_before is None, both[0].object_before or far, both[0].id)
            )
        ]

    ours = expected(lambda one, is_asked: one.state.is_waiting or is_asked)
    advised = expected(lambda one, is_asked: is_asked and one.vendor_id == theirs.id)
    assert advised
    for most in MOST:
        assert [(one.id, said) for one, said in changes.waiting_for(dpo, at_most=most)] == ours[:most]
        assert [(one.id, said) for one, said in changes.waiting_for(buyer, at_most=most)] == advised[:most]


def test_questions_by_the_first_of_their_messages_that_nobody_answered(dpo, session):
    made = []
    audits = [audit_of(session, vendor_of(session)) for _ in range(2)]
    kinds = itertools.product(audits, "abc", DAYS, (None, NOW), (False, True))
    for number, (audit, key, days, answered_at, from_vendor) in enumerate(kinds):
        if (number * 7) % 3 == 0 and key == "a":
            continue
        one = QuestionMessage(
            audit_id=audit.id, vendor_id=audit.vendor_id, question_key=key, text="?", author_name="Ana",
            from_vendor=from_vendor, answered_at=answered_at, at=NOW + timedelta(days=days, minutes=number % 11),
        )  # fmt: skip
        session.add(one)
        made.append(one)
    session.flush()
    since = {}
    for one in made:
        if one.answered_at is None and one.from_vendor:
            thread = one.audit_id, one.question_key
            since[thread] = min(since.get(thread, one.at), one.at)
    expected = sorted(since, key=lambda thread: (since[thread], *thread))
    assert len(expected) > 4
    assert len(set(since.values())) == len(since), "no two at once: which comes first is then nobody's matter"
    for most in MOST:
        found = [(one.audit_id, one.question_key) for one in waiting_exchanges(dpo, most=most)]
        assert found == expected[:most]
