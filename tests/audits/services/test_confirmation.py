"""What was said stands: proposed in the next audit, confirmed by an act, and never taken as said again by itself."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audits import queries, services
from portal.audits.models import Answer, AnswerEvidence, Audit, StandingAnswer
from portal.audits.rules import AskedAgain, AuditState, CarriedAs, ReviewVerdict
from portal.audits.standing_answers import asked_of, held_proofs
from portal.core.stale import fingerprint
from tests.conftest import NOW
from tests.factories.review import accepted, case_of, second_year

LATER = NOW + timedelta(days=365)


def marks(sheet):
    return {key: fingerprint(given.value, given.comment) for key, given in sheet.proposed.items()}


def sheet_of(case):
    return case.sheet()


def asks(case):
    sheet = sheet_of(case)
    proofs = held_proofs(case.answering, case.vendor.id)
    return asked_of(sheet.questionnaire, sheet.held, proofs, sheet.proposed, case.answering.today)


@pytest.fixture
def again(sending):
    return second_year(accepted(sending()))


def test_an_answer_sent_but_not_accepted_does_not_stand(sending):
    assert not second_year(sending()).session.scalars(select(StandingAnswer)).all()


@pytest.mark.both_databases
def test_the_second_audit_opens_with_the_answers_proposed_and_none_counts_as_given(again, backend):
    sheet = sheet_of(again)
    assert sheet.proposed["a.contrat"].value == "oui"
    assert not sheet.answers
    assert sum(part.answered for part in sheet.progress) == 0
    assert {item.question for item in sheet.missing} >= {"a.contrat", "a.chiffre", "b.mesures", "b.liste"}
    with pytest.raises(services.IncompleteAnswers):
        again.send()
    again.session.rollback()


def test_a_proof_too_old_is_asked_again_and_left_out_of_nothing_has_changed(again):
    assert asks(again) == {"a.chiffre": AskedAgain.PROOF}  # issued on 1 June 2026, good for twelve months
    sheet = sheet_of(again)
    after = services.confirm_section(again.answering, sheet, "a", marks(sheet))
    assert set(after.answers) == {"a.contrat", "a.role"}


@pytest.mark.both_databases
def test_nothing_has_changed_twice_confirms_once_and_overwrites_no_edit(again, backend):
    shown = sheet_of(again)
    services.save_answer(again.answering, again.audit, "a.role", posted="autre", comment=None, base=0)
    for _time in range(2):
        services.confirm_section(again.answering, sheet_of(again), "a", marks(shown))
    rows = {row.question_key: row for row in again.session.scalars(select(Answer).filter_by(audit_id=again.audit.id))}
    assert rows["a.role"].value == {"v": "autre"}
    assert rows["a.role"].carried is CarriedAs.EDITED
    assert rows["a.contrat"].carried is CarriedAs.CONFIRMED
    assert rows["a.contrat"].version == 1
    assert rows["a.contrat"].first_said_at == NOW
    assert rows["a.contrat"].source_audit_id != again.audit.id


def test_what_is_proposed_otherwise_since_it_was_shown_is_not_confirmed(again):
    shown = marks(sheet_of(again))
    again.session.scalars(select(StandingAnswer).filter_by(question_key="a.role")).one().value = {"v": "autre"}
    again.session.flush()
    after = services.confirm_section(again.answering, sheet_of(again), "a", shown)
    assert set(after.answers) == {"a.contrat"}


def test_saving_the_page_as_it_was_shown_confirms_nothing(again):
    sheet = sheet_of(again)
    posted = [
        services.PostedAnswer(key, given.value, given.comment, 0, fingerprint(given.value, given.comment))
        for key, given in sheet.proposed.items()
    ]
    assert not services.save_section(again.answering, sheet, posted).sheet.answers


def test_a_good_proof_comes_with_the_answer_and_a_new_one_confirms_it(again):
    again.proofs.clear()
    again.prove(issued_on=date(2027, 11, 1))
    answer = again.session.scalars(select(Answer).filter_by(audit_id=again.audit.id)).one()
    assert (answer.value, answer.carried) == ({"v": "oui"}, CarriedAs.CONFIRMED)
    assert [link.evidence_id for link in again.links()] == [
        again.proofs["a.chiffre"].id
    ]  # the expired one stays behind


def test_what_was_confirmed_is_frozen_with_the_day_it_was_first_said_and_its_proof(sending):
    case = accepted(sending())
    first = case.audit.id
    second_year(case)
    case.at = LATER - timedelta(days=200)  # the proof still holds
    for section in ("a", "b"):
        sheet = sheet_of(case)
        services.confirm_section(case.answering, sheet, section, marks(sheet))
    sent = case.send()
    told = sent.content["answers"]["a.contrat"]
    assert (told["carried"], told["said_at"]) == ("confirmed", NOW.isoformat())
    assert [file["question"] for file in sent.content["files"]] == ["a.chiffre"]
    accepted(case)
    row = case.session.scalars(select(StandingAnswer).filter_by(question_key="a.contrat")).one()
    assert (row.said_at, row.audit_id) == (NOW, case.audit.id)
    assert case.audit.id != first


@pytest.mark.parametrize("verdict", [ReviewVerdict.IMPROVABLE, ReviewVerdict.TO_CORRECT])
def test_an_answer_that_was_contested_asks_for_its_finding(sending, verdict):
    case = second_year(accepted(sending(), a_role=verdict.value))
    assert asks(case)["a.role"] is AskedAgain.FINDING


def test_a_question_left_empty_since_does_not_come_back(sending):
    case = accepted(sending())
    second_year(case).at = LATER - timedelta(days=200)
    services.save_answer(case.answering, case.audit, "b.delai", posted="", comment="", base=0)  # as nothing was shown
    sheet = sheet_of(case)
    mark = marks(sheet)["b.delai"]
    services.save_posted_answer(case.answering, sheet, services.PostedAnswer("b.delai", "", "", 0, mark))
    for section in ("a", "b"):
        sheet = sheet_of(case)
        services.confirm_section(case.answering, sheet, section, marks(sheet))
    case.send()
    accepted(case)
    keys = set(case.session.scalars(select(StandingAnswer.question_key)))
    assert "b.delai" not in keys
    assert "b.texte" in keys


def test_an_audit_accepted_late_does_not_take_the_place_of_what_was_said_since(session, app):
    early = case_of(session)
    early.answer()
    early.send()
    late = case_of(session)
    late.vendor, late.contact = early.vendor, early.contact
    late.audit = second_year(early).audit
    late.at = LATER
    first = session.scalars(select(Audit).where(Audit.vendor_id == early.vendor.id).order_by(Audit.id)).first()
    late.proofs.clear()
    late.answer(a_role="autre")
    late.send()
    accepted(late)
    early.audit, early.at = queries.get_audit(early.judging, first.id, to=queries.Permission.AUDIT_VIEW), LATER
    accepted(early)
    row = session.scalars(select(StandingAnswer).filter_by(vendor_id=early.vendor.id, question_key="a.role")).one()
    assert (row.value, row.audit_id) == ({"v": "autre"}, late.audit.id)


def test_an_audit_in_progress_before_answers_were_kept_goes_on_unchanged(again):
    again.audit.carries = False
    again.session.flush()
    assert not sheet_of(again).held
    assert again.audit.state is AuditState.OPENED


def test_a_change_hides_what_followed_and_a_hidden_question_never_blocks(again):
    services.save_answer(again.answering, again.audit, "a.chiffre", posted="non", comment=None, base=0)
    sheet = sheet_of(again)
    assert "b.texte" in sheet.proposed
    assert "b.texte" not in sheet.shown
    assert "b.texte" not in {item.question for item in sheet.missing}


def test_a_proof_taken_off_a_confirmed_answer_is_missing_again(sending):
    case = second_year(accepted(sending()))
    case.at = LATER - timedelta(days=200)
    sheet = sheet_of(case)
    services.confirm_section(case.answering, sheet, "a", marks(sheet))
    link = case.session.scalars(select(AnswerEvidence).filter_by(audit_id=case.audit.id)).one()
    services.detach_proof(case.answering, case.audit, link)
    assert "a.chiffre" in {item.question for item in sheet_of(case).missing}
