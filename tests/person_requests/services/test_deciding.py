"""What is done with a request: each thing that the law asks for, and each lie that is refused."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core.errors import Refused
from portal.core.files import Blob
from portal.journal.models import JournalEntry
from portal.person_requests import queries, services
from portal.person_requests.rules.kinds import RefusalGround, RequestKind
from portal.person_requests.rules.life import RequestState
from portal.person_requests.services import AnswerSheet, ReceiptDates, RefusalSheet
from tests.conftest import NOW
from tests.factories.requests import DONE, WHY, answered, entrusted, given_back, proof, recorded
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user

TODAY = NOW.date()
K, S = RequestKind, RequestState


@pytest.fixture
def vendor(session, app):
    return vendor_of(session, name="Callisto")


@pytest.fixture
def ours(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def theirs(session, vendor):
    return Context(session, actor_of(vendor_user(session, vendor), vendor), NOW)


def at(ctx, days):
    return Context(ctx.session, ctx.actor, NOW + timedelta(days=days))


@pytest.mark.both_databases
def test_from_receipt_to_closing_within_the_month(session, ours, vendor):
    request = recorded(ours, vendor, K.ACCESS)
    services.acknowledge(ours, request, TODAY)
    answered(at(ours, 20), request)
    services.close_request(at(ours, 21), request, "")
    assert (request.state, request.told_on) == (S.CLOSED, TODAY + timedelta(days=20))
    assert request.erase_on == date(2031, 12, 15)
    found = queries.punctuality_of_year(at(ours, 22))
    assert (found.in_time, found.total) == (1, 1)
    session.commit()
    told = [str((one.before, one.after)) for one in session.scalars(select(JournalEntry))]
    assert not any(DONE in one for one in told), "words in which somebody may be named stay out of the journal"


def test_an_answer_takes_a_file_words_a_day_that_can_be(ours, vendor):
    request = recorded(ours, vendor, ours_on=TODAY - timedelta(days=3))

    def refused(told_on=TODAY, answer=DONE, file="sealed"):
        with pytest.raises(Refused):
            services.answer_request(ours, request, AnswerSheet(told_on, answer), proof() if file == "sealed" else file)

    refused(file=None)
    refused(file=Blob("key", "0" * 64, 0, "text/plain", "preuve.txt"))
    refused(told_on=TODAY - timedelta(days=4))
    refused(told_on=TODAY + timedelta(days=1))
    refused(answer="ok")
    assert request.state is S.RECEIVED


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n"])
def test_an_empty_or_broken_file_proves_nothing(ours, content):
    with pytest.raises(Refused):
        proof(content)


def test_the_name_of_a_proof_is_not_kept(ours):
    assert proof().filename == "preuve.pdf"


def test_nothing_is_closed_without_an_answer(ours, vendor):
    request = recorded(ours, vendor)
    with pytest.raises(Refused):
        services.close_request(ours, request, "Aucun autre destinataire n'a reçu ces données.")


def test_an_erasure_is_not_answered_while_a_vendor_has_not_erased(ours, theirs, vendor):
    request = recorded(ours, vendor, K.ERASURE)
    task = entrusted(ours, request, vendor)
    with pytest.raises(Refused):
        answered(ours, request)
    given_back(theirs, task)
    with pytest.raises(Refused):
        answered(ours, request)
    services.accept_return(ours, task)
    assert answered(ours, request).state is S.ANSWERED
    services.close_request(ours, request, "")


def test_an_erasure_that_no_recipient_was_told_of_is_not_closed_without_saying_why(ours, vendor):
    request = answered(ours, recorded(ours, vendor, K.ERASURE))
    for words in ("", "aucun"):
        with pytest.raises(Refused):
            services.close_request(ours, request, words)
    services.close_request(ours, request, "Ces données n'ont été communiquées à aucun destinataire.")


def test_an_extension_is_told_within_the_first_month_once_and_with_a_reason(ours, vendor):
    request = recorded(ours, vendor)
    late = at(ours, 40)
    with pytest.raises(Refused) as refused:
        services.extend(late, request, TODAY + timedelta(days=31), WHY)
    assert "2026-12-24" in str(refused.value)
    with pytest.raises(Refused):
        services.extend(late, request, TODAY + timedelta(days=30), "c'est long")
    with pytest.raises(Refused):
        services.extend(late, request, TODAY - timedelta(days=1), WHY)
    services.extend(late, request, TODAY + timedelta(days=30), WHY)
    assert request.due_on == date(2027, 2, 24)
    with pytest.raises(Refused):
        services.extend(late, request, TODAY + timedelta(days=30), WHY)


def test_what_a_withdrawal_from_a_contract_has_not(ours, vendor):
    request = recorded(ours, vendor, K.CONTRACT)
    with pytest.raises(Refused):
        services.extend(ours, request, TODAY, WHY)
    with pytest.raises(Refused):
        services.doubt_identity(ours, request, TODAY, WHY)
    with pytest.raises(Refused):
        services.refuse_request(ours, request, RefusalSheet(RefusalGround.UNFOUNDED, WHY, TODAY), proof())
    services.refuse_request(ours, request, RefusalSheet(RefusalGround.LATE, WHY, TODAY), proof())


def test_days_of_doubt_are_added_once_the_identity_is_established_and_no_answer_is_given_meanwhile(ours, vendor):
    request = recorded(ours, vendor)
    before = request.due_on
    services.doubt_identity(at(ours, 2), request, TODAY + timedelta(days=1), WHY)
    assert (request.is_paused, request.due_on) == (True, before)
    with pytest.raises(Refused):
        answered(at(ours, 3), request)
    with pytest.raises(Refused):
        services.establish_identity(at(ours, 9), request, TODAY)
    services.establish_identity(at(ours, 9), request, TODAY + timedelta(days=8))
    assert request.due_on == before + timedelta(days=7)
    assert answered(at(ours, 9), request).state is S.ANSWERED


def test_a_doubt_after_the_term_buys_no_time(ours, vendor):
    request = recorded(ours, vendor)
    with pytest.raises(Refused):
        services.doubt_identity(at(ours, 40), request, TODAY + timedelta(days=31), WHY)


def test_a_refusal_has_a_ground_words_and_what_proves_that_the_person_knows(ours, vendor):
    request = recorded(ours, vendor)
    for ground, reason, file in (
        (RefusalGround.LATE, WHY, proof()), (RefusalGround.EXCESSIVE, "abus", proof()),
        (RefusalGround.EXCESSIVE, WHY, None),
    ):  # fmt: skip
        with pytest.raises(Refused):
            services.refuse_request(ours, request, RefusalSheet(ground, reason, TODAY), file)
    services.refuse_request(ours, request, RefusalSheet(RefusalGround.EXCESSIVE, WHY, TODAY), proof())
    assert request.state is S.REFUSED


def test_the_day_that_counts_may_be_ours_with_a_reason_and_both_stay(ours, vendor):
    request = recorded(ours, vendor, vendor_on=TODAY - timedelta(days=10))
    assert request.start == TODAY - timedelta(days=10)
    with pytest.raises(Refused):
        services.correct_dates(ours, request, ReceiptDates(TODAY - timedelta(days=10), TODAY, False, "non"))
    services.correct_dates(ours, request, ReceiptDates(TODAY - timedelta(days=10), TODAY, False, WHY))
    assert (request.start, request.vendor_received_on) == (TODAY, TODAY - timedelta(days=10))
    assert request.due_on == date(2026, 12, 24)
    with pytest.raises(Refused):
        services.correct_dates(ours, request, ReceiptDates(None, TODAY, True, WHY))


def test_dates_are_not_moved_past_what_is_noted(ours, vendor):
    request = recorded(ours, vendor, ours_on=TODAY - timedelta(days=5))
    services.acknowledge(ours, request, TODAY - timedelta(days=4))
    with pytest.raises(Refused):
        services.correct_dates(ours, request, ReceiptDates(None, TODAY, False, WHY))


def test_dropping_takes_a_reason_and_counts_neither_way(ours, vendor):
    request = recorded(ours, vendor)
    with pytest.raises(Refused):
        services.drop_request(ours, request, "erreur")
    services.drop_request(ours, request, WHY)
    found = queries.punctuality_of_year(at(ours, 60))
    assert (found.in_time, found.total, found.dropped, found.is_whole) == (0, 0, 1, False)


def test_taken_up_again_its_answer_is_to_be_given_anew_and_its_term_is_what_it_was(ours, vendor):
    request = recorded(ours, vendor)
    due = request.due_on
    answered(ours, request)
    services.close_request(ours, request, "")
    services.resume_request(ours, request, WHY)
    assert (request.state, request.told_on, request.proof_id, request.erase_on) == (S.WORKING, None, None, None)
    assert request.due_on == due
